"""Writes printing.txt: arrays, and what NumPy 2.4.6 prints for them.

    python printing.py                        the committed file
    python printing.py FILE COUNT SEED        COUNT other arrays, for a wider comparison

A line is one array, in fields parted by `|`:

    dtype|shape|how|precision|values|str|repr

    shape      sizes parted by commas
    how        c: the values in C order; t: the transpose of such an array, whose sizes are the shape's from the end;
               b: the values, one axis, stretched to the shape
    precision  NumPy's print option
    values     integers in decimal, floats as the bits in hexadecimal; where there are too few for the shape, they start again
    str, repr  with `\\n` for the ends of lines
"""

import sys

import numpy as np

assert np.__version__ == "2.4.6", np.__version__

INTEGERS = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]
FLOATS = [np.float64, np.float32]


def near(x, dtype):
    """x and its two neighbours."""
    x = dtype(x)
    return [np.nextafter(x, dtype(-np.inf)), x, np.nextafter(x, dtype(np.inf))]


def specials(dtype):
    """Where a rule of printing changes, and its neighbours."""
    tiny, huge = np.finfo(dtype).smallest_subnormal, np.finfo(dtype).max
    values = [0.0, -0.0, np.nan, np.inf, -np.inf, tiny, np.finfo(dtype).tiny, huge, -huge, 1 / 3, -2 / 3, 0.1, 1e23, 9.5, 0.95]
    for x in [1e-5, 1e-4, 1e-3, 1.0, 999.9999, 1e3, 1e5, 1e6, 1e7, 1e8, 1e15, 1e16, 0.99999999, 9.99999995, 0.999999995]:
        values += near(x, dtype)
    # Halves behind the eighth digit: ties in the exact value.
    values += [(2 * k + 1) / 2.0**9 for k in range(6)]
    return [dtype(x) for x in values]


def floats(rng, dtype, n):
    bits = np.uint64 if dtype is np.float64 else np.uint32
    lowest, highest = (-320, 306) if dtype is np.float64 else (-44, 37)
    kind = rng.integers(12)
    with np.errstate(all="ignore"):
        if kind == 0:
            x = rng.integers(0, np.iinfo(bits).max, n, bits, endpoint=True).view(dtype)
        elif kind == 1:
            x = rng.choice(np.array(specials(dtype), dtype), n)
        elif kind == 2:
            x = rng.integers(-(10 ** rng.integers(1, 9)), 10 ** rng.integers(1, 9), n).astype(dtype)
        elif kind == 3:
            x = np.round(rng.normal(size=n) * 10.0 ** rng.integers(-2, 4), rng.integers(0, 9)).astype(dtype)
        elif kind == 4:
            x = (rng.normal(size=n) * 10.0 ** rng.integers(lowest, highest)).astype(dtype)
        elif kind == 5:
            x = (rng.normal(size=n) * 10.0 ** rng.uniform(-9, 9, n)).astype(dtype)
        elif kind == 6:
            # Ties, at every precision.
            x = (rng.integers(-5000, 5000, n) / 2.0 ** rng.integers(1, 13)).astype(dtype)
        elif kind == 7:
            # Ratios of 1000, give or take.
            x = dtype(rng.uniform(0.001, 1))
            x = rng.choice([x, x * dtype(1000), *near(x * dtype(1000), dtype)], n).astype(dtype)
        elif kind == 8:
            lowest, highest = (-1074, 1024) if dtype is np.float64 else (-149, 128)
            x = np.ldexp(dtype(1), rng.integers(lowest, highest, n)).astype(dtype)
        else:
            x = rng.normal(size=n).astype(dtype) * dtype(rng.choice([1, 1, 1, 10, 1000, 0.01]))
        if rng.random() < 0.2:
            x = np.where(rng.random(n) < 0.3, rng.choice(np.array([np.nan, np.inf, -np.inf, 0.0, -0.0], dtype), n), x)
    return x.astype(dtype)


def values(rng, dtype, n):
    if dtype is np.bool_:
        return rng.random(n) < 0.5
    if dtype in FLOATS:
        return floats(rng, dtype, n)
    info = np.iinfo(dtype)
    reach = int(2.0 ** rng.uniform(0, 64))
    return rng.integers(max(info.min, -reach), min(info.max, reach), n, dtype, endpoint=True)


def shape(rng):
    kind = rng.integers(20)
    if kind == 0:
        return ()
    if kind < 8:
        return (int(rng.integers(1, 40)),)
    if kind == 8:
        n = [int(n) for n in rng.integers(0, 4, rng.integers(1, 6))]
        n[rng.integers(len(n))] = 0
        return tuple(n)
    if kind == 9:
        # Around the threshold, and far beyond.
        return [(1000,), (1001,), (10, 100), (7, 143), (2, 501), (501, 2), (2, 2, 251), (11, 10, 10), (3, 7, 48),
                (6, 6, 28), (2, 3, 4, 6, 8), (7, 7, 7, 7), (5000,), (70000, 2)][rng.integers(14)]
    if kind == 10:
        return (1,) * int(rng.integers(1, 9)) + (int(rng.integers(1, 12)),)
    rank = int(rng.integers(1, 6))
    most = [40, 14, 6, 4, 3][rank - 1]
    return tuple(int(n) for n in rng.integers(1, most + 1, rank))


def build(x, shape, how):
    if how == "b":
        return np.broadcast_to(x, shape)
    if how == "t":
        return np.resize(x, shape[::-1]).T
    return np.resize(x, shape) if x.size else np.zeros(shape, x.dtype)


