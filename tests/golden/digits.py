"""The 10 000 MNIST digits in NumPy and in nptensor: the same decisions, and probabilities within 2e-6.

    python digits.py target/release/nptensor MNIST_DIR

NumPy computes the book's network as the book does, in float32 and in float64; the command runs it from every file of weights, and from the model that it
saves itself. Exit code 0 only if all agree. Needs NumPy, and the weights and MNIST files in MNIST_DIR.
"""

import gzip
import pathlib
import pickle
import subprocess
import sys
import tempfile

import numpy as np

WEIGHTS = ["sample_weight.pkl", "weights_fortran.npz", "weights_compressed.npz", "weights.safetensors", "weights_torch_layout.safetensors"]
TOLERANCE = 2e-6


def numpy_probabilities(data, dtype):
    """The chapter's predict, on all images at once."""
    with open(data / "sample_weight.pkl", "rb") as file:
        network = {name: array.astype(dtype) for name, array in pickle.load(file).items()}
    with gzip.open(data / "t10k-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16)
    x = images.reshape(-1, 784).astype(dtype) / dtype(255)
    z1 = 1 / (1 + np.exp(-(x @ network["W1"] + network["b1"])))
    z2 = 1 / (1 + np.exp(-(z1 @ network["W2"] + network["b2"])))
    a3 = z2 @ network["W3"] + network["b3"]
    e = np.exp(a3 - a3.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def main(command, data):
    def run(*words):
        return subprocess.run([command, *map(str, words)], check=True, capture_output=True, text=True).stdout

    images, labels = data / "t10k-images-idx3-ubyte.gz", data / "t10k-labels-idx1-ubyte.gz"
    agree = True
    with tempfile.TemporaryDirectory() as folder:
        model, out = pathlib.Path(folder, "model.safetensors"), pathlib.Path(folder, "out.npy")
        run("convert", data / WEIGHTS[0], model, "--hidden", "sigmoid", "--output", "softmax")
        for dtype, name in [(np.float32, "f32"), (np.float64, "f64")]:
            wanted = numpy_probabilities(data, dtype)
            for weights in [*(data / file for file in WEIGHTS), model]:
                # The book's names have the book's activations; torch's have none.
                options = ["--dtype", name] + (["--hidden", "sigmoid", "--output", "softmax"] if "torch" in weights.name else [])
                run("predict", weights, images, "-o", out, *options)
                found = np.load(out)
                assert found.shape == wanted.shape == (10_000, 10) and found.dtype == dtype
                decisions = int((found.argmax(axis=1) == wanted.argmax(axis=1)).sum())
                apart = float(np.abs(found.astype(np.float64) - wanted).max())
                run("predict", weights, images, "-o", out, *options, "--argmax", "--batch", 1)
                alone = np.array_equal(np.load(out), found.argmax(axis=1))
                accuracy = run("eval", weights, images, labels, *options).strip()
                good = decisions == 10_000 and apart <= TOLERANCE and alone and accuracy == "Accuracy: 0.9352 (9352/10000)"
                agree &= good
                print(f"{'ok ' if good else 'BAD'} {name} {weights.name:34} {decisions} decisions, probabilities within {apart:.1e}, {accuracy}")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
