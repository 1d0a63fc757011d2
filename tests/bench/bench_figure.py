"""How fast a live figure is: against ipywidgets in a kernel, in itself, and in coming to life.

The same function of three sliders, four curves of 300 points and two numbers in its title, is shown
- on a page without a kernel, as `figure.save` writes it, and
- by `ipywidgets.interact` with matplotlib's inline backend, in JupyterLab with a local kernel,
both in the same headless browser.  The mouse drags a slider step by step; a step begins with the
time stamp of the browser's own pointer event and ends in the first task after the frame that paints
the new picture (for `interact` that is the frame after the new image is decoded).  The next step
waits for the picture, so no queue builds up.

Coming to life is measured on every page of the built book that has a figure, served over http with
an empty cache: from the moment the script runs to the moment its last figure follows its controls.
The program ends with 1 when a target is missed.
"""

from __future__ import annotations

import gzip
import inspect
import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Locator, Page

from explorable import assets, explore
from tests import browser as browsers
from tests import jupyter
from tests.bench.report import Report

HTML = Path(__file__).parents[2] / "_build" / "html"

STEPS = 100  # on the page, for each slider
KERNEL_STEPS = 12  # in JupyterLab, for each slider
WARM_UP = 3  # steps that do not count
LOADS = 9  # of each page

FRAME = 1000 / 60
RATIO = 30
SCRIPT_MEDIAN, SCRIPT_95 = 2, 4  # ms
PAINTED_95 = FRAME + 8  # ms
SCRIPT_KB, FIGURE_KB = 30, 60
LIVE, LIVE_AFTER_PAINT = 300, 200  # ms

CONTROLS = {"E": (1.0, 2.5, 0.01), "alpha": (0.1, 0.6, 0.005), "beta": (0.1, 0.6, 0.005)}


def losses(E, alpha, beta):
    """The figure: an author's function, shown both ways."""
    D = np.geomspace(1e9, 1e14, 300)
    fig, ax = plt.subplots()
    for N in (1e9, 1e10, 1e11, 1e12):
        ax.loglog(D, E + 406.4 / N**alpha + 410.7 / D**beta, label=f"N = {N:.0e}")
    ax.set(xlim=(1e9, 1e14), ylim=(1, 100), xlabel="training tokens D", ylabel="loss (nats/token)")
    ax.set_title(f"floor {E:.2f}, text alone {410.7 / 1e12**beta:.3f} nats")
    ax.legend()


# Arms `step()`: a promise of the ms from the next move of the mouse to the painted picture.
WATCH = """(root) => {
  const task = () => new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(null);
  });
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const image = () => root.querySelector("img");
  let shown = image()?.src;
  window.step = () => {
    window.stepped = new Promise((done) => {
      let moved = null;
      addEventListener("pointermove", (event) => { moved = event.timeStamp; },
        { capture: true, once: true });
      const watcher = new MutationObserver(async () => {
        if (moved === null) return;
        if (shown !== undefined) {
          if (!image() || image().src === shown) return;
          shown = image().src;
          await image().decode();
          await frame();
        }
        watcher.disconnect();
        await task();
        done(performance.now() - moved);
      });
      watcher.observe(root, { subtree: true, childList: true, attributes: true,
        characterData: true });
    });
  };
}"""

# Notes when the script starts and when the last figure so far came to life.
LIFE = """
let registry;
Object.defineProperty(window, "explorable", {
  get: () => registry,
  set(value) {
    registry = value;
    window.started = performance.now();
    new MutationObserver(() => {
      const count = document.querySelectorAll("figure.xp-live").length;
      if (count !== window.count) [window.count, window.lived] = [count, performance.now()];
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ["class"] });
  },
});
"""
LIVES = """() => ({
  live: window.lived - window.started,
  after: window.lived - performance.getEntriesByName("first-paint")[0]?.startTime,
})"""


def compressed(text: str) -> float:
    """Kilobytes after gzip."""
    return len(gzip.compress(text.encode(), 9)) / 1000


def percentile_95(times: list[float]) -> float:
    return float(np.percentile(times, 95))


def drag(tab: Page, slider: Locator, root: Locator, steps: int) -> tuple[list[float], list[float]]:
    """Drag a slider back and forth; the ms to the painted picture, and those of the script."""
    dice = random.Random(0)
    box = slider.bounding_box()
    across = box["y"] + box["height"] / 2
    root.evaluate(WATCH)
    tab.mouse.move(box["x"] + box["width"] / 2, across)
    tab.mouse.down()
    painted, script = [], []
    for number in range(WARM_UP + steps):
        tab.wait_for_timeout(dice.uniform(20, 40))  # anywhere between two frames
        tab.evaluate("step()")
        part = 0.1 + 0.4 * dice.random() + 0.4 * (number % 2)
        tab.mouse.move(box["x"] + part * box["width"], across)
        painted.append(tab.evaluate("stepped"))
        script.append(tab.evaluate("window.explorable?.figures.get('losses').timing"))
    tab.mouse.up()
    return painted[WARM_UP:], script[WARM_UP:]


