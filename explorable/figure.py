"""`explore`: a matplotlib function in, a figure that moves without a kernel out."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from . import legible, page, program, recording, verify, widget
from .controls import Controls, Slider, declare
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

    def decorate(function: Function) -> Figure:
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
            in step.
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
        self._callbacks: list[Callable[[dict[str, Any]], None]] = []
        lines = Lines()
        self._scenes = [self._recorded(cases) for cases in controls.combinations()]
        self._spec = self._new_spec(self._scenes, lines)
        self._interpreters = [
            program.unpack(self._spec["program"], case) for case in range(len(self._scenes))
        ]
        self.checked = self._verify()
        narrow = self._add_narrow(lines)
        self._warn_of_illegible({"wide": self._scenes, "narrow": narrow})
        self.controls = {name: control.widget for name, control in controls.items()}
        for name, control in controls.items():
            control.widget.observe(self._from_widget(name), names="value")

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
        scene, interpreter = self._run(self._values)
        return fill(scene.sentence, interpreter.get)

    @property
    def description(self) -> str:
        """What the picture shows, for those who cannot see it; empty where nothing says so."""
        scene, interpreter = self._run(self._values)
        return fill(scene.alt, interpreter.get)

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
        for callback in list(self._callbacks):
            callback(self.values)

    def observe(self, callback: Callable[[dict[str, Any]], None]) -> None:
        """Call `callback` with all values whenever one has changed."""
        self._callbacks.append(callback)

    def unobserve(self, callback: Callable[[dict[str, Any]], None]) -> None:
        """Stop calling `callback`."""
        with contextlib.suppress(ValueError):
            self._callbacks.remove(callback)

    def spec(self) -> dict[str, Any]:
        """The page's JSON as plain data (see FORMAT.md): a copy of its own."""
        return json.loads(json.dumps(self._spec))

    def svg(self) -> str:
        """The picture at the default settings."""
        return page.picture_svg(self._spec)

    def save(self, path: str | Path) -> Path:
        """Write one self-contained file that works from anywhere, also from `file://`."""
        path = Path(path)
        path.write_text(page.document(self._spec, title=self.name), encoding="utf-8")
        return path

    def _from_widget(self, name: str) -> Callable[[Any], None]:
        def take(change: Any) -> None:
            self.set(**{name: change["new"]})

        return take

    def _run(
        self, values: Mapping[str, Any], scenes: list[Scene] | None = None
    ) -> tuple[Scene, program.Interpreter]:
        """The scene and the program of the values' case, run at the values."""
        case = self._controls.case_number(values)
        interpreter = self._interpreters[case]
        interpreter.run(list(self._controls.inputs(values).values()))
        return (scenes or self._scenes)[case], interpreter

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

    def _verify(self) -> int:
        """Check the recorded figure against the function; return at how many settings."""
        seed = int(program.digest(self._spec["program"])[:8], 16)
        places = verify.settings(self._controls, self._presets, seed)
        return verify.check(*self._sides(recording.WIDE, self._scenes), places)

    def _sides(
        self, layout: recording.Layout, scenes: list[Scene]
    ) -> tuple[verify.Side, verify.Side]:
        """What the function draws and says at any setting, and what the recording does."""

        def plain_side(values: Mapping[str, Any]) -> verify.Shown:
            run = self._called(values, layout)
            return verify.snapshot(run.figure), (run.title, run.sentence, run.alt)

        def our_side(values: Mapping[str, Any]) -> verify.Shown:
            scene, interpreter = self._run(values, scenes)
            scene.move(interpreter)
            templates = (scene.title, scene.sentence, scene.alt)
            words = tuple(fill(template, interpreter.get) for template in templates)
            return verify.snapshot(scene.recording.figure), words

        return plain_side, our_side

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

    def _add_narrow(self, lines: Lines) -> list[Scene]:
        """Record every case for a narrow page too, moved by the same program."""
        scenes = [
            self._recorded(cases, recording.NARROW) for cases in self._controls.combinations()
        ]
        packed = program.pack([scene.case for scene in scenes])
        if packed["codes"] != self._spec["program"]["codes"]:
            raise FigureError(
                f"{self.name} draws other data where the picture is narrow: data may not depend on "
                "the size of the figure"
            )
        pairs = zip(scenes, self._spec["scenes"], strict=True)
        self._spec["narrow"] = [differing(scene.spec(lines), wide) for scene, wide in pairs]
        start = self._controls.defaults()
        places = (start | case for case in self._controls.combinations())
        verify.check(*self._sides(recording.NARROW, scenes), places)
        return scenes

    def _warn_of_illegible(self, layouts: Mapping[str, list[Scene]]) -> None:
        """Warn of texts that overlap, are crossed or cut off where readers are led."""
        found: dict[str, str] = {}
        for layout, scenes in layouts.items():
            pictures = {scene: legible.Picture(scene.recording.figure) for scene in scenes}
            for where, values in self._led_to():
                scene, interpreter = self._run(values, scenes)
                scene.move(interpreter)
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
