"""What can move: for each kind of artist its live data, how matplotlib moves it, how the page does.

Each class joins three views of one thing: the artist that matplotlib drew, the live values that
place it, and its entry in the page's format (FORMAT.md).

A new kind is a class here and an entry of the same name in static/artists.js.  Its `fields` say
what an entry of the page's format holds; from them derive what the page hangs on, FORMAT.md's table
(``make format`` writes it) and the tests, one of which compares the two tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import ArrowStyle
from matplotlib.text import Text

from .errors import FigureError
from .text import nodes
from .trace import Traced

Coords = tuple[str, str]
Ref = Callable[[Any], Any]  # a live value or a plain one to its reference in the page's format

DATA: Coords = ("data", "data")
ARROW_HEADS = {ArrowStyle.Curve: "-", ArrowStyle.CurveB: "->", ArrowStyle.CurveFilledB: "-|>"}
PAD = 2.0  # matplotlib's room between an annotation's text and its arrow, in points


@dataclass(frozen=True)
class Look:
    """How matplotlib wrote an artist: its paths' styles, and its markers' shapes and styles."""

    paths: list[str] = field(default_factory=list)
    marks: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Field:
    """A field of an artist's entry in the page's format.

    Attributes:
        holds: "ref" for a value that may be live, "text" for the number of a text, whose live parts
            count as well, "plain" for what stays.
        note: what FORMAT.md says of it.
    """

    holds: Literal["ref", "text", "plain"]
    note: str = ""


REF = Field("ref")
STYLE = Field("plain", "CSS")
COMMON = ("id", "kind", "axes", "coords", "clip")  # what every entry may have

KINDS: dict[str, type[Live]] = {}


class Live:
    """An artist whose place depends on controls.

    `data` holds live or plain values by the field names of the format, `coords` what x and y are
    measured in.

    Attributes:
        kind: the name of the kind.
        summary: what the kind draws, as FORMAT.md says it.
        fields: what an entry has beside the common fields; a point leads inside a field.
    """

    kind: ClassVar[str]
    summary: ClassVar[str]
    fields: ClassVar[Mapping[str, Field]]
    along: tuple[tuple[str, ...], tuple[str, ...]] = (("x", "x0", "x1"), ("y", "y0", "y1"))
    id: str = ""

    def __init_subclass__(cls) -> None:
        assert cls.kind not in KINDS, f"two kinds are called {cls.kind}"
        KINDS[cls.kind] = cls

    def __init__(
        self, axes: Axes, artists: tuple[Artist, ...], data: dict[str, Any], coords: Coords = DATA
    ) -> None:
        self.axes = axes
        self.artists = artists
        self.data = data
        self.coords = coords

    def name(self, gid: str) -> None:
        """Give the artist its id in the picture."""
        self.id = gid
        for artist in self.artists:
            artist.set_gid(gid)

    def update(self, values: dict[str, np.ndarray]) -> None:
        """Move the matplotlib artist to these values."""
        raise NotImplementedError

    def sample(self) -> dict[str, np.ndarray]:
        """Values at which the artist certainly shows, to read its style from."""
        raise NotImplementedError

    def look(self, looks: dict[str, Look]) -> dict[str, Any]:
        """The style fields of the entry."""
        return {"style": looks[self.id].paths[0]}

    def spec(
        self, ref: Ref, number: Callable[[Axes], int], looks: dict[str, Look]
    ) -> dict[str, Any]:
        """The artist's entry in the page's format."""
        entry = {
            "id": self.id,
            "kind": self.kind,
            "axes": number(self.axes),
            **({} if self.coords == DATA else {"coords": list(self.coords)}),
            **{name: ref(value) for name, value in self.data.items()},
            **self.look(looks),
        }
        if any(artist.get_clip_on() for artist in self.artists):
            entry["clip"] = True
        return entry

    @property
    def groups(self) -> list[str]:
        """The groups of the picture that the artist is drawn in, and takes its style from."""
        return [self.id]

    def moves(self, axis: str) -> bool:
        """Whether the artist brings live data to the axis "x" or "y" (text never scales one)."""
        place = "xy".index(axis)
        names = self.along[place]
        return self.coords[place] == "data" and any(
            isinstance(self.data.get(name), Traced) for name in names
        )

    def _spot(self, fraction: float) -> tuple[float, float]:
        """A point inside the frame, in the artist's coordinates."""
        display = self.axes.transAxes.transform((fraction, fraction))
        spots = {
            "data": self.axes.transData.inverted().transform(display),
            "axes": (fraction, fraction),
            "figure": self.axes.figure.transFigure.inverted().transform(display),
        }
        return float(spots[self.coords[0]][0]), float(spots[self.coords[1]][1])


