"""A scene: one recorded case as the page shows it, and as matplotlib can be made to show it."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.text import Text

from . import program, svg
from .artists import Live, MovingText, unknown
from .errors import FigureError
from .markdown import emphasised, render, render_inline
from .recording import Recording, values_of
from .text import (
    Template,
    branches,
    fill,
    joined,
    nodes,
    relocate,
    split,
    typeset,
    with_branches,
)
from .trace import Traced, lift

Tags = tuple[str, ...]
ENCODED = "%EE%80%80"  # how the beginning of a live number reads in the address of a link


@dataclass
class Lines:
    """The lines of all cases' pictures, each kept once."""

    lines: list[str] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def runs(self, text: str) -> list[list[int]]:
        """The text as runs [first, count] of the common lines."""
        runs: list[list[int]] = []
        for line in text.split("\n"):
            place = self._places.get(line)
            if place is None:
                place = self._places[line] = len(self.lines)
                self.lines.append(line)
            if runs and sum(runs[-1]) == place:
                runs[-1][1] += 1
            else:
                runs.append([place, 1])
        return runs


class Scene:
    """One case of a figure.

    `dragged` are the labels of the points that can be dragged: these have the same id in every
    case, whatever else a case draws before them.
    """

    def __init__(self, recording: Recording, name: str, dragged: Sequence[str] = ()) -> None:
        self.recording = recording
        self.name = name
        self._tape = recording.tape
        self._name_artists(dragged)
        shown = [text for text in recording.figure.findobj(Text) if text in recording.strings]
        self._strings = {text: recording.strings[text] for text in shown}
        self._moving = [
            live.artists[0] for live in recording.artists if isinstance(live, MovingText)
        ]
        for text in self._moving:
            self._strings.setdefault(text, text.get_text())
        self._lift_plain_data()
        raw = {text: split(self._tape, string) for text, string in self._strings.items()}
        raw_title = split(self._tape, recording.title)
        raw_sentence = split(self._tape, recording.sentence)
        raw_alt = split(self._tape, recording.alt)
        raw_titles = split(self._tape, "" if recording.sentence else recording.titles())
        wanted = [
            value.node
            for live in recording.artists
            for value in live.data.values()
            if isinstance(value, Traced)
        ]
        for template in (*raw.values(), raw_title, raw_sentence, raw_alt, raw_titles):
            wanted += nodes(template)
        self.case = program.compile_case(self._tape, wanted)
        self.texts = {text: self._relocate(template) for text, template in raw.items()}
        self.title = self._relocate(raw_title)
        self.sentence = self._relocate(raw_sentence)
        self.alt = self._relocate(raw_alt)
        self.titles = self._relocate(raw_titles)

    def spec(self, lines: Lines) -> dict[str, Any]:
        """The scene in the page's format; the picture's lines join `lines`."""
        looks = self._looks()
        recording = self.recording
        for live in recording.artists:
            live.update(self._start(live))
        picture = self._picture()
        drawn = svg.ids(picture)  # without what the author made invisible
        templates = list(self.texts.values())
        axes = list(dict.fromkeys(live.axes for live in recording.artists))
        entries = []
        for live in recording.artists:
            if drawn.isdisjoint(live.groups or [live.id]):
                continue
            entry = live.spec(self._ref, axes.index, looks)
            if isinstance(live, MovingText):
                entry["text"] = list(self.texts).index(live.artists[0])
            entries.append(entry)
        for number, text in enumerate(self.texts):
            if text not in self._moving and text.get_gid() in drawn:
                entries.append({"id": text.get_gid(), "kind": "text", "axes": None, "text": number})
        for entry in entries:
            assert not unknown(entry), f"{entry['kind']} has no field {unknown(entry)[0]}"
        return {
            "svg": lines.runs(picture),
            "axes": [_frame(one) for one in axes],
            "artists": entries,
            "title": self._html(render_inline(recording.title), templates, "the title"),
            "sentence": self._html(render(recording.sentence), templates, "the sentence"),
            "texts": templates,
            "alt": self.alt or self.titles or None,
        }

    def move(self, interpreter: program.Interpreter) -> None:
        """Put matplotlib's artists where the program, as it has just been run, wants them."""
        for live in self.recording.artists:
            live.update(
                {name: _value(self._ref(value), interpreter) for name, value in live.data.items()}
            )
        for text, template in self.texts.items():
            text.set_text(fill(template, interpreter.get))

    def find(self, label: str) -> Live:
        """The live artist with this label or gid that the author gave."""
        for live, (gid, name) in self._given.items():
            if label in (gid, name):
                return live
        known = [part for pair in self._given.values() for part in pair if part]
        raise FigureError(
            f"drag: nothing live is called {label!r}: label= or gid= of a plotted point is needed"
            + (f" (there are {', '.join(map(repr, known))})" if known else "")
        )

    def shows(self, live: Live, axis: str, name: str) -> bool:
        """Whether an artist is a single point whose place on the axis "x" or "y" is a control."""
        value = live.data.get(axis)
        return (
            isinstance(value, Traced)
            and np.size(value) == 1
            and live.coords["xy".index(axis)] == "data"
            and self.case.ref(value.node) == self._tape.inputs[name].node
        )

    def _name_artists(self, dragged: Sequence[str]) -> None:
        self._given = {
            live: (live.artists[0].get_gid(), str(live.artists[0].get_label()))
            for live in self.recording.artists
        }
        count = 0
        for count, live in enumerate(self.recording.artists, 1):
            live.name(f"{self.name}-a{count}")
        for number, label in enumerate(dragged, 1):
            point = next((live for live, given in self._given.items() if label in given), None)
            if point is not None:
                point.name(f"{self.name}-d{number}")
        for number, text in enumerate(self.recording.figure.findobj(Text), count + 1):
            named = (text.get_gid() or "").startswith(f"{self.name}-")
            if text in self.recording.strings and not named:
                text.set_gid(f"{self.name}-a{number}")
        for live in self.recording.artists:
            for artist in live.artists:
                artist.set_in_layout(False)

    def _lift_plain_data(self) -> None:
        """Give plain arrays beside live ones a place among the program's constants."""
        for live in self.recording.artists:
            live.data = {
                name: lift(self._tape, np.asarray(value, float))
                if not isinstance(value, Traced) and np.ndim(value)
                else value
                for name, value in live.data.items()
            }

    def _ref(self, value: Any) -> Any:
        if isinstance(value, Traced):
            value = self.case.ref(value.node)
        if isinstance(value, int):
            return value
        return {"number": program.number_json(float(value))}

    def _relocate(self, template: Template) -> Template:
        return relocate(template, self.case.ref)

    def _start(self, live: Live) -> dict[str, np.ndarray]:
        """An artist's values at the start; a text that is nowhere yet waits out of sight."""
        values = values_of(live.data)
        if isinstance(live, MovingText) and not all(np.isfinite(v).all() for v in values.values()):
            live.artists[0].set_text("")
            return live.sample()
        return values

    def _looks(self) -> dict[str, svg.Look]:
        """How each live artist is drawn, read from a picture in which all of them show."""
        for live in self.recording.artists:
            live.update(live.sample())
        wanted = {gid for live in self.recording.artists for gid in live.groups}
        figure = self.recording.figure
        layout = figure.get_layout_engine()
        axes = [axis for axis in figure.findobj(Axis) if axis.get_visible()]
        figure.set_layout_engine("none")  # layout and tick labels take longest: no style needs them
        for axis in axes:
            axis.set_visible(False)
        picture = self._picture()
        for axis in axes:
            axis.set_visible(True)
        figure.set_layout_engine(layout or "none")
        return svg.looks(picture, wanted)

    def _picture(self) -> str:
        with self.recording.saving():
            return svg.picture(self.recording.figure, self.name)

    def _html(self, rendered: str, templates: list[Template], where: str) -> str:
        """Live HTML for the page: each live part becomes a span and joins `templates`."""
        if ENCODED in rendered:
            raise FigureError(
                f"a live number stands in the address of a link in {where}: an address cannot "
                "move; write one link for each setting"
            )
        pieces = []
        for part in split(self._tape, rendered):
            if isinstance(part, str):
                pieces.append(part)
                continue
            before = "".join(pieces)
            if before.rfind('<span class="math') > before.rfind("</span>"):
                raise FigureError(
                    f"a live number stands between dollar signs in {where}: a formula cannot "
                    "move; write the number outside it"
                )
            as_it_is = before.rfind("<code>") > before.rfind("</code>")
            for tags, template in [((), [part])] if as_it_is else self._pieces([part]):
                words = fill(template, lambda node: self._tape.nodes[node].value)
                words = html.escape(typeset(words))
                pieces += [f"<{tag}>" for tag in tags]
                pieces.append(f'<span data-live="{len(templates)}">{words}</span>')
                pieces += [f"</{tag}>" for tag in reversed(tags)]
                templates.append(self._relocate(template))
        return "".join(pieces)

    def _pieces(self, template: Template) -> list[tuple[Tags, Template]]:
        """Words in pieces of one emphasis each; where a choice has several, each stands alone.

        `np.where(c, "is", "is **not**")` gives three pieces, of which two or one are empty: "is",
        "is " and, in bold, "not".
        """
        found: list[tuple[Tags, Template]] = []
        for part in template:
            choices = [] if isinstance(part, str) else branches(part)
            inner = [self._emphasised(choice) for choice in choices]
            if all(tags == () for pieces in inner for tags, _ in pieces):
                whole = [[one for _, piece in pieces for one in piece] for pieces in inner]
                found.append(((), [with_branches(part, whole)] if choices else [part]))
                continue
            for number, pieces in enumerate(inner):
                for tags, piece in pieces:
                    alone = [piece if other == number else [] for other in range(len(inner))]
                    found.append((tags, [with_branches(part, alone)]))
        return found

    def _emphasised(self, template: Template) -> list[tuple[Tags, Template]]:
        """The pieces of one choice of words, which is Markdown."""
        try:
            pieces = emphasised(joined(self._tape, template))
        except ValueError as error:
            words = fill(template, lambda node: self._tape.nodes[node].value)
            raise FigureError(
                f"the live words {words!r} hold {error}: in words that change only **bold** and "
                "*italics* can stand; write the rest outside them, or each text whole"
            ) from None
        return [
            ((*outer, *tags), piece)
            for outer, words in pieces
            for tags, piece in self._pieces(split(self._tape, words))
        ]


