"""Axes that take live values: matplotlib draws the concrete numbers, the recording notes the rest.

While a figure is recorded, matplotlib's projection `rectilinear` hands out `LiveAxes`.  Methods
that know what to do with live values are overridden here; every other one works as usual with
plain data and refuses live data by name.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.projections import projection_registry

from .artists import Arrow, Band, Bars, Line, Live, Marks, MovingText, Segments
from .errors import FigureError
from .text import has_live
from .trace import Tape, concrete, contains_traced

LIMITS = {"set_xlim", "set_ylim", "set_xbound", "set_ybound", "axis", "margins"}
TICKS = {"set_xticks", "set_yticks", "set_xticklabels", "set_yticklabels", "tick_params"}


class LiveAxes(Axes):
    """Matplotlib's axes, noting which artist belongs to which live value."""

    name = "rectilinear"
    tape: Tape
    note: Callable[[Live], None]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.tape, self.note = _recordings[-1]
        super().__init__(*args, **kwargs)

    def plot(self, *args: Any, data: Any = None, **kwargs: Any) -> list[Line2D]:
        """`Axes.plot` with live coordinates."""
        _refuse_options("plot", kwargs)
        if not contains_traced(args):
            return super().plot(*args, data=data, **kwargs)
        if data is not None:
            raise _refusal("plot(data=...)")
        lines = []
        for x, y, style in _groups(args):
            x, y = self._live(x), self._live(y)
            made = super().plot(
                np.atleast_1d(concrete(x)), np.atleast_1d(concrete(y)), *style, **kwargs
            )
            for column, line in enumerate(made):
                self.note(Line(self, (line,), {"x": _column(x, column), "y": _column(y, column)}))
            lines += made
        return lines

    def scatter(self, x: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
        """`Axes.scatter` with live coordinates; sizes and colours are plain."""
        _refuse_options("scatter", {"size or colour": args, **kwargs})
        if not contains_traced((x, y)):
            return super().scatter(x, y, *args, **kwargs)
        x, y = self._live(x), self._live(y)
        made = super().scatter(*np.broadcast_arrays(concrete(x), concrete(y)), *args, **kwargs)
        self.note(Marks(self, (made,), {"x": x, "y": y}))
        return made

    def fill_between(
        self,
        x: Any,
        y1: Any,
        y2: Any = 0,
        where: Any = None,
        interpolate: bool = False,
        step: Any = None,
        **kwargs: Any,
    ) -> Any:
        """`Axes.fill_between` with live edges."""
        kwargs |= {"interpolate": interpolate, "step": step}
        return self._band("fill_between", (x, y1, y2, where), kwargs)

    def fill_betweenx(
        self,
        y: Any,
        x1: Any,
        x2: Any = 0,
        where: Any = None,
        step: Any = None,
        interpolate: bool = False,
        **kwargs: Any,
    ) -> Any:
        """`Axes.fill_betweenx` with live edges."""
        kwargs |= {"interpolate": interpolate, "step": step}
        return self._band("fill_betweenx", (y, x1, x2, where), kwargs)

    def bar(self, x: Any, height: Any, width: Any = 0.8, bottom: Any = None, **kwargs: Any) -> Any:
        """`Axes.bar` with live places, heights, widths and bottoms."""
        _refuse_options("bar", kwargs)
        made = super().bar(*map(concrete, (x, height, width, bottom)), **kwargs)
        if contains_traced((x, height, width, bottom)):
            x0, x1 = self._extent(x, width, kwargs.get("align", "center"), made, "x")
            y0, y1 = self._reach(height, bottom)
            self.note(Bars(self, tuple(made), {"x0": x0, "x1": x1, "y0": y0, "y1": y1}))
        return made

    def barh(self, y: Any, width: Any, height: Any = 0.8, left: Any = None, **kwargs: Any) -> Any:
        """`Axes.barh` with live places, widths, heights and left ends."""
        _refuse_options("barh", kwargs)
        made = super().barh(*map(concrete, (y, width, height, left)), **kwargs)
        if contains_traced((y, width, height, left)):
            y0, y1 = self._extent(y, height, kwargs.get("align", "center"), made, "y")
            x0, x1 = self._reach(width, left)
            self.note(Bars(self, tuple(made), {"x0": x0, "x1": x1, "y0": y0, "y1": y1}))
        return made

    def axhline(self, y: Any = 0, xmin: Any = 0, xmax: Any = 1, **kwargs: Any) -> Line2D:
        """`Axes.axhline` at a live height."""
        _refuse_options("axhline", kwargs)
        line = super().axhline(*map(concrete, (y, xmin, xmax)), **kwargs)
        if contains_traced((y, xmin, xmax)):
            ends = np.stack([self._live(xmin) + 0.0, self._live(xmax) + 0.0])
            self.note(Line(self, (line,), {"x": ends, "y": self._live(y)}, ("axes", "data")))
        return line

    def axvline(self, x: Any = 0, ymin: Any = 0, ymax: Any = 1, **kwargs: Any) -> Line2D:
        """`Axes.axvline` at a live place."""
        _refuse_options("axvline", kwargs)
        line = super().axvline(*map(concrete, (x, ymin, ymax)), **kwargs)
        if contains_traced((x, ymin, ymax)):
            ends = np.stack([self._live(ymin) + 0.0, self._live(ymax) + 0.0])
            self.note(Line(self, (line,), {"x": self._live(x), "y": ends}, ("data", "axes")))
        return line

    def axhspan(self, ymin: Any, ymax: Any, xmin: Any = 0, xmax: Any = 1, **kwargs: Any) -> Any:
        """`Axes.axhspan` between live heights."""
        _refuse_options("axhspan", kwargs)
        made = super().axhspan(*map(concrete, (ymin, ymax, xmin, xmax)), **kwargs)
        return self._span(made, (xmin, xmax, ymin, ymax), ("axes", "data"))

    def axvspan(self, xmin: Any, xmax: Any, ymin: Any = 0, ymax: Any = 1, **kwargs: Any) -> Any:
        """`Axes.axvspan` between live places."""
        _refuse_options("axvspan", kwargs)
        made = super().axvspan(*map(concrete, (xmin, xmax, ymin, ymax)), **kwargs)
        return self._span(made, (xmin, xmax, ymin, ymax), ("data", "axes"))

    def hlines(self, y: Any, xmin: Any, xmax: Any, *args: Any, **kwargs: Any) -> Any:
        """`Axes.hlines` with live ends."""
        _refuse_options("hlines", {"style": args, **kwargs})
        made = super().hlines(*map(concrete, (y, xmin, xmax)), *args, **kwargs)
        if contains_traced((y, xmin, xmax)):
            y, x0, x1 = self._live(y), self._live(xmin), self._live(xmax)
            self.note(Segments(self, (made,), {"x0": x0, "y0": y, "x1": x1, "y1": y}))
        return made

    def vlines(self, x: Any, ymin: Any, ymax: Any, *args: Any, **kwargs: Any) -> Any:
        """`Axes.vlines` with live ends."""
        _refuse_options("vlines", {"style": args, **kwargs})
        made = super().vlines(*map(concrete, (x, ymin, ymax)), *args, **kwargs)
        if contains_traced((x, ymin, ymax)):
            x, y0, y1 = self._live(x), self._live(ymin), self._live(ymax)
            self.note(Segments(self, (made,), {"x0": x, "y0": y0, "x1": x, "y1": y1}))
        return made

    def text(self, x: Any, y: Any, s: Any, *args: Any, **kwargs: Any) -> Any:
        """`Axes.text` at a live place; live words need nothing special."""
        _refuse_options("text", {"font": args, **kwargs})
        made = super().text(concrete(x), concrete(y), s, *args, **kwargs)
        if contains_traced((x, y)):
            coords = _coordinates(self, made.get_transform(), "text")
            self.note(MovingText(self, (made,), {"x": self._live(x), "y": self._live(y)}, coords))
        return made

    def annotate(
        self,
        text: Any,
        xy: Any,
        xytext: Any = None,
        xycoords: Any = "data",
        textcoords: Any = None,
        arrowprops: dict[str, Any] | None = None,
        annotation_clip: Any = None,
        **kwargs: Any,
    ) -> Any:
        """`Axes.annotate` with a live point, and a live place for its text."""
        _refuse_options("annotate", {"arrowprops": arrowprops, **kwargs})
        live = contains_traced((xy, xytext))
        made = super().annotate(
            text,
            concrete(xy),
            xytext=concrete(xytext),
            xycoords=xycoords,
            textcoords=textcoords,
            arrowprops=arrowprops,
            annotation_clip=False if live else annotation_clip,
            **kwargs,
        )
        if not live:
            return made
        names = {"data": "data", "axes fraction": "axes", "figure fraction": "figure"}
        if xycoords not in names or textcoords not in {None, "offset points", *names}:
            raise FigureError(
                f"annotate(xycoords={xycoords!r}, textcoords={textcoords!r}) with a live point: "
                "allowed are 'data', 'axes fraction', 'figure fraction', and 'offset points' "
                "for the text"
            )
        tip = {"x": self._live(xy[0]), "y": self._live(xy[1])}
        tip_coords = (names[xycoords],) * 2
        hides = annotation_clip or (annotation_clip is None and xycoords == "data")
        if xytext is None or textcoords == "offset points":
            place, coords = tip, tip_coords
        else:
            place = {"x": self._live(xytext[0]), "y": self._live(xytext[1])}
            coords = (names[textcoords or xycoords],) * 2
        label = MovingText(self, (made,), place, coords, tip=tip, tip_coords=tip_coords)
        label.hides = bool(hides)
        self.note(label)
        if arrowprops is not None:
            arrow = Arrow(self, (made,), tip, tip_coords, label=label)
            arrow.check()
            self.note(arrow)
        return made

    def _live(self, value: Any) -> Any:
        """A value for the program: live where anything in it is, else a plain array."""
        return self.tape.lift(value) if contains_traced(value) else np.asarray(value)

    def _extent(self, place: Any, size: Any, align: str, made: Any, axis: str) -> tuple[Any, Any]:
        """The two edges of bars along the axis on which they stand."""
        if not contains_traced((place, size)):
            low = np.array([getattr(bar, f"get_{axis}")() for bar in made])
            width = [bar.get_width() if axis == "x" else bar.get_height() for bar in made]
            return low, low + np.array(width)
        place, size = self._live(place), self._live(size)
        low = place - size / 2 if align == "center" else place
        return low, low + size

    def _reach(self, length: Any, start: Any) -> tuple[Any, Any]:
        """The two ends of bars along the axis on which they grow."""
        start = self._live(0.0 if start is None else start)
        return start, start + self._live(length)

    def _span(self, made: Any, edges: tuple[Any, ...], coords: tuple[str, str]) -> Any:
        """Note the rectangle between the edges left, right, low and high."""
        if contains_traced(edges):
            names = ("x0", "x1", "y0", "y1")
            data = dict(zip(names, map(self._live, edges), strict=True))
            self.note(Bars(self, (made,), data, coords))
        return made

    def _band(self, method: str, data: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Draw the area between two edges: `data` is where along it, both edges, and its mask."""
        _refuse_options(method, options)
        made = getattr(super(), method)(*map(concrete, data), **options)
        if contains_traced(data):
            if options["interpolate"] or options["step"] is not None:
                raise _refusal(f"{method}(interpolate=..., step=...)")
            parts = zip(("x", "y1", "y2", "where"), data, strict=True)
            live = {name: self._live(part) for name, part in parts if part is not None}
            self.note(Band(self, (made,), live, across=method == "fill_betweenx"))
        return made


# For which tape axes are made now, and whom they report their live artists to.
_recordings: list[tuple[Tape, Callable[[Live], None]]] = []


@contextlib.contextmanager
def live_axes(tape: Tape, note: Callable[[Live], None]) -> Iterator[None]:
    """While this lasts matplotlib makes live axes, which report their live artists to `note`.

    One class serves all recordings: matplotlib's caches would keep every class, and with it the
    figures of its recording.
    """
    _recordings.append((tape, note))
    projection_registry.register(LiveAxes)
    try:
        yield
    finally:
        _recordings.pop()
        projection_registry.register(LiveAxes if _recordings else Axes)


def _guarded(name: str) -> Callable[..., Any]:
    method = getattr(Axes, name)

    @functools.wraps(method)
    def guarded(self: LiveAxes, *args: Any, **kwargs: Any) -> Any:
        live = contains_traced((args, kwargs))
        if not live and name in TICKS:
            live = any(has_live(word) for word in _words((args, kwargs)))
        if live:
            raise _refusal(name)
        return method(self, *args, **kwargs)

    return guarded


def _refusal(name: str) -> FigureError:
    if name in LIMITS:
        return FigureError(
            f"{name}() got a live value: the limits of an axis stay where they are, so that the "
            "eye sees the change. Choose limits that hold for every setting"
        )
    if name in TICKS:
        return FigureError(f"{name}() got a live value: ticks and their labels are plain")
    return FigureError(
        f"{name}() got live data, which it cannot move. Live data may go to plot, loglog, "
        "semilogx, semilogy, step, scatter, fill_between, fill_betweenx, bar, barh, hlines, "
        "vlines, axhline, axvline, axhspan, axvspan, text and annotate"
    )


def _refuse_options(method: str, options: dict[str, Any]) -> None:
    for name, value in options.items():
        if contains_traced(value):
            raise FigureError(
                f"{method}({name}=...) got a live value: colours, widths, sizes and styles stay; "
                "only places and text can move"
            )


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _words(tuple(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _words(item)


def _groups(args: Sequence[Any]) -> Iterator[tuple[Any, Any, tuple[str, ...]]]:
    """Split plot's arguments into (x, y, style), as matplotlib does."""
    rest = list(args)
    while rest:
        first = rest.pop(0)
        if rest and not isinstance(rest[0], str):
            x, y = first, rest.pop(0)
        else:
            y = first
            x = np.arange(float(len(np.atleast_1d(concrete(y)))))
        style = (rest.pop(0),) if rest and isinstance(rest[0], str) else ()
        yield x, y, style


def _column(values: Any, column: int) -> Any:
    return values[:, min(column, values.shape[1] - 1)] if np.ndim(values) == 2 else values


def _coordinates(axes: Axes, transform: Any, method: str) -> tuple[str, str]:
    known = (
        (axes.transData, ("data", "data")),
        (axes.transAxes, ("axes", "axes")),
        (axes.figure.transFigure, ("figure", "figure")),
        (axes.get_xaxis_transform(), ("data", "axes")),
        (axes.get_yaxis_transform(), ("axes", "data")),
    )
    for candidate, coords in known:
        if transform == candidate:
            return coords
    raise FigureError(
        f"{method}(transform=...) with a live place: allowed are ax.transData, ax.transAxes, "
        "fig.transFigure, ax.get_xaxis_transform() and ax.get_yaxis_transform()"
    )


_OPEN = {"loglog", "semilogx", "semilogy", "step", "set", "legend", "set_title"}
for _name in dir(Axes):
    _own = _name in vars(LiveAxes) or _name in _OPEN or _name.startswith(("_", "get_"))
    if not _own and callable(getattr(Axes, _name)) and not isinstance(getattr(Axes, _name), type):
        setattr(LiveAxes, _name, _guarded(_name))
