"""In Jupyter: the page's HTML and script inside an anywidget, its values in step with Python."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary, WeakSet, ref

import anywidget
import traitlets

from . import assets, page

Controls = list[dict[str, Any]]  # as the page's format has them

MIME_TYPE = "application/vnd.explorable.v1+json"
STATIC_PAGES = "EXPLORABLE_STATIC"  # set in the environment where only static pages are made


class ExplorableWidget(anywidget.AnyWidget):
    """A figure, prediction or quiz in a notebook.

    `values` holds what the page's controls hold: numbers, for a choice its index.  The figure
    moves in the browser; Python hears of it when it has time.
    """

    _esm = assets.module_script()
    _css = assets.style()

    name = traitlets.Unicode().tag(sync=True)
    markup = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Unicode().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    link = traitlets.Unicode(allow_none=True, default_value=None).tag(sync=True)


_widgets: WeakKeyDictionary[Any, ExplorableWidget] = WeakKeyDictionary()
_following: WeakSet[Any] = WeakSet()  # figures that take a linked one's values just now
_ENDS = ("min", "max")
_linked: dict[str, WeakSet[Any]] = {}


def widget_for(shown: Any) -> ExplorableWidget:
    """The widget of a figure or question, made at the first call.

    A figure's widget follows the figure's values and the other way round; so does that of a
    question which reveals the figure.
    """
    if shown not in _widgets:
        _widgets[shown] = _make(shown)
    return _widgets[shown]


def bundle(shown: Any) -> dict[str, Any]:
    """What a notebook is told to display: the widget where there is one, the page's data, a text.

    Args:
        shown: a figure or a question.
    """
    data = _data(shown)
    found: dict[str, Any] = {"text/plain": repr(shown), MIME_TYPE: data}
    figure = _figure(shown)
    if figure is shown:
        found["image/svg+xml"] = page.picture_svg(data)
    if _kernel_listens():
        made = widget_for(shown)
        _take_the_place(shown, made)
        view = made._repr_mimebundle_()
        found |= {kind: value for kind, value in view[0].items() if kind != "text/plain"}
    return found


# For a cell and what it shows, by name: the run that showed it, and the widgets.
_cells: dict[tuple[str, str], tuple[str, list[tuple[ref[Any], ExplorableWidget]]]] = {}


def _take_the_place(shown: Any, made: ExplorableWidget) -> None:
    """Where a cell was run again: close the widgets of its last run that this one replaces.

    ipywidgets holds a widget until it is closed, and the notebook has dropped its view by now.
    """
    cell, run = _cell_and_run()
    if not cell:
        return
    key = (cell, getattr(shown, "name", None) or repr(shown))
    last, old = _cells.pop(key, (run, []))
    if last == run:
        _cells[key] = (run, [*old, (ref(shown), made)])
        return
    _cells[key] = (run, [(ref(shown), made)])
    visible = {view for _, others in _cells.values() for _, view in others}
    for weak, view in old:
        if view not in visible:
            if (figure := weak()) is not None:
                _widgets.pop(figure, None)
            view.close()


def _cell_and_run() -> tuple[str, str]:
    """The cell that runs and its run, as far as the notebook says so; else two empty texts."""
    try:
        from IPython import get_ipython

        parent = get_ipython().kernel.get_parent()
        return str(parent["metadata"].get("cellId") or ""), str(parent["header"]["msg_id"])
    except (ImportError, AttributeError, KeyError, TypeError):
        return "", ""


def _make(shown: Any) -> ExplorableWidget:
    figure = _figure(shown)
    markup = page.content_html(_data(shown), embed=False)
    if figure is None:
        return ExplorableWidget(markup=markup)
    spec = figure.spec()
    widget = ExplorableWidget(
        name=figure.name,
        markup=markup,
        spec=json.dumps(spec, allow_nan=False),
        values=_to_page(figure, spec["controls"]),
        link=figure.link,
    )
    _join(figure, widget, spec["controls"])
    return widget


def _join(figure: Any, widget: ExplorableWidget, controls: Controls) -> None:
    """Keep a figure and its widget in step, and with it the figures of the same link."""
    # ipywidgets holds the widget, and with it these functions, until it is closed.
    weak = ref(figure)
    hearing = False  # whether the change at hand came from the page, where links work already
    stood = _to_page(figure, controls)

    def to_figure(change: Any) -> None:
        nonlocal hearing
        figure = weak()
        if figure is None:
            return
        hearing = True
        try:
            figure.set(**_from_page(controls, change["new"]))
        finally:
            hearing = False

    def to_widget(values: Mapping[str, Any]) -> None:
        nonlocal stood
        figure = weak()
        before, stood = stood, _to_page(figure, controls)
        widget.values = stood
        if hearing or figure.link is None or figure in _following:
            return
        changed = [one for one in controls if stood[one["name"]] != before[one["name"]]]
        for other in list(_linked[figure.link]):
            if other is figure:
                continue
            _following.add(other)
            try:
                other.set(**_heard(stood, changed, other.spec()["controls"]))
            finally:
                _following.discard(other)

    if figure.link is not None:
        _linked.setdefault(figure.link, WeakSet()).add(figure)
    widget.observe(to_figure, "values")
    figure._listen(to_widget)


def _to_page(figure: Any, controls: Controls) -> dict[str, float]:
    """A figure's values as the page has them: a choice by its index."""
    values = dict(figure.values)
    for control in controls:
        name = control["name"]
        if control["kind"] == "select":
            values[name] = figure.controls[name].index
        else:
            values[name] = float(values[name])
    return values


def _from_page(controls: Controls, values: Mapping[str, Any]) -> dict[str, Any]:
    """The page's values as the figure takes them: a choice by its label."""
    taken: dict[str, Any] = {}
    for control in controls:
        value = values[control["name"]]
        if control["kind"] == "select":
            value = control["options"][int(value)]
        elif control["kind"] == "checkbox":
            value = bool(value)
        taken[control["name"]] = value
    return taken


def _heard(values: Mapping[str, float], changed: Controls, ours: Controls) -> dict[str, Any]:
    """What a linked figure takes over, as on the page: a choice by its label, else the nearest."""
    taken: dict[str, float] = {}
    for their in changed:
        name, value = their["name"], values[their["name"]]
        our = next((one for one in ours if (one["name"], one["kind"]) == (name, their["kind"])), {})
        if not our:
            continue
        if our["kind"] == "select":
            label = their["options"][int(value)]
            if label not in our["options"]:
                continue
            value = our["options"].index(label)
        elif our["kind"] == "slider":
            log = our["scale"] == "log"
            low, high = (float(our["base"]) ** our[end] if log else our[end] for end in _ENDS)
            value = min(max(value, low), high)
            value = round(value) if our["whole"] else value
        taken[name] = value
    return _from_page([one for one in ours if one["name"] in taken], taken)


def _figure(shown: Any) -> Any:
    """The live figure in what is shown, if any."""
    return getattr(shown, "reveal", shown)


def _data(shown: Any) -> dict[str, Any]:
    return shown.data() if hasattr(shown, "data") else shown.spec()


def _kernel_listens() -> bool:
    """Whether a notebook's kernel runs this, so that a widget could talk to it."""
    if os.environ.get(STATIC_PAGES):
        return False
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None
