"""Files there and back: NumPy and safetensors write, nptensor reads and writes again, NumPy and safetensors read: nothing has changed.

    python round_trips.py ../../target/release/nptensor [FOLDER]        # FOLDER: the book's weights, if they are there

Every element type, both byte orders, C and Fortran order, 0-d, empty, one axis to eight; npy, npz stored and deflated, safetensors with
metadata, pickles of protocols 2 to 5, IDX plain and gzipped. Compared are bits: types, shapes, names in their order, elements, nan included.
Half precision comes back as float32, as NumPy widens it; for bfloat16, whose bits NumPy does not know, shifted by hand.
"""

import collections
import gzip
import pickle
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy

TYPES = ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]
SHAPES = [(), (1,), (5,), (0,), (2, 3), (0, 3), (3, 0, 2), (2, 3, 4), (4, 1, 3), (2, 1, 2, 1, 2, 1, 2, 1)]
COUNT = 0


def values(code, shape):
    """Random bits of a type, so that every sign, exponent and nan is met."""
    dtype = np.dtype(code)
    count = int(np.prod(shape))
    if code == "b1":
        return np.random.default_rng(1).integers(0, 2, count).astype(bool).reshape(shape)
    return np.frombuffer(np.random.default_rng(count).bytes(count * dtype.itemsize), dtype).reshape(shape)


def widened(array):
    """What is expected back: little-endian, float16 as float32."""
    array = array.astype("<f4") if array.dtype.str[1:] == "f2" else array
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def same(name, found, array, order=True):
    """Equal in type, shape, order and bits; of a float16's nan the sign and the fraction's upper bits are for NumPy to choose."""
    global COUNT
    wanted = widened(array)
    assert found.dtype == wanted.dtype and found.shape == wanted.shape, f"{name}: {found.dtype} {found.shape}"
    assert not order or found.flags.fnc == array.flags.fnc, f"{name}: {found.flags}"
    if array.dtype.str[1:] == "f2":
        nan = np.isnan(wanted)
        assert (np.isnan(found) == nan).all(), name
        found, wanted = np.where(nan, 0, found), np.where(nan, 0, wanted)
    assert found.tobytes() == wanted.tobytes(), f"{name}: {found} is not {wanted}"
    COUNT += 1


def all_same(name, found, arrays, order=True):
    assert list(found) == list(arrays), f"{name}: {list(found)} are not {list(arrays)}"
    for key in arrays:
        same(f"{name}: {key}", found[key], arrays[key], order)


class Tool:
    """nptensor as a filter between files of two names."""

    def __init__(self, command, folder):
        self.command, self.folder = command, Path(folder)

    def convert(self, data, before, after, *options):
        source, target = self.folder / f"in.{before}", self.folder / f"out.{after}"
        source.write_bytes(data)
        target.unlink(missing_ok=True)
        subprocess.run([self.command, "convert", source, target, *options], check=True)
        return target


def saved(save, *args, **kwargs):
    """The bytes that NumPy writes."""
    with tempfile.TemporaryFile() as file:
        save(file, *args, **kwargs)
        file.seek(0)
        return file.read()


def npy(tool):
    for code in TYPES:
        for shape in SHAPES:
            for order in "CF":
                for end in "<>":
                    array = np.asarray(values(code, shape).astype(end + code), order=order)
                    data = saved(np.save, array)
                    back = tool.convert(data, "npy", "npy")
                    same(f"npy {end}{code} {shape} {order}", np.load(back), array)
                    if array.dtype.byteorder != ">" and code != "f2":
                        assert back.read_bytes() == data, f"npy {code} {shape} {order}: other bytes than np.save's"
    every = np.arange(65536, dtype="u2").view("f2")
    same("every float16", np.load(tool.convert(saved(np.save, every), "npy", "npy")), every)


def tree():
    """An array of each type, shape and order, by name."""
    return {
        f"{code}.{'x'.join(map(str, shape)) or 'scalar'}.{order}": np.asarray(values(code, shape), order=order)
        for code in TYPES
        for shape in SHAPES
        for order in "CF"
    } | {"größe 😀": np.arange(3)}


def read_safetensors(path):
    """The arrays, whose order the package does not keep, and the metadata."""
    return safetensors.numpy.load_file(path), safetensors.safe_open(path, "np").metadata()


