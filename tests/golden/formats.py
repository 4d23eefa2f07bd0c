"""Writes tests/golden/formats/: files as NumPy and safetensors write them, and expected.tsv, what is in them.

    pip install numpy==2.4.6 safetensors==0.8.0 && python tests/golden/formats.py

One line of expected.tsv per tensor: file, name, type once read, shape, C or F, its elements in C order as little-endian hex
(or their FNV-1a hash where there are many). Of files named bad-*, no tensor can be had; their line holds a part of the error's text.
"""

import collections
import gzip
import io
import json
import os
import pickle
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy

assert np.__version__ == "2.4.6" and safetensors.__version__ == "0.8.0"
HERE = Path(__file__).parent / "formats"
LINES = []
TYPES = ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]


def fnv(data):
    hash = 0xCBF29CE484222325
    for byte in data:
        hash = (hash ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"#{hash:016x}"


def expect(file, name, array):
    array = np.asarray(array)
    order = "F" if array.flags.fnc else "C"
    if array.dtype.kind == "f" and array.dtype.itemsize == 2:
        array = array.astype("f4")
    data = array.astype(array.dtype.newbyteorder("<")).tobytes("C")
    shape = ",".join(map(str, array.shape)) or "-"
    text = (data.hex() or "-") if len(data) <= 128 else fnv(data)
    LINES.append("\t".join([file, name or "-", array.dtype.name, shape, order, text]))


def put(file, data, tensors):
    (HERE / file).write_bytes(data)
    for name, array in tensors.items():
        expect(file, name, array)
    if not tensors:
        LINES.append(f"{file}\t-\tnone")


def bad(file, data, text):
    (HERE / ("bad-" + file)).write_bytes(data)
    LINES.append(f"bad-{file}\t{text}")


def npy(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    return out.getvalue()


def values(code, shape):
    """Numbers that show byte order, sign and rounding."""
    n = int(np.prod(shape))
    kind = code[0]
    if kind == "b":
        flat = np.arange(n) % 3 == 0
    elif kind == "f":
        special = [0.1, -0.0, np.inf, -np.inf, np.nan, 65504.0, 6e-8, -1.5]
        flat = np.array([special[i % 8] for i in range(n)])
    else:
        info = np.iinfo(code)
        flat = np.array([[info.min, info.max, 1, 2, 3, info.max // 3][i % 6] for i in range(n)], dtype=code)
    return flat.astype(code).reshape(shape)


def npy_files():
    for code in TYPES:
        for order in "CF":
            for end, tag in (("<", "le"), (">", "be")):
                array = np.asarray(values(code, (2, 3)), dtype=end + code, order=order)
                put(f"npy-{code}-{order}-{tag}.npy", npy(array), {"": array})
    cube = np.arange(24, dtype="i4").reshape(2, 3, 4)
    put("gzip-two.npy.gz", gzip.compress(npy(cube) + npy(np.array(["more"])), mtime=0), {"arr_0": cube})
    for name, array in {
        "scalar": np.array(1.5),
        "empty": np.zeros((0, 3), "f4"),
        "empty-f": np.zeros((3, 0, 2), "i2", order="F"),
        "vector": np.arange(5, dtype="u1"),
        "cube": cube,
        "cube-f": np.asfortranarray(cube),
        "axes-64": np.full((1,) * 64, 7, "i8"),
    }.items():
        put(f"npy-{name}.npy", npy(array), {"": array})
    for version in [(1, 0), (2, 0), (3, 0)]:
        put(f"npy-version-{version[0]}.npy", npy(cube, version), {"": cube})
    refused = {
        "object": np.array([None, 1], dtype=object),
        "complex": np.array([1j]),
        "bytes": np.array([b"ab"]),
        "string": np.array(["ab"]),
        "structured": np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        "datetime": np.array(["2020-01-01"], dtype="M8[D]"),
        "timedelta": np.array([1], dtype="m8[s]"),
        "extended": np.array([1.0], dtype=np.longdouble),
        "void": np.array([b"abc"], dtype="V3"),
    }
    for name, array in refused.items():
        bad(f"{name}.npy", npy(array), name)


def skewed(n):
    """Bytes whose frequencies fall like Fibonacci numbers: codes of every length up to 15."""
    rng = np.random.default_rng(1)
    weights = np.array([0.62 ** min(i, 22) for i in range(256)])
    return rng.choice(256, size=n, p=weights / weights.sum()).astype("u1")


def idx(array):
    code = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}[array.dtype.str[1:]]
    head = bytes([0, 0, code, array.ndim]) + b"".join(struct.pack(">I", n) for n in array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def idx_and_gzip_files():
    for code in ["u1", "i1", "i2", "i4", "f4", "f8"]:
        array = values(code, (3, 2))
        put(f"idx-{code}.idx", idx(array), {"": array})
    put("idx-empty.idx", idx(np.zeros((0, 28, 28), "u1")), {"": np.zeros((0, 28, 28), "u1")})
    rng = np.random.default_rng(2)
    arrays = {
        "skewed": skewed(12000).reshape(60, 200),
        "random": rng.integers(0, 256, 3000).astype("u1"),
        "zeros": np.zeros(70000, "u1"),
        "periods": np.concatenate([np.tile(rng.integers(0, 256, p).astype("u1"), 200 // p) for p in range(1, 40)]),
        "text": np.frombuffer((" ".join(str(i * i) for i in range(1200))).encode(), "u1"),
    }
    for name, array in arrays.items():
        for tag, level, strategy in [
            ("stored", 0, zlib.Z_DEFAULT_STRATEGY),
            ("fast", 1, zlib.Z_DEFAULT_STRATEGY),
            ("best", 9, zlib.Z_DEFAULT_STRATEGY),
            ("fixed", 6, zlib.Z_FIXED),
            ("huffman", 6, zlib.Z_HUFFMAN_ONLY),
            ("rle", 6, zlib.Z_RLE),
        ]:
            if tag == "stored" and name != "random" or tag == "huffman" and name in ("zeros", "text", "periods"):
                continue
            coder = zlib.compressobj(level, zlib.DEFLATED, 31, 9, strategy)
            put(f"gzip-{name}-{tag}.gz", coder.compress(idx(array)) + coder.flush(), {"": array})
    array = np.arange(10, dtype="u1")
    whole = idx(array)
    parts = [gzip.compress(part, mtime=0) for part in (whole[:5], b"", whole[5:])]
    put("gzip-members.gz", b"".join(parts) + bytes(7), {"": array})
    head = b"\x1f\x8b\x08\x1f\0\0\0\0\0\xff" + b"\x04\0ABCD" + b"name\0" + b"comment\0"
    head += struct.pack("<H", zlib.crc32(head) & 0xFFFF)
    put("gzip-fields.gz", head + parts[0][10:] + parts[2], {"": array})
    put("gzip-npy.npy.gz", gzip.compress(npy(array), mtime=0), {"": array})
    bad("gzip-trailing.gz", parts[0] + parts[2] + b"x", "ends inside the header")
    bad("gzip-twice.gz", gzip.compress(gzip.compress(whole, mtime=0), mtime=0), "gzip inside gzip")


class Stream(io.RawIOBase):
    """A file that cannot seek, so that zip sizes follow the members."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def zipped(members, method=zipfile.ZIP_STORED, comment=b"", stream=False):
    out = Stream() if stream else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in members:
            file.writestr(zipfile.ZipInfo(name), data, method)
        file.comment = comment
    return out.data if stream else out.getvalue()


def npz_files():
    arrays = {code: values(code, (2, 3)) for code in TYPES}
    arrays["F"] = np.asfortranarray(arrays["f4"])
    arrays["layer/0.weight"] = np.arange(4.0)
    arrays["größe"] = np.array(7)
    arrays["zeros"] = np.zeros((50, 40))
    arrays["empty"] = np.zeros((0, 2))
    for name, save in {"savez": np.savez, "compressed": np.savez_compressed}.items():
        out = io.BytesIO()
        save(out, **arrays)
        put(f"npz-{name}.npz", out.getvalue(), arrays)
    out = io.BytesIO()
    np.savez(out, arrays["i2"], arrays["f8"])
    put("npz-positional.npz", out.getvalue(), {"arr_0": arrays["i2"], "arr_1": arrays["f8"]})
    out = io.BytesIO()
    np.savez(out)
    put("npz-empty.npz", out.getvalue(), {})
    a, b = npy(arrays["i4"]), npy(arrays["F"])
    two = {"a": arrays["i4"], "b": arrays["F"]}
    both = [("a.npy", a), ("b.npy", b)]
    put("npz-comment.npz", zipped(both, comment=b"PK\x05\x06 and more" * 3), two)
    put("npz-stream.npz", zipped(both, stream=True), two)
    put("npz-stream-deflated.npz", zipped(both, zipfile.ZIP_DEFLATED, stream=True), two)
    put("npz-other-members.npz", zipped([("README", b"hello")] + both), two)
    others = [("s.npy", npy(np.array(["ab", "c"]))), ("o.npy", npy(np.array([None]))), ("z", npy(np.array([1j])))]
    others += [("r.npy", npy(np.zeros(2, dtype=[("a", "i4"), ("b", "f8", (2,))]))), ("e.npy", npy(np.array([b""])))]
    put("npz-others.npz", zipped([others[0]] + both + others[1:], zipfile.ZIP_DEFLATED), two)
    # The same with a zip64 end record, as files of more than 65535 members or 4 GiB have it.
    plain = zipped(both)
    end = len(plain) - 22
    size, offset = struct.unpack("<II", plain[end + 12 : end + 20])
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, size, offset)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    full = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    put("npz-zip64.npz", plain[:end] + record + locator + full, two)

    bad("npz-bzip2.npz", zipped(both, zipfile.ZIP_BZIP2), "bzip2")
    bad("npz-lzma.npz", zipped(both, zipfile.ZIP_LZMA), "LZMA")
    bad("npz-up.npz", zipped([("../../etc/passwd.npy", a)]), "not the name of a file")
    bad("npz-root.npz", zipped([("/etc/passwd.npy", a)]), "not the name of a file")
    bad("npz-drive.npz", zipped([("C:a.npy", a)]), "not the name of a file")
    bad("npz-backslash.npz", zipped([("a/b.npy", a)]).replace(b"a/b.npy", b"a\\b.npy"), "not the name of a file")
    bad("npz-nothing.npz", zipped([("data.pkl", b"x")]), "none of its 1 members is an array")
    bad("npz-object.npz", zipped([("a.npy", npy(np.array([None])))]), "object")
    bad("npz-twice.npz", zipped([("a.npy", a), ("b.npy", a)]).replace(b"b.npy", b"a.npy"), "stands twice")


def safetensors_files():
    arrays = {code: values(code, (2, 3)) for code in TYPES}
    arrays["scalar"] = np.array(2.5)
    arrays["empty"] = np.zeros((0, 4), "f4")
    arrays["größe 😀"] = np.arange(3, dtype="u2")
    data = safetensors.numpy.save(arrays, metadata={"format": "np", "who": "größe"})
    names = list(json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")]))
    put("safetensors-all.safetensors", data, {n: arrays[n] for n in names if n != "__metadata__"})
    put("safetensors-none.safetensors", safetensors.numpy.save({}), {})
    bits = np.array([0x3F80, 0x8000, 0x7F80, 0xFF80, 0x7FC0, 0x0001, 0x4049], "u2")
    wide = (bits.astype("u4") << 16).view("f4")
    put("safetensors-bf16.safetensors", raw_safetensors({"x": ("BF16", [7], bits.tobytes())}), {"x": wide})
    head = '{"a\\u00e9\\n\\ud83d\\ude00\\"\\/" : {"shape": [1], "data_offsets":[0,1],\t"dtype":"U8"} }  '
    array = np.array([9], "u1")
    data = struct.pack("<Q", len(head)) + head.encode() + b"\x09"
    (HERE / "safetensors-escapes.safetensors").write_bytes(data)
    LINES.append("\t".join(["safetensors-escapes.safetensors", 'aé\\n😀"/', "uint8", "1", "C", "09"]))
    tensors = {"a": ("F8_E4M3", [3], bytes(3)), "b": ("U8", [2], b"\1\2"), "c": ("F4", [2, 3], bytes(3)), "d": ("C64", [1], bytes(8))}
    put("safetensors-others.safetensors", raw_safetensors(tensors), {"b": np.array([1, 2], "u1")})
    for name, dtype in {"f8": "F8_E4M3", "complex": "C64"}.items():
        size = {"F8_E4M3": 1, "C64": 8}[dtype]
        bad(f"{name}.safetensors", raw_safetensors({"x": (dtype, [1], bytes(size))}), f'elements of type "{dtype}"')


def raw_safetensors(tensors):
    header, data = {}, b""
    for name, (dtype, shape, part) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def old(data):
    """A pickle as NumPy 1 wrote it: numpy.core instead of numpy._core. Without its frame, whose length would change."""
    assert data[2:3] == b"\x95" or b"\x95" not in data[:3]
    if data[2:3] == b"\x95":
        data = data[:2] + data[11:]
    for module in [b"multiarray", b"numeric"]:
        name = b"numpy._core." + module
        data = data.replace(b"c" + name, b"cnumpy.core." + module)
        data = data.replace(bytes([0x8C, len(name)]) + name, bytes([0x8C, len(name) - 1]) + b"numpy.core." + module)
    assert b"_core" not in data
    return data


def pkl_files():
    cube = np.arange(24, dtype="i4").reshape(2, 3, 4)
    tree = {code: values(code, (2, 3)) for code in TYPES}
    tree |= {
        "F": np.asfortranarray(values("f4", (2, 3))),
        "big": values("f8", (3,)).astype(">f8"),
        "strided": cube[:, ::2, 1],
        "scalar": np.array(2.5),
        "empty": np.zeros((0, 4), "f4"),
        "list": [np.arange(3), (np.arange(2.0), 7, -1.5, True), {"x": np.float32(0.1), 3: -(2**40)}],
        "numbers": [[True, 2], (-(2**40), 0.5), [3, 4]],
    }
    flat = {k: v for k, v in tree.items() if k not in ("list", "numbers")}
    flat |= {"list.0": np.arange(3), "list.1.0": np.arange(2.0), "list.1.1": 7, "list.1.2": -1.5, "list.1.3": True}
    flat |= {"list.2.x": np.float32(0.1), "list.2.3": -(2**40), "numbers": np.array(tree["numbers"])}
    for protocol in [2, 3, 4, 5]:
        data = pickle.dumps(tree, protocol)
        put(f"pkl-dict-{protocol}.pkl", data, flat)
        put(f"pkl-old-{protocol}.pkl", old(data), flat)
        put(f"pkl-array-{protocol}.pkl", pickle.dumps(cube.T, protocol), {"": cube.T})
        put(f"pkl-list-{protocol}.pkl", pickle.dumps([cube, cube], protocol), {"0": cube, "1": cube})
        put(f"pkl-none-{protocol}.pkl", pickle.dumps({}, protocol), {})
    # As Python 2 and NumPy 1 wrote {"w": np.array([1, 2], "<i2")}: strings are bytes, and so are the elements.
    python2 = b"\x80\x02}q\x00U\x01wq\x01cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\nq\x03K\x00\x85q\x04U\x01bq\x05"
    python2 += b"\x87q\x06Rq\x07(K\x01\x8a\x01\x02\x85q\x08cnumpy\ndtype\nq\x09U\x02i2q\x0aK\x00K\x01\x87q\x0bRq\x0c(K\x03U\x01<q\x0d"
    python2 += b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x0eb\x89T\x04\x00\x00\x00\x01\x00\x02\x00q\x0ftq\x10bs."
    assert list(pickle.loads(python2, encoding="latin1")["w"]) == [1, 2]
    put("pkl-python2.pkl", python2, {"w": np.array([1, 2], "i2")})
    put("pkl-text.pkl", pickle.dumps({"who": "größe", "net": {"name": "x", "w": np.arange(2)}}), {"net.w": np.arange(2)})

    put("pkl-ordered.pkl", pickle.dumps(collections.OrderedDict(a=1), 4), {"a": 1})

    class Python2(collections.OrderedDict):
        def __reduce__(self):
            return collections.OrderedDict, ([[key, value] for key, value in self.items()],)

    put("pkl-ordered-list.pkl", pickle.dumps(Python2(b=np.arange(2), a=1), 2), {"b": np.arange(2), "a": 1})
    # Beside what is not read.
    others = {"none": None, "set": {1, 2}, "bytes": b"x", "complex": 1j, "big": 2**64, "texts": np.array(["a", "bc"]),
              "objects": np.array([None]), "ragged": [[1, 2], [3]], "records": np.zeros(1, dtype=[("a", "i4")]),
              "times": np.array(["2020-01-01"], "M8[D]"), "keys": {(0, 1): 2}, "text": np.str_("a")}  # fmt: skip
    for protocol in [2, 3, 4, 5]:
        data = pickle.dumps(others | {"w": np.arange(2)}, protocol)
        put(f"pkl-others-{protocol}.pkl", data, {"w": np.arange(2)})

    class Call:
        def __reduce__(self):
            return os.system, ("echo pwned",)

    refused = {
        "system": (Call(), 'it asks for "posix.system": only NumPy arrays are read, and no code runs'),
        "inside": ({"w": np.arange(2), "x": [Call()]}, "posix.system"),
        "complex": (1j, "the pickle is a complex number, not an array"),
        "set": ({1, 2}, "the pickle is a set, not an array"),
        "none": ({"a": None}, '"a" is left out: None, not read'),
        "bytes": ({"a": b"x"}, '"a" is left out: bytes, not read'),
        "objects": (np.array([None]), "object"),
        "complexes": (np.array([1j]), "complex"),
        "strings": (np.array(["a"]), "string"),
        "records": (np.zeros(1, dtype=[("a", "i4")]), "structured"),
        "matrix": (np.matrix([[1.0]]), "numpy.matrix"),
        "wide": (2**64, "beyond int64"),
    }
    for name, (value, text) in refused.items():
        bad(f"{name}.pkl", pickle.dumps(value, 4), text)
    bad("protocol-0.pkl", pickle.dumps([1], 0), "a pickle of protocol 0 or 1")
    loop = []
    loop.append(loop)
    bad("loop.pkl", pickle.dumps(loop, 4), "nested more than 32 deep")


HERE.mkdir(exist_ok=True)
for stale in HERE.iterdir():
    stale.unlink()
npy_files()
idx_and_gzip_files()
npz_files()
safetensors_files()
pkl_files()
(HERE / "expected.tsv").write_text("\n".join(LINES) + "\n", newline="\n")
print(len(LINES), "lines,", sum(f.stat().st_size for f in HERE.iterdir()), "bytes")
