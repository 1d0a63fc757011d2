"""Texts that overlap, are crossed or cut off are found where readers are led, and nothing else."""

from __future__ import annotations

import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from ipywidgets import FloatSlider

from explorable import explore, legible, svg
from explorable.errors import FigureError, LegibilityWarning
from explorable.style import RC

X = np.linspace(0, 1, 21)


def faults(draw):
    """What cannot be read in a picture of one panel from 0 to 1."""
    with mpl.rc_context(RC):
        fig, ax = plt.subplots()
        ax.set(xlim=(0, 1), ylim=(0, 1))
        draw(ax)
        svg.picture(fig, "test")  # which lays it out
        found = list(legible.Picture(fig).faults())
        plt.close(fig)
    return found


@pytest.mark.parametrize(
    ("draw", "fault"),
    [
        (lambda ax: [ax.text(0.5, 0.5, "one"), ax.text(0.52, 0.5, "two")], "'one' lies over 'two'"),
        (lambda ax: [ax.plot(X, X), ax.text(0.45, 0.48, "here")], "'here' is crossed by a line"),
        (
            lambda ax: [ax.plot(X, X, label="law"), ax.text(0.45, 0.48, "here")],
            "'here' is crossed by the line 'law'",
        ),
        (lambda ax: [ax.vlines(0.5, 0, 1), ax.text(0.45, 0.4, "here")], "crossed by a line"),
        (lambda ax: [ax.axhline(0.52), ax.text(0.1, 0.5, "here")], "crossed by a line"),
        (
            lambda ax: [ax.bar([0.5], 0.6, 0.2, color="k"), ax.text(0.5, 0.6, "edge", va="center")],
            "'edge' is crossed by the edge of a bar",
        ),
        (
            lambda ax: ax.text(0.9, 0.5, "much too far to the right").set_in_layout(False),
            "leaves the picture",
        ),
        (
            lambda ax: [ax.plot(X, 0 * X + 0.5, label="up"), ax.legend(loc="center")],
            "'up' is crossed by the line 'up'",
        ),
    ],
)
def test_what_cannot_be_read_is_named(draw, fault):
    assert any(fault in found for found in faults(draw)), faults(draw)


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: ax.plot(X, X),
        lambda ax: [ax.text(0.1, 0.8, "one"), ax.text(0.6, 0.2, "two")],
        lambda ax: [ax.plot(X, X), ax.text(0.1, 0.8, "beside")],
        # beyond the frame neither the line nor the text shows
        lambda ax: [ax.plot([0, 1], [-0.3, -0.02]), ax.set_xlabel("below")],
        lambda ax: ax.text(0.5, 1.4, "cut off", clip_on=True),
        lambda ax: ax.annotate("away", (0.5, 2), (0.5, 2)),
        lambda ax: [ax.text(0.5, 0.5, "one"), ax.text(0.5, 0.5, "two").set_visible(False)],
        lambda ax: [ax.plot(X, X)[0].set_visible(False), ax.text(0.45, 0.48, "here")],
        lambda ax: [ax.plot(X, X, alpha=0.2), ax.text(0.45, 0.48, "faint")],
        lambda ax: [ax.plot(X, X), ax.text(0.45, 0.48, "boxed", bbox={"fc": "w", "lw": 0})],
        lambda ax: [ax.axvspan(0.3, 0.6, color="#eeeeee"), ax.text(0.5, 0.5, "on a pale ground")],
        lambda ax: [ax.bar([0.5], 0.9, 0.6, color="k"), ax.text(0.4, 0.5, "in", color="w")],
        lambda ax: [ax.set(xscale="log", xlim=(1e-3, 1e3)), ax.plot([1e-9, 1e9], [0, 1])],
        lambda ax: ax.text(0.5, 0.5, ""),
        lambda ax: ax.plot(np.full(5, np.nan), np.arange(5.0)),
    ],
)
def test_what_can_be_read_is_let_be(draw):
    assert faults(draw) == []


def crossing(a):
    fig, ax = plt.subplots()
    ax.plot(X, a * X)
    ax.text(0.5, 1.0, "a label")
    ax.set(xlim=(0, 1), ylim=(0, 3))


def test_an_author_is_warned_of_what_happens_at_the_end_of_a_slider():
    with pytest.warns(LegibilityWarning, match=r"crossing .*at a = 1\.9: 'a label' is crossed"):
        explore(a=(0.2, 1.9, 0.1))(crossing)


def test_a_preset_is_looked_at():
    presets = {"across": {"a": 1.9}}
    with pytest.warns(LegibilityWarning, match="at preset 'across': 'a label' is crossed"):
        explore(a=(0.2, 2.9, 0.1), presets=presets)(crossing)


def test_a_narrow_picture_is_looked_at():
    def long(a):
        fig, ax = plt.subplots()
        ax.plot(X, a * X)
        ax.text(0.1, 2.5 + a / 10, "a long label that a wide picture has room for")
        ax.set(xlim=(0, 1), ylim=(0, 3))

    with pytest.warns(LegibilityWarning, match=r"leaves the picture \(narrow\)"):
        explore(a=(0.2, 1.9, 0.1))(long)


def test_a_note_that_moves_with_its_point_is_looked_at_where_it_stands():
    def note(a):
        fig, ax = plt.subplots()
        ax.axhline(a + 1.1)
        ax.annotate("here", (0.5, a), (0, 8), textcoords="offset points")
        ax.set(xlim=(0, 1), ylim=(0, 3))

    with warnings.catch_warnings():
        warnings.simplefilter("error", LegibilityWarning)
        explore(a=FloatSlider(value=1.0, min=0.1, max=1.5))(note)


def test_where_it_shall_end_the_build_it_does(monkeypatch):
    monkeypatch.setenv("EXPLORABLE_STRICT", "1")
    with pytest.raises(FigureError, match="crossing cannot be read everywhere"):
        explore(a=(0.2, 1.9, 0.1))(crossing)
