"""The widget and the bundle: Python and page in step, and something for every viewer."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from weakref import ref

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, Widget
from matplotlib.artist import Artist
from myst_nb.core.config import NbParserConfig
from myst_nb.core.execute.base import NotebookClientBase
from myst_nb.core.render import get_mime_priority, load_mime_renders

from explorable import explore, predict, quiz, widget
from explorable.controls import Controls
from explorable.mime import ExplorableRenderer
from explorable.scene import Scene
from explorable.trace import Tape
from tests.explorable import specs


class Stand:
    """A figure as far as the widget knows one."""

    def __init__(self, name: str = "sampler", link: str | None = None) -> None:
        self.name = name
        self.link = link
        self.callbacks: list[Callable[[dict[str, Any]], None]] = []
        self.calls = 0
        self.values = {"N": 7e10, "alpha": 0.34, "w": 5, "view": "first", "bold": False}
        self.controls = {"view": SimpleNamespace(index=0)}

    def __repr__(self) -> str:
        return f"<stand {self.name}>"

    def spec(self) -> dict[str, Any]:
        return specs.sampler(self.name, self.link)

    def set(self, **values: Any) -> None:
        self.calls += 1
        if all(self.values[name] == value for name, value in values.items()):
            return
        self.values = self.values | values
        options = self.spec()["controls"][3]["options"]
        self.controls["view"].index = options.index(self.values["view"])
        for callback in self.callbacks:
            callback(self.values)

    def _listen(self, callback: Callable[[dict[str, Any]], None]) -> None:
        self.callbacks.append(callback)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a notebook: somebody listens."""
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(kernel=object()))


def test_page_moves_python() -> None:
    figure = Stand()
    shown = widget.widget_for(figure)
    assert shown.values == {"N": 7e10, "alpha": 0.34, "w": 5.0, "view": 0, "bold": 0.0}
    shown.values = shown.values | {"N": 1e9, "view": 1, "bold": 1}
    assert figure.values["N"] == 1e9
    assert figure.values["view"] == "the other & last"
    assert figure.values["bold"] is True


def test_python_moves_page() -> None:
    figure = Stand()
    shown = widget.widget_for(figure)
    figure.set(alpha=0.5, view="the other & last")
    assert shown.values["alpha"] == 0.5
    assert shown.values["view"] == 1


def test_linked_figures_share_what_python_sets() -> None:
    left, right, other = Stand("left", "pair"), Stand("right", "pair"), Stand("other", "apart")
    for figure in (left, right, other):
        widget.widget_for(figure)
    left.set(N=1e9)
    assert right.values["N"] == 1e9
    assert widget.widget_for(right).values["N"] == 1e9
    assert other.values["N"] == 7e10


def test_linked_choices_are_the_same_words_whatever_their_order() -> None:
    def shown(options: Any) -> Any:
        @explore(link="words", which=Dropdown(options=options), a=(0.0, 1.0))
        def figure(which, a):
            _, ax = plt.subplots()
            ax.set(xlim=(0, 1), ylim=(0, 1))
            ax.plot([0, 1], [0, a])

        widget.widget_for(figure)
        return figure

    left = shown([("one", 1), ("two", 2)])
    right = shown([("three", 1), ("two", 3), ("one", 2)])
    other = shown(["four", "five"])
    left.set(which="two", a=0.25)
    assert (left.values["which"], right.values["which"], other.values["which"]) == (2, 3, "four")
    assert {figure.values["a"] for figure in (left, right, other)} == {0.25}
    right.set(which="three")
    assert (left.values["which"], right.values["which"], other.values["which"]) == (2, 1, "four")
    other.set(which="five", a=0.5)
    assert left.values == {"which": 2, "a": 0.5}


def linked(name: str, top: float, options: list[str]) -> Any:
    def figure(a, n, log, kind):
        fig, ax = plt.subplots()
        ax.plot([0, 1], [0, a + n])
        ax.set(xlim=(0, 1), ylim=(0, 9))

    figure.__name__ = name
    controls = {
        "a": FloatLogSlider(value=1.0, min=-1, max=np.log10(top), step=0.1),
        "n": (1, int(top)),
        "log": False,
        "kind": options,
    }
    made = explore(link="unequal", **controls)(figure)
    return made, widget.widget_for(made)


