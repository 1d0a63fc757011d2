"""Verified, not trusted: the recorded program against the plain function, setting by setting."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text

from .controls import Controls
from .errors import FigureError
from .geometry import Outline, apart, shapes, take_layout, with_arrows

TOLERANCE = 1e-9  # of an array's largest magnitude
PIXEL = 0.05  # how far a place may be off in the picture, in its own unit (1/72 inch)
CORNERS = 32
SOBOL = 8  # in all, and in each case at least
SOBOL_A_CASE = 2

Items = list[tuple[str, dict[str, Any], Artist]]
Shown = tuple[Items, tuple[str, ...]]  # what is drawn; title, sentence and description
Side = Callable[[Mapping[str, Any]], Shown]


def settings(
    controls: Controls, presets: Mapping[str, Mapping[str, Any]], seed: int
) -> Iterator[dict[str, Any]]:
    """The settings at which a figure is checked, the default first and twice.

    One step inside a slider's ends, and its corners with others, are tried in the default case; the
    points in between are spread over the cases.
    """
    start = controls.defaults()
    cases = list(controls.combinations())
    inner = itertools.cycle(_sobol(controls, seed))
    share = max(SOBOL_A_CASE, math.ceil(SOBOL / len(cases)))
    yield start
    yield start
    for preset in presets.values():
        yield start | dict(preset)
    for case in cases:
        here = start | case
        if here != start:
            yield here
        for slider in controls.sliders:
            stepped_in = slider.stepped_in if here == start else ()
            for value in dict.fromkeys(slider.ends + stepped_in):
                yield here | {slider.name: value}
        if here == start:
            yield from (here | corner for corner in _corners(controls, seed))
        yield from (here | point for point in itertools.islice(inner, share))


def check(
    plain: Side,
    recorded: Side,
    places: Iterator[dict[str, Any]],
) -> int:
    """Compare what both draw and say at every setting; return how many there were.

    Raises:
        FigureError: at the first setting where they differ, saying where and in what.
    """
    count = 0
    for values in places:
        count += 1
        where = ", ".join(f"{name}={_short(value)}" for name, value in values.items())
        drawn, said = plain(values)
        our_items, our_texts = recorded(values)
        difference = _difference(drawn, our_items) or _text_difference(said, our_texts)
        if difference:
            raise FigureError(
                f"at {where} the figure would lie: {difference}. Something that depends on a "
                "control went where it could not be followed (an int(), a global, a random "
                "number, a value kept from an earlier call), or the function gives another "
                "picture each time it is called"
            )
    return count


def snapshot(figure: Figure) -> Items:
    """Everything a figure shows, as plain data: kinds, places, texts, colours, widths, limits."""
    items: Items = []
    _walk(figure, "figure", items, loose=False)
    plt.close(figure)
    return items


@dataclass(frozen=True)
class Drawn:
    """What one element of a picture shows, in the SVG's own units, y downwards.

    Attributes:
        lines: the strokes as polylines, each an array of shape (n, 2); a closed one ends where it
            began.
        marks: the places of markers, and of a text's anchor, an array of shape (n, 2).
        box: what can be seen of it: the frame that clips it, or the picture with room around it.
    """

    lines: list[np.ndarray]
    marks: np.ndarray
    box: tuple[float, float, float, float]


def outlines(figure: Any, **values: Any) -> dict[str, Drawn]:
    """Where matplotlib itself draws what moves, for comparison with a page.

    The author's function is called with plain numbers, its axes are put where the page's picture
    has them, and each artist's path goes through matplotlib's own transforms.  Nothing of the
    recorded program enters.  `geometry.farthest` measures how far the page's paths stray.

    Args:
        figure: a live figure, as `explore` makes it.
        **values: the controls that differ from their defaults.

    Returns:
        For the id of each live element in the picture (of bars each bar's) what it shows.

    Raises:
        ControlError: for a name that is no control or a value outside its range.
    """
    values = figure._controls.defaults() | figure._controls.check(values)
    scene = figure._scene(values)
    recorded = scene.recording.figure
    live = {gid for one in scene.recording.artists for gid in (one.id, *one.groups)}
    plain = figure._called(values).figure
    take_layout(plain, recorded)
    height = plain.bbox.height

    def turned(points: np.ndarray) -> np.ndarray:
        return points * [1, -1] + [0, height]

    found: dict[str, Drawn] = {}
    both = (with_arrows(artist for _, _, artist in snapshot(whole)) for whole in (plain, recorded))
    for mine, theirs in zip(*both, strict=True):
        gid = theirs.get_gid()
        parts = list(shapes(mine)) if gid in live else []
        if parts:
            left, bottom, right, top = parts[0].box
            x0, y0, x1, y1 = turned(np.array([[left, top], [right, bottom]])).ravel()
            found[gid] = Drawn(
                [turned(line) for part in parts for line in part.lines()],
                turned(np.concatenate([part.marks() for part in parts])),
                (float(x0), float(y0), float(x1), float(y1)),
            )
    return found


def _corners(controls: Controls, seed: int) -> list[dict[str, float]]:
    names = [slider.name for slider in controls.sliders]
    corners = [
        dict(zip(names, ends, strict=True))
        for ends in itertools.product(*(slider.ends for slider in controls.sliders))
    ]
    if len(corners) <= CORNERS:
        return corners
    chosen = np.random.default_rng(seed).choice(len(corners), CORNERS, replace=False)
    return [corners[i] for i in sorted(chosen)]


def _sobol(controls: Controls, seed: int) -> list[dict[str, float]]:
    from scipy.stats import qmc  # slow to import, and needed only when a figure is made

    if not controls.sliders:
        return []
    points = qmc.Sobol(len(controls.sliders), seed=seed).random(SOBOL)
    return [
        {
            slider.name: slider.between(float(t))
            for slider, t in zip(controls.sliders, row, strict=True)
        }
        for row in points
    ]


def _walk(artist: Artist, path: str, items: Items, loose: bool) -> None:
    """Note an artist and its children; `loose` where matplotlib sets the place while drawing."""
    items.append((path, _properties(artist, loose), artist))
    if isinstance(artist, Axis):
        return
    loose = loose or isinstance(artist, Legend)
    fixed = set(artist.texts) if isinstance(artist, (Axes, Figure)) else set()
    if isinstance(artist, Figure):  # a title of the whole moves with the layout
        titles = (artist.get_suptitle(), artist.get_supxlabel(), artist.get_supylabel())
        fixed = {text for text in fixed if text.get_text() not in titles}
    counts: dict[str, int] = {}
    for child in artist.get_children():
        kind = _kind(child)
        counts[kind] = counts.get(kind, 0) + 1
        placed_late = isinstance(child, (Text, Spine)) and child not in fixed
        _walk(child, f"{path} > {kind} {counts[kind]}", items, loose or placed_late)


def _kind(artist: Artist) -> str:
    kinds = (Axes, Axis, Legend, Annotation, Text, Line2D, Rectangle, Collection, AxesImage, Spine)
    for kind in kinds:
        if isinstance(artist, kind):
            return kind.__name__
    return type(artist).__name__


def _properties(artist: Artist, loose: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "visible": artist.get_visible(),
        "alpha": artist.get_alpha(),
        "coordinates": _coordinates(artist),
    }
    if isinstance(artist, Axes):
        for name, axis in (("x", artist.xaxis), ("y", artist.yaxis)):
            found |= {
                f"{name} limits": np.array(axis.get_view_interval()),
                f"{name} scale": axis.get_scale(),
                f"{name} ticks": _ticks(axis),
            }
    elif isinstance(artist, Axis):
        found["label"] = artist.get_label_text()
    elif isinstance(artist, Text):
        found |= {
            "text": artist.get_text(),
            "colour": to_hex(artist.get_color(), keep_alpha=True),
            "size": artist.get_fontsize(),
            "weight": str(artist.get_fontweight()),
        }
        if not loose:
            found["position"] = np.array(artist.get_position(), float)
            if isinstance(artist, Annotation):
                found["tip"] = np.array(artist.xy, float)
    elif isinstance(artist, Line2D):
        found |= {
            "colour": to_hex(artist.get_color(), keep_alpha=True),
            "width": artist.get_linewidth(),
            "style": artist.get_linestyle(),
            "marker": str(artist.get_marker()),
            "marker size": artist.get_markersize(),
        }
        if not loose:
            x, y = artist.get_data(orig=False)
            found |= {"x": np.asarray(x, float), "y": np.asarray(y, float)}
    elif isinstance(artist, Patch):
        found |= {
            "colour": to_hex(artist.get_facecolor(), keep_alpha=True),
            "edge": to_hex(artist.get_edgecolor(), keep_alpha=True),
            "width": artist.get_linewidth(),
            "hatch": artist.get_hatch(),
        }
        if isinstance(artist, Rectangle) and not loose:
            x, y, width, height = *artist.get_xy(), artist.get_width(), artist.get_height()
            found |= {"x": np.array([x, x + width]), "y": np.array([y, y + height])}
        elif not loose:
            outline = artist.get_patch_transform().transform_path(artist.get_path())
            found["outline"] = np.array(outline.vertices, float)
    elif isinstance(artist, Collection):
        found |= {
            "colours": np.asarray(artist.get_facecolor(), float),
            "edges": np.asarray(artist.get_edgecolor(), float),
            "widths": np.asarray(artist.get_linewidth(), float),
            "offsets": np.ma.filled(np.ma.asarray(artist.get_offsets(), float), np.nan),
        }
        outlines = [path.vertices for path in artist.get_paths()]
        vertices = np.concatenate(outlines) if outlines else np.empty((0, 2))
        found |= {"x": vertices[:, 0], "y": vertices[:, 1]}
        if isinstance(artist, PathCollection):
            found["sizes"] = np.asarray(artist.get_sizes(), float)
    elif isinstance(artist, AxesImage):
        found["image"] = np.ma.filled(np.ma.asarray(artist.get_array(), float), np.nan)
    return found


def _coordinates(artist: Artist) -> Any:
    """What an artist's place is measured in, as far as it is one of matplotlib's usual systems."""
    axes = artist.axes
    if isinstance(artist, Annotation):  # its transform is made while it is drawn
        return str(artist.xycoords), str(artist.anncoords)
    if not isinstance(axes, Axes):
        return None
    patch = isinstance(artist, Patch)
    transform = artist.get_data_transform() if patch else artist.get_transform()
    if transform is axes.transData:
        return "data"
    if transform is axes.transAxes:
        return "axes"
    if transform is axes.get_xaxis_transform():
        return "data and axes"
    return "axes and data" if transform is axes.get_yaxis_transform() else None


def _difference(plain: Items, recorded: Items) -> str:
    ours = {path: (properties, artist) for path, properties, artist in recorded}
    paths = [path for path, *_ in plain]
    if paths != [path for path, *_ in recorded]:
        odd = [path for path in paths if path not in ours]
        odd += [path for path in ours if path not in set(paths)]
        return f"{odd[0] if odd else 'the order of the artists'} is drawn at one setting only"
    close = []  # equal to nine digits, and not equal
    for path, properties, artist in plain:
        others, other = ours[path]
        for name, expected in properties.items():
            found = others[name]
            if isinstance(expected, np.ndarray):
                problem = _array_difference(expected, found)
                if not problem and not np.array_equal(expected, found, equal_nan=True):
                    close.append((path, name, artist, other))
            elif isinstance(expected, str) and name in {"text", "label"}:
                problem = _word_difference(expected, found)
            else:
                problem = "" if expected == found else f"{expected!r} is recorded as {found!r}"
            if problem:
                return f"{path}, {name}: {problem}"
    return _drawn_apart(plain, recorded, close) if close else ""


def _drawn_apart(
    plain: Items, recorded: Items, close: list[tuple[str, str, Artist, Artist]]
) -> str:
    """Compare in the picture what is equal to nine digits: a log axis may show the tenth."""
    take_layout(plain[0][2], recorded[0][2])
    for path, name, artist, other in close:
        if isinstance(artist, Axes):
            problem = _frame_difference(artist, other)
            if problem:
                return f"{path}: {problem}"
            continue
        pairs = zip(_shapes(artist), _shapes(other), strict=True)
        worst = max((apart(one, another) for one, another in pairs), default=0.0)
        if worst > PIXEL:
            off = f"{worst:.3g} px away from" if math.isfinite(worst) else "nowhere near"
            return f"{path}, {name}: it is recorded {off} its place in the picture"
    return ""


def _shapes(artist: Artist) -> Iterator[Outline]:
    for part in with_arrows([artist]):
        yield from shapes(part)


def _frame_difference(axes: Axes, other: Axes) -> str:
    """Whether the limits and ticks of two axes are the same on their scale."""
    for name, axis, twin in (("x", axes.xaxis, other.xaxis), ("y", axes.yaxis, other.yaxis)):
        scaled = axis.get_transform().transform
        low, high = scaled(np.array(axis.get_view_interval()))
        for what, expected, found in (
            ("limits", axis.get_view_interval(), twin.get_view_interval()),
            ("ticks", _ticks(axis), _ticks(twin)),
        ):
            with np.errstate(invalid="ignore"):
                off = np.abs(scaled(found) - scaled(expected)) > TOLERANCE * abs(high - low)
            if off.any():
                return f"{name} {what}: {expected} is recorded as {found}"
    return ""


def _ticks(axis: Axis) -> np.ndarray:
    return np.asarray(getattr(axis.get_major_locator(), "locs", []), float)


def _array_difference(expected: np.ndarray, found: np.ndarray) -> str:
    if expected.shape != found.shape:
        return f"{expected.shape} values are recorded as {found.shape}"
    if expected.size == 0:
        return ""
    finite = np.abs(expected[np.isfinite(expected)])
    allowed = TOLERANCE * (finite.max() if finite.size else 1.0)
    with np.errstate(invalid="ignore"):
        same = (expected == found) | (np.abs(expected - found) <= allowed)
    same |= np.isnan(expected) & np.isnan(found)
    if same.all():
        return ""
    first = np.argwhere(~same)[0]
    at = tuple(int(i) for i in first)
    return f"{expected[at]:.9g} (element {at}) is recorded as {found[at]:.9g}"


def _text_difference(said: tuple[str, ...], recorded: tuple[str, ...]) -> str:
    names = ("the title", "the sentence", "the description")
    for name, expected, found in zip(names, said, recorded, strict=True):
        problem = _word_difference(expected, found)
        if problem:
            return f"{name}: {problem}"
    return ""


_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.(\d+))?(?:e([-+]?\d+))?")


def _word_difference(expected: str, found: str) -> str:
    """Words agree to the letter, numbers to one unit of their last digit (a tie may fall apart)."""
    if expected == found:
        return ""
    problem = f"{expected!r} is recorded as {found!r}"
    if _NUMBER.sub("#", expected) != _NUMBER.sub("#", found):
        return problem
    for one, other in zip(_NUMBER.finditer(expected), _NUMBER.finditer(found), strict=True):
        unit = 10.0 ** (int(one[2] or 0) - len(one[1] or ""))
        values = (float(number[0].replace(",", "")) for number in (one, other))
        if abs(next(values) - next(values)) > 1.001 * unit:
            return problem
    return ""


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else repr(value)
