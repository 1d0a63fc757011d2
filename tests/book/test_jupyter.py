"""In Jupyter as Binder makes it: figures move while Python works, and Python knows where."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests import jupyter
from tests.book import notebooks, reader
from tests.jupyter import Notebook

GUIDE = Path(__file__).parents[2] / "chapters" / "make_your_own.ipynb"
FRONT_ENDS = {"JupyterLab": "lab/tree", "Notebook 7": "notebooks"}
THUMB = 16  # CSS pixels: a slider's thumb stays inside the slider
A_WHILE = 500  # ms in which the page would have answered

BUSY = """\
import time
from pathlib import Path

while not Path({!r}).exists():
    time.sleep(0.1)"""
TELL = """\
heard = []
wave.observe(lambda values: heard.append(values["n"]))
for n in (7, 2, 5):
    wave.set(n=n, a=2)
    time.sleep(0.3)"""

# What a reader sees of a figure: its lines, its title and other words, where its controls stand.
SEEN = """(figure) => ({
  lines: [...figure.querySelectorAll("[data-picture] path, [data-picture] use")].map(
    (drawn) => ["d", "x", "y", "transform"].map((name) => drawn.getAttribute(name)).join(),
  ),
  title: figure.querySelector("[data-title]").textContent,
  words: figure.querySelector("[data-picture]").textContent,
  controls: [...figure.querySelectorAll("input, select")].map((input) => input.value),
})"""
# The option of a menu after the one that is chosen.
NEXT = "(menu) => (menu.selectedIndex + 1) % menu.options.length"
# What the calls in a notebook show.
CALLS = {"predict": "\npredict(", "quiz": "\nquiz(", "figure": "\n@explore("}
# At least as many of each as there should be are there, and live.
COUNTED = """(wanted) => wanted.every(([what, count]) =>
  document.querySelectorAll(`[data-${what}].xp-live`).length >= count)"""
# A slider's limits and where it stands.
RANGE = "(slider) => [slider.min, slider.max, slider.value].map(Number)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebooks' folder."""
    return tmp_path_factory.mktemp("jupyter")


@pytest.fixture(scope="module")
def server(browser: Browser, folder: Path) -> Iterator[str]:
    """The address of a Jupyter server in an environment made from requirements.txt alone."""
    try:
        python = jupyter.environment()
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)
    with jupyter.served(python, folder) as url:
        yield url


@pytest.fixture
def opened(browser: Browser, server: str) -> Iterator[Callable[..., Notebook]]:
    """Opens notebooks."""
    tab = browser.new_page(viewport={"width": 1200, "height": 1600})
    yield lambda path, within: Notebook(tab, server, path.name, within=within)
    tab.close()


def code_of(path: Path) -> list[str]:
    """The code of a notebook, cell by cell."""
    cells = notebooks.read(path).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def seen(figure: Locator) -> Any:
    return figure.evaluate(SEEN)


def drag(slider: Locator, to: float) -> None:
    """Drag a slider with the mouse from where it stands to this part of its way."""
    slider.scroll_into_view_if_needed()
    low, high, value = slider.evaluate(RANGE)
    box = slider.bounding_box()

    def spot(part: float) -> tuple[float, float]:
        way = box["width"] - THUMB
        return box["x"] + THUMB / 2 + part * way, box["y"] + box["height"] / 2

    mouse = slider.page.mouse
    mouse.move(*spot((value - low) / (high - low)))
    mouse.down()
    mouse.move(*spot(to), steps=3)
    mouse.up()


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_figure_moves_while_python_is_busy_and_both_stay_in_step(
    opened: Callable[..., Notebook], folder: Path, front_end: str
) -> None:
    done = folder / f"{front_end} is done"
    cells = [code_of(GUIDE)[1], "wave", BUSY.format(done.name), "print(wave.values)"]
    path = jupyter.write(folder / f"{front_end}.ipynb", *cells, TELL, "print(heard)")
    notebook = opened(path, FRONT_ENDS[front_end])
    notebook.run(0)
    notebook.run(1)
    one, two = (notebook.cell(number).locator("figure.xp-live") for number in (0, 1))
    expect(two).to_be_visible()

    notebook.start(2)
    before = seen(one)
    drag(one.locator("input[type=range][name=n]"), to=0.9)
    expect(one).to_contain_text("7 waves")
    expect(two).to_contain_text("7 waves")
    assert notebook.is_running(2)  # so that no Python has had a part in it
    assert seen(one)["lines"] != before["lines"]
    assert seen(one) == seen(two)
    box = one.locator("input[name=n][data-exact]")
    box.fill("6")
    box.press("Enter")
    expect(two).to_contain_text("6 waves")
    done.touch()
    notebook.finished(2)
    values = ast.literal_eval(notebook.run(3))
    assert values["n"] == 6
    assert seen(one)["title"] == f"{values['n']} waves, {values['a']:.1f} high"

    notebook.run(4)
    for figure in (one, two):
        figure.scroll_into_view_if_needed()  # off the screen a figure rests
        expect(figure).to_contain_text("5 waves, 2.0 high")
        expect(figure.locator("input[type=range][name=n]")).to_have_value("5")
    notebook.tab.wait_for_timeout(A_WHILE)
    assert ast.literal_eval(notebook.run(5)) == [7, 2, 5]  # the page does not talk back


@pytest.mark.parametrize("path", notebooks.paths(), ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom_and_answers_the_reader(
    opened: Callable[..., Notebook], folder: Path, path: Path
) -> None:
    notebook = opened(Path(shutil.copy(path, folder)), FRONT_ENDS["JupyterLab"])
    notebook.run_all()
    expect(notebook.tab.locator(".jp-OutputArea-output[data-mime-type*=error]")).to_have_count(0)
    # What a cell shows comes a little after the cell has run.
    code = "".join(f"\n{source}" for source in code_of(path))
    shown = [[what, code.count(call)] for what, call in CALLS.items()]
    notebook.tab.wait_for_function(COUNTED, arg=shown)
    for prediction in notebook.tab.locator("[data-predict]").all():
        reader.answer(prediction)
    for quiz in notebook.tab.locator("[data-quiz]").all():
        reader.take(quiz)
    for figure in notebook.tab.locator("figure.xp-live").all():
        figure.scroll_into_view_if_needed()  # off the screen a figure rests
        before = seen(figure)
        sliders = figure.locator("input[type=range]:visible").all()
        for slider in sliders:
            drag(slider, to=0.25)
        if not sliders:  # a figure of cases alone
            menu = figure.locator("select").first
            menu.select_option(index=menu.evaluate(NEXT))
        notebook.tab.evaluate(reader.TWO_FRAMES)
        after = seen(figure)
        name = figure.get_attribute("data-figure")
        assert (after["lines"], after["words"]) != (before["lines"], before["words"]), name
        assert after["controls"] != before["controls"], name