def on_the_page(browser: Browser, file: Path) -> tuple[list[float], list[float]]:
    tab = browser.new_page()
    tab.goto(file.as_uri())
    painted, script = [], []
    for name in CONTROLS:
        slider = tab.locator(f"input[type=range][name={name}]")
        slider.scroll_into_view_if_needed()
        more = drag(tab, slider, tab.locator("[data-picture]"), STEPS)
        painted += more[0]
        script += more[1]
    tab.close()
    return painted, script


def in_the_kernel(browser: Browser, folder: Path) -> list[float]:
    code = (
        "import matplotlib.pyplot as plt\nimport numpy as np\nfrom ipywidgets import interact\n\n"
        f"{inspect.getsource(losses)}\n\n_ = interact(losses, **{CONTROLS!r})"
    )
    path = jupyter.write(folder / "interact.ipynb", code)
    tab = browser.new_page(viewport={"width": 1200, "height": 1600})
    with jupyter.served(Path(sys.executable), folder) as url:
        notebook = jupyter.Notebook(tab, url, path.name)
        notebook.run(0)
        cell = notebook.cell(0)
        cell.locator("img").wait_for()
        painted = []
        for slider in cell.locator(".noUi-target").all():
            painted += drag(tab, slider, cell.locator(".jp-OutputArea").first, KERNEL_STEPS)[0]
        tab.close()
    return painted


def lives(browser: Browser, url: str) -> dict[str, float]:
    """The medians over several loads of a page."""
    loads: list[dict[str, Any]] = []
    for _ in range(LOADS):
        tab = browser.new_page()  # each in a context, and so a cache, of its own
        tab.add_init_script(LIFE)
        tab.goto(url)
        tab.wait_for_timeout(300)  # the first paint is entered late
        loads.append(tab.evaluate(LIVES))
        tab.close()
    return {name: statistics.median(load[name] for load in loads) for name in loads[0]}


def main() -> int:
    """Print each number beside its target and return 0 when all are met."""
    pages = {
        path.relative_to(HTML).as_posix(): BeautifulSoup(
            path.read_text("utf-8"), "html.parser"
        ).select("figure[data-figure]")
        for path in sorted(HTML.rglob("*.html"))
    }
    pages = {name: figures for name, figures in pages.items() if figures}
    executable = browsers.executable()
    if not pages or executable is None:
        sys.exit("bench_figure: " + ("run make book first" if not pages else browsers.ADVICE))
    report = Report()
    report.at_most("the script, compressed", compressed(assets.classic_script()), SCRIPT_KB, "kB")
    for name, figures in pages.items():
        largest = max(compressed(str(figure)) for figure in figures)
        report.at_most(f"largest figure of {name}, compressed", largest, FIGURE_KB, "kB")

    with tempfile.TemporaryDirectory() as temporary, browsers.launched(executable) as browser:
        folder = Path(temporary)
        with browsers.served(HTML) as url:
            for name in pages:
                found = lives(browser, url + name)
                report.at_most(f"{name}: live after the script's start", found["live"], LIVE, "ms")
                report.at_most(
                    f"{name}: live after the first paint", found["after"], LIVE_AFTER_PAINT, "ms"
                )
        figure = explore(**CONTROLS)(losses)
        painted, script = on_the_page(browser, figure.save(folder / "losses.html"))
        kernel = in_the_kernel(browser, folder)

    page, interact = statistics.median(painted), statistics.median(kernel)
    print(
        f"event to painted, medians: {page:.1f} ms on the page ({len(painted)} steps), "
        f"{interact:.0f} ms with interact ({len(kernel)} steps)"
    )
    report.at_least("times faster than interact", interact / page, RATIO, "times")
    report.at_most("event to painted, 95th percentile", percentile_95(painted), PAINTED_95, "ms")
    update = "script time of an update"
    report.at_most(f"{update}, median", statistics.median(script), SCRIPT_MEDIAN, "ms")
    report.at_most(f"{update}, 95th percentile", percentile_95(script), SCRIPT_95, "ms")
    return report.status()


if __name__ == "__main__":
    sys.exit(main())
