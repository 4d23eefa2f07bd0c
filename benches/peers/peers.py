"""NumPy, torch and onnxruntime for the peers run: makes the operands, tells the results, times calls when asked (the protocol is in src/python.rs).

Operands are those of rows/answer.rs: a hash of place and seed, in uint32 arithmetic. One thread each, or as many as the row says.
Results are allocated by the library, as its user would have it. Whatever library is missing is left out.
"""

import ctypes
import glob
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
# Threads that have nothing to do sleep: the next contestant has its turn.
os.environ["OMP_WAIT_POLICY"] = "passive"

import numpy as np

try:
    import torch

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    torch.set_grad_enabled(False)
except ImportError:
    torch = None
try:
    import onnx
    import onnxruntime as ort
    from onnx import TensorProto, helper

    ort.set_default_logger_severity(3)
except ImportError:
    ort = None

TYPES = {"f32": np.float32, "f64": np.float64, "i32": np.int32, "i64": np.int64}
DIGITS, TINY = [784, 50, 100, 10], [2, 3, 2, 2]
THREADS = 1


def use_threads(n):
    """So many threads for every library from here on; False where NumPy's OpenBLAS has no way to be told."""
    global THREADS
    THREADS = n
    if torch:
        torch.set_num_threads(n)
    for path in glob.glob(os.path.join(os.path.dirname(np.__file__), "..", "numpy.libs", "*openblas*")):
        setter = getattr(ctypes.CDLL(path), "scipy_openblas_set_num_threads64_", None)
        if setter:
            setter(n)
            return True
    return n == 1


def noise(seed, n):
    golden = np.uint32(0x9E3779B9)
    x = (np.arange(n, dtype=np.uint32) + np.uint32(seed * 0x01010101 & 0xFFFFFFFF)) * golden
    x = (x ^ (x >> np.uint32(15))) * golden
    return ((x ^ (x >> np.uint32(16))) >> np.uint32(8)) / 16777216.0 - 0.5


def operand(work, dtype, seed, *shape):
    x = noise(seed, int(np.prod(shape)))
    if dtype in ("i32", "i64"):
        x = np.floor(x * 256)
    elif work == "ln":
        x = (x + 0.5) * 16 + 0.0625
    elif work in ("exp", "sigmoid", "tanh", "relu", "step", "softmax"):
        x = x * 16
    return x.astype(TYPES[dtype]).reshape(shape)


def layers(dtype, sizes):
    pairs = zip(sizes, sizes[1:])
    return [
        (operand("network", dtype, 2 * l + 2, i, o), operand("network", dtype, 2 * l + 3, o))
        for l, (i, o) in enumerate(pairs)
    ]


def np_sigmoid(x):
    return 1 / (1 + np.exp(-x))


def np_softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def model(dtype, inputs, nodes, weights=(), dynamic=None):
    """An onnxruntime call: the graph on these inputs. Returns None where it has no kernel for the type."""
    if ort is None:
        return None
    names = [f"x{i}" for i in range(len(inputs))]
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(TYPES[dtype]))
    graph = helper.make_graph(
        nodes,
        "row",
        [helper.make_tensor_value_info(name, kind, x.shape) for name, x in zip(names, inputs)],
        [onnx.ValueInfoProto(name="y")],
        [onnx.numpy_helper.from_array(w, name) for name, w in weights],
    )
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    try:
        session = ort.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
        feed = dict(zip(names, inputs))
        session.run(None, feed)
    except Exception:
        return None
    return lambda: session.run(None, feed)[0]


def node(op, inputs, output="y", **attributes):
    return helper.make_node(op, inputs, [output], **attributes) if ort else None


