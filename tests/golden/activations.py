"""Writes tests/golden/activations.txt: activations of torch's at points of all sizes, rounded from sixty digits.

    pip install mpmath && python tests/golden/activations.py

A line is the word of a layer, the bits of x and those of the float64 nearest to the result. Most points are those of float32, too, so that f32 has the nearest float32 to compare with.
"""

import random
import struct
from pathlib import Path

from mpmath import erfc, exp, expm1, log1p, mp, mpf, pi, sqrt

mp.dps = 60
random.seed(1)


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", float(x)))[0]


FUNCTIONS = {
    "elu(1.0)": lambda x: x if x > 0 else expm1(x),
    "elu(0.75)": lambda x: x if x > 0 else mpf("0.75") * expm1(x),
    "gelu": lambda x: x / 2 * erfc(-x / sqrt(2)),
    "gelu_tanh": lambda x: x / (1 + exp(-2 * sqrt(2 / pi) * (x + mpf(0.044715) * x**3))),
    "silu": lambda x: x / (1 + exp(-x)),
    "softplus(1.0)": lambda x: log1p(exp(-abs(x))) + max(x, 0),
    "softplus(2.0)": lambda x: (log1p(exp(-abs(2 * x))) + max(2 * x, 0)) / 2,
}
# Where the formula of GELU changes, and where factors and results of it are the smallest: on both sides of 0 and of 0.25, below -8, at the last normal results.
GELU = [s * x for s in (-1, 1) for x in (2.0**-1074, 2.0**-1022, 1e-30, 0.25 - 2.0**-26, 0.25, 0.28)] + [-37.5, -37.63, -38.4, -40.0]

lines = []


def line(word, x, least):
    y = FUNCTIONS[word](mpf(x))
    if abs(y) >= least:
        lines.append(f"{word} {bits(x):016x} {bits(y):016x}")


for word in FUNCTIONS:
    for i in range(120):
        x = random.uniform(-1, 1) * [1, 8, 36, 1e-3, 1e-9][i % 5]
        line(word, struct.unpack("<f", struct.pack("<f", x))[0], 1e-300)
for x in GELU + [random.uniform(-38, -8) for _ in range(60)] + [random.uniform(-0.3, 0.3) for _ in range(60)]:
    line("gelu", x, 0)
Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n", newline="\n")
print(len(lines), "lines")