def test_linked_figures_of_different_ranges_take_the_nearest_as_on_the_page() -> None:
    wide, _ = linked("wide", 100.0, ["x", "y", "z"])
    narrow, shown = linked("narrow", 10.0, ["z", "x"])
    wide.set(a=80.0, n=70, kind="z", log=True)
    assert narrow.values == {"a": 10.0, "n": 10, "log": True, "kind": "z"}
    assert shown.values == {"a": 10.0, "n": 10.0, "log": 1.0, "kind": 0}
    wide.set(kind="y", a=5.0)  # narrow has no y
    assert narrow.values == {"a": 5.0, "n": 10, "log": True, "kind": "z"}
    narrow.set(kind="x")  # what did not change there stays here
    assert wide.values == {"a": 5.0, "n": 70, "log": True, "kind": "x"}


def test_what_the_page_did_is_not_sent_on_to_linked_figures() -> None:
    # The page moves linked figures itself; a late echo would pull them back under the finger.
    left, right = Stand("left", "drag"), Stand("right", "drag")
    shown = widget.widget_for(left)
    widget.widget_for(right)
    shown.values = shown.values | {"N": 1e9}
    assert left.values["N"] == 1e9
    assert right.calls == 0


def test_widget_holds_the_pages_html_without_the_spec_twice() -> None:
    figure = Stand()
    shown = widget.widget_for(figure)
    assert widget.widget_for(figure) is shown
    assert json.loads(shown.spec) == figure.spec()
    found = BeautifulSoup(shown.markup, "html.parser")
    assert found.figure["data-figure"] == "sampler"
    assert found.script is None


def test_bundle_without_a_kernel() -> None:
    bundle = widget.bundle(Stand())
    assert set(bundle) == {"text/plain", widget.MIME_TYPE, "image/svg+xml"}
    assert bundle["text/plain"] == "<stand sampler>"
    assert bundle["image/svg+xml"].startswith("<svg ")
    assert bundle[widget.MIME_TYPE] == specs.sampler()


