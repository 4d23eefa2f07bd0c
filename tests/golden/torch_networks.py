"""Nine networks as people train them, made by torch, run by nptensor: from the whole file, from its state_dict, and from that as safetensors.

    pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0 && python tests/golden/torch_networks.py target/release/nptensor

Each output of 257 rows is compared with torch's, which sums in float32 in another order: apart by no more than what `bound` derives layer by layer for that very output, and by 1e-5 of max(1, |y|)
at most. Rows alone give the bits of the rows together.
"""

import copy
import subprocess
import sys
import tempfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch import nn

COMMAND = Path(sys.argv[1]).resolve()
torch.manual_seed(0)
torch.set_num_threads(1)


def trained(model, inputs):
    """Some steps on random targets, so that the statistics of a BatchNorm are not those that it begins with."""
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for _ in range(20):
        y = model(torch.randn(64, inputs) * 2 + 0.5)
        optimizer.zero_grad()
        (y - torch.randn_like(y)).square().mean().backward()
        optimizer.step()
    return model.eval()


NETWORKS = {
    "mnist-batchnorm-dropout": (
        nn.Sequential(nn.Flatten(), nn.Linear(784, 64, bias=False), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10), nn.LogSoftmax(1)),
        784,
        "flatten dense batchnorm relu dropout dense log_softmax",
    ),
    "leaky-gan": (
        nn.Sequential(nn.Linear(16, 32), nn.LeakyReLU(0.2), nn.Linear(32, 32), nn.BatchNorm1d(32, eps=1e-3), nn.LeakyReLU(0.2), nn.Linear(32, 8), nn.Tanh()),
        16,
        "dense leaky_relu(0.2) dense batchnorm(1e-3) leaky_relu(0.2) dense tanh",
    ),
    "gelu-layernorm": (
        nn.Sequential(nn.LayerNorm(24), nn.Linear(24, 48), nn.GELU(), nn.Linear(48, 24), nn.LayerNorm(24, eps=1e-6), nn.Linear(24, 5), nn.Softmax(-1)),
        24,
        "layernorm:0 dense gelu dense layernorm:4(1e-6) dense softmax",
    ),
    "silu": (nn.Sequential(nn.Linear(12, 40), nn.SiLU(), nn.Linear(40, 3)), 12, "dense silu dense"),
    "elu-selfmade": (nn.Sequential(nn.Linear(12, 40), nn.ELU(0.7), nn.Linear(40, 40), nn.ELU(0.7), nn.Linear(40, 3)), 12, "dense elu(0.7) dense elu(0.7) dense"),
    "log-softmax": (nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.Linear(30, 7), nn.LogSoftmax(dim=-1)), 20, "dense relu dense log_softmax"),
    "named-modules": (
        nn.Sequential(OrderedDict(stem=nn.Linear(6, 9), act=nn.Softplus(), body=nn.Sequential(nn.Linear(9, 9), nn.Hardtanh()), head=nn.Linear(9, 2, bias=False))),
        6,
        "dense:stem softplus dense:body.0 hardtanh dense:head",
    ),
    "regression": (nn.Sequential(nn.BatchNorm1d(8), nn.Linear(8, 32), nn.GELU("tanh"), nn.Dropout(), nn.Linear(32, 1)), 8, "batchnorm dense gelu_tanh dropout dense"),
    "binary": (nn.Sequential(nn.Linear(30, 16), nn.BatchNorm1d(16, affine=False), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()), 30, "dense batchnorm relu dense sigmoid"),
}


U = 2.0**-24  # what rounding to float32 changes, relatively
# The steepest slope of each activation, and how many U of max(1, |x|) its own roundings may be.
CURVES = {nn.ReLU: (1, 0), nn.LeakyReLU: (1, 1), nn.Hardtanh: (1, 0), nn.Tanh: (1, 4), nn.Sigmoid: (0.25, 4)}
CURVES |= {nn.ELU: (1, 4), nn.GELU: (1.13, 4), nn.SiLU: (1.1, 4), nn.Softplus: (1, 4)}


def layers(model):
    return [inner for layer in model for inner in (layers(layer) if isinstance(layer, nn.Sequential) else [layer])]