def archives(tool):
    arrays = tree()
    for name, save in {"npz": np.savez, "compressed npz": np.savez_compressed}.items():
        data = saved(save, **arrays)
        all_same(name, dict(np.load(tool.convert(data, "npz", "npz"))), arrays)
        found, metadata = read_safetensors(tool.convert(data, "npz", "safetensors"))
        all_same(f"{name} to safetensors", {key: found[key] for key in arrays}, arrays, order=False)
        assert len(found) == len(arrays) and not metadata
    for protocol in [2, 3, 4, 5]:
        data = pickle.dumps(arrays, protocol)
        all_same(f"pickle {protocol}", dict(np.load(tool.convert(data, "pkl", "npz"))), arrays)
    # Lists of numbers are the arrays that NumPy makes of them; beside what is not read, what is asked for.
    lists = {
        "bools": [True, False],
        "ints": [[1, -(2**63)], [True, 2**53 + 1]],
        "floats": [[(1, 0.1)], [(2**53 + 1, np.inf)]],
        "long": list(range(-1000, 1000)) * 10,
        "one": [7],
    }
    others = {"none": None, "set": {1}, "ragged": [[1], [2, 3]], "texts": np.array(["a"]), "big": [1, 2**70]}
    wanted = {name: np.array(numbers) for name, numbers in lists.items()}
    for protocol in [2, 3, 4, 5]:
        for data in [lists, collections.OrderedDict(lists)]:
            data = pickle.dumps(data | others, protocol)
            found = dict(np.load(tool.convert(data, "pkl", "npz", "--only", ",".join(lists))))
            all_same(f"lists {protocol}", found, wanted)
    data = saved(np.savez, **wanted, texts=np.array(["a"]), none=np.array(None))
    all_same("some of an npz", dict(np.load(tool.convert(data, "npz", "npz", "--only", ",".join(lists)))), wanted)
    two = saved(np.save, wanted["ints"]) + saved(np.save, wanted["one"])
    same("the first of two", np.load(tool.convert(two, "npy", "npy")), wanted["ints"])


def safetensors_files(tool):
    arrays = {name: np.ascontiguousarray(array) if array.ndim else array for name, array in tree().items()}
    texts = {"format": "np", "who": 'größe "\\ \n 😀'}
    data = safetensors.numpy.save(arrays, metadata=texts)
    found, metadata = read_safetensors(tool.convert(data, "safetensors", "safetensors"))
    all_same("safetensors", {key: found[key] for key in arrays}, arrays, order=False)
    assert len(found) == len(arrays) and metadata == texts, metadata
    found = np.load(tool.convert(data, "safetensors", "npz", "--drop-metadata"))
    all_same("safetensors to npz", {key: found[key] for key in arrays}, arrays, order=False)
    assert len(found) == len(arrays)
    bits = np.arange(65536, dtype="u2")
    header = b'{"x":{"dtype":"BF16","shape":[256,256],"data_offsets":[0,131072]}} '
    data = struct.pack("<Q", len(header)) + header + bits.tobytes()
    wide = (bits.astype("u4") << 16).view("f4").reshape(256, 256)
    same("every bfloat16", np.load(tool.convert(data, "safetensors", "npy")), wide)


def idx(tool):
    for kind, code in {8: "u1", 9: "i1", 11: "i2", 12: "i4", 13: "f4", 14: "f8"}.items():
        for shape in SHAPES:
            array = values(code, shape)
            data = bytes([0, 0, kind, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + array.astype(">" + code).tobytes()
            same(f"idx {code} {shape}", np.load(tool.convert(data, "idx", "npy")), array)
            same(f"idx.gz {code} {shape}", np.load(tool.convert(gzip.compress(data), "gz", "npy")), array)


def book(tool, folder):
    """The same weights from five files."""
    with open(folder / "sample_weight.pkl", "rb") as file:
        weights = pickle.load(file)
    for name in ["sample_weight.pkl", "weights_fortran.npz", "weights_compressed.npz", "weights.safetensors"]:
        data, ending = (folder / name).read_bytes(), name.rsplit(".")[-1]
        found = np.load(tool.convert(data, ending, "npz", "--drop-metadata"))
        all_same(name, {key: found[key] for key in weights}, weights, order=False)
        assert len(found) == len(weights)
    data = (folder / "weights_torch_layout.safetensors").read_bytes()
    found = np.load(tool.convert(data, "safetensors", "npz", "--drop-metadata"))
    for layer, place in [("1", "0"), ("2", "2"), ("3", "4")]:
        same(f"torch W{layer}", found[f"{place}.weight"].T, weights[f"W{layer}"], order=False)
        same(f"torch b{layer}", found[f"{place}.bias"], weights[f"b{layer}"])


def main():
    with tempfile.TemporaryDirectory() as folder:
        tool = Tool(sys.argv[1], folder)
        npy(tool)
        archives(tool)
        safetensors_files(tool)
        idx(tool)
        if len(sys.argv) > 2:
            book(tool, Path(sys.argv[2]))
    print(f"{COUNT} arrays there and back: NumPy {np.__version__}, safetensors {safetensors.__version__}")


main()
