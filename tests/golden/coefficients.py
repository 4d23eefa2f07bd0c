"""Derives the polynomials of src/kernel/scalar/table.rs and src/kernel/activation.rs. Needs mpmath; prints Rust.

Weighted least squares at Chebyshev nodes, which is within a factor of two of the minimax error. The coefficients are
rounded to the type one by one, lowest first, and the rest is fitted again each time, so that later ones make up for
the rounding of earlier ones.
"""
import math
from mpmath import mp, mpf, matrix, lu_solve, cos, pi, exp, erfc, expm1, log, log1p, atanh, ldexp, floor, nint, frexp

mp.dps = 60


def rounded(x, bits):
    """x with `bits` significant bits."""
    _, e = frexp(x)
    return ldexp(nint(ldexp(x, bits - e)), e - bits)


def fit(name, f, weight, low, high, terms, bits, fixed=()):
    nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / 400) for i in range(200)]
    rows = [(x, f(x), weight(x) ** 2) for x in nodes]
    known = [mpf(c) for c in fixed]
    while len(known) < terms:
        free = range(len(known), terms)
        a = matrix(len(free), len(free))
        b = matrix(len(free), 1)
        for x, y, w in rows:
            rest = y - sum(c * x**i for i, c in enumerate(known))
            for p, i in enumerate(free):
                b[p] += w * rest * x**i
                for q, j in enumerate(free):
                    a[p, q] += w * x ** (i + j)
        known.append(rounded(lu_solve(a, b)[0], bits))
    worst = max(abs(weight(x) * (y - sum(c * x**i for i, c in enumerate(known)))) for x, y, _ in rows)
    show(f"{name}: relative error 2^{float(log(worst, 2)):.1f}", known, bits)


def show(title, values, bits):
    if bits == 24:  # the shortest decimals that read back
        import numpy
        texts = [numpy.format_float_scientific(numpy.float32(float(v)), unique=True) for v in values]
    else:
        texts = [repr(float(v)) for v in values]
    print(f"// {title}\n[{', '.join(texts)}]")


# e^r = 1 + r + r^2 P(r) on [-ln2/2, ln2/2], relative to e^r - 1, which tanh needs.
half = log(2) / 2 * mpf("1.001")
for bits, terms in ((24, 5), (53, 10)):
    fit(f"EXP {bits}", lambda r: (expm1(r) - r) / r**2, lambda r: r**2 / expm1(r), -half, half, terms, bits, [0.5])

# ln m = 2 atanh(s) = 2 s + s z P(z), z = s^2, s = (m - 1) / (m + 1), m in [43/64, 43/32), relative to ln m.
for bits, terms in ((24, 3), (53, 8)):
    fit(f"LN {bits} {terms}", lambda z: (2 * atanh(z**0.5) - 2 * z**0.5) / z**1.5, lambda z: z**1.5 / atanh(z**0.5) / 2,
        mpf(0), mpf("0.0387"), terms, bits)

# ln 2 in two parts: n * HI is exact for every exponent n, HI + LO is ln 2 to nearly twice the precision.
for bits, hi_bits in ((24, 15), (53, 41)):
    hi = rounded(log(2), hi_bits)
    show(f"LOG2_E, LN2_HI, LN2_LO {bits}", [rounded(1 / log(2), bits), hi, rounded(log(2) - hi, bits)], bits)

# log10 2 likewise; 1 / ln 2 and log10 e as the nearest number and what is left.
for bits, hi_bits in ((24, 15), (53, 41)):
    hi, log2_e, log10_e = rounded(log(2) / log(10), hi_bits), rounded(1 / log(2), bits), rounded(1 / log(10), bits)
    show(f"LOG10_2_HI, LOG10_2_LO {bits}", [hi, rounded(log(2) / log(10) - hi, bits)], bits)
    show(f"LOG2_E_LO, LOG10_E, LOG10_E_LO {bits}", [1 / log(2) - log2_e, log10_e, 1 / log(10) - log10_e], bits)

# f(a) = exp(a^2 / 2) erfc(a / sqrt(2)), a >= 0: (1 + t R(t - 1)) / (1 + a) with t = 2 a / (a + k): src/kernel/activation.rs. Chebyshev's series of R, by powers of t - 1.
k, terms, n = 5, 25, 200


def scaled_erfc(a):
    if a < 100:
        return exp(a * a / 2) * erfc(a / mp.sqrt(2))
    return mp.sqrt(2 / pi) / a * (1 - a**-2 + 3 * a**-4 - 15 * a**-6 + 105 * a**-8 - 945 * a**-10)


def rest(s):
    a = k * (1 + s) / (1 - s)
    return ((1 + a) * scaled_erfc(a) - 1) / (1 + s)


angles = [pi * (2 * i + 1) / (2 * n) for i in range(n)]
values = [rest(cos(angle)) for angle in angles]
series = [2 / mpf(n) * sum(v * cos(j * angle) for v, angle in zip(values, angles)) for j in range(terms)]
chebyshev = [[mpf(1)], [mpf(0), mpf(1)]]
while len(chebyshev) < terms:
    longer = [mpf(0)] + [2 * c for c in chebyshev[-1]]
    chebyshev.append([a - b for a, b in zip(longer, chebyshev[-2] + [mpf(0)] * 2)])
powers = [sum((series[j] / (2 if j == 0 else 1)) * c[i] for j, c in enumerate(chebyshev) if i < len(c)) for i in range(terms)]


def evaluated(a, powers, number):
    """The same steps in another arithmetic: Python's floats are f64, without fused steps as there."""
    t = 2 * a / (a + k)
    tail = number(0)
    for c in reversed(powers):
        tail = tail * (t - 1) + c
    near = ((a < 0.25) + (a < 2)) / 2
    return near + (1 - near - near * a + t * tail) / (1 + a)


points = [mpf(j) / 200 for j in range(-200, 190)]
points = [k * (1 + s) / (1 - s) for s in points]
worst = max(abs(evaluated(a, powers, mpf) / scaled_erfc(a) - 1) for a in points)
numbers = [float(v) for v in powers]
# From the least number on in equal ratios; and densely, with all digits.
grid = [2.0 ** (j / 16) for j in range(-16 * 1074, 97)] + [j / 9973 for j in range(100000)] + [j / 997 for j in range(10000, 64000)]
ulps = max((float(abs(evaluated(a, numbers, float) - (y := scaled_erfc(mpf(a)))) / ldexp(1, math.frexp(float(y))[1] - 53)), a) for a in grid)
show(f"ERFC 53: relative error 2^{float(log(worst, 2)):.1f}, in f64 {ulps[0]:.2f} ulp at {ulps[1]:.17g}", powers, 53)