def calls(words):
    """Each library's function for a row."""
    work, dtype, *rest = words
    found = {}
    t = torch.from_numpy if torch else None

    if work == "matmul":
        m, k, n = map(int, rest[:3])
        a = operand(work, dtype, 1, k) if m == 0 else operand(work, dtype, 1, *((k, m) if rest[3] == "a.t" else (m, k)))
        b = operand(work, dtype, 2, k) if n == 0 else operand(work, dtype, 2, *((n, k) if rest[3] == "b.t" else (k, n)))
        ta, tb = (t(a), t(b)) if t else (None, None)
        nodes = [node("MatMul", ["x0", "x1"])]
        weights_a, weights_b = a, b
        if rest[3] == "a.t":
            a, ta = a.T, ta.T if t else None
            nodes = [node("Transpose", ["x0"], "z", perm=[1, 0]), node("MatMul", ["z", "x1"])]
        if rest[3] == "b.t":
            b, tb = b.T, tb.T if t else None
            nodes = [node("Transpose", ["x1"], "z", perm=[1, 0]), node("MatMul", ["x0", "z"])]
        found["numpy"] = lambda: a @ b
        if t:
            found["torch"] = lambda: ta @ tb
        found["onnxruntime"] = model(dtype, [weights_a, weights_b], nodes)
    elif work == "batched":
        count, n = map(int, rest)
        a, b = operand(work, dtype, 1, count, n, n), operand(work, dtype, 2, count, n, n)
        found["numpy"] = lambda: a @ b
        if t:
            ta, tb = t(a), t(b)
            found["torch"] = lambda: ta @ tb
        found["onnxruntime"] = model(dtype, [a, b], [node("MatMul", ["x0", "x1"])])
    elif work == "map":
        fun, x = rest[0], operand(rest[0], dtype, 1, int(rest[1]))
        found["numpy"] = {
            "exp": lambda: np.exp(x),
            "sigmoid": lambda: np_sigmoid(x),
            "tanh": lambda: np.tanh(x),
            "ln": lambda: np.log(x),
            "relu": lambda: np.maximum(x, 0),
            "step": lambda: (x > 0).astype(np.int64),
        }[fun]
        if t:
            tx = t(x)
            found["torch"] = {
                "exp": lambda: torch.exp(tx),
                "sigmoid": lambda: torch.sigmoid(tx),
                "tanh": lambda: torch.tanh(tx),
                "ln": lambda: torch.log(tx),
                "relu": lambda: torch.relu(tx),
                "step": lambda: (tx > 0).to(torch.int64),
            }[fun]
        names = {"exp": "Exp", "sigmoid": "Sigmoid", "tanh": "Tanh", "ln": "Log", "relu": "Relu"}
        if fun in names:
            found["onnxruntime"] = model(dtype, [x], [node(names[fun], ["x0"])])
    elif work == "pair":
        kind, n = rest[0], int(rest[1])
        shapes = {"add": [(n,), (n,)], "greater": [(n,), (n,)], "addrow": [(n, n), (n,)], "addcol": [(n, n), (n, 1)]}
        first, second = shapes.get(kind, [(n, n), (n, n)])
        a, b = operand(work, dtype, 1, *first), operand(work, dtype, 2, *second)
        nodes = [node("Greater" if kind == "greater" else "Add", ["x0", "x1"])]
        if kind == "addt":
            nodes = [node("Transpose", ["x1"], "z", perm=[1, 0]), node("Add", ["x0", "z"])]
        found["onnxruntime"] = model(dtype, [a, b], nodes)
        tb = t(b) if t else None
        if kind == "addt":
            b, tb = b.T, tb.T if t else None
        found["numpy"] = (lambda: a > b) if kind == "greater" else (lambda: a + b)
        if t:
            ta = t(a)
            found["torch"] = (lambda: ta > tb) if kind == "greater" else (lambda: ta + tb)
    elif work == "reduce":
        fold, axis, rows, cols = rest[0], rest[1], int(rest[2]), int(rest[3])
        x = operand(work, dtype, 1, rows, cols)
        axis = None if axis == "all" else int(axis)
        found["numpy"] = lambda: getattr(x, fold)(axis)
        if t:
            tx = t(x)
            if fold == "sum":
                found["torch"] = lambda: tx.sum() if axis is None else tx.sum(axis)
            elif fold == "max":
                found["torch"] = lambda: tx.amax() if axis is None else tx.amax(axis)
            else:
                found["torch"] = lambda: tx.argmax() if axis is None else tx.argmax(axis)
        if fold == "argmax" and axis is not None:
            found["onnxruntime"] = model(dtype, [x], [node("ArgMax", ["x0"], axis=axis, keepdims=0)])
        elif fold != "argmax":
            op = {"sum": "ReduceSum", "max": "ReduceMax"}[fold]
            axes = np.array([0, 1] if axis is None else [axis], np.int64)
            nodes = [node(op, ["x0", "axes"], keepdims=0)]
            found["onnxruntime"] = model(dtype, [x], nodes, [("axes", axes)])
    elif work == "softmax":
        x = operand(work, dtype, 1, int(rest[0]), int(rest[1]))
        found["numpy"] = lambda: np_softmax(x)
        if t:
            tx = t(x)
            found["torch"] = lambda: torch.softmax(tx, -1)
        found["onnxruntime"] = model(dtype, [x], [node("Softmax", ["x0"], axis=-1)])
    elif work in ("network", "tiny"):
        sizes = TINY if work == "tiny" else DIGITS
        shape = (TINY[0],) if work == "tiny" else (int(rest[0]), DIGITS[0])
        x, weights = operand("network", dtype, 1, *shape), layers(dtype, sizes)
        (w1, b1), (w2, b2), (w3, b3) = weights
        last = (lambda y: y) if work == "tiny" else np_softmax
        found["numpy"] = lambda: last(np_sigmoid(np_sigmoid(x @ w1 + b1) @ w2 + b2) @ w3 + b3)
        if t:
            # Weights as torch keeps them, (outputs, inputs).
            tx, linear = t(x), torch.nn.functional.linear
            (v1, c1), (v2, c2), (v3, c3) = [(t(np.ascontiguousarray(w.T)), t(b)) for w, b in weights]
            end = (lambda y: y) if work == "tiny" else (lambda y: torch.softmax(y, -1))
            found["torch"] = lambda: end(
                linear(torch.sigmoid(linear(torch.sigmoid(linear(tx, v1, c1)), v2, c2)), v3, c3)
            )
        if ort:
            nodes, y = [], "x0"
            for l in range(3):
                nodes.append(node("Gemm", [y, f"w{l}", f"b{l}"], f"z{l}" if l < 2 or work != "tiny" else "y"))
                if l < 2:
                    nodes.append(node("Sigmoid", [f"z{l}"], f"s{l}"))
                    y = f"s{l}"
                elif work != "tiny":
                    nodes.append(node("Softmax", [f"z{l}"], axis=-1))
            tensors = [(f"{kind}{l}", p) for l, pair in enumerate(weights) for kind, p in zip("wb", pair)]
            found["onnxruntime"] = model(dtype, [x.reshape(-1, sizes[0])], nodes, tensors)
    else:
        raise ValueError(f"no such work: {work}")
    return {name: call for name, call in found.items() if call}


def places(n):
    step = max(1, -(-n // 199))
    return list(range(0, n, step)) + ([n - 1] if n and (n - 1) % step else [])


def main():
    versions = [f"numpy {np.__version__}"]
    versions += [f"torch {torch.__version__}"] if torch else []
    versions += [f"onnxruntime {ort.__version__}"] if ort else []
    print(", ".join(versions), flush=True)
    clock, found = time.perf_counter, {}
    for line in sys.stdin:
        command, *words = line.split()
        if command == "open":
            found = {}  # The operands of the row before go first.
            threads = int(words.pop(0))
            clock = time.process_time if "--cpu" in sys.argv and threads == 1 else time.perf_counter
            numpy_too = use_threads(threads)
            found = calls(words)
            if not numpy_too:
                del found["numpy"]
            for name, call in found.items():
                result = np.asarray(call()).reshape(-1)
                values = " ".join(repr(float(result[p])) for p in places(result.size))
                print("entry", name, result.size, values)
            print("end", flush=True)
        else:
            call, n = found[words[0]], int(words[1])
            start = clock()
            for _ in range(n):
                call()
            print(clock() - start, flush=True)


main()