def bound(model, x):
    """How far two answers in float32 may be apart: six deviations of their difference, v the variance of the error of one, through each layer.

    Roundings count as independent, of at most U each. (With all of them the same way, 784 inputs alone would allow 1e-3.) A dense layer of k inputs rounds k times, and 4 times for a norm
    that is folded into it, sums of the size of W x, each time: W^2 v + (k + 4) U^2 (W^2 x^2 + b^2 + y^2). A function: the square of its slope times v, and its own roundings.
    """
    x, v = x.double(), torch.zeros_like(x, dtype=torch.float64)
    for layer in layers(copy.deepcopy(model).double()):
        y, n = layer(x), x.shape[-1]
        if type(layer) is nn.Linear:
            w, b = layer.weight.T.square(), 0 if layer.bias is None else layer.bias.square()
            v = v @ w + (n + 4) * U**2 * (x.square() @ w + b + y.square())
        elif type(layer) is nn.BatchNorm1d:
            factor, b = 1 / (layer.running_var + layer.eps), 0
            if layer.weight is not None:
                factor, b = factor * layer.weight.square(), layer.bias.square()
            v = factor * v + 6 * U**2 * (factor * (x.square() + layer.running_mean.square()) + b)
        elif type(layer) is nn.LayerNorm:
            # Of x - mean, then of the deviation by which that is divided, relatively.
            variance = x.var(-1, keepdim=True, correction=0) + layer.eps
            scaled = (x - x.mean(-1, keepdim=True)).square() / variance
            v = v + v.mean(-1, keepdim=True) + (n + 2) * U**2 * x.square().mean(-1, keepdim=True)
            v = v / variance + scaled * (v.mean(-1, keepdim=True) / variance + (n + 8) * U**2)
            v = layer.weight.square() * (v + 2 * U**2 * scaled) + U**2 * layer.bias.square()
        elif type(layer) in (nn.Softmax, nn.LogSoftmax):
            # Of the logarithm of each share: that of its input, and at most the largest of all.
            below = x.max(-1, keepdim=True).values - x
            v = v + v.max(-1, keepdim=True).values + (n + 8) * U**2 * (1 + below.square())
            v = v * y.square() if type(layer) is nn.Softmax else v + U**2 * y.square()
        elif type(layer) in CURVES:
            slope, roundings = CURVES[type(layer)]
            v = slope**2 * v + (roundings * U * x.abs().clamp(min=1)).square()
        else:
            assert type(layer) in (nn.Flatten, nn.Dropout), layer
        x = y
    return 6 * (2 * v).sqrt().detach().numpy()


def predict(folder, model, x, *options):
    np.save(folder / "x.npy", x)
    done = subprocess.run([COMMAND, "predict", folder / model, folder / "x.npy", "-o", folder / "y.npy", *options], capture_output=True, text=True)
    assert done.returncode == 0, f"{model} {options}: {done.stderr}"
    return np.load(folder / "y.npy"), done.stderr


def main():
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, (model, inputs, words) in NETWORKS.items():
            model = trained(model, inputs)
            x = torch.randn(257, inputs)
            wanted = model(x).detach().numpy()
            torch.save(model, folder / "whole.pt")
            torch.save(model.state_dict(), folder / "state.pt")
            torch.save({"epoch": 3, "model_state_dict": model.state_dict()}, folder / "checkpoint.pt")
            safetensors.torch.save_file(model.state_dict(), folder / "state.safetensors")
            answers = [predict(folder, "whole.pt", x.numpy())[0]]
            for file in ["state.pt", "checkpoint.pt", "state.safetensors"]:
                answers.append(predict(folder, file, x.numpy(), "--layers", words)[0])
            scale = np.maximum(1, np.abs(wanted))
            may = bound(model, x) / scale
            worst = [np.abs(y - wanted) / scale for y in answers]
            assert all(y.dtype == np.float32 and y.shape == wanted.shape for y in answers), name
            assert all((off <= np.minimum(may, 1e-5)).all() for off in worst), f"{name}: {np.max(worst)} of {may.max()}"
            same = all(np.array_equal(y, answers[0]) for y in answers)
            alone = np.concatenate([predict(folder, "whole.pt", x[i : i + 1].numpy())[0] for i in range(3)])
            assert same and np.array_equal(alone, answers[0][:3]), name
            print(f"{name:26} {np.max(worst):.1e} of max(1, |y|), by the bound at most {may.max():.1e}; four files alike, rows alone too")
    print(f"{len(NETWORKS)} networks as torch has them")


main()