class Line(Live):
    """A line, markers or both: `plot`, `step`, `axhline`, `axvline`."""

    kind = "line"
    summary = "a line, markers or both"
    fields: ClassVar = {
        "x": REF,
        "y": Field("ref", "broadcast with `x`; what is not finite breaks the line"),
        "steps": Field("plain", '`"pre"`, `"post"` or `"mid"`, if it goes in steps'),
        "style": Field("plain", "CSS, if a line is drawn"),
        "marks": Field(
            "plain", '`{"d": path data around 0,0, "style": CSS}`, if markers are drawn'
        ),
    }

    def update(self, values: dict[str, np.ndarray]) -> None:
        x, y = np.broadcast_arrays(np.atleast_1d(values["x"]), np.atleast_1d(values["y"]))
        self.artists[0].set_data(x, y)

    def sample(self) -> dict[str, np.ndarray]:
        (x0, y0), (x1, y1) = self._spot(0.4), self._spot(0.6)
        return {"x": np.array([x0, x1]), "y": np.array([y0, y1])}

    def look(self, looks: dict[str, Look]) -> dict[str, Any]:
        line, look = self.artists[0], looks[self.id]
        entry: dict[str, Any] = {}
        if line.get_drawstyle().startswith("steps"):
            entry["steps"] = line.get_drawstyle().removeprefix("steps").lstrip("-") or "pre"
        if look.paths and line.get_linestyle() != "None":
            entry["style"] = look.paths[0]
        if look.marks:
            shape, style = look.marks[0]
            entry["marks"] = {"d": shape, "style": style}
        return entry


class Marks(Live):
    """The points of a `scatter`."""

    kind = "marks"
    summary = "points"
    fields: ClassVar = {
        "x": REF,
        "y": REF,
        "marks": Field("plain", "as of `line`; `style` and `d` may be lists, one a point in turn"),
    }

    def update(self, values: dict[str, np.ndarray]) -> None:
        pairs = np.broadcast_arrays(np.atleast_1d(values["x"]), np.atleast_1d(values["y"]))
        offsets = np.stack([part.ravel() for part in pairs], axis=1).astype(float)
        offsets[~np.isfinite(offsets).all(axis=1)] = np.nan  # as matplotlib's own masks have it
        self.artists[0].set_offsets(offsets)

    def sample(self) -> dict[str, np.ndarray]:
        count = len(self.artists[0].get_offsets())
        x, y = self._spot(0.5)
        return {"x": np.full(count, x), "y": np.full(count, y)}

    def look(self, looks: dict[str, Look]) -> dict[str, Any]:
        shapes, styles = zip(*looks[self.id].marks, strict=True)
        return {"marks": {"d": _shared(shapes), "style": _shared(styles)}}


