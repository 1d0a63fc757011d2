"""Where matplotlib draws: an artist's strokes and points in display space; how far two are apart.

Data that agree to nine digits of an axis's largest value may still be drawn apart, since a log axis
shows what is small as well.  So figures are compared where the eye does it: after the axes'
transform, inside the frame, in units of the picture (1/72 inch).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.cbook import STEP_LOOKUP_MAP
from matplotlib.collections import Collection, PathCollection
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox, Transform

from . import svg

ROOM = 1.0  # around the box inside which the other stroke is looked for


@dataclass(frozen=True)
class Outline:
    """What an artist draws, in display units, y upwards.

    Attributes:
        points: one row a vertex, marker or anchor; not a number where there is none.
        joined: for each row but the last, whether a stroke leads from it to the next.
        marked: whether the points themselves show: markers, and anchors of text.
        box: what can be seen of it: left, bottom, right and top.
    """

    points: np.ndarray
    joined: np.ndarray
    marked: bool
    box: tuple[float, float, float, float]

    def strokes(self) -> np.ndarray:
        """The straight strokes that can be drawn, as rows x0, y0, x1, y1."""
        rows = np.hstack([self.points[:-1], self.points[1:]])
        return rows[self.joined & np.isfinite(rows).all(axis=1)]

    def lines(self) -> list[np.ndarray]:
        """The strokes joined to polylines, each an array of shape (n, 2)."""
        here = np.isfinite(self.points).all(axis=1)
        goes_on = self.joined & here[:-1] & here[1:]
        parts = np.split(self.points, np.flatnonzero(~goes_on) + 1)
        return [part for part in parts if len(part) > 1]

    def marks(self) -> np.ndarray:
        """The points that show, an array of shape (n, 2)."""
        seen = np.isfinite(self.points).all(axis=1) & self.marked
        return self.points[seen]


def shapes(artist: Artist) -> Iterator[Outline]:
    """What an artist draws, piece by piece; nothing for what is not placed by data."""
    box = _box(artist)
    if isinstance(artist, Line2D):
        points = artist.get_transform().transform(_stepped(artist))
        stroked = artist.get_linestyle() not in ("None", " ", "")
        joined = np.full(max(len(points) - 1, 0), stroked)
        yield Outline(points, joined, str(artist.get_marker()) not in ("None", " ", ""), box)
    elif isinstance(artist, FancyArrowPatch):
        yield _of_path(artist.get_path(), artist.get_transform(), box)
    elif isinstance(artist, Rectangle):
        corners = Path(artist.get_corners()[[0, 1, 2, 3, 0]])
        yield _of_path(corners, artist.get_data_transform(), box)
    elif isinstance(artist, Patch):
        yield _of_path(artist.get_path(), artist.get_transform(), box)
    elif isinstance(artist, Collection):
        offsets = np.ma.filled(np.ma.asarray(artist.get_offsets(), float), np.nan)
        if isinstance(artist, PathCollection) or offsets.any():
            points = artist.get_offset_transform().transform(offsets)
            yield Outline(points, np.zeros(max(len(points) - 1, 0), bool), True, box)
        else:
            for path in artist.get_paths():
                yield _of_path(path, artist.get_transform(), box)
    elif isinstance(artist, Text):
        yield _of_anchor(artist.get_transform(), artist.get_position(), box)


def with_arrows(artists: Iterable[Artist]) -> Iterator[Artist]:
    """The artists, and after each annotation its arrow; both put where they will be drawn."""
    for artist in artists:
        if isinstance(artist, Annotation):
            artist.update_positions(svg.ruler())
        yield artist
        if isinstance(artist, Annotation) and artist.arrow_patch is not None:
            yield artist.arrow_patch


def apart(one: Outline, other: Outline) -> float:
    """How far apart two outlines of the same points are drawn, at the worst place that shows.

    Returns:
        Display units; infinite where only one of them shows.
    """
    if one.points.shape != other.points.shape:
        return np.inf
    worst = 0.0
    if one.marked or other.marked:
        worst = _marks_apart(one, other)
    rows = [np.hstack([shape.points[:-1], shape.points[1:]]) for shape in (one, other)]
    joined = [
        shape.joined & np.isfinite(row).all(axis=1)
        for shape, row in zip((one, other), rows, strict=True)
    ]
    moved = (joined[0] | joined[1]) & ~((rows[0] == rows[1]).all(axis=1) & (joined[0] == joined[1]))
    mine, theirs = (row[moved] for row in rows)
    if not len(mine):
        return worst
    drawn = [which[moved] for which in joined]
    for here, there, is_here, is_there in (
        (mine, theirs, *drawn),
        (theirs, mine, *reversed(drawn)),
    ):
        ends, visible = clipped(here, one.box)
        visible &= is_here
        target, there_too = clipped(there, _grown(one.box, ROOM))
        if (visible & ~(there_too & is_there)).any():
            return np.inf
        for start in (0, 2):
            distance = _to_stroke(ends[visible, start : start + 2], target[visible])
            rounding = 8 * np.finfo(float).eps * np.abs(here[visible]).max(axis=1, initial=0.0)
            worst = max(worst, float(np.max(distance - rounding, initial=0.0)))
    return worst


def farthest(
    drawn: Sequence[np.ndarray],
    expected: Sequence[np.ndarray],
    box: tuple[float, float, float, float],
) -> float:
    """How far the polylines `drawn` stray from the polylines `expected`, inside a box.

    Both may have their vertices at different places along the same lines.  Call it both ways round
    to find what is missing as well.

    Args:
        drawn: arrays of shape (n, 2).
        expected: the same.
        box: the two lowest and the two highest coordinates that show: x0, y0, x1, y1.

    Returns:
        The largest distance from an end or the middle of a visible stroke of `drawn` to the nearest
        stroke of `expected`, in the unit of the arrays; infinite where `expected` has none there.
    """
    mine, theirs = _rows(drawn), _rows(expected)
    mine, visible = clipped(mine, box)
    theirs, near = clipped(theirs, _grown(box, ROOM))
    mine, theirs = mine[visible], theirs[near]
    if not len(mine):
        return 0.0
    if not len(theirs):
        return np.inf
    tried = np.concatenate([mine[:, :2], mine[:, 2:], (mine[:, :2] + mine[:, 2:]) / 2])
    nearest = [
        _to_stroke(np.broadcast_to(point, (len(theirs), 2)), theirs).min() for point in tried
    ]
    return float(max(nearest))


def clipped(
    strokes: np.ndarray, box: tuple[float, float, float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """The parts of strokes inside a box, and which strokes have one (Liang and Barsky's way)."""
    start, way = strokes[:, :2], strokes[:, 2:] - strokes[:, :2]
    first, last = np.zeros(len(strokes)), np.ones(len(strokes))
    inside = np.isfinite(strokes).all(axis=1)
    with np.errstate(all="ignore"):
        for axis, (low, high) in enumerate(((box[0], box[2]), (box[1], box[3]))):
            x, step = start[:, axis], way[:, axis]
            stands = step == 0
            inside &= ~stands | ((x >= low) & (x <= high))
            ends = np.stack([low - x, high - x]) / step
            enters = np.where(stands, 0.0, ends.min(axis=0))
            leaves = np.where(stands, 1.0, ends.max(axis=0))
            first, last = np.maximum(first, enters), np.minimum(last, leaves)
        inside &= first <= last
        parts = np.hstack([start + first[:, None] * way, start + last[:, None] * way])
    whole = (first == 0) & (last == 1)
    return np.where(whole[:, None], strokes, parts), inside


def take_layout(figure: FigureBase, other: FigureBase) -> None:
    """Put a figure's axes where another's are, so that both are drawn in the same places."""
    if isinstance(figure, Figure):
        figure.set_layout_engine("none")
    for mine, theirs in zip(_all_axes(figure), _all_axes(other), strict=True):
        mine.set_axes_locator(None)
        mine.set_position(theirs.get_position(), which="both")


def _all_axes(figure: FigureBase) -> list:
    """Every axes of a figure, those inside other axes too."""
    found = list(figure.axes)
    for axes in found:
        found += [inner for inner in axes.child_axes if inner not in found]
    return found


def _stepped(line: Line2D) -> np.ndarray:
    x, y = line.get_data(orig=False)
    x, y = (np.ma.filled(np.ma.asarray(values, float), np.nan) for values in (x, y))
    steps = STEP_LOOKUP_MAP[line.get_drawstyle()]
    return np.column_stack(steps(x, y)) if len(x) else np.empty((0, 2))


def _of_path(path: Path, transform: Transform, box: tuple[float, float, float, float]) -> Outline:
    points = np.ma.filled(np.ma.asarray(path.vertices, float), np.nan)
    joined = np.ones(max(len(points) - 1, 0), bool)
    if path.codes is not None:
        joined &= path.codes[1:] != Path.MOVETO
        points = points.copy()
        start = 0
        for place in np.flatnonzero((path.codes == Path.MOVETO) | (path.codes == Path.CLOSEPOLY)):
            if path.codes[place] == Path.MOVETO:
                start = place
            else:  # its own numbers mean nothing
                points[place] = points[start]
    return Outline(transform.transform(points), joined, False, box)


def _of_anchor(
    transform: Transform, place: Sequence[float], box: tuple[float, float, float, float]
) -> Outline:
    point = transform.transform(np.array([place], float))
    return Outline(point, np.zeros(0, bool), True, box)


def _box(artist: Artist) -> tuple[float, float, float, float]:
    """What can be seen of an artist: the frame that clips it, or the picture and as much around."""
    framed = artist.get_clip_path() is not None or artist.get_clip_box() is not None
    if artist.get_clip_on() and framed and artist.axes is not None:
        return artist.axes.bbox.extents
    figure: Bbox = artist.get_figure(root=True).bbox
    return _grown(figure.extents, max(figure.width, figure.height))


def _grown(
    box: tuple[float, float, float, float], room: float
) -> tuple[float, float, float, float]:
    return box[0] - room, box[1] - room, box[2] + room, box[3] + room


def _rows(lines: Sequence[np.ndarray]) -> np.ndarray:
    rows = [np.hstack([line[:-1], line[1:]]) for line in map(np.asarray, lines)]
    return np.concatenate([np.empty((0, 4)), *rows])


def _marks_apart(one: Outline, other: Outline) -> float:
    left, bottom, right, top = one.box
    with np.errstate(invalid="ignore"):
        seen = np.zeros(len(one.points), bool)
        for shape in (one, other):
            x, y = shape.points.T
            seen |= (left <= x) & (x <= right) & (bottom <= y) & (y <= top)
        way = np.hypot(*(one.points - other.points)[seen].T)
    return float(np.max(np.nan_to_num(way, nan=np.inf), initial=0.0))


def _to_stroke(points: np.ndarray, strokes: np.ndarray) -> np.ndarray:
    """The distance of each point to the stroke of the same row."""
    start, way = strokes[:, :2], strokes[:, 2:] - strokes[:, :2]
    length = (way**2).sum(axis=1)
    along = ((points - start) * way).sum(axis=1) / np.where(length == 0, 1.0, length)
    nearest = start + np.clip(along, 0.0, 1.0)[:, None] * way
    return np.hypot(*(points - nearest).T)