@pytest.mark.usefixtures("kernel")
def test_bundle_in_a_notebook_has_the_widget() -> None:
    figure = Stand()
    view = widget.bundle(figure)["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == widget.widget_for(figure).model_id
    assert widget.bundle(figure)["text/plain"] == "<stand sampler>"


@pytest.mark.usefixtures("kernel")
def test_static_pages_get_no_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(widget.STATIC_PAGES, "1")
    assert "application/vnd.jupyter.widget-view+json" not in widget.bundle(Stand())


@pytest.mark.usefixtures("kernel")
def test_questions_have_a_widget_too() -> None:
    figure = Stand()
    asked = predict("How many?", 3, reveal=figure)
    bundle = asked._repr_mimebundle_()
    assert bundle["text/plain"] == "<explorable predict: How many?>"
    assert "image/svg+xml" not in bundle
    shown = widget.widget_for(asked)
    shown.values = shown.values | {"N": 1e9}
    assert figure.values["N"] == 1e9
    checked = quiz([("What?", [("a", True, "yes"), ("b", False, "no")])])
    assert "data-quiz" in widget.widget_for(checked).markup


# ---- on the site


class Document:
    """A document of MyST-NB as far as the plug-in knows one."""

    def __init__(self) -> None:
        notebook = nbformat.v4.new_notebook(metadata={"widgets": {"state": {}}})
        self.renderer = SimpleNamespace(
            document=SimpleNamespace(attributes={}),
            nb_client=NotebookClientBase(notebook, None, NbParserConfig(), None),
        )


def shown(document: Document, mime_type: str, content: Any, inline: bool = False) -> Any:
    data = SimpleNamespace(mime_type=mime_type, content=content)
    return ExplorableRenderer.handle_mime(document, data, inline)


def test_plug_in_is_found_and_comes_first() -> None:
    assert ExplorableRenderer in load_mime_renders()
    order = get_mime_priority("html", [])
    others = ("application/vnd.jupyter.widget-view+json", "text/html", "image/svg+xml")
    assert all(order.index(widget.MIME_TYPE) < order.index(other) for other in others)


def test_plug_in_writes_the_page_s_html_and_counts_copies() -> None:
    document = Document()
    first, second = (shown(document, widget.MIME_TYPE, specs.sampler())[0] for _ in "ab")
    assert first["format"] == "html"
    figures = [BeautifulSoup(node.astext(), "html.parser").figure for node in (first, second)]
    assert [figure["data-uid"] for figure in figures] == ["", "x1-"]
    assert "widgets" not in document.renderer.nb_client.nb_metadata


def test_plug_in_leaves_other_types_alone() -> None:
    assert shown(Document(), "text/html", "<p>") is None
    assert shown(Document(), widget.MIME_TYPE, specs.sampler(), inline=True) is None


# ---- nothing is held that nobody shows


def slope(a, log):
    fig, ax = plt.subplots()
    ax.plot([0, 1], [0.1, a])
    ax.fill_between([0, 1], [0, 0], np.stack([a, 1 + a]))
    ax.annotate(f"{a:.1f}", (0.5, a), (0.6, 2.5), arrowprops={"arrowstyle": "->"})
    ax.set(xlim=(0, 1), ylim=(0.1, 3), yscale="log" if log else "linear", title=f"{a:.1f}")
    return f"slope {a:.1f}"


def build(**own: Any) -> Any:
    return explore(a=(0.5, 2.0, 0.1), log=False, **own)(slope)


def count(*kinds: type) -> int:
    gc.collect()
    return sum(not set(kinds).isdisjoint(type(one).__mro__) for one in gc.get_objects())


def test_a_figure_that_nobody_holds_is_freed_with_all_it_was_made_of() -> None:
    for _ in range(4):
        build()  # what is imported and cached once
    before = count(object), count(Artist, Tape, Scene, Controls, Widget)
    made = [build(link="freed") for _ in range(3)]
    refs = [ref(figure) for figure in made]
    del made
    after = count(object), count(Artist, Tape, Scene, Controls, Widget)
    assert [one() for one in refs] == [None] * 3
    assert after[1] == before[1]
    assert after[0] - before[0] < 100  # it was 7,000 each


def test_a_figure_that_is_kept_keeps_no_drawing() -> None:
    """Notebooks keep what their cells gave: a figure there is its page's data and its controls."""
    for _ in range(4):
        build()
    before = count(object), count(Artist, Tape, Scene)
    kept = [build() for _ in range(3)]
    after = count(object), count(Artist, Tape, Scene)
    assert after[1] == before[1]
    assert after[0] - before[0] < 3 * 200
    kept[0].set(a=1.0, log=True)
    assert kept[0].text == "slope 1.0"
    assert "<svg" in kept[0].svg()


def test_a_shown_figure_is_freed_while_its_widget_stays_on_the_page() -> None:
    figure = build(link="shown")
    shown, gone = widget.widget_for(figure), ref(figure)
    del figure
    gc.collect()
    assert gone() is None
    shown.values = shown.values | {"a": 1.0}  # the page goes on by itself
    other = build(link="shown")
    widget.widget_for(other)
    other.set(a=0.7)
    assert shown.values["a"] == 1.0


def test_an_observed_figure_lives_until_it_is_left_alone() -> None:
    seen: list[Any] = []
    figure = build()
    figure.observe(seen.append)
    slider, gone = figure.controls["a"], ref(figure)
    del figure
    gc.collect()
    slider.value = 0.7
    assert seen == [{"a": 0.7, "log": False}]
    gone().unobserve(seen.append)
    gc.collect()
    assert gone() is None


def test_controls_that_explore_made_go_with_their_figure_and_others_stay() -> None:
    theirs = FloatSlider(value=1, min=0.5, max=2)
    figure = explore(a=theirs, log=False)(slope)
    mine = figure.controls["log"]
    assert mine.comm is not None
    del figure
    gc.collect()
    assert mine.comm is None
    assert theirs.comm is not None
    theirs.value = 0.6
    assert not theirs._trait_notifiers["value"]["change"]


def in_a_cell(monkeypatch: pytest.MonkeyPatch, cell: str, run: str, shown: Any) -> Any:
    parent = {"metadata": {"cellId": cell}, "header": {"msg_id": run}}
    kernel = SimpleNamespace(get_parent=lambda: parent)
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(kernel=kernel))
    widget.bundle(shown)
    return widget.widget_for(shown)


def test_a_cell_run_again_closes_the_widget_that_it_replaces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, third, other = (build() for _ in range(4))
    old = in_a_cell(monkeypatch, "one", "run 1", first)
    beside = in_a_cell(
        monkeypatch, "one", "run 1", quiz([("?", [("a", True, "y"), ("b", False, "n")])])
    )
    twice = in_a_cell(monkeypatch, "one", "run 1", other)  # of the same name, in the same run
    assert old.comm is not None
    assert twice.comm is not None
    new = in_a_cell(monkeypatch, "one", "run 2", second)
    assert old.comm is None
    assert twice.comm is None
    assert new.comm is not None
    assert beside.comm is not None
    assert in_a_cell(monkeypatch, "two", "run 3", second) is new
    in_a_cell(monkeypatch, "two", "run 4", third)
    assert new.comm is not None  # the first cell shows it still
    again = in_a_cell(monkeypatch, "three", "run 5", other)
    assert again is not twice
    assert again.comm is not None
