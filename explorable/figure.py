"""`explore`: a matplotlib function in, a figure that moves without a kernel out."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import re
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import legible, page, program, recording, verify, widget
from .controls import Controls, Slider, declare, refuse_taken
from .errors import ControlError, FigureError, LegibilityWarning
from .markdown import render_inline
from .recording import Function
from .scene import Lines, Scene, differing
from .text import fill

STRICT = "EXPLORABLE_STRICT"  # set in the environment where a warning shall end the build
COLLECT_AFTER = 50_000  # new objects; a figure of matplotlib has some thousands


def explore(
    *,
    presets: Mapping[str, Mapping[str, Any]] | None = None,
    more: Iterable[str] = (),
    drag: Mapping[str, str | tuple[str, str]] | None = None,
    alt: str | Function | None = None,
    link: str | None = None,
    subtitle: str = "",
    **controls: Any,
) -> Callable[[Function], Figure]:
    """Make a live figure of a function that draws with matplotlib.

    The function takes the controls' values, makes one figure and may return a sentence in
    Markdown, or `(sentence, description)`; the numbers in both move with the figure.  The
    description says what the picture shows, for those who cannot see it; without it the sentence
    serves.  After a change a screen reader is told what is new in the sentence, and in the
    description where the sentence has no news.

    Args:
        presets: named settings, each a mapping from control to value.
        more: names of the controls that are folded away at first.
        drag: which plotted points can be dragged: from the point's label (`label=`) or `gid=` to
            the control, or the two controls, that are its coordinates.
        alt: the description apart from the function: a text, or a function of the controls that
            returns one.  It takes the place of a description that the function returns.
        link: a name; controls of the same name in figures of the same link move together.
        subtitle: how to read the picture, one line in Markdown; it stands under the title, which
            is the title of the figure's one panel or its `suptitle`.
        **controls: for each argument of the function an ipywidgets slider, `Dropdown`,
            `ToggleButtons`, `RadioButtons`, `Select` or `Checkbox`, or an abbreviation such as
            `(low, high, step)`.

    Returns:
        A decorator, whose result is a `Figure`.

    Raises:
        ControlError: a control, preset or default that does not fit.
        TraceError: a live value went where it cannot be followed.
        FigureError: the figure cannot move as written, would show something else than the
            function draws, or is described twice, by `alt` and by what the function returns.
    """
    own = {"presets": presets, "more": more, "drag": drag, "alt": alt, "link": link}

    def decorate(function: Function) -> Figure:
        _check_own(function, own)
        with _rare_collections():
            return Figure(
                function,
                declare(function, controls),
                presets=dict(presets or {}),
                more=tuple(more),
                drag=dict(drag or {}),
                alt=alt,
                link=link,
                subtitle=subtitle,
            )

    return decorate


def _check_own(function: Function, own: Mapping[str, Any]) -> None:
    """Refuse what `explore` cannot do with its own arguments, and what it cannot decorate."""
    if not callable(function):
        raise ControlError(f"explore decorates {function!r}: allowed is a function")
    refuse_taken(function, [name for name, value in own.items() if value not in (None, ())])
    presets, drag = own["presets"] or {}, own["drag"] or {}
    more, alt, link = own["more"], own["alt"], own["link"]
    if not _is_mapping(presets, lambda settings: isinstance(settings, Mapping)):
        raise ControlError(
            f"presets = {presets!r}: allowed is a mapping from a preset's name to its settings, as "
            "{'Slow': {'tau': 60}}"
        )
    if isinstance(more, str) or not isinstance(more, Iterable):
        raise ControlError(f"more = {more!r}: allowed are names of controls, as ('a', 'b')")
    if not _is_mapping(drag, _is_one_name_or_two):
        raise ControlError(
            f"drag = {drag!r}: allowed is a mapping from a point's label to the control, or the "
            "two controls, that are its coordinates"
        )
    if not (alt is None or isinstance(alt, str) or callable(alt)):
        raise ControlError(f"alt = {alt!r}: allowed is a text, or a function that returns one")
    if not (link is None or isinstance(link, str)):
        raise ControlError(f"link = {link!r}: allowed is a name")


def _is_mapping(value: Any, fits: Callable[[Any], bool]) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and fits(item) for key, item in value.items()
    )


def _is_one_name_or_two(value: Any) -> bool:
    names = (value,) if isinstance(value, str) else value
    return (
        isinstance(names, tuple)
        and len(names) in (1, 2)
        and all(isinstance(name, str) for name in names)
    )


@contextlib.contextmanager
def _rare_collections() -> Iterator[None]:
    """Let Python look for cycles less often: with a hundred figures it is a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(before[0] and max(before[0], COLLECT_AFTER), *before[1:])  # 0 is never
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Figure:
    """A live figure: the last line of a cell shows it.

    Attributes:
        name: the name of the function.
        controls: the ipywidgets that were declared, by name; their values and the figure's stay
            in step.  Those that `explore` made of abbreviations are closed when the figure is gone.
    """

    def __init__(
        self,
        function: Function,
        controls: Controls,
        *,
        presets: Mapping[str, Mapping[str, Any]],
        more: tuple[str, ...],
        drag: Mapping[str, str | tuple[str, str]],
        alt: str | Function | None,
        link: str | None,
        subtitle: str,
    ) -> None:
        self.name = function.__name__
        if not re.fullmatch(r"[A-Za-z]\w*", self.name):
            raise FigureError(f"the function is called {self.name!r}: a figure needs a plain name")
        self.__doc__ = function.__doc__
        self._function = function
        self._alt = alt
        self._controls = controls
        self._presets = {
            label: controls.check(values, f"preset {label!r}: ")
            for label, values in presets.items()
        }
        self._more = more
        for name in more:
            if name not in controls:
                raise ControlError(f"more: {name} is no control of {self.name}")
        self._drag = drag
        self._link = link
        self._subtitle = subtitle
        self._values = controls.defaults()
        self._listeners: list[Callable[[dict[str, Any]], None]] = []
        self._callbacks: list[Callable[[dict[str, Any]], None]] = []
        lines = Lines()
        scenes = [self._recorded(cases) for cases in controls.combinations()]
        spec = self._new_spec(scenes, lines)
        programs = [program.unpack(spec["program"], case) for case in range(len(scenes))]
        wide = Moved(controls, scenes, programs)
        self.checked = self._verify(spec, wide)
        narrow = self._add_narrow(spec, lines, programs)
        self._warn_of_illegible({"wide": wide, "narrow": narrow})
        # A figure lives as long as its output in a notebook, so it keeps texts, no drawings.
        self._spec_json = json.dumps(spec)
        self._said = [(scene.sentence, scene.alt) for scene in scenes]
        self._interpreters: dict[int, program.Interpreter] = {}
        self.controls = {name: control.widget for name, control in controls.items()}
        for name, widget_of in self.controls.items():
            hear = _hearing(weakref.ref(self), name)
            widget_of.observe(hear, names="value")
            leaving = weakref.finalize(self, _leave, widget_of, hear, name in controls.made)
            leaving.atexit = False

    def __repr__(self) -> str:
        return f"<explorable figure {self.name}: {', '.join(self._controls)}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return widget.bundle(self)

    def __call__(self, **values: Any) -> Any:
        """Call the author's function itself, with plain values: an ordinary matplotlib figure."""
        values = self._controls.defaults() | self._controls.check(values)
        return self._function(**self._controls.arguments(values))

    @property
    def link(self) -> str | None:
        """The name that figures with common controls share."""
        return self._link

    @property
    def values(self) -> dict[str, Any]:
        """The controls' values as they stand."""
        return {name: self._controls[name].shown(value) for name, value in self._values.items()}

    @property
    def text(self) -> str:
        """The sentence, in Markdown, as it stands."""
        return self._says(0)

    @property
    def description(self) -> str:
        """What the picture shows, for those who cannot see it; empty where nothing says so."""
        return self._says(1)

    def _says(self, which: int) -> str:
        case = self._controls.case_number(self._values)
        if case not in self._interpreters:
            self._interpreters[case] = program.unpack(self.spec()["program"], case)
        interpreter = self._interpreters[case]
        interpreter.run(list(self._controls.inputs(self._values).values()))
        return fill(self._said[case][which], interpreter.get)

    def set(self, **values: Any) -> None:
        """Set controls by name.

        Raises:
            ControlError: for a name that is no control or a value outside its range.
        """
        checked = self._controls.check(values)
        changed = {name: v for name, v in checked.items() if v != self._values[name]}
        if not changed:
            return
        self._values |= changed
        for name, value in changed.items():
            control = self._controls[name]
            control.widget.value = control.shown(value)
        for callback in [*self._listeners, *self._callbacks]:
            callback(self.values)

    def observe(self, callback: Callable[[dict[str, Any]], None]) -> None:
        """Call `callback` with all values whenever one has changed.

        A figure that is observed lives as long as its controls, though no name holds it.

        Raises:
            ControlError: for what cannot be called.
        """
        if not callable(callback):
            raise ControlError(f"callback = {callback!r}: allowed is a function of the values")
        if not self._callbacks:
            self._first_control().observe(self._stay, names="value")
        self._callbacks.append(callback)

    def unobserve(self, callback: Callable[[dict[str, Any]], None]) -> None:
        """Stop calling `callback`."""
        with contextlib.suppress(ValueError):
            self._callbacks.remove(callback)
        if not self._callbacks:
            with contextlib.suppress(ValueError):
                self._first_control().unobserve(self._stay, names="value")

    def _listen(self, callback: Callable[[dict[str, Any]], None]) -> None:
        """Call `callback` first on a change; unlike `observe` this keeps no figure alive."""
        self._listeners.append(callback)

    def _first_control(self) -> Any:
        return next(iter(self.controls.values()))

    def _stay(self, change: Any) -> None:
        """Nothing: a control that would call this holds the figure."""

    def spec(self) -> dict[str, Any]:
        """The page's JSON as plain data (see FORMAT.md): a copy of its own."""
        return json.loads(self._spec_json)

    def svg(self) -> str:
        """The picture at the default settings."""
        return page.picture_svg(self.spec())

    def save(self, path: str | Path) -> Path:
        """Write one self-contained file that works from anywhere, also from `file://`."""
        path = Path(path)
        path.write_text(page.document(self.spec(), title=self.name), encoding="utf-8")
        return path

    def _called(
        self, values: Mapping[str, Any], layout: recording.Layout = recording.WIDE
    ) -> recording.Run:
        """The author's function, called with plain numbers."""
        try:
            arguments = self._controls.arguments(values)
            return recording.run_plain(self._function, self._alt, arguments, layout)
        except Exception as error:
            where = ", ".join(f"{name}={value!r}" for name, value in values.items())
            raise FigureError(
                f"{self.name} fails at {where}, inside the range of its controls: "
                f"{type(error).__name__}: {error}"
            ) from error

    def _recorded(
        self, cases: Mapping[str, Any], layout: recording.Layout = recording.WIDE
    ) -> Scene:
        """The author's function, recorded for one case."""
        inputs = self._controls.inputs(self._controls.defaults())
        order = list(self._controls)
        made = recording.record(self._function, self._alt, inputs, cases, order, layout)
        return Scene(made, self.name, list(self._drag))

    def _scene(self, values: Mapping[str, Any]) -> Scene:
        """The case of these values, recorded anew and laid out as on the page."""
        scene = self._recorded({case.name: values[case.name] for case in self._controls.discrete})
        scene.spec(Lines())
        return scene

    def _verify(self, spec: Mapping[str, Any], moved: Moved) -> int:
        """Check the recorded figure against the function; return at how many settings."""
        seed = int(program.digest(spec["program"])[:8], 16)
        places = verify.settings(self._controls, self._presets, seed)
        return verify.check(self._plain_side(recording.WIDE), moved.shown, places)

    def _plain_side(self, layout: recording.Layout) -> verify.Side:
        """What the function draws and says at any setting."""

        def shown(values: Mapping[str, Any]) -> verify.Shown:
            run = self._called(values, layout)
            return verify.snapshot(run.figure), (run.title, run.sentence, run.alt)

        return shown

    def _new_spec(self, scenes: list[Scene], lines: Lines) -> dict[str, Any]:
        """Join what the page needs."""
        controls = self._controls
        start = scenes[controls.case_number(controls.defaults())]
        return {
            "version": page.VERSION,
            "name": self.name,
            "controls": [
                control.spec() | ({"more": True} if name in self._more else {})
                for name, control in controls.items()
            ],
            "presets": [
                {
                    "label": label,
                    "values": {n: controls[n].page_value(v) for n, v in values.items()},
                }
                for label, values in self._presets.items()
            ],
            "drag": [
                _draggable(start, controls, label, names) for label, names in self._drag.items()
            ],
            "link": self.link,
            "subtitle": render_inline(self._subtitle),
            "program": program.pack([scene.case for scene in scenes]),
            "scenes": [scene.spec(lines) for scene in scenes],
            "lines": lines.lines,
        }

    def _add_narrow(
        self, spec: dict[str, Any], lines: Lines, programs: list[program.Interpreter]
    ) -> Moved:
        """Record every case for a narrow page too, moved by the same program."""
        controls = self._controls
        scenes = [self._recorded(cases, recording.NARROW) for cases in controls.combinations()]
        packed = program.pack([scene.case for scene in scenes])
        if packed["codes"] != spec["program"]["codes"]:
            raise FigureError(
                f"{self.name} draws other data where the picture is narrow: data may not depend on "
                "the size of the figure"
            )
        pairs = zip(scenes, spec["scenes"], strict=True)
        spec["narrow"] = [differing(scene.spec(lines), wide) for scene, wide in pairs]
        moved = Moved(controls, scenes, programs)
        start = controls.defaults()
        places = (start | case for case in controls.combinations())
        verify.check(self._plain_side(recording.NARROW), moved.shown, places)
        return moved

    def _warn_of_illegible(self, layouts: Mapping[str, Moved]) -> None:
        """Warn of texts that overlap, are crossed or cut off where readers are led."""
        found: dict[str, str] = {}
        for layout, moved in layouts.items():
            pictures = {s: legible.Picture(s.recording.figure) for s in moved.scenes}
            for where, values in self._led_to():
                scene, _ = moved.to(values)
                for fault in pictures[scene].faults():
                    found.setdefault(f"{fault} ({layout})", where)
        if not found:
            return
        listed = "; ".join(f"at {where}: {fault}" for fault, where in found.items())
        message = f"{self.name} cannot be read everywhere: {listed}"
        if os.environ.get(STRICT):
            raise FigureError(message)
        warnings.warn(message, LegibilityWarning, stacklevel=4)

    def _led_to(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The settings to which a reader is led: the default, the presets, the ends of sliders."""
        start = self._controls.defaults()
        yield "the default", start
        for label, preset in self._presets.items():
            yield f"preset {label!r}", start | dict(preset)
        for case in self._controls.combinations():
            here = start | case
            for slider in self._controls.sliders:
                for value in slider.ends:
                    yield f"{slider.name} = {value:.4g}", here | {slider.name: value}


@dataclass(frozen=True)
class Moved:
    """The recorded cases of one layout with their programs, to be moved to any setting."""

    controls: Controls
    scenes: list[Scene]
    programs: list[program.Interpreter]

    def to(self, values: Mapping[str, Any]) -> tuple[Scene, program.Interpreter]:
        """The scene of the values' case, its artists where the program has them."""
        case = self.controls.case_number(values)
        scene, interpreter = self.scenes[case], self.programs[case]
        interpreter.run(list(self.controls.inputs(values).values()))
        scene.move(interpreter)
        return scene, interpreter

    def shown(self, values: Mapping[str, Any]) -> verify.Shown:
        """What the recording draws and says at a setting."""
        scene, interpreter = self.to(values)
        templates = (scene.title, scene.sentence, scene.alt)
        words = tuple(fill(template, interpreter.get) for template in templates)
        return verify.snapshot(scene.recording.figure), words


def _hearing(figure: weakref.ref[Figure], name: str) -> Callable[[Any], None]:
    """What a control's widget calls: it finds the figure, and does not hold it."""

    def hear(change: Any) -> None:
        if found := figure():
            found.set(**{name: change["new"]})

    return hear


def _leave(control: Any, hear: Callable[[Any], None], made: bool) -> None:
    """When its figure is gone: let go of a control, and close it if `explore` made it.

    ipywidgets itself holds every widget until it is closed.
    """
    with contextlib.suppress(ValueError):
        control.unobserve(hear, names="value")
    if made:
        for part in (control, control.layout, control.style):
            part.close()


def _draggable(
    scene: Scene, controls: Controls, label: str, names: str | tuple[str, str]
) -> dict[str, Any]:
    """The entry of a point that can be dragged: only where its coordinate *is* the control."""
    live = scene.find(label)
    entry: dict[str, Any] = {"artist": live.id, "x": None, "y": None}
    for name in (names,) if isinstance(names, str) else names:
        if name not in controls or not isinstance(controls[name], Slider):
            raise ControlError(f"drag: {name} is no slider of this figure")
        axes = [axis for axis in ("x", "y") if scene.shows(live, axis, name)]
        if not axes:
            raise FigureError(
                f"drag: neither coordinate of {label!r} is the control {name} itself, so that "
                "dragging could not say what the control should be"
            )
        entry[axes[0]] = name
    return entry
