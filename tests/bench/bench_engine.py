"""How long the engine evaluates two heavy programs in the browser: a frame has to hold them.

One is 40 operations on 300 points each, as a busy figure has them; one is 20,000 on single numbers,
as an unrolled loop leaves them.  The fastest of some updates counts, so that other work on the
machine does not.  The program ends with 1 when a target is missed.
"""

from __future__ import annotations

import sys
from typing import Any

from explorable import assets
from tests import browser as browsers
from tests.bench.report import Report

CURVES_LIMIT, CHAIN_LIMIT = 1, 4  # ms
UPDATES = 60

FASTEST = """([program, updates]) => {
  const evaluator = new Program(program, 0);
  const times = [];
  for (let k = 0; k < updates; k++) {
    evaluator.set([0.3 + k / 100, 0.7]);
    const began = performance.now();
    evaluator.update();
    times.push(performance.now() - began);
  }
  return Math.min(...times);
}"""


def program(constants: list[Any], code: list[Any]) -> dict[str, Any]:
    """A program of two inputs and one case."""
    case = {"code": 0, "constants": list(range(len(constants)))}
    return {"inputs": 2, "constants": constants, "codes": [code], "cases": [case]}


def curves() -> dict[str, Any]:
    """Powers, sums of exponentials and their like, on 300 points."""
    first = [["exp", 0], ["divide", 2, -1], ["power", -1, 1], ["logaddexp", -1, -2], ["add", -1, 3]]
    return program([{"linspace": [1, 9, 300]}, 0.5], first + [["tanh", -1], *first[1:]] * 7)


def chain() -> dict[str, Any]:
    """Five operations 4,000 times over, each on the result of the one before."""
    turn = [["exp", -1], ["add", -1, 0], ["log", -1], ["multiply", -1, 2], ["add", -1, 1]]
    return program([0.5], [["add", 0, 1], ["repeat", 4000, turn]])


def main() -> int:
    """Print both times beside their targets and return 0 when they are met."""
    executable = browsers.executable()
    if executable is None:
        sys.exit(f"bench_engine: {browsers.ADVICE}")
    report = Report()
    with browsers.launched(executable) as browser:
        tab = browser.new_page()
        tab.add_script_tag(content=f"{{ {assets.joined()} window.Program = Program; }}")
        for name, heavy, limit in (
            ("40 operations on 300 points", curves(), CURVES_LIMIT),
            ("20,000 operations on numbers", chain(), CHAIN_LIMIT),
        ):
            report.at_most(name, tab.evaluate(FASTEST, [heavy, UPDATES]), limit, "ms")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
