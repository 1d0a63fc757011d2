"""`python -m labs NAME --budget quick`: run a lab here."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from labs import runner


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for; 0 if all went well, 1 if not."""
    parser = argparse.ArgumentParser(
        prog="python -m labs", description="Measure the scaling laws of AI on this computer."
    )
    parser.add_argument("name", choices=(*runner.LABS, "all"), help="which lab")
    parser.add_argument("--budget", choices=runner.PLANS, default="quick", help="how much to run")
    parser.add_argument(
        "--results",
        type=Path,
        default=Path("labs-results"),
        metavar="FOLDER",
        help="where the CSV files are or will be (labs-results); finished runs in it are kept",
    )
    parser.add_argument(
        "--processes", type=int, default=runner.PROCESSES, help="runs at a time (2)"
    )
    asked = parser.parse_args(arguments)
    try:
        for name in runner.LABS if asked.name == "all" else (asked.name,):
            lab = import_module(f"labs.{name}")
            runner.run_lab(lab, asked.budget, asked.results, asked.processes)
            print(lab.summary(asked.results))
    except runner.LabError as error:
        print(f"labs: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
