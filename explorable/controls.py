"""Controls: ipywidgets' classes and abbreviations in, the page's own description out.

Sliders are continuous and become live numbers; `Dropdown`, `ToggleButtons`, `RadioButtons`,
`Select` and `Checkbox` are *cases*: the figure is recorded once for each combination.
"""

from __future__ import annotations

import inspect
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import ipywidgets as widgets
import numpy as np

from .errors import ControlError
from .text import is_number_format

MOST_CASES = 16
CHOICES = (widgets.Dropdown, widgets.ToggleButtons, widgets.RadioButtons, widgets.Select)
# Names that mean something else: those of explore's own arguments (`film` is kept for one), and the
# search box's, which themes fill on every page they find it.
TAKEN = {
    **dict.fromkeys(("presets", "more", "drag", "alt", "link", "film"), "explore's own argument"),
    "q": "a page's search box",
}


@dataclass(frozen=True)
class Slider:
    """A continuous control. `low`, `high` and `step` are in the scale's own units."""

    name: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    step: float
    format: str
    widget: widgets.Widget
    base: float | None = None
    whole: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value, in plain units."""
        return self.plain(self.low), self.plain(self.high)

    @property
    def stepped_in(self) -> tuple[float, float]:
        """The values one step inside the two ends, in plain units."""
        step = min(self.step, (self.high - self.low) / 2)
        return self.plain(self.low + step), self.plain(self.high - step)

    def plain(self, position: float) -> float:
        """The value at a position of the slider."""
        return float(position) if self.base is None else float(self.base) ** position

    def between(self, fraction: float) -> float:
        """The value at a fraction, 0 to 1, of the slider's way."""
        value = self.plain(self.low + fraction * (self.high - self.low))
        return float(round(value)) if self.whole else value

    def check(self, value: Any, where: str = "") -> float:
        """Return `value` as a float if the slider can stand there."""
        low, high = self.ends
        if not _is_scalar(value):
            raise ControlError(f"{where}{self.name} = {value!r}: allowed is a number")
        value = float(value)
        slack = 1e-12 * max(abs(low), abs(high))
        if not low - slack <= value <= high + slack:
            raise ControlError(
                f"{where}{self.name} = {value:g}: allowed is {low:g} to {high:g}, its range"
            )
        if self.whole and value != round(value):
            raise ControlError(f"{where}{self.name} = {value:g}: allowed are whole numbers")
        return min(max(value, low), high)

    def shown(self, value: float) -> float | int:
        """A value as the widget has it: a whole slider holds integers."""
        return int(value) if self.whole else value

    def page_value(self, value: float) -> float:
        """A value as the page's format has it."""
        return value

    def spec(self) -> dict[str, Any]:
        """The control as the page's format has it."""
        log = {} if self.base is None else {"base": self.base}
        return {
            "kind": "slider",
            "name": self.name,
            "label": self.label,
            "unit": self.unit,
            "value": self.value,
            "scale": "linear" if self.base is None else "log",
            **log,
            "min": self.low,
            "max": self.high,
            "step": self.step,
            "whole": self.whole,
            "format": self.format,
        }


@dataclass(frozen=True)
class Case:
    """A discrete control: a choice among `options`, or a checkbox (False, True)."""

    name: str
    label: str
    value: Any
    labels: tuple[str, ...]
    options: tuple[Any, ...]
    widget: widgets.Widget
    checkbox: bool = False

    def index(self, value: Any) -> int:
        """The position of a value among the options."""
        return next(i for i, option in enumerate(self.options) if _same(option, value))

    def check(self, value: Any, where: str = "") -> Any:
        """Return the option that `value` is, or names."""
        for label, option in zip(self.labels, self.options, strict=True):
            if _same(option, value) or (isinstance(value, str) and value == label):
                return option
        allowed = ", ".join(map(repr, self.options if self.checkbox else self.labels))
        raise ControlError(f"{where}{self.name} = {value!r}: allowed is one of {allowed}")

    def shown(self, value: Any) -> Any:
        """A value as the widget has it."""
        return value

    def page_value(self, value: Any) -> int:
        """A value as the page's format has it."""
        return self.index(value)

    def spec(self) -> dict[str, Any]:
        """The control as the page's format has it."""
        common = {"name": self.name, "label": self.label, "value": self.index(self.value)}
        if self.checkbox:
            return {"kind": "checkbox", **common}
        return {"kind": "select", **common, "options": list(self.labels)}


