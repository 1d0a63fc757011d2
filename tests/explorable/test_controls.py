"""Controls: ipywidgets in, the page's description out, and every refusal."""

import ipywidgets as widgets
import pytest

from explorable import explore
from explorable.controls import Case, Slider, declare
from explorable.errors import ControlError


def two(N, alpha=0.34):
    """Take two controls."""


def test_log_slider_keeps_its_value_between_steps():
    controls = declare(two, {"N": widgets.FloatLogSlider(value=7e10, min=7, max=13, step=0.1)})
    slider = controls["N"]
    assert isinstance(slider, Slider)
    assert slider.value == 7e10
    assert slider.ends == (1e7, 1e13)
    assert slider.stepped_in == pytest.approx((10**7.1, 10**12.9))
    assert slider.spec()["scale"] == "log"
    assert slider.spec()["min"] == 7


def test_abbreviations_are_those_of_ipywidgets():
    def figure(a, b, c, d):
        pass

    controls = declare(figure, {"a": (0.0, 1.0, 0.1), "b": (1, 9), "c": ["one", "two"], "d": True})
    assert [type(c) for c in controls.values()] == [Slider, Slider, Case, Case]
    assert controls["b"].whole
    assert controls["a"].value == 0.5
    assert controls["d"].spec() == {"kind": "checkbox", "name": "d", "label": "d", "value": 1}
    assert controls["c"].spec()["options"] == ["one", "two"]


def test_function_default_is_the_start():
    controls = declare(two, {"N": (1, 10), "alpha": (0.1, 0.6, 0.01)})
    assert controls["alpha"].value == 0.34
    assert controls["alpha"].widget.value == 0.34


def test_unit_stands_in_parentheses():
    slider = declare(two, {"N": widgets.FloatSlider(description="power P (GW)", max=9)})["N"]
    assert (slider.label, slider.unit) == ("power P", "GW")


def test_cases_count_with_the_last_one_fastest():
    def figure(a, b, x):
        pass

    controls = declare(figure, {"a": ["p", "q"], "b": {"one": 1, "two": 2}, "x": (0.0, 1.0)})
    assert controls.combinations() == [
        {"a": "p", "b": 1},
        {"a": "p", "b": 2},
        {"a": "q", "b": 1},
        {"a": "q", "b": 2},
    ]
    numbers = [controls.case_number(case | {"x": 0.5}) for case in controls.combinations()]
    assert numbers == [0, 1, 2, 3]
    assert controls["b"].check("two") == 2


@pytest.mark.parametrize("kind", [widgets.Dropdown, widgets.ToggleButtons, widgets.Select])
@pytest.mark.parametrize(
    ("options", "labels", "values"),
    [
        (["x", 2, (3, 4, 5)], ("x", "2", "(3, 4, 5)"), ("x", 2, (3, 4, 5))),
        ([("one", 1), ("two", None)], ("one", "two"), (1, None)),
        ({"one": 1, "two": 2}, ("one", "two"), (1, 2)),
        ([("one", 1), "two"], ("('one', 1)", "two"), (("one", 1), "two")),
        ([["one", 1]], ("one",), (1,)),
    ],
)
def test_options_are_read_as_ipywidgets_reads_them(kind, options, labels, values):
    case = declare(lambda N: None, {"N": kind(options=options)})["N"]
    assert (case.labels, case.options) == (labels, values)
    for label, value in zip(labels, values, strict=True):
        case.widget.label = label
        assert case.widget.value == value


