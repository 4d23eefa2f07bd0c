"""nptensor from Python by ctypes alone: the chapter's network between Python's own buffers, which are shared and not copied.

    cargo rustc --lib --release --features capi --crate-type cdylib
    python tests/capi/example.py target/release/libnptensor.so [MODEL.npz]        # MODEL.npz: where to leave the network's weights
"""

import ctypes
import io
import struct
import sys
import zipfile
from array import array
from ctypes import POINTER, c_char_p, c_double, c_int, c_size_t, c_ssize_t, c_void_p

FLOAT64 = 10


def load(path):
    """The library, with the types of the functions used here."""
    npt = ctypes.CDLL(path)
    types = {
        "npt_last_error": (c_char_p, []),
        "npt_tensor_new": (c_void_p, [c_int, c_void_p, c_size_t, POINTER(c_size_t), POINTER(c_ssize_t)]),
        "npt_tensor_free": (None, [c_void_p]),
        "npt_tensor_data": (c_void_p, [c_void_p]),
        "npt_tensor_size": (c_size_t, [c_void_p]),
        "npt_transpose": (c_void_p, [c_void_p, c_size_t, POINTER(c_ssize_t)]),
        "npt_dot": (c_void_p, [c_void_p, c_void_p]),
        "npt_model_read": (c_void_p, [c_char_p, c_size_t, c_int, c_char_p, c_char_p]),
        "npt_model_free": (None, [c_void_p]),
        "npt_predict": (c_int, [c_void_p, c_void_p, c_size_t, c_void_p, c_size_t]),
    }
    for name, (result, arguments) in types.items():
        function = getattr(npt, name)
        function.restype, function.argtypes = result, arguments
    return npt


def checked(npt, answer):
    """What a function returned, or its error as an exception."""
    if not answer:
        raise RuntimeError(npt.npt_last_error().decode())
    return answer


def tensor(npt, values, *shape):
    """A tensor of the doubles in an array."""
    address, _ = values.buffer_info()
    return checked(npt, npt.npt_tensor_new(FLOAT64, address, len(shape), (c_size_t * len(shape))(*shape), None))


def npy(shape, values):
    """Doubles as a file of NumPy's."""
    header = repr({"descr": "<f8", "fortran_order": False, "shape": shape}).encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + struct.pack(f"<{len(values)}d", *values)


def weights():
    """The chapter's network as the bytes of an npz file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, shape, values in [
            ("W1", (2, 3), [0.1, 0.3, 0.5, 0.2, 0.4, 0.6]),
            ("b1", (3,), [0.1, 0.2, 0.3]),
            ("W2", (3, 2), [0.1, 0.4, 0.2, 0.5, 0.3, 0.6]),
            ("b2", (2,), [0.1, 0.2]),
            ("W3", (2, 2), [0.1, 0.3, 0.2, 0.4]),
            ("b3", (2,), [0.1, 0.2]),
        ]:
            archive.writestr(f"{name}.npy", npy(shape, values))
    return file.getvalue()


def main():
    npt = load(sys.argv[1])
    file = weights()
    if len(sys.argv) > 2:
        with open(sys.argv[2], "wb") as out:
            out.write(file)

    # A thousand inputs, and room for as many outputs: Python's memory, and nobody else's.
    model = checked(npt, npt.npt_model_read(file, len(file), FLOAT64, b"sigmoid", b"identity"))
    x, y = array("d", [1.0, 0.5] * 1000), array("d", bytes(8 * 2000))
    (x_at, x_len), (y_at, y_len) = x.buffer_info(), y.buffer_info()
    assert npt.npt_predict(model, x_at, x_len, y_at, y_len) == 0, npt.npt_last_error()
    assert all(f"{value:.8f}" == wanted for value, wanted in zip(y, ["0.31682708", "0.69627909"] * 1000)), y[:4]
    # One buffer for both: the outputs are written when all inputs have been read.
    assert npt.npt_predict(model, x_at, x_len, x_at, x_len) == 0 and x == y
    assert npt.npt_predict(model, x_at, 3, y_at, y_len) == -1 and b"shape (3,)" in npt.npt_last_error()
    npt.npt_model_free(model)

    # The elements of a result, where they are.
    a = tensor(npt, array("d", range(6)), 2, 3)
    turned = checked(npt, npt.npt_transpose(a, 0, None))
    product = checked(npt, npt.npt_dot(a, turned))
    shared = (c_double * npt.npt_tensor_size(product)).from_address(npt.npt_tensor_data(product))
    assert list(memoryview(shared).cast("B").cast("d", [2, 2]).tolist()) == [[5.0, 14.0], [14.0, 50.0]]
    assert npt.npt_dot(a, a) is None
    assert npt.npt_last_error() == b"shapes (2,3) and (2,3) not aligned: 3 (dim 1) != 2 (dim 0)"
    for handle in [a, turned, product]:
        npt.npt_tensor_free(handle)
    assert npt.npt_tensor_size(a) == 0 and b"freed" in npt.npt_last_error()
    print("Python: as wanted")


main()