def differing(narrow: Mapping[str, Any], wide: Mapping[str, Any]) -> dict[str, Any]:
    """What a narrow scene has otherwise than the wide one: its picture, frames and artists.

    Of an artist that both draw only the fields that differ are kept.
    """
    kept = {name: value for name, value in narrow.items() if value != wide[name]}
    if [_artist(one) for one in narrow["artists"]] == [_artist(one) for one in wide["artists"]]:
        pairs = zip(narrow["artists"], wide["artists"], strict=True)
        kept["artists"] = [
            {name: value for name, value in small.items() if value != big.get(name)}
            for small, big in pairs
        ]
    else:
        raise FigureError(
            "other artists are drawn where the picture is narrow: what is drawn may not depend on "
            "the size of the figure"
        )
    return kept


def _artist(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return entry["kind"], tuple(entry)  # of a text the id may differ: it counts tick labels


def _value(ref: Any, interpreter: program.Interpreter) -> np.ndarray:
    return np.asarray(interpreter.get(ref))


def _frame(axes: Axes) -> dict[str, Any]:
    """Where the axes stand in the picture, and their scales."""
    height = axes.get_figure(root=True).bbox.height
    box = axes.bbox
    return {
        "box": [round(value, 4) for value in (box.x0, height - box.y1, box.width, box.height)],
        "x": _scale(axes.xaxis),
        "y": _scale(axes.yaxis),
    }


def _scale(axis: Axis) -> dict[str, Any]:
    kind = axis.get_scale()
    if kind not in ("linear", "log", "symlog"):
        raise FigureError(f"scale {kind!r} of a live axis: allowed are linear, log and symlog")
    transform = axis.get_transform()
    if kind == "log" and not np.isfinite(transform.transform([0.0])).all():
        raise FigureError(
            "a live axis of log scale with nonpositive='mask': allowed is 'clip', the default"
        )
    names = {"log": ("base",), "symlog": ("base", "linthresh", "linscale")}.get(kind, ())
    limits = sorted(map(float, axis.get_view_interval()), reverse=bool(axis.get_inverted()))
    return {
        "scale": kind,
        **{name: float(getattr(transform, name)) for name in names},
        "lim": limits,
    }
