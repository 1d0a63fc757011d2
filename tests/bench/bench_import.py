"""Time to import the whole of the science, beyond what NumPy alone takes."""

import subprocess
import sys
from pathlib import Path

from tests.bench.report import Report

LIMIT_SECONDS = 0.5
REPEATS = 5
PACKAGE = Path(__file__).parents[2] / "scaling_core"

# The clock runs inside one fresh interpreter: NumPy first, then everything else.
TIMED = """
import importlib, sys, time
start = time.perf_counter()
import numpy
middle = time.perf_counter()
for name in sys.argv[1:]:
    importlib.import_module(name)
print(middle - start, time.perf_counter() - middle)
"""


def modules() -> list[str]:
    """The package and every public module in it."""
    names = sorted(path.stem for path in PACKAGE.glob("[a-z]*.py"))
    return ["scaling_core", *(f"scaling_core.{name}" for name in names)]


def measure() -> tuple[float, float]:
    """Seconds for NumPy and for the science after it: the fastest of some interpreters."""
    times = []
    for _ in range(REPEATS):
        done = subprocess.run(
            [sys.executable, "-c", TIMED, *modules()],
            cwd=PACKAGE.parent,
            capture_output=True,
            check=True,
            text=True,
        )
        numpy_seconds, seconds = map(float, done.stdout.split())
        times.append((seconds, numpy_seconds))
    seconds, numpy_seconds = min(times)
    return numpy_seconds, seconds


def main() -> int:
    """Print the time beside its limit and return 0 when it is met."""
    numpy_seconds, seconds = measure()
    report = Report()
    name = f"import of {len(modules())} modules, beyond NumPy's {numpy_seconds:.2f} s"
    report.at_most(name, seconds, LIMIT_SECONDS, "s")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
