"""Writes numpy_random.txt: what np.random.RandomState of NumPy 2.4.6 draws, call after call, on x86-64 Linux.

    python numpy_random.py > numpy_random.txt

A line is a call and its answer, parted by `|`; each goes on where the one before has stopped:

    seed SEED
    rand SHAPE, randn SHAPE             the bits of the numbers in hexadecimal
    randint LOW HIGH SHAPE
    permutation N, shuffle SHAPE        shuffle of 0, 1, 2, ... in that shape
    choice N SHAPE REPLACE

    SHAPE   sizes parted by commas, `()` for none
    answer  numbers parted by blanks; `!` and the error's text; of more than 500 numbers `#` and the sum of (place + 1) * bits, modulo 2^64
"""

import numpy as np

assert np.__version__ == "2.4.6", np.__version__
assert np.random.RandomState(1).randint(9, size=1).dtype == np.int64
# Types of 32 bits and more have the same numbers; those of fewer take several from one draw.
for high in [2, 1000, 2**31 - 1]:
    for dtype in [np.int32, np.uint32, np.uint64]:
        assert (np.random.RandomState(1).randint(high, size=99) == np.random.RandomState(1).randint(high, size=99, dtype=dtype)).all()


def answer(values):
    values = np.asarray(values)
    bits = np.atleast_1d(values).ravel().view(np.uint64)
    if bits.size > 500:
        return f"#{int((bits * np.arange(1, bits.size + 1, dtype=np.uint64)).sum(dtype=np.uint64)):x}"
    return " ".join(f"{int(x):x}" for x in bits) if values.dtype == np.float64 else " ".join(str(x) for x in values.ravel())


def line(call, f):
    try:
        print(f"{call}|{answer(f())}")
    except ValueError as error:
        print(f"{call}|!{error}")


def sizes(shape):
    return ",".join(map(str, shape)) or "()"


def shuffled(state, shape):
    x = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    state.shuffle(x)
    return x


def calls(state):
    for shape in [(), (5,), (2, 3), (3, 0), (700,)]:
        line(f"rand {sizes(shape)}", lambda: state.random_sample(shape))
    # An odd number of normal numbers keeps one for the next call, whatever is drawn in between.
    for shape in [(), (3,), (2, 2), (0,), (50,), (5,)]:
        line(f"randn {sizes(shape)}", lambda: state.standard_normal(shape))
        line("rand 1", lambda: state.rand(1))
    ranges = [(0, 1), (7, 8), (0, 2), (-3, 4), (0, 10), (0, 256), (0, 257), (5, 60000), (0, 2**31), (0, 2**31 + 1), (0, 2**32 - 1)]
    ranges += [(0, 2**32), (0, 2**32 + 1), (-(2**40), 2**40), (0, 2**62 + 1), (0, 2**63 - 1), (-(2**63), 0), (-(2**63), 2**63 - 1)]
    for low, high in ranges:
        for shape in [(), (6,), (2, 0), (2, 2)]:
            line(f"randint {low} {high} {sizes(shape)}", lambda: state.randint(low, high, shape))
    for low, high in [(5, 5), (5, 3), (0, -(2**63))]:
        for shape in [(2,), (0,)]:
            line(f"randint {low} {high} {sizes(shape)}", lambda: state.randint(low, high, shape))
    for n in [0, 1, 2, 10, 65, 1000]:
        line(f"permutation {n}", lambda: state.permutation(n))
    for shape in [(1,), (9,), (4, 3), (1, 5), (3, 2, 2), (0,), (0, 3), (3, 0), (5, 1)]:
        line(f"shuffle {sizes(shape)}", lambda: shuffled(state, shape))
    for n, shape, replace in [
        (10, (4,), True), (60000, (6,), True), (1, (3,), True), (10, (), True), (10, (2, 3), True), (0, (0,), True), (0, (2,), True),
        (10, (4,), False), (10, (10,), False), (10, (11,), False), (7, (2, 3), False), (5, (0,), False), (0, (0,), False), (0, (2,), False),
        (1000, (3,), False),
    ]:
        line(f"choice {n} {sizes(shape)} {replace}", lambda: state.choice(n, shape, replace))


for seed in [0, 1, 42, 2**32 - 1]:
    state = np.random.RandomState(seed)
    print(f"seed {seed}|")
    calls(state)
    line("rand 100000", lambda: state.rand(100000))
    line("randn 300", lambda: state.randn(300))
    line("permutation 100000", lambda: state.permutation(100000))
    line("randint 0 1000000 100000", lambda: state.randint(0, 1000000, 100000))
