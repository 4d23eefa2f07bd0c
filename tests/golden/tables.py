"""Writes tests/golden/tables/: one table as pandas and NumPy write it, in many forms, and its numbers; and tests/golden/packed/: rows in gzip.

    pip install numpy==2.4.6 pandas==3.1.1 && python tests/golden/tables.py

Every file holds the columns id, "height, cm" and width, and all but plain.csv and *savetxt.txt a text, species; rows.npy
has height and width in float64, as pandas reads them from each file. (numbered.csv has no names but 0 and 1, beside
id.) The end prints what the tests of --mean and --std expect.

Each file in packed is one gzip member of lines as `x..x;0.5;-12`, with deflate's blocks of one kind: their names.
"""

import csv
import random
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

assert np.__version__ == "2.4.6" and pd.__version__ == "3.1.1"
HERE = Path(__file__).parent / "tables"
HERE.mkdir(exist_ok=True)

table = pd.DataFrame({
    "id": [7, 8, 9, 10],
    "height, cm": [5.1, 0.1 + 0.2, -1e-3, 123456789.125],
    "width": [3.5, 1e22, 0.0, 2.5e-308],
    "species": ['a "b", c', "ümlaut; x", "two\twords", "plain"],
})
wanted = table[["height, cm", "width"]].to_numpy()
np.save(HERE / "rows.npy", wanted)

FORMS = {
    "comma.csv": {},
    "semicolon.csv": {"sep": ";"},
    "tab.tsv": {"sep": "\t"},
    "crlf.csv": {"lineterminator": "\r\n", "encoding": "utf-8-sig"},
    "quoted.csv": {"quoting": csv.QUOTE_ALL, "sep": ";"},
    "texts.csv": {"quoting": csv.QUOTE_NONNUMERIC},
    "blank.csv": {"sep": " ", "quoting": csv.QUOTE_NONNUMERIC},
    "packed.csv.gz": {"compression": {"method": "gzip", "mtime": 1}},
    "bare.csv": {"header": False},
    "plain.csv": {"header": False, "columns": ["id", "height, cm", "width"]},
}
for name, form in FORMS.items():
    table.to_csv(HERE / name, index=False, **form)
    reading = {"sep": form.get("sep", ","), "header": None if form.get("header") is False else 0}
    back = pd.read_csv(HERE / name, **reading).iloc[:, 1:3]
    assert (back.to_numpy().view("u8") == wanted.view("u8")).all(), name
# Columns without names are numbered.
numbered = pd.DataFrame(wanted)
numbered.insert(0, "id", table["id"])
numbered.to_csv(HERE / "numbered.csv", index=False)
back = pd.read_csv(HERE / "numbered.csv")
assert list(back.columns) == ["id", "0", "1"] and (back[["0", "1"]].to_numpy().view("u8") == wanted.view("u8")).all()
numbers = table[["id", "height, cm", "width"]].to_numpy()
np.savetxt(HERE / "savetxt.txt", numbers, header="id height width", comments="", fmt="%.17g")
# With a mark before the heading, as it is usual.
np.savetxt(HERE / "commented-savetxt.txt", numbers, header="id height width", fmt="%.17g")

mean, std = np.array([2.0, 0.1]), np.array([0.3, 7.0])
rows = np.array([[5.1, 3.5], [-1e-3, 0.0]])
print(((rows - mean) / std).tolist())
print(((rows.astype("f4") - mean.astype("f4")) / std.astype("f4")).tolist(), "as float32")

PACKED = HERE.parent / "packed"
PACKED.mkdir(exist_ok=True)
draw = random.Random(24)
line = lambda n: f"{draw.choice('abc') * draw.randrange(n, 2 * n)};{draw.randrange(1000) / 8};{draw.randrange(-99, 99)}\n"
lines = "".join(line(10) for _ in range(1000)).encode()
period = "".join(line(100) for _ in range(50)).encode()
FORMS = {
    "stored": (lines, 0, zlib.Z_DEFAULT_STRATEGY),
    "fixed": (lines, 9, zlib.Z_FIXED),
    "literals": (lines, 9, zlib.Z_HUFFMAN_ONLY),
    "dynamic": (lines, 9, zlib.Z_DEFAULT_STRATEGY),
    # One block, of 16383 symbols at most, that inflates to many windows.
    "long": (period * 100, 9, zlib.Z_DEFAULT_STRATEGY),
}
for name, (data, level, strategy) in FORMS.items():
    coder = zlib.compressobj(level, zlib.DEFLATED, 31, 8, strategy)
    packed = coder.compress(data) + coder.flush()
    assert packed[10] >> 1 & 3 == {"stored": 0, "fixed": 1}.get(name, 2), name
    (PACKED / f"{name}.csv.gz").write_bytes(packed)
    print(name, len(packed), len(data))
