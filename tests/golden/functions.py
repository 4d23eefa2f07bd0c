"""Writes tests/golden/functions.txt: exp, logarithms, tanh and sigmoid of doubles, to a thousandth of an ulp. Needs mpmath.

One line a point: function, the bits of x and of y = the double nearest to f(x), in hex, and how many thousandths of an ulp (the distance of
doubles where f(x) is) f(x) lies above y.
Points are random in the ranges where each function does something, and special: powers of two, the ends of ranges, neighbours of 1 and 0.
"""
import math, random, struct
from mpmath import mp, mpf, exp, expm1, log, log1p, log10, tanh, ldexp, nint, frexp

mp.dps = 60
random.seed(2026)


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def double(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def nearest(y):
    """The nearest double, subnormal ones and infinity included."""
    if y == 0:
        return 0.0
    _, e = frexp(y)
    unit = max(e - 53, -1074)
    n = int(nint(ldexp(y, -unit)))
    return math.inf if n.bit_length() + unit > 1024 else math.ldexp(n, unit)


def around(x, n=2):
    return [double(bits(abs(x)) + i) * math.copysign(1, x) for i in range(-n, n + 1)]


def uniform(low, high, n):
    return [random.uniform(low, high) for _ in range(n)]


def spread(low, high, n):
    return [random.choice((-1, 1)) * 2 ** random.uniform(low, high) for _ in range(n)]


POINTS = {
    "exp": uniform(-1, 1, 500) + uniform(-708, 709.7, 900) + uniform(-745.2, -708, 300) + spread(-60, 0, 200)
    + [s * k * math.log(2) / 2 for k in range(1, 60) for s in (1, -1)] + around(709.782712893384) + around(-745.1332191019411)
    + around(-708.3964185322641) + [710.0, 1e300, -746.0, -1e300, 5e-324, 0.0],
    "ln": [abs(x) for x in spread(-1074, 1024, 600) + spread(-1, 1, 900) + spread(-1074, -1022, 200)]
    + [1 + x for x in spread(-52, -2, 400)] + [2.0**k for k in range(-1074, 1024, 61)] + around(43 / 64) + around(43 / 32) + around(1.0)
    + around(math.sqrt(2)) + around(math.sqrt(0.5)) + around(2.2250738585072014e-308) + [5e-324, 1.7976931348623157e308],
    "tanh": spread(-5, 4.3, 1200) + uniform(-1, 1, 700) + spread(-1074, -5, 200) + around(math.log(2) / 4) + around(math.log(3) / 2)
    + around(19.06154746539849) + [19.1, 20.0, 1e300, 5e-324],
    "sigmoid": uniform(-40, 40, 900) + uniform(-5, 5, 900) + uniform(-745.2, -36, 400) + spread(-60, 0, 200) + around(-708.3964185322641)
    + around(-745.1332191019411) + [-math.log(2.0**k - 1) for k in range(1, 40) if k > 1] + [-1000.0, 1000.0, 5e-324, 0.0],
    "expm1": uniform(-1, 1, 700) + uniform(-45, 709.7, 700) + uniform(-3, 3, 500) + spread(-60, 0, 300) + spread(-1074, -60, 100)
    + [s * k * math.log(2) / 2 for k in range(1, 60) for s in (1, -1)] + around(709.782712893384) + around(-37.42994775023705)
    + [710.0, 1e300, -60.0, -746.0, -1e300, 5e-324, 2.2250738585072014e-308],
    "log1p": uniform(-1, 1, 900) + spread(-60, -1, 500) + spread(-1074, -60, 100) + [abs(x) for x in spread(0, 1024, 400)] + uniform(0, 4, 300)
    + [x - 1 for x in uniform(0, 2 ** -30, 50)] + [2.0**k for k in range(-1074, 1024, 61)] + around(-0.5) + around(43 / 64 - 1)
    + around(43 / 32 - 1) + around(1.0) + [2.0**53 + 2, 2.0**53 - 1, 5e-324, -(1 - 2.0**-53), 1.7976931348623157e308],
}
for name, base in (("log2", 2), ("log10", 10)):
    POINTS[name] = ([abs(x) for x in spread(-1074, 1024, 600) + spread(-1, 1, 1100) + spread(-1074, -1022, 200)] + [1 + x for x in spread(-52, -2, 400)]
                    + [float(base)**k for k in range(-1074, 1023) if -1074 < k * math.log2(base) < 1023 and (k % 7 == 0 or abs(k) < 30)]
                    + around(43 / 64) + around(43 / 32) + around(1.0) + around(43 / 32 / 2) + [5e-324, 1.7976931348623157e308])
FUNCTIONS = {"exp": exp, "ln": log, "tanh": tanh, "sigmoid": lambda x: 1 / (1 + exp(-x)), "expm1": expm1, "log1p": log1p, "log2": lambda x: log(x, 2),
             "log10": log10}

with open(__file__.replace(".py", ".txt"), "w") as out:
    for name, points in POINTS.items():
        for x in points:
            mp.dps = 60 if abs(x) > 1e-15 else 700
            y = FUNCTIONS[name](mpf(x))
            hi = nearest(y)
            ulp = max(frexp(y)[1] - 53, -1074) if y else -1074
            above = 0 if math.isinf(hi) else int(nint(1000 * ldexp(y - mpf(hi), -ulp)))
            out.write(f"{name} {bits(x):x} {bits(hi):x} {above}\n")
