"""One run of an author's function: with live numbers to record it, with plain ones to check it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from .artists import Live
from .axes import live_axes
from .errors import FigureError, refusal
from .style import RC
from .text import has_live, plain, typeset
from .trace import Tape, Traced

Function = Callable[..., Any]
TITLES = ("left", "center", "right")
BLANK = "\N{NO-BREAK SPACE}"  # keeps the place of a text that is empty at the default settings


@dataclass(frozen=True)
class Layout:
    """How a picture is laid out: as its author has it, or for a narrow screen.

    Attributes:
        width: in inches; None leaves the author's size.
        height: of one panel, in inches.
    """

    width: float | None = None
    height: float = 0.0


WIDE = Layout()
# Text of 12 points is 12 pixels high where the picture has the 300 pixels that a phone gives it.
NARROW = Layout(4.1, 3.2)
PANEL = 0.8  # of that height, where panels are stacked


@dataclass
class Run:
    """What one call of the author's function drew and said.

    The title is what stands above the whole picture: of a figure with one panel that panel's, else
    the figure's own.  It is taken out of the picture, since a page sets it better.
    """

    figure: Figure
    title: str
    sentence: str
    alt: str


@dataclass
class Recording(Run):
    """A run with live numbers: also the tape, the live artists and the live strings."""

    tape: Tape = field(repr=False)
    artists: list[Live] = field(default_factory=list)
    strings: dict[Text, str] = field(default_factory=dict)

    def titles(self) -> str:
        """What the titles say, for a figure that has neither description nor sentence."""
        live = {text.get_text(): string for text, string in self.strings.items()}
        titles = [axes.get_title(where) for axes in self.figure.axes for where in TITLES]
        found = ", ".join(live.get(title, title) for title in titles if title)
        found = ", ".join(filter(None, [self.title, found]))
        return f"A figure: {found}" if found else ""

    @contextlib.contextmanager
    def saving(self) -> Iterator[None]:
        """While the picture is written: numbers as a page sets them, a place for empty text."""
        before = {text: text.get_text() for text in self.figure.findobj(Text)}
        for text, words in before.items():
            shown = typeset(words) if words or text not in self.strings else BLANK
            if shown != words:
                text.set_text(shown)
        with mpl.rc_context(RC), _live_text(self.tape, self.strings):
            yield
        for text, words in before.items():
            if text.get_text() != words:
                text.set_text(words)


def run_plain(
    function: Function,
    alt: str | Function | None,
    values: Mapping[str, Any],
    layout: Layout = WIDE,
) -> Run:
    """Call the function as it stands, with plain numbers and matplotlib's own axes."""
    with mpl.rc_context(RC), np.errstate(all="ignore"), _laid_out(layout):
        figure, sentence, description = _call(function, alt, values, layout)
        return Run(figure, _lifted_title(figure, {}), sentence, description)


def record(
    function: Function,
    alt: str | Function | None,
    inputs: Mapping[str, float],
    cases: Mapping[str, Any],
    order: list[str],
    layout: Layout = WIDE,
) -> Recording:
    """Call the function with live numbers for the sliders and plain values for the cases."""
    artists: list[Live] = []
    strings: dict[Text, str] = {}
    tape = Tape(inputs)
    with (
        mpl.rc_context(RC),
        _laid_out(layout),
        live_axes(tape, artists.append),
        _live_text(tape, strings),
    ):
        values = {name: tape.inputs[name] if name in inputs else cases[name] for name in order}
        figure, sentence, description = _call(function, alt, values, layout)
        title = _lifted_title(figure, strings)
        recording = Recording(figure, title, sentence, description, tape, artists, strings)
        _check(recording)
    return recording


def _call(
    function: Function,
    alt: str | Function | None,
    values: Mapping[str, Any],
    layout: Layout,
) -> tuple[Figure, str, str]:
    """The figure that the function makes, its sentence and its description."""
    before = set(plt.get_fignums())
    try:
        said = _followed(function, values)
        made = [number for number in plt.get_fignums() if number not in before]
        if len(made) != 1:
            raise FigureError(
                f"{function.__name__} made {len(made)} figures: allowed is one, by plt.subplots() "
                "or its kin"
            )
        figure = plt.figure(made[0])
        if layout.width is not None and figure.get_figwidth() != layout.width:
            figure.set_size_inches(layout.width, min(figure.get_figheight(), layout.height))
        for text in figure.findobj(Text) if layout.width is not None else ():
            text.set_fontsize(max(text.get_fontsize(), RC["font.size"]))
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)
    figure.set_dpi(RC["figure.dpi"])  # whatever the author chose: the picture's units are points
    pair = isinstance(said, tuple) and len(said) == 2
    sentence, description = said if pair else (said, None)
    if not isinstance(sentence, str | None) or not isinstance(description, str | None):
        raise FigureError(
            f"{function.__name__} returned {_kind(said)}: allowed is a sentence in Markdown, "
            "(sentence, description), or nothing"
        )
    if description is None:
        description = _followed(alt, values) if callable(alt) else alt
    elif alt is not None:
        raise FigureError(
            f"{function.__name__} returned a description, and alt= gives another: allowed is one "
            "of them; leave alt= out"
        )
    if not isinstance(description, str | None):
        raise FigureError(f"alt returned {_kind(description)}: allowed is a text, or nothing")
    return figure, str(sentence or ""), str(description or "")