def test_true_is_not_one():
    def figure(a):
        pass

    case = declare(figure, {"a": [1, True]})["a"]
    assert case.index(True) == 1


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ({"N": (10, 1)}, r"N = \(10, 1\): allowed is \(low, high\)"),
        ({"N": (0.0, 1.0, 5.0)}, "a step no larger"),
        ({"N": (1, 2), "alpha": (0.5, 0.6)}, "default alpha = 0.34: allowed is 0.5 to 0.6"),
        ({"N": (1, 2), "beta": (1, 2)}, "beta is no argument of two: it takes N, alpha"),
        ({"alpha": (0.1, 0.6)}, "two's argument N has no control"),
        ({"N": widgets.Text()}, "N is a Text: allowed is FloatLogSlider"),
        ({"N": object()}, "allowed is a slider"),
        ({"N": widgets.FloatSlider(readout_format=".3s")}, r"N: readout_format = '\.3s': allowed"),
        ({"N": widgets.FloatSlider(readout_format=".3")}, r"N: readout_format = '\.3': allowed"),
        ({"N": (0.0, float("inf"))}, r"N = \(0\.0, inf\): allowed is \(low, high\)"),
        ({"N": (float("nan"), 1)}, r"N = \(nan, 1\): allowed is \(low, high\)"),
        ({"N": (False, True)}, r"N = \(False, True\): allowed is \(low, high\)"),
        ({"N": (0, 1, 0.1, 3)}, r"N = \(0, 1, 0\.1, 3\): allowed is \(low, high\)"),
        ({"N": widgets.FloatSlider(min=0, max=float("inf"))}, "N: high inf: allowed are finite"),
        ({"N": widgets.FloatLogSlider(base=1)}, "N: base 1: allowed is a number above 1"),
        ({"N": []}, r"N = \[\]: allowed is at least one option"),
        ({"N": {}}, r"N = \{\}: allowed is at least one option"),
        ({"N": widgets.Dropdown(options=[])}, "N has no options: allowed is at least one"),
        ({"N": ["a", "b", "a"]}, "N has the option 'a' twice"),
        ({"N": [("a", 1), ("a", 2)]}, "N has the option 'a' twice"),
        ({"N": list(range(17))}, "17 combinations of N: allowed are at most 16"),
    ],
)
def test_declarations_that_do_not_fit(controls, message):
    with pytest.raises(ControlError, match=message):
        declare(two, controls)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1e14, r"N = 1e\+14: allowed is 1e\+07 to 1e\+13"),
        (float("nan"), "N = nan: allowed is a number"),
        ("7e10", "N = '7e10': allowed is a number"),
        (True, "N = True: allowed is a number"),
    ],
)
def test_values_that_do_not_fit(value, message):
    slider = declare(two, {"N": widgets.FloatLogSlider(value=7e10, min=7, max=13)})["N"]
    with pytest.raises(ControlError, match=message):
        slider.check(value)


def test_whole_slider_refuses_halves():
    slider = declare(two, {"N": (1, 10)})["N"]
    with pytest.raises(ControlError, match=r"N = 2\.5: allowed are whole numbers"):
        slider.check(2.5)


def test_case_names_what_is_allowed():
    case = declare(two, {"N": ["Refit", "Exact"]})["N"]
    with pytest.raises(ControlError, match=r"N = 'Best': allowed is one of 'Refit', 'Exact'"):
        case.check("Best")


@pytest.mark.parametrize("name", ["presets", "more", "drag", "alt", "link", "film"])
@pytest.mark.parametrize("default", ["", "=0.5"])
def test_the_names_of_explores_own_arguments_are_taken(name, default):
    """They never reach the controls, so that the message has to come from elsewhere."""
    function = eval(f"lambda a, {name}{default}: None")
    with pytest.raises(ControlError, match=f"called {name}, which is the name of explore's own"):
        explore(a=(0, 1), **{name: (0.0, 1.0)})(function)


def test_a_control_with_a_taken_name_is_refused_though_none_was_declared():
    with pytest.raises(ControlError, match="cannot be called link"):
        declare(lambda a, link: None, {"a": (0, 1)})
    assert list(declare(lambda a, link=3: None, {"a": (0, 1)})) == ["a"]


def test_the_search_boxs_name_is_taken():
    with pytest.raises(ControlError, match="called q, which is the name of a page's search box"):
        declare(lambda q: None, {"q": (0, 1)})
    with pytest.raises(ControlError, match="called q, which is the name of a page's search box"):
        declare(lambda q: None, {})


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"presets": {"Slow": 60}}, r"presets = \{'Slow': 60\}: allowed is a mapping"),
        ({"presets": [("Slow", {})]}, r"presets = \[.*: allowed is a mapping from a preset"),
        ({"more": "ab"}, r"more = 'ab': allowed are names of controls"),
        ({"more": 3}, "more = 3: allowed are names of controls"),
        ({"drag": {"point": 3}}, "drag = .*: allowed is a mapping from a point's label"),
        ({"drag": {"point": ("a", "b", "c")}}, "drag = .*: allowed is a mapping from a point's"),
        ({"drag": "a"}, "drag = 'a': allowed is a mapping"),
        ({"alt": 3}, "alt = 3: allowed is a text, or a function"),
        ({"link": 3}, "link = 3: allowed is a name"),
    ],
)
def test_explores_own_arguments_are_checked(own, message):
    with pytest.raises(ControlError, match=message):
        explore(a=(0, 1), **own)(lambda a: None)


def test_only_functions_are_explored():
    with pytest.raises(ControlError, match="explore decorates 3: allowed is a function"):
        explore(a=(0, 1))(3)


def test_a_figure_without_controls_is_refused():
    with pytest.raises(ControlError, match="nothing could move"):
        declare(lambda: None, {})
