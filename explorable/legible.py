"""Whether a picture can be read: its texts side by side, uncrossed and inside the frame.

An author sees the figure at one setting, in one width.  Here its texts are measured at every
setting a reader is led to: the default, the presets and the ends of the sliders.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from .svg import ruler

TOUCH = 1.0  # units by which boxes may meet: the box of a text is higher than its letters
INSET = 0.22  # of a text's height, above and below, that is free of ink in most letters
FAINT = 0.35  # opacity under which a line is a background
PALE = 0.75  # luminance, on paper, above which an area's edge is none


class Picture:
    """A picture that has been laid out; its axes stay where they are while the rest moves."""

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        self._axes = [axes for axes in figure.findobj(Axes) if axes.get_visible()]
        axis_texts = (
            text
            for axes in self._axes
            if axes.axison
            for axis in (axes.xaxis, axes.yaxis)
            for text in _axis_texts(axis)
        )
        self._fixed = list(_boxes(axis_texts))

    def faults(self) -> Iterator[str]:
        """What cannot be read as the picture stands, each in a few words."""
        moving = list(_boxes(self._moving_texts()))
        frame = self._figure.bbox.padded(TOUCH)
        for text, box in (*self._fixed, *moving):
            if not (frame.contains(box.x0, box.y0) and frame.contains(box.x1, box.y1)):
                yield f"{_name(text)} leaves the picture"
        within = itertools.combinations(moving, 2)
        across = itertools.product(moving, self._fixed)
        among = itertools.combinations(self._fixed, 2)
        for (one, box), (other, other_box) in itertools.chain(within, across, among):
            if _overlap(box, other_box):
                yield f"{_name(one)} lies over {_name(other)}"
        lines = list(_lines(self._axes, self._figure.bbox))
        for text, box in (*self._fixed, *moving):
            if not _masks(text):
                crossing = (what for path, clip, what in lines if _crosses(path, _core(box), clip))
                if what := next(crossing, ""):
                    yield f"{_name(text)} is crossed by {what}"

    def _moving_texts(self) -> Iterator[Text]:
        yield from self._figure.texts
        for axes in self._axes:
            yield from (one for one in axes.get_children() if type(one) in (Text, Annotation))
            if legend := axes.get_legend():
                yield from legend.get_texts()


def _boxes(texts: Iterable[Text]) -> Iterator[tuple[Text, Bbox]]:
    """The texts that show, each with its box in display units."""
    for text in texts:
        if text.get_visible() and text.get_text().strip() and _stands_inside(text):
            if isinstance(text, Annotation):
                text.update_positions(ruler())  # its point may have moved since it was drawn
            box = Text.get_window_extent(text, ruler())  # without an annotation's arrow
            if np.isfinite(box.extents).all():
                yield text, box


def _axis_texts(axis: Axis) -> list[Text]:
    """An axis's label, and the labels of its ticks that lie within its limits."""
    if not axis.get_visible():
        return []
    low, high = sorted(axis.get_view_interval())
    labelled = (
        *zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False),
        *zip(axis.get_minorticklocs(), axis.get_minorticklabels(), strict=False),
    )
    shown = [
        label
        for at, label in labelled
        if low <= at <= high or np.isclose(at, (low, high), rtol=1e-9, atol=0).any()
    ]
    return [axis.label, axis.get_offset_text(), *shown]


def _stands_inside(text: Text) -> bool:
    """Whether a text or annotation that is cut off at its axes' frame stands inside of it."""
    axes = text.axes
    if axes is None or text not in axes.texts:
        return True
    if isinstance(text, Annotation):
        wanted = text.get_annotation_clip()
        clipped = text.xycoords == "data" if wanted is None else wanted
        x, y = text.xy
        transform = axes.transData if text.xycoords == "data" else None
    else:
        clipped = text.get_clip_on()
        x, y = text.get_position()
        transform = text.get_transform()
    return (
        not clipped or transform is None or bool(axes.bbox.contains(*transform.transform((x, y))))
    )


def _lines(panels: Iterable[Axes], everywhere: Bbox) -> Iterator[tuple[np.ndarray, Bbox, str]]:
    """Lines and edges that could cross a text: corners and clip in display units, and a name."""
    for axes in panels:
        for artist in (*axes.lines, *axes.collections, *axes.patches):
            if not artist.get_visible() or artist.get_zorder() < 0:
                continue
            clip = axes.bbox if artist.get_clip_on() else everywhere
            if isinstance(artist, Line2D):
                if artist.get_linestyle() != "None" and (artist.get_alpha() or 1) > FAINT:
                    xy = np.asarray(artist.get_xydata(), float)
                    yield artist.get_transform().transform(xy), clip, _line_name(artist)
            elif isinstance(artist, LineCollection):
                for piece in artist.get_segments():
                    yield artist.get_transform().transform(np.asarray(piece, float)), clip, "a line"
            elif isinstance(artist, Rectangle) and _dark(artist):
                corners = artist.get_patch_transform().transform(artist.get_path().vertices)
                yield artist.get_data_transform().transform(corners), clip, "the edge of a bar"


def _dark(patch: Rectangle) -> bool:
    """Whether an area's edge is a line to the eye: on paper a pale one is none."""
    *colour, opacity = patch.get_facecolor()
    return 1 - opacity * (1 - np.dot(colour, (0.2126, 0.7152, 0.0722))) < PALE


def _line_name(line: Line2D) -> str:
    label = str(line.get_label())
    return "a line" if label.startswith("_") or not label else f"the line {label!r}"


def _core(box: Bbox) -> Bbox:
    inset = min(INSET * box.height, box.height / 2 - 0.5)
    return Bbox.from_extents(box.x0 + 1, box.y0 + inset, box.x1 - 1, box.y1 - inset)


def _crosses(path: np.ndarray, box: Bbox, clip: Bbox) -> bool:
    """Whether what shows of a line enters a box, by the clipping of Liang and Barsky."""
    window = Bbox.intersection(box, clip)
    if window is None or len(path) < 2:
        return False
    start, step = path[:-1], np.diff(path, axis=0)
    first, last = np.zeros(len(step)), np.ones(len(step))
    inside = np.isfinite(start).all(axis=1) & np.isfinite(step).all(axis=1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for axis, (low, high) in enumerate((window.intervalx, window.intervaly)):
            enter = (low - start[:, axis]) / step[:, axis]
            leave = (high - start[:, axis]) / step[:, axis]
            flat = step[:, axis] == 0
            inside &= ~flat | ((start[:, axis] > low) & (start[:, axis] < high))
            first = np.where(flat, first, np.maximum(first, np.minimum(enter, leave)))
            last = np.where(flat, last, np.minimum(last, np.maximum(enter, leave)))
    return bool((inside & (first < last)).any())


def _overlap(one: Bbox, other: Bbox) -> bool:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    slack = INSET * min(one.height, other.height)
    return width > TOUCH and height > max(TOUCH, slack)


def _masks(text: Text) -> bool:
    """Whether a text hides what lies under it, in a box of its own or in a legend with a face."""
    patch = text.get_bbox_patch()
    legend = text.axes.get_legend() if text.axes is not None else None
    if patch is None and legend and text in legend.get_texts() and legend.get_frame_on():
        patch = legend.get_frame()
    return patch is not None and patch.get_facecolor()[3] > 0.5


def _name(text: Text) -> str:
    words = " ".join(text.get_text().split())
    return repr(words if len(words) <= 40 else words[:39] + "…")
