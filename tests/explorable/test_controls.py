"""Controls: ipywidgets in, the page's description out, and every refusal."""

import ipywidgets as widgets
import pytest

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


def test_the_search_boxs_name_is_taken():
    with pytest.raises(ControlError, match="a control cannot be called q"):
        declare(lambda q: None, {"q": (0, 1)})


def test_a_figure_without_controls_is_refused():
    with pytest.raises(ControlError, match="nothing could move"):
        declare(lambda: None, {})
