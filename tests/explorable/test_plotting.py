"""Ticks by one call, and the palette by name."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.ticker import EngFormatter

from explorable import explore, style, ticks
from explorable.errors import FigureError


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    ax.set(xscale="log", yscale="log", xlim=(1e-3, 1e3), ylim=(1e-3, 1e15))
    yield ax
    plt.close(fig)


def shown(axis):
    axis.axes.figure.canvas.draw()
    return [label.get_text() for label in axis.get_ticklabels()]


@pytest.mark.parametrize(
    ("at", "label", "words"),
    [
        ([0.001, 0.25, 1, 10, 1000], None, ["0.001", "0.25", "1", "10", "1,000"]),
        (np.array([0.1, 4]), None, ["0.1", "4"]),
        (range(1, 4), None, ["1", "2", "3"]),
        ({0.125: "1/8", 2: "twice"}, None, ["1/8", "twice"]),
        (dict(zip((1, 10), ("GPT-2", "GPT-3"), strict=True)), None, ["GPT-2", "GPT-3"]),
        ([0.01, 1], "{:.0%}", ["1%", "100%"]),
        ([0.001, 1], lambda share: f"{100 * share:g} %", ["0.1 %", "100 %"]),
        ([1, 1000], EngFormatter("W"), ["1 W", "1 kW"]),
    ],
)
def test_ticks_stand_where_they_are_put_with_none_between(ax, at, label, words):
    ticks(ax.xaxis, at, label)
    assert list(ax.xaxis.get_majorticklocs()) == list(at)
    assert shown(ax.xaxis) == words
    assert not len(ax.xaxis.get_minorticklocs())
    assert len(ax.yaxis.get_majorticklocs()) > 2  # the other axis is left alone


def test_far_numbers_stay_powers_of_ten(ax):
    ticks(ax.yaxis, [1e3, 1e9])
    assert shown(ax.yaxis) == [r"$\mathdefault{10^{3}}$", r"$\mathdefault{10^{9}}$"]


def test_a_negative_tick_has_a_minus_and_text_properties_are_passed_on():
    fig, ax = plt.subplots()
    ax.set(ylim=(-2, 2))
    ticks(ax.yaxis, [-1.5, 0], size=7)
    assert shown(ax.yaxis) == ["\N{MINUS SIGN}1.5", "0"]
    assert {label.get_size() for label in ax.get_yticklabels()} == {7}
    plt.close(fig)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (lambda ax: (ax, [1]), r"axis = <Axes.*allowed is ax\.xaxis or ax\.yaxis"),
        (lambda ax: (ax.xaxis, 3), "at = 3: allowed are places"),
        (lambda ax: (ax.xaxis, "123"), "at = '123': allowed are places"),
        (lambda ax: (ax.xaxis, [1], 3), "label = 3: allowed is a format"),
        (lambda ax: (ax.xaxis, {1: "a"}, "{:g}"), "no label where `at` gives the labels"),
    ],
)
def test_bad_ticks_are_refused_by_name(ax, arguments, message):
    with pytest.raises(ValueError, match=message):
        ticks(*arguments(ax))


@pytest.mark.parametrize(
    "arguments", [lambda a: ([1, a],), lambda a: ([1], lambda _: f"{a:.1f}"), lambda a: ({1: a},)]
)
def test_live_ticks_are_refused_like_those_of_the_axes(arguments):
    def figure(a):
        fig, ax = plt.subplots()
        ticks(ax.xaxis, *arguments(a))

    with pytest.raises(FigureError, match="ticks and their labels are plain"):
        explore(a=(0.5, 2.0))(figure)


def test_the_palette_has_names_that_matplotlib_knows():
    for name, colour in (style.PALETTE | style.INKS).items():
        assert to_hex(f"xp:{name}") == colour


def test_a_picture_drawn_by_name_follows_the_page():
    def figure(a):
        fig, ax = plt.subplots()
        ax.plot([0, 1], [0, a], color="xp:blue")
        ax.plot([0, 1], [1, 1], color="xp:purple")
        ax.text(0.5, a, "x", color="xp:muted")
        ax.set(xlim=(0, 1), ylim=(0, 3))

    made = explore(a=(0.5, 2.0, 0.1))(figure)
    line = next(entry for entry in made.spec()["scenes"][0]["artists"] if entry["kind"] == "line")
    assert "var(--xp-blue, #0067a8)" in line["style"]
    assert "var(--xp-purple, #a3508b)" in made.svg()
    assert "var(--xp-muted, #666666)" in made.svg()
