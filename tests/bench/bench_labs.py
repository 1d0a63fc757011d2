"""How fast the labs' language model trains: as a share of the processor, and against PyTorch.

The share is the exact FLOP of a training step over its time, over the fastest product of two large
float32 matrices, both on one thread and measured in turn.  Times are of the processor, so that
other work on the machine does not count.

What bounds it: at a width of 16 a step is 70 calls of NumPy on arrays of a few thousand numbers,
where the call, the exponentials of the softmax and the other sweeps over memory cost more than the
matrix products; at 64 the products take two thirds of the time.

PyTorch is installed into `_build/torch`, an environment of its own, the first time; TORCH=none
leaves it out.  There, the same model, batch, optimiser and clipping run on one thread.
The program ends with 1 when a target is missed.
"""

# ruff: noqa: E402 - NumPy reads how many threads it may start when it is imported

from __future__ import annotations

import os

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from labs.tinylm import LanguageModel
from tests.bench.report import Report

SYMBOLS, CONTEXT, TEXTS = 98, 32, 16
SHARES = {(16, 1): 0.25, (32, 2): 0.35, (64, 2): 0.5}
"""Width and layers, and the least share of the peak."""
AGAINST_TORCH = {(16, 1): 1.0, (64, 2): 0.7}
ROUNDS, MATRIX = 7, 768

ROOT = Path(__file__).parents[2]
TORCH = ROOT / "_build" / "torch"
TORCH_PYTHON = TORCH / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"


def peak() -> float:
    """FLOP a second of one product of large matrices."""
    a, b = np.random.default_rng(0).random((2, MATRIX, MATRIX), np.float32)
    begun = time.process_time()
    a @ b
    return 2 * MATRIX**3 / (time.process_time() - begun)


def step_seconds(width: int, layers: int) -> tuple[float, float]:
    """The fastest training step of some rounds, and the peak measured between them."""
    model = LanguageModel(SYMBOLS, width, layers, CONTEXT)
    tokens = np.random.default_rng(0).integers(0, SYMBOLS, (TEXTS, CONTEXT + 1))
    seconds, peaks = [], []
    repeats = max(10, 1000 // width)
    for _ in range(ROUNDS):
        peaks.append(peak())
        begun = time.process_time()
        for _ in range(repeats):
            model.loss(tokens[:, :-1], tokens[:, 1:])
            model.step(1e-3)
        seconds.append((time.process_time() - begun) / repeats)
    return min(seconds), max(peaks)


def torch_steps() -> dict[str, float] | None:
    """Milliseconds of a step in PyTorch by size, or None where it is left out."""
    if os.environ.get("TORCH") == "none":
        print("PyTorch is left out by TORCH=none")
        return None
    if not TORCH_PYTHON.exists():
        print(f"== installing PyTorch into {TORCH} (once)", flush=True)
        install()
    sizes = [f"{width}x{layers}" for width, layers in AGAINST_TORCH]
    script = Path(__file__).with_name("torch_reference.py")
    done = subprocess.run(
        [TORCH_PYTHON, script, str(TEXTS), *sizes], capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"bench_labs: PyTorch does not run: {done.stderr.strip()[-300:]}")
    found = {}
    for line in done.stdout.splitlines():
        step = json.loads(line)
        width, layers = (int(part) for part in step["size"].split("x"))
        # the same model, or the comparison is worth nothing
        assert step["N"] == LanguageModel(SYMBOLS, width, layers, CONTEXT).theta.size
        assert abs(step["first"] - np.log(SYMBOLS)) < 1e-3
        found[step["size"]] = step["ms"]
    return found


def install() -> None:
    """PyTorch for the processor alone where its makers can be reached, else as PyPI has it."""
    subprocess.run([sys.executable, "-m", "venv", TORCH], check=True)
    pip = [TORCH_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for arguments in (["--index-url", CPU_WHEELS, "--retries", "0", "torch"], ["torch"]):
        if subprocess.run([*pip, *arguments], capture_output=True).returncode == 0:
            return
    shutil.rmtree(TORCH)
    sys.exit("bench_labs: PyTorch could not be installed: check the network, or set TORCH=none")


def main() -> int:
    """Print each speed beside its target and return 0 when all are met."""
    report = Report()
    torch = torch_steps()
    for (width, layers), least in SHARES.items():
        seconds, fastest = step_seconds(width, layers)
        name = f"width {width}, {layers} layers"
        flop = TEXTS * LanguageModel(SYMBOLS, width, layers, CONTEXT).training_flop(CONTEXT)
        print(f"{name}: {flop / seconds / 1e9:.0f} of {fastest / 1e9:.0f} GFLOP/s")
        report.at_least(f"{name}: share of the matmul peak", flop / seconds / fastest, least, "")
        if torch and (width, layers) in AGAINST_TORCH:
            ratio = torch[f"{width}x{layers}"] / 1000 / seconds
            least = AGAINST_TORCH[width, layers]
            report.at_least(f"{name}: speed over PyTorch's", ratio, least, "times")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