def _lifted_title(figure: Figure, strings: Mapping[Text, str]) -> str:
    """Take the title of the whole picture out of it; `strings` holds what of it is live."""
    for text in _titles(figure):
        if text.get_visible() and (text.get_text() or text in strings):
            found = strings.get(text, text.get_text())
            text.set_text("")
            return found
    return ""


def _titles(figure: Figure) -> Iterator[Text]:
    """The texts that may be the title of the whole picture, empty ones too."""
    if words := figure.get_suptitle():
        yield from (text for text in figure.texts if text.get_text() == words)
        return
    panels = {axes.get_subplotspec() for axes in figure.axes}
    if len(panels) == 1 and None not in panels:
        for axes in figure.axes:
            titles = {axes.get_title(where) for where in TITLES}
            children = (child for child in axes.get_children() if type(child) is Text)
            yield from (
                text for text in children if text.get_text() in titles and text not in axes.texts
            )


@contextlib.contextmanager
def _laid_out(layout: Layout) -> Iterator[None]:
    """While a function is called: panels side by side are stacked where the layout is narrow."""
    if layout.width is None:
        yield
        return
    width = layout.width
    subplots, mosaic = Figure.subplots, Figure.subplot_mosaic

    def stacked(self: Figure, nrows: int = 1, ncols: int = 1, **kwargs: Any) -> Any:
        if nrows == 1 and ncols > 1:
            nrows, ncols = ncols, 1
            kwargs = _without_widths(kwargs)
        self.set_size_inches(width, layout.height * (1 if nrows == 1 else PANEL * nrows))
        return subplots(self, nrows, ncols, **kwargs)

    def piled(self: Figure, mosaic_: Any, **kwargs: Any) -> Any:
        rows = mosaic_.strip().split("\n") if isinstance(mosaic_, str) else list(mosaic_)
        if len(rows) == 1 and len(rows[0]) > 1:
            rows = [[name] for name in dict.fromkeys(rows[0])]
            kwargs, mosaic_ = _without_widths(kwargs), rows
        self.set_size_inches(width, layout.height * (1 if len(rows) == 1 else PANEL * len(rows)))
        return mosaic(self, mosaic_, **kwargs)

    Figure.subplots, Figure.subplot_mosaic = stacked, piled
    try:
        with mpl.rc_context({"figure.figsize": (width, layout.height)}):
            yield
    finally:
        Figure.subplots, Figure.subplot_mosaic = subplots, mosaic


def _without_widths(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a row of panels, for a column."""
    kept = {name: value for name, value in kwargs.items() if name != "width_ratios"}
    if kept.get("gridspec_kw"):
        kept["gridspec_kw"] = _without_widths(kept["gridspec_kw"])
    return kept


def _kind(value: Any) -> str:
    """The type of a value in words; of a tuple the types in it."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_kind, value))})"
    return type(value).__name__


def _followed(function: Function, values: Mapping[str, Any]) -> Any:
    """Call the function; a refusal that NumPy replaced by an error of its own is raised again."""
    try:
        return function(**values)
    except Exception as error:
        hidden = refusal(error)
        if hidden is None or hidden is error:
            raise
        raise hidden from None


def _check(recording: Recording) -> None:
    for text, string in recording.strings.items():
        if "$" in string:
            raise FigureError(
                f"live number in {_readable(recording, string)!r}: a formula between dollar signs "
                "is drawn letter by letter and cannot move; write the number outside it"
            )
        if "\n" in string:
            raise FigureError(
                f"live text {_readable(recording, string)!r} has several lines: write one text a "
                "line"
            )
        if text.get_wrap():
            raise FigureError(f"live text {_readable(recording, string)!r} wraps: set wrap=False")
    for axis in ("x", "y"):
        for axes in dict.fromkeys(live.axes for live in recording.artists):
            mine = [live for live in recording.artists if live.axes is axes]
            if any(live.moves(axis) for live in mine) and _autoscales(axes, axis):
                low, high = _proposal(axes, axis)
                raise FigureError(
                    f"the {axis} axis has live data and no limits: a scale that follows the data "
                    f"would hide the change. Set them, for example ax.set_{axis}lim({low:.3g}, "
                    f"{high:.3g})"
                )


def _autoscales(axes: Axes, axis: str) -> bool:
    return axes.get_autoscalex_on() if axis == "x" else axes.get_autoscaley_on()


def _proposal(axes: Axes, axis: str) -> tuple[float, float]:
    axes.autoscale_view()
    return axes.get_xlim() if axis == "x" else axes.get_ylim()


def _readable(recording: Recording, string: str) -> str:
    return plain(recording.tape, string)


@contextlib.contextmanager
def _live_text(tape: Tape, strings: dict[Text, str]) -> Iterator[None]:
    original = Text.set_text

    def set_text(self: Text, s: Any) -> None:
        s = "" if s is None else str(s)
        if has_live(s):
            strings[self] = s
            s = plain(tape, s)
        else:
            strings.pop(self, None)
        original(self, s)

    Text.set_text = set_text
    try:
        yield
    finally:
        Text.set_text = original


def values_of(data: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Live or plain values as plain arrays, at the settings of the recording."""
    return {
        name: np.asarray(value.value if isinstance(value, Traced) else value)
        for name, value in data.items()
    }