Control = Slider | Case


class Controls(Mapping[str, Control]):
    """The controls of one figure, in their order.

    `made` are the names of those whose widgets were made of abbreviations.
    """

    def __init__(self, controls: Iterable[Control], made: Iterable[str] = ()) -> None:
        self.made = frozenset(made)
        self._all = {control.name: control for control in controls}
        self.sliders = [c for c in self._all.values() if isinstance(c, Slider)]
        self.discrete = [c for c in self._all.values() if isinstance(c, Case)]
        count = math.prod(len(case.options) for case in self.discrete)
        if count > MOST_CASES:
            raise ControlError(
                f"{count} combinations of {', '.join(c.name for c in self.discrete)}: "
                f"allowed are at most {MOST_CASES}, since the figure is recorded for each"
            )

    def __getitem__(self, name: str) -> Control:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def defaults(self) -> dict[str, Any]:
        """The values at which the figure starts."""
        return {name: control.value for name, control in self._all.items()}

    def check(self, values: Mapping[str, Any], where: str = "") -> dict[str, Any]:
        """Return the values, each checked by its control."""
        for name in values:
            if name not in self._all:
                raise ControlError(
                    f"{where}{name} is no control of this figure: it has {', '.join(self._all)}"
                )
        return {name: self._all[name].check(value, where) for name, value in values.items()}

    def combinations(self) -> list[dict[str, Any]]:
        """Every combination of the discrete controls' values, the last one running fastest."""
        names = [case.name for case in self.discrete]
        products = itertools.product(*(case.options for case in self.discrete))
        return [dict(zip(names, values, strict=True)) for values in products]

    def case_number(self, values: Mapping[str, Any]) -> int:
        """The place of the discrete values among `combinations`."""
        number = 0
        for case in self.discrete:
            number = number * len(case.options) + case.index(values[case.name])
        return number

    def arguments(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as the author's function gets them: NumPy's numbers, so that 1 / x is inf."""
        return {
            name: np.float64(values[name]) if isinstance(control, Slider) else values[name]
            for name, control in self._all.items()
        }

    def inputs(self, values: Mapping[str, Any]) -> dict[str, float]:
        """The sliders' values: what the program takes."""
        return {slider.name: float(values[slider.name]) for slider in self.sliders}


def declare(function: Callable[..., Any], abbreviations: Mapping[str, Any]) -> Controls:
    """Match a function's arguments with the controls declared for them."""
    parameters = inspect.signature(function).parameters
    for name in abbreviations:
        if name in TAKEN:
            raise _taken(name)
        if name not in parameters:
            raise ControlError(
                f"{name} is no argument of {function.__name__}: it takes {', '.join(parameters)}"
            )
    controls = []
    for name, parameter in parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise ControlError(f"{function.__name__} takes *{name}: every control needs a name")
        default = parameter.default
        if name not in abbreviations:
            if default is parameter.empty:
                if name in TAKEN:
                    raise _taken(name)
                raise ControlError(f"{function.__name__}'s argument {name} has no control")
            continue
        controls.append(_control(name, abbreviations[name], default))
    if not controls:
        raise ControlError(f"{function.__name__} has no control: nothing could move")
    given = {n for n, control in abbreviations.items() if isinstance(control, widgets.Widget)}
    return Controls(controls, made=abbreviations.keys() - given)


def refuse_taken(function: Callable[..., Any], given: Iterable[str]) -> None:
    """Refuse a function that would take for itself what was given to `explore`."""
    for name in given:
        if name in inspect.signature(function).parameters:
            raise _taken(name)


def _taken(name: str) -> ControlError:
    return ControlError(
        f"a control cannot be called {name}, which is the name of {TAKEN[name]}: rename the "
        "function's argument"
    )


def _control(name: str, abbreviation: Any, default: Any) -> Control:
    has_default = default is not inspect.Parameter.empty
    if isinstance(abbreviation, widgets.Widget):
        widget = abbreviation
    else:
        _check_abbreviation(name, abbreviation)
        widget = widgets.interactive.widget_from_abbrev(abbreviation)
        if widget is None:
            raise ControlError(
                f"{name} = {abbreviation!r}: allowed is a slider, Dropdown, ToggleButtons, "
                "RadioButtons, Select or Checkbox of ipywidgets, or (low, high, step), a list, "
                "a dictionary, True or False"
            )
        widget.description = name
    control = _describe(name, widget)
    if has_default:
        widget.value = control.shown(control.check(default, "default "))
        control = _describe(name, widget)
    return control


def _check_abbreviation(name: str, abbreviation: Any) -> None:
    if isinstance(abbreviation, (list, dict)) and not abbreviation:
        raise ControlError(f"{name} = {abbreviation!r}: allowed is at least one option")
    if isinstance(abbreviation, tuple) and all(isinstance(x, Real) for x in abbreviation):
        numbers = 2 <= len(abbreviation) <= 3 and all(map(_is_scalar, abbreviation))
        low, high, *step = abbreviation if numbers else (0, 0)
        if not low < high or (step and not 0 < step[0] <= high - low):
            raise ControlError(
                f"{name} = {abbreviation!r}: allowed is (low, high) or (low, high, step) "
                "with low < high and a step no larger than the way between"
            )


def _describe(name: str, widget: widgets.Widget) -> Control:
    label, unit = _label_and_unit(widget.description or name)
    if isinstance(widget, (widgets.FloatLogSlider, widgets.FloatSlider, widgets.IntSlider)):
        log = isinstance(widget, widgets.FloatLogSlider)
        whole = isinstance(widget, widgets.IntSlider)
        slider = Slider(
            name=name,
            label=label,
            unit=unit,
            value=float(f"{widget.value:.12g}"),  # ipywidgets' middle: 1.7000000000000002
            low=float(widget.min),
            high=float(widget.max),
            step=float(widget.step or (widget.max - widget.min) / 100),
            format=".0f" if whole else widget.readout_format,
            widget=widget,
            base=float(widget.base) if log else None,
            whole=whole,
        )
        for what in ("low", "high", "step", "base"):
            value = getattr(slider, what)
            if not (value is None or math.isfinite(value)):
                raise ControlError(f"{name}: {what} {value:g}: allowed are finite numbers")
        if log and not slider.base > 1:
            raise ControlError(f"{name}: base {slider.base:g}: allowed is a number above 1")
        if not slider.step > 0:
            raise ControlError(f"{name}: step {slider.step:g}: allowed is a number above 0")
        if not slider.low < slider.high:
            raise ControlError(f"{name}: min {slider.low:g} is not below max {slider.high:g}")
        if not is_number_format(slider.format):
            raise ControlError(
                f"{name}: readout_format = {slider.format!r}: allowed are Python's types f, e, g "
                "and %, as '.2f'"
            )
        return slider
    if isinstance(widget, widgets.Checkbox):
        return Case(name, label, widget.value, ("no", "yes"), (False, True), widget, checkbox=True)
    if isinstance(widget, CHOICES):
        labels, options = _options(name, widget)
        if widget.index is None:
            widget.index = 0
        return Case(name, label, widget.value, labels, options, widget)
    raise ControlError(
        f"{name} is a {type(widget).__name__}: allowed is FloatLogSlider, FloatSlider, IntSlider, "
        "Dropdown, ToggleButtons, RadioButtons, Select or Checkbox"
    )


def labelled_options(widget: Any) -> list[tuple[str, Any]]:
    """The labels and values of a choice, read from its `options` by ipywidgets' own rule.

    >>> labelled_options(widgets.Dropdown(options=[2, 4]))
    [('2', 2), ('4', 4)]
    >>> labelled_options(widgets.Dropdown(options={"two": 2}))
    [('two', 2)]
    """
    given = widget.options
    options = list(given.items() if isinstance(given, Mapping) else given)
    if not all(isinstance(option, (list, tuple)) and len(option) == 2 for option in options):
        options = [(option, option) for option in options]
    return [(str(label), value) for label, value in options]


def _options(name: str, widget: Any) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    pairs = labelled_options(widget)
    labels = tuple(label for label, _ in pairs)
    if not labels:
        raise ControlError(f"{name} has no options: allowed is at least one")
    twice = [label for number, label in enumerate(labels) if label in labels[:number]]
    if twice:
        raise ControlError(f"{name} has the option {twice[0]!r} twice: allowed is once")
    return labels, tuple(value for _, value in pairs)


def _label_and_unit(description: str) -> tuple[str, str]:
    """Split "power P (GW)" into its label and its unit."""
    found = re.fullmatch(r"(.*\S)\s*\(([^()]+)\)", description.strip())
    return (found[1], found[2]) if found else (description.strip(), "")


def _is_scalar(value: Any) -> bool:
    try:
        return not isinstance(value, (str, bytes, bool)) and math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def _same(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))
