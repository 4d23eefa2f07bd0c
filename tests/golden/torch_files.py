"""Writes tests/golden/torch/: files as torch.save writes them; expected.tsv, what is in them; and alone.txt, what each layer makes of numbers of all kinds.

    pip install torch==2.15.0 numpy==2.4.6 && python tests/golden/torch_files.py

Lines of expected.tsv are those of formats/expected.tsv; with @KEY in the place of a name, a text of the metadata, and with !NAME, what is left out and why.
With =X1,X2,.. there, the bits of what the network makes of these numbers, in float64 and after eval(). The first line of alone.txt is x, the bits of rows of three in float32 and in float64;
the others a list of layers in alone.pt and those of the results, or "x" where they are x's. Of files named bad-*, the line holds a part of the error's text. Files that would be large are deflated afterwards, without the members that are not read.
"""

import collections
import copy
import io
import warnings
import zipfile
from pathlib import Path

import torch
from torch import nn

warnings.simplefilter("ignore")
assert torch.__version__.startswith("2.15.0"), torch.__version__
torch.manual_seed(1)
HERE = Path(__file__).parent / "torch"
LINES = []


def saved(value, **options):
    out = io.BytesIO()
    torch.save(value, out, **options)
    return out.getvalue()


def rewritten(data, method=zipfile.ZIP_DEFLATED, change=lambda name, data: data):
    """The same with its members changed, or left out where they are None; the names as short as they can be."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            short = name.split("/", 1)[1]
            keep = short in ("data.pkl", "byteorder", "constants.pkl") or short.startswith("data/")
            member = change(short, old.read(name)) if keep else None
            if member is not None:
                new.writestr(zipfile.ZipInfo("a/" + short), member, method)
    return out.getvalue()


def expect(file, name, tensor):
    tensor = tensor.detach()
    wide = tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor
    array = wide.numpy()
    order = "F" if array.flags.fnc else "C"
    data = array.astype(array.dtype.newbyteorder("<")).tobytes("C")
    shape = ",".join(map(str, array.shape)) or "-"
    assert len(data) <= 128
    LINES.append("\t".join([file, name or "-", array.dtype.name, shape, order, data.hex() or "-"]))


def put(file, data, tensors, texts={}, left_out={}):
    (HERE / file).write_bytes(data)
    for name, tensor in tensors.items():
        expect(file, name, tensor)
    LINES.extend(f"{file}\t@{key}\t{text}" for key, text in texts.items())
    LINES.extend(f"{file}\t!{name}\t{why}" for name, why in left_out.items())


def bad(file, value, text):
    data = value if isinstance(value, bytes) else rewritten(saved(value))
    (HERE / ("bad-" + file)).write_bytes(data)
    LINES.append(f"bad-{file}\t{text}")


def forward(file, model, x):
    y = copy.deepcopy(model).eval().double()(torch.tensor([x], dtype=torch.float64))[0].detach()
    LINES.append("\t".join([file, "=" + ",".join(map(str, x)), y.numpy().astype("<f8").tobytes().hex()]))


def tensors():
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8
    put("tensor.pt", saved(torch.tensor([[0.1, -0.0], [float("nan"), float("inf")]])), {"": torch.tensor([[0.1, -0.0], [float("nan"), float("inf")]])})
    numbers = [-1.5, 0.1, 65504.0, 6e-8]
    types = {str(t)[6:]: torch.tensor(numbers, dtype=torch.float64).to(t) for t in [torch.float32, torch.float64, torch.float16, torch.bfloat16]}
    for t in [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.uint16, torch.uint32, torch.uint64]:
        info = torch.iinfo(t)
        types[str(t)[6:]] = torch.tensor([info.min, info.max, 3]).to(t) if t != torch.uint64 else torch.tensor([2**64 - 1, 3], dtype=t)
    types["bool"] = torch.tensor([True, False, True])
    put("types.pt", rewritten(saved(types)), types)
    put("types-stored.pt", saved({"h": types["float16"], "b": types["bfloat16"], "q": types["bool"]}), {"h": types["float16"], "b": types["bfloat16"], "q": types["bool"]})
    swapped = {"4": types["float32"], "8": types["int64"], "2": types["bfloat16"], "1": types["int8"]}
    sizes = [4, 8, 2, 1]

    def big(name, data):
        if name.startswith("data/"):
            size = sizes[int(name[5:])]
            return b"".join(data[i : i + size][::-1] for i in range(0, len(data), size))
        return b"big" if name == "byteorder" else data

    put("big-endian.pt", rewritten(saved(swapped), change=big), swapped)
    views = {
        "base": base,
        "t": base[0].T,
        "permuted": base.permute(2, 0, 1),
        "sliced": base[:, ::2, 1:],
        "column": base[1, :, 2],
        "expanded": base[0, 0, :3].expand(2, 3),
        "windows": base.as_strided((3, 3), (1, 1), 5),
        "scalar": base[1, 2, 3],
        "empty": base[2:],
        "none": torch.zeros(0, 3),
        "unit": base[:1, :1, :1],
    }
    put("views.pt", rewritten(saved(views)), views)
    small = {"a": base[0], "b": base[0]}
    put("tied.pt", saved(small), small)
    for protocol in [3, 4, 5]:
        put(f"protocol-{protocol}.pt", rewritten(saved(collections.OrderedDict(w=nn.Parameter(base[0].clone())), pickle_protocol=protocol)), {"w": base[0]})
    # As torch 2.0 and before: no byte order.
    put("old.pt", rewritten(saved(small), zipfile.ZIP_STORED, lambda name, data: None if name == "byteorder" else data), small)
    left = {
        "complex": torch.tensor([1j]),
        "quantized": torch.quantize_per_tensor(torch.ones(2), 0.1, 10, torch.quint8),
        "channels": torch.quantize_per_channel(torch.ones(2, 2), torch.ones(2), torch.zeros(2), 0, torch.qint8),
        "sparse": torch.eye(2).to_sparse(),
        "rows": torch.eye(2).to_sparse_csr(),
        "f8": torch.ones(2).to(torch.float8_e4m3fn),
        "meta": torch.ones(2, device="meta"),
        "size": torch.Size([1, 2]),
        "device": torch.device("cpu"),
        "none": None,
        "net": nn.Sequential(nn.ReLU()),
    }
    why = {
        "complex": "elements of complex type",
        "quantized": "a quantized tensor",
        "channels": "a quantized tensor",
        "sparse": "a sparse tensor",
        "rows": "a sparse tensor",
        "f8": "elements of type float8_e4m3fn",
        "meta": "a tensor without elements",
        "size": "a torch.Size",
        "device": "a torch.device",
        "none": "None",
        "net": "a module",
    }
    put("left-out.pt", rewritten(saved(left | {"w": base[0]})), {"w": base[0]}, {}, {name: f"{what}, not read" for name, what in why.items()})


def net():
    return nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 2), nn.Softmax(-1))


def modules():
    model = net().eval()
    layers = {"layers": "dense:0 relu dense:2 softmax"}
    put("sequential.pt", saved(model), model.state_dict(), layers)
    forward("sequential.pt", model, [0.5, -1.0, 2.0])
    put("state-dict.pt", saved(model.state_dict()), model.state_dict())
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    rest = {"epoch": 3, "optimizer_state_dict": optimizer.state_dict(), "loss": 0.5, "arch": "mlp", "best": torch.ones(1)}
    beside = {name: "beside the weights" for name in rest}
    for key in ["model_state_dict", "state_dict", "model"]:
        put(f"checkpoint-{key}.pt", rewritten(saved(rest | {key: model.state_dict()})), model.state_dict(), {}, beside)
        rest, beside = {"epoch": 3}, {"epoch": "beside the weights"}
    put("checkpoint-whole.pt", rewritten(saved({"model": model, "epoch": 3})), model.state_dict(), layers, {"epoch": "beside the weights"})
    everything = nn.Sequential(
        nn.Flatten(),
        nn.Linear(3, 2, bias=False),
        nn.BatchNorm1d(2),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2, eps=0.001, affine=False), nn.Sequential(nn.ELU(0.5), nn.GELU())),
        nn.LayerNorm(2),
        nn.LayerNorm((2,), eps=1e-12, elementwise_affine=False),
        nn.LayerNorm(2, bias=False),
        nn.GELU("tanh"),
        nn.SiLU(),
        nn.Softplus(2),
        nn.Hardtanh(0, 6),
        nn.Dropout(0.3),
        nn.Identity(),
        nn.Sigmoid(),
        nn.Tanh(),
        nn.LogSoftmax(1),
        nn.Softmax(),
    )
    with torch.no_grad():
        everything[2](torch.tensor([[1.0, 2.0], [3.0, 5.0]]))
    words = (
        "flatten dense:1 batchnorm:2(1e-5) leaky_relu(0.2) dense:4.0 batchnorm:4.1(0.001) elu(0.5) gelu layernorm:5(1e-5) normalize(1e-12) layernorm:7(1e-5) gelu_tanh "
        "silu softplus(2.0) hardtanh(0.0,6.0) dropout identity sigmoid tanh log_softmax softmax"
    )
    put("layers.pt", rewritten(saved(everything)), everything.state_dict(), {"layers": words, "mode": "training"})
    forward("layers.pt", everything, [0.5, -1.0, 2.0])
    named = nn.Sequential(collections.OrderedDict(stem=nn.Linear(3, 2), act=nn.Dropout(), head=nn.Linear(2, 2)))
    named.head.weight = nn.Parameter(named.stem.weight[:, :2].T)
    put("named.pth", rewritten(saved(named)), named.state_dict(), {"layers": "dense:stem dropout dense:head", "mode": "training"})
    forward("named.pth", named, [0.5, -1.0, 2.0])
    shared = nn.Linear(2, 2)
    twice = nn.Sequential(shared, nn.Tanh(), shared)
    put("shared.pt", rewritten(saved(twice)), twice.state_dict(), {"layers": "dense:0 tanh dense:2"})
    forward("shared.pt", twice, [0.5, -1.0])
    for file, layer, word in [("linear.pt", nn.Linear(3, 2), "dense"), ("norm.pt", nn.BatchNorm1d(3).eval(), "batchnorm(1e-5)"), ("gelu.pt", nn.GELU(), "gelu")]:
        put(file, rewritten(saved(layer)), layer.state_dict(), {"layers": word})
        forward(file, layer, [0.5, -1.0, 2.0])


def with_arrays(layer, **arrays):
    for name, values in arrays.items():
        getattr(layer, name).data = torch.tensor(values)
    return layer


def rows(dtype):
    """Numbers of all kinds, so that each row has one for layers that take rows: subnormal, infinite, nan, so large that squares overflow, all the same."""
    info, inf = torch.finfo(dtype), float("inf")
    small, large = info.smallest_normal / 4, info.max**0.75
    several = [[0.5, -1.25, 2.0], [-3.7, 1.1, -0.001], [0.0, -0.0, -small], [inf, -2.0, 0.5], [-inf, 1.0, 0.5], [float("nan"), 1.0, -2.0], [large, info.max, -info.max]]
    return torch.tensor(several + [[-88.8, 20.5, 88.8], [-5.0, -20.5, -110.0], [2.5] * 3], dtype=dtype)


def alone():
    # (Means are of the other sign than shifts: what a layer adds is no difference of two, so that its sizes tell how exact it is.)
    w, three = [[0.5, -1.0, 0.25], [-0.7, 0.1, 1.2]], {"running_mean": [-0.5, -2.0, -25.0], "running_var": [0.25, 3.0, 1e-3]}
    two = {name: values[1:] for name, values in three.items()} | {"weight": [0.75, 2.0], "bias": [0.2, 3.0]}
    layers = {
        "dense:plain": nn.Linear(3, 2, bias=False),
        "dense:folded.0 batchnorm:folded.1(1e-5)": nn.Sequential(with_arrays(nn.Linear(3, 2), bias=[0.3, 0.6]), with_arrays(nn.BatchNorm1d(2), **two)),
        "batchnorm:norm(1e-5)": with_arrays(nn.BatchNorm1d(3), weight=[1.5, 0.75, 2.0], bias=[0.1, 0.2, 3.0], **three),
        "batchnorm:bare(0.001)": with_arrays(nn.BatchNorm1d(3, eps=1e-3, affine=False), **three),
        "layernorm:row(1e-5)": with_arrays(nn.LayerNorm(3), weight=[1.5, -0.75, 2.0], bias=[0.1, 0.2, -3.0]),
        "normalize(0.001)": nn.LayerNorm(3, eps=1e-3, elementwise_affine=False),
        "leaky_relu(0.2)": nn.LeakyReLU(0.2),
        "elu(0.7)": nn.ELU(0.7),
        "gelu": nn.GELU(),
        "gelu_tanh": nn.GELU("tanh"),
        "silu": nn.SiLU(),
        "softplus(2.0)": nn.Softplus(2),
        "log_softmax": nn.LogSoftmax(-1),
        "hardtanh(-0.5,0.25)": nn.Hardtanh(-0.5, 0.25),
        "dropout": nn.Dropout(0.3),
        "flatten": nn.Flatten(),
    }
    for layer in [layers["dense:plain"], layers["dense:folded.0 batchnorm:folded.1(1e-5)"][0]]:
        with_arrays(layer, weight=w)
    names = [words.split(":")[-1].split("(")[0].split(".")[0] for words in layers]
    model = nn.Sequential(collections.OrderedDict(zip(names, layers.values()))).eval()
    put("alone.pt", rewritten(saved(model)), model.state_dict(), {"layers": " ".join(layers)})

    def bits(layer):
        outputs = [copy.deepcopy(layer).to(dtype)(rows(dtype)).detach().numpy() for dtype in [torch.float32, torch.float64]]
        return [y.astype(y.dtype.newbyteorder(">")).tobytes().hex() for y in outputs]

    x = bits(nn.Identity())
    lines = ["\t".join(["x", *x])]
    for words, layer in layers.items():
        y = bits(layer)
        lines.append("\t".join([words, *(["x"] if y == x else y)]))
    (HERE / "alone.txt").write_text("\n".join(lines) + "\n", newline="\n")


class Net(nn.Module):
    pass


def refused():
    for name, layer, text in [
        ("conv", nn.Conv2d(1, 1, 1), "torch.nn.modules.conv.Conv2d is no layer that is computed here"),
        ("alpha", nn.AlphaDropout(), "torch.nn.modules.dropout.AlphaDropout is no layer"),
        ("batch", nn.BatchNorm1d(2, track_running_stats=False), 'BatchNorm1d "0": it normalizes by the batch that it is given'),
        ("axes", nn.LayerNorm((2, 2)), 'LayerNorm "0": it normalizes over more than the last axis'),
        ("softmax", nn.Softmax(0), 'Softmax "0": it is along axis 0, not along the last'),
        ("log-softmax", nn.LogSoftmax(-2), 'LogSoftmax "0": it is along axis -2, not along the last'),
        ("softplus", nn.Softplus(1, 10), 'Softplus "0": its threshold is not 20'),
        ("flatten", nn.Flatten(0), 'Flatten "0": it flattens other axes'),
    ]:
        bad(f"{name}.pt", nn.Sequential(layer), text)
    hooked = nn.Sequential(nn.ReLU())
    hooked[0]._forward_hooks[0] = torch.Size
    bad("hook.pt", hooked, 'ReLU "0": functions that run beside it are not read (_forward_hooks)')
    extra = nn.Sequential(nn.ReLU())
    extra[0].register_buffer("scale", torch.ones(1))
    bad("buffer.pt", extra, 'ReLU "0": it has an array "scale" besides its own')
    inside = nn.Sequential(nn.ReLU())
    inside[0].more = nn.ReLU()
    bad("inside.pt", inside, 'ReLU "0": it has modules of its own')
    blank = nn.Sequential(collections.OrderedDict([("a b", nn.ReLU())]))
    bad("blank.pt", blank, 'a module with the name "a b"')
    bad("class.pt", Net(), "it asks for \"__main__.Net\": only tensors and torch's own layers are read, and no code runs")
    bad("twice.pt", {"model": net(), "state_dict": net().state_dict()}, 'a checkpoint with weights twice, under "model" and "state_dict"')
    bad("byteorder.pt", rewritten(saved(torch.ones(1)), change=lambda name, data: b"mixed" if name == "byteorder" else data), "a byte order that is neither little nor big")
    # (Its beginning: further on are addresses.)
    bad("legacy.pt", saved(torch.ones(1), _use_new_zipfile_serialization=False)[:24], "a checkpoint of torch.save before torch 1.6")
    script = io.BytesIO()
    torch.jit.save(torch.jit.script(net()), script)
    bad("script.pt", rewritten(script.getvalue()), "a program of torch.jit.save")


HERE.mkdir(exist_ok=True)
for stale in HERE.iterdir():
    stale.unlink()
tensors()
modules()
refused()
alone()
(HERE / "expected.tsv").write_text("\n".join(LINES) + "\n", newline="\n")
print(len(LINES), "lines,", sum(f.stat().st_size for f in HERE.iterdir()), "bytes")