def line(x, shape, how="c", precision=8):
    if x.dtype.kind == "f":
        text = [f"{v:x}" for v in x.view(np.uint64 if x.dtype == np.float64 else np.uint32).tolist()]
    else:
        text = [str(int(v)) for v in x]
    array = build(x, shape, how)
    assert array.shape == tuple(shape) and array.dtype == x.dtype
    with np.printoptions(precision=precision):
        printed = [str(array).replace("\n", "\\n"), repr(array).replace("\n", "\\n")]
    assert "|" not in printed[1]
    return "|".join([x.dtype.name, ",".join(map(str, shape)), how, str(precision), " ".join(text), *printed])


def random_line(rng):
    dtype = rng.choice([np.float64, np.float32] * 6 + [np.bool_] + INTEGERS)
    sizes = shape(rng)
    n = int(np.prod(sizes))
    how = rng.choice(["c"] * 8 + ["t", "b"])
    if n == 0:
        x, how = np.zeros(0, dtype), "c"
    elif how == "b" and sizes:
        x = values(rng, dtype, sizes[-1] if sizes[-1] <= 100 and rng.random() < 0.7 else 1)
    else:
        how = how if sizes else "c"
        x = values(rng, dtype, n if n <= 120 else 60)
    precision = 8 if rng.random() < 0.7 else int(rng.integers(0, 21))
    return line(x, sizes, str(how), precision)


def every_rule():
    """Each rule at least once, whatever chance brings."""
    for dtype in FLOATS:
        alone = specials(dtype)
        for x in alone:
            yield line(np.array([x]), ())
            yield line(np.array([x]), (1,))
            yield line(np.array([x, 1], dtype), (2,))
            yield line(np.array([x, np.nan, -1.5], dtype), (3,))
        for precision in range(10):
            yield line(np.array(alone), (len(alone),), "c", precision)
            yield line(np.array([0.0004, 0.00044, 0.00056, 0.00095, 0.05, 0.25], dtype), (6,), "c", precision)
            yield line(np.array([0.5, 1.5, 2.5, -0.5, 9.9996], dtype), (5,), "c", precision)
            yield line(np.array([1 / 3]).astype(dtype), (), "c", precision)
    # Powers of two, whose neighbour below is nearer than that above, beside an element of many digits.
    for power in [-149, -126, -24, -14, -1, 24, 60, 87, 103, 127]:
        yield line(np.array([2.0**power, 1.2345678e-30], np.float32), (2,))
    for power in [-1074, -1022, -645, -569, -499, 60, 149, 740, 890, 956, 966, 1023]:
        yield line(np.array([2.0**power, 1.2345678901234567e-30]), (2,), "c", 15)
    # Of the fewest digits two choices are equally near: the even one.
    ties = np.array([27.0390625, 27.0546875, -0.1708984375, 3.3017578125], np.float32)
    for k in range(4):
        yield line(ties[k : k + 1], ())
        yield line(ties[k:], (4 - k,))
        yield line(np.append(ties[k], np.float32(1e-9)), (2,))
    for x in [1e99, 1e100, 9.99e99, 1e-99, 1e-100, 9.99e-100]:
        yield line(np.array([x, -1.0, np.nan]), (3,))
    # Just at the threshold, and axes that are just short enough.
    for sizes in [(1000,), (1001,), (6, 167), (7, 143), (167, 6), (143, 7), (6, 6, 28), (28, 6, 6), (10, 10, 10), (7, 11, 13)]:
        yield line(np.arange(7, dtype=np.int64), sizes)
    for dtype in [np.bool_, *INTEGERS, *FLOATS]:
        for sizes in [(), (0,), (0, 3), (3, 0), (2, 0, 2), (1,), (1, 1), (2, 3), (3, 2), (2, 2, 2), (1, 2, 1, 2), (2, 1, 2, 1, 2)]:
            n = int(np.prod(sizes))
            yield line((np.arange(n) * 7 % 5).astype(dtype), sizes)
        # Where lines break, and where the dtype moves to a line of its own.
        for n in range(1, 40):
            yield line(np.arange(min(n, 3)).astype(dtype), (n,))
        for sizes in [(1001,), (1002, 1), (2, 600), (1,) * 64, (1,) * 63 + (9,), (1,) * 60 + (2,) * 2]:
            yield line((np.arange(100) % 100).astype(dtype), sizes)
    for sizes in [(8, 9, 10, 11), (4,) * 5, (2,) * 10]:
        yield line(np.arange(50, dtype=np.int8), sizes)
    for width in range(1, 18):
        for n in range(1, 12):
            yield line(np.array([10**width, 1]), (2, n))


def main():
    if len(sys.argv) == 4:
        rng = np.random.default_rng(int(sys.argv[3]))
        lines = (random_line(rng) for _ in range(int(sys.argv[2])))
        path = sys.argv[1]
    else:
        # Most of the arrays small, to keep the file small.
        rng = np.random.default_rng(20240607)
        chance = [random_line(rng) for _ in range(10000)]
        short = [text for text in chance if len(text) < 260]
        long = [text for text in chance if 260 <= len(text) < 3000]
        lines = [*every_rule()] + short[:3200] + long[:120]
        path = __file__.removesuffix(".py") + ".txt"
    with open(path, "w", encoding="ascii", newline="\n") as out:
        out.writelines(text + "\n" for text in lines)


main()