class Band(Live):
    """The area between two edges: `fill_between`, `fill_betweenx`."""

    kind = "band"
    summary = "the area between two edges"
    fields: ClassVar = {
        "x": REF,
        "y1": REF,
        "y2": REF,
        "where": Field("ref", "0 where the area is left out, if it is anywhere"),
        "style": STYLE,
        "across": Field("plain", "`true` when it lies on its side: then `x` is the y coordinate"),
    }

    def __init__(self, *args: Any, across: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.across = across
        self.along = (("y1", "y2"), ("x",)) if across else (("x",), ("y1", "y2"))

    def update(self, values: dict[str, np.ndarray]) -> None:
        parts = np.broadcast_arrays(*(np.atleast_1d(v) for v in values.values()))
        data = dict(zip(values, parts, strict=True))
        where = data["where"].astype(bool) if "where" in data else None
        self.artists[0].set_data(data["x"], data["y1"], data["y2"], where=where)

    def sample(self) -> dict[str, np.ndarray]:
        (x0, y0), (x1, y1) = self._spot(0.4), self._spot(0.6)
        if self.across:
            x0, x1, y0, y1 = y0, y1, x0, x1
        return {"x": np.array([x0, x1]), "y1": np.full(2, y0), "y2": np.full(2, y1)}

    def look(self, looks: dict[str, Look]) -> dict[str, Any]:
        return super().look(looks) | ({"across": True} if self.across else {})


class Bars(Live):
    """Rectangles: `bar`, `barh`, `axhspan`, `axvspan`."""

    kind = "bars"
    summary = "rectangles"
    fields: ClassVar = {
        "ids": Field("plain", "one group a bar, instead of `id`"),
        "x0": REF,
        "x1": REF,
        "y0": REF,
        "y1": REF,
        "style": Field("plain", "CSS, or a list, one a bar in turn"),
    }

    def name(self, gid: str) -> None:
        self.id = gid
        for number, artist in enumerate(self.artists):
            artist.set_gid(f"{gid}-{number}")

    @property
    def groups(self) -> list[str]:
        return [artist.get_gid() for artist in self.artists]

    def update(self, values: dict[str, np.ndarray]) -> None:
        count = len(self.artists)
        x0, x1, y0, y1 = (
            np.broadcast_to(np.ravel(values[edge]), count) for edge in ("x0", "x1", "y0", "y1")
        )
        for number, bar in enumerate(self.artists):
            bar.set_bounds(x0[number], y0[number], x1[number] - x0[number], y1[number] - y0[number])

    def sample(self) -> dict[str, np.ndarray]:
        (x0, y0), (x1, y1) = self._spot(0.4), self._spot(0.6)
        return {"x0": np.array(x0), "x1": np.array(x1), "y0": np.array(y0), "y1": np.array(y1)}

    def look(self, looks: dict[str, Look]) -> dict[str, Any]:
        styles = [looks[gid].paths[0] for gid in self.groups]
        return {"ids": self.groups, "style": _shared(styles)}

    def spec(self, *args: Any) -> dict[str, Any]:
        entry = super().spec(*args)
        del entry["id"]
        return entry


class Segments(Live):
    """Straight pieces: `hlines`, `vlines`."""

    kind = "segments"
    summary = "straight pieces"
    fields: ClassVar = {"x0": REF, "y0": REF, "x1": REF, "y1": REF, "style": STYLE}

    def update(self, values: dict[str, np.ndarray]) -> None:
        ends = (np.atleast_1d(values[end]) for end in ("x0", "y0", "x1", "y1"))
        x0, y0, x1, y1 = np.broadcast_arrays(*ends)
        ends = np.stack([np.stack([x0, y0], 1), np.stack([x1, y1], 1)], 1).astype(float)
        ends[~np.isfinite(ends).all(axis=(1, 2))] = np.nan  # as matplotlib's own masks have it
        self.artists[0].set_segments(ends)

    def sample(self) -> dict[str, np.ndarray]:
        (x0, y0), (x1, y1) = self._spot(0.4), self._spot(0.6)
        return {"x0": np.array(x0), "x1": np.array(x1), "y0": np.array(y0), "y1": np.array(y1)}


class MovingText(Live):
    """A text, or an annotation, at a live place; an annotation also has a tip."""

    kind = "text"
    summary = "a text or an annotation, also one of which only the words move"
    fields: ClassVar = {
        "text": Field("text", "index into `texts`"),
        "x": Field("ref", "if the position is live"),
        "y": Field("ref", "the same"),
        "anchor": Field(
            "plain",
            "`[x, y]` in user units, where the anchor is in `svg`, if the position is live: the "
            "text moves by as much as its anchor does, is hidden while the anchor is not a number, "
            "and with `clip` also while it is outside the frame",
        ),
    }
    along = ((), ())
    hides = False

    def __init__(
        self,
        *args: Any,
        tip: dict[str, Any] | None = None,
        tip_coords: Coords = DATA,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tip = tip
        self.tip_coords = tip_coords
        if tip is not None:
            self.data = self.data | {"tip_x": tip["x"], "tip_y": tip["y"]}

    @property
    def groups(self) -> list[str]:
        return []

    @property
    def offset(self) -> bool:
        """Whether the text stands at a fixed distance from the tip."""
        return self.tip is not None and self.artists[0].anncoords == "offset points"

    def anchor(self) -> list[float]:
        """Where the picture has the live place (of an offset text: the tip), y downwards."""
        text = self.artists[0]
        place = text.xy if self.offset else text.get_position()
        transforms = {
            "data": self.axes.transData,
            "axes": self.axes.transAxes,
            "figure": self.axes.get_figure(root=True).transFigure,
        }
        x, y = (transforms[name].transform(place)[i] for i, name in enumerate(self.coords))
        return [float(x), _height(text) - float(y)]

    def update(self, values: dict[str, np.ndarray]) -> None:
        text = self.artists[0]
        if self.tip is not None:
            text.xy = (float(values["tip_x"]), float(values["tip_y"]))
        if not self.offset:
            text.set_position((float(values["x"]), float(values["y"])))

    def sample(self) -> dict[str, np.ndarray]:
        x, y = map(np.asarray, self._spot(0.5))
        return {"x": x, "y": y} | ({} if self.tip is None else {"tip_x": x, "tip_y": y})

    def look(self, looks: dict[str, Look]) -> dict[str, Any]:
        return {}

    def spec(self, *args: Any) -> dict[str, Any]:
        entry = super().spec(*args)
        entry.pop("tip_x", None)
        entry.pop("tip_y", None)
        entry.pop("clip", None)
        if self.hides:
            entry["clip"] = True
        entry["anchor"] = self.anchor()
        return entry


class Arrow(Live):
    """The arrow of an annotation."""

    kind = "arrow"
    summary = "an annotation's arrow, hidden as a text is"
    fields: ClassVar = {
        "x": Field("ref", "the tip"),
        "y": Field("ref", "the tip"),
        "from.x": Field("ref", "the text's anchor, unless it stands at an offset"),
        "from.y": Field("ref", "the same"),
        "from.coords": Field("plain", "what the anchor is measured in"),
        "from.offset": Field("plain", "`[dx, dy]` from the tip to the anchor in user units"),
        "around": Field(
            "plain",
            "`[left, top, right, bottom]` of the text's box around its anchor in user units; the "
            "arrow starts at the middle of the box and is cut off at its edge",
        ),
        "shrink": Field("plain", "`[at text, at tip]`"),
        "head": Field(
            "plain", '`[kind, length, width]` in user units; kind `"-"`, `"->"` or `"-|>"`'
        ),
        "style": STYLE,
    }
    along = ((), ())

    def __init__(self, *args: Any, label: MovingText) -> None:
        super().__init__(*args)
        self.label = label

    def name(self, gid: str) -> None:
        self.id = gid
        self.artists[0].arrow_patch.set_gid(gid)

    def check(self) -> None:
        """Refuse arrows that the page could not bend."""
        patch = self.artists[0].arrow_patch
        straight = getattr(patch.get_connectionstyle(), "rad", 1.0) == 0.0
        if type(patch.get_arrowstyle()) not in ARROW_HEADS or not straight:
            raise FigureError(
                "annotate(arrowprops=...) with a live point: allowed are straight arrows of "
                "arrowstyle '-', '->' or '-|>'"
            )

    def update(self, values: dict[str, np.ndarray]) -> None:
        """Nothing to do: the annotation takes its arrow along."""

    def sample(self) -> dict[str, np.ndarray]:
        return {}

    def look(self, looks: dict[str, Look]) -> dict[str, Any]:
        text, height = self.artists[0], _height(self.artists[0])
        patch = text.arrow_patch
        style = patch.get_arrowstyle()
        scale = patch.get_mutation_scale()
        box = Text.get_window_extent(text)  # without the arrow
        x, y = self.label.anchor()
        length, width = (
            getattr(style, f"head_{side}", 0.0) * scale for side in ("length", "width")
        )
        # matplotlib draws a head back, so that the corner of its stroke is at the tip.
        pad = patch.get_linewidth() / 2 * np.hypot(length, width) / width if width else 0.0
        start: dict[str, Any] = {"coords": list(self.label.coords)}
        if self.label.offset:
            dx, dy = text.xyann
            start = {"offset": [dx, -dy]}
            x, y = x + dx, y - dy
        return {
            "from": start,
            "around": [
                box.x0 - PAD - x,
                height - box.y1 - PAD - y,
                box.x1 + PAD - x,
                height - box.y0 + PAD - y,
            ],
            "shrink": [patch.shrinkA, float(patch.shrinkB + pad)],
            "head": [ARROW_HEADS[type(style)], length, width],
            "style": looks[self.id].paths[0],
        }

    def spec(self, ref: Ref, *args: Any) -> dict[str, Any]:
        entry = super().spec(ref, *args)
        if not self.label.offset:
            entry["from"] |= {name: ref(self.label.data[name]) for name in ("x", "y")}
        entry.pop("clip", None)
        if self.label.hides:
            entry["clip"] = True
        return entry


def refs(entry: Mapping[str, Any], texts: Sequence[Any]) -> list[int]:
    """The nodes that an artist's entry in the page's format hangs on, those of its texts too."""
    found: list[int] = []
    for path, kept in KINDS[entry["kind"]].fields.items():
        value: Any = entry
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if kept.holds == "ref" and isinstance(value, int):
            found.append(value)
        elif kept.holds == "text" and value is not None:
            found += nodes(texts[value])
    return found


def unknown(entry: Mapping[str, Any]) -> list[str]:
    """The fields of an artist's entry that its kind does not have."""
    known = {*COMMON, *KINDS[entry["kind"]].fields}
    found = []
    for name, value in entry.items():
        inside = name not in known and isinstance(value, Mapping)
        paths = [f"{name}.{key}" for key in value] if inside else [name]
        found += [path for path in paths if path not in known]
    return found


def table() -> str:
    """FORMAT.md's table of kinds."""
    rows = ["| kind | field | holds | |", "|---|---|---|---|"]
    for name, kind in KINDS.items():
        rows.append(f"| **`{name}`** | | | {kind.summary} |")
        for path, kept in kind.fields.items():
            note = kept.note.replace("|", r"\|")
            rows.append(f"| | `{path}` | {kept.holds} | {note} |")
    return "\n".join(rows)


def _shared(items: Any) -> Any:
    """A list, or its one element where all are the same."""
    items = list(items)
    return items[0] if len(set(items)) == 1 else items


def _height(artist: Artist) -> float:
    return float(artist.get_figure(root=True).bbox.height)


TABLE = ("<!-- kinds: `make format` writes them -->\n", "<!-- end of kinds -->\n")
FORMAT = Path(__file__).with_name("FORMAT.md")


def written(text: str) -> str:
    """FORMAT.md with the table of kinds as it is."""
    before, rest = text.split(TABLE[0])
    after = rest.split(TABLE[1])[1]
    return f"{before}{TABLE[0]}\n{table()}\n\n{TABLE[1]}{after}"
