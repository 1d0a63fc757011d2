"""The page draws what matplotlib draws, also where points are far outside the frame."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from playwright.sync_api import Page

from explorable import explore
from explorable.errors import FigureError
from tests import drawn

Opener = Callable[..., Page]


def held(page: Opener, folder: Path, figure: Any, *settings: dict[str, Any]) -> None:
    tab = page(figure.save(folder / "drawn.html"))
    for values in settings:
        assert drawn.faults(tab, figure, values, values) == []


def axes(scale: str = "linear", low: float = 0.0) -> plt.Axes:
    _, ax = plt.subplots()
    ax.set(xlim=(0, 10), ylim=(low, 10), yscale=scale)
    return ax


def test_line_to_a_far_point_keeps_its_direction(page: Opener, tmp_path: Path) -> None:
    @explore(a=(1.0, 9.0), power=(0.0, 12.0))
    def far(a, power):
        axes().plot([0, 2, 4, 6, 8], [a, a * 10**power, a, -a * 10**power, a], marker="o")

    held(page, tmp_path, far, {"power": 0.0}, {"power": 3.0}, {"power": 7.0}, {"power": 12.0})


def test_line_between_far_points_crosses_the_frame(page: Opener, tmp_path: Path) -> None:
    @explore(a=(1.0, 9.0), size=(1.0, 1e9))
    def across(a, size):
        ax = axes()
        ax.plot([a - size, a + size], [a - size / 3, a + size / 3])
        ax.plot([a - size, a, a + size], [5, 5 + size, 5])

    held(
        page, tmp_path, across, *({"a": a, "size": s} for a in (2.0, 7.0) for s in (1e3, 1e6, 1e9))
    )


def test_band_to_a_far_point_keeps_its_edges(page: Opener, tmp_path: Path) -> None:
    x = np.array([0.0, 2, 4, 6, 10])

    @explore(a=(1.0, 9.0), size=(1.0, 1e9))
    def bands(a, size):
        ax = axes()
        up = np.stack([0 * a, size, 0 * a, -size, 0 * a])
        ax.fill_between(x, a + up, a + 1 + 2 * up)
        ax.fill_between(x, a - 0.5, 3 * up, where=[True, True, False, True, True])
        ax.fill_betweenx(x, a + up / 7, a + 2)

    held(
        page, tmp_path, bands, *({"a": a, "size": s} for a in (2.0, 7.0) for s in (10.0, 1e6, 1e9))
    )


def test_nothing_and_less_lies_far_below_a_log_axis(page: Opener, tmp_path: Path) -> None:
    @explore(a=(-2.0, 9.0))
    def below(a):
        ax = axes("log", 1e-2)
        x = np.linspace(0, 10, 6)
        ax.plot(x, (x - 5) * a)
        ax.fill_between(x, 0.1 + 0 * a, (x - 4) * a, alpha=0.3)
        ax.bar([2, 8], np.stack([a, 2 - a]), bottom=0)

    held(page, tmp_path, below, *({"a": a} for a in (-2.0, 0.0, 0.5, 8.0)))


@pytest.mark.parametrize("steps", ["pre", "post", "mid"])
def test_steps_around_a_gap(page: Opener, tmp_path: Path, steps: str) -> None:
    @explore(a=(1.0, 4.0), gap=(0.0, 5.0), size=(1.0, 1e8))
    def stairs(a, gap, size):
        ranks = np.arange(6.0)
        y = np.where(np.abs(ranks - gap) < 0.5, np.nan, a + ranks * np.where(ranks == 4, size, 0.5))
        axes().step(2 * ranks, y, where=steps)

    settings = [{"a": 2.0, "gap": gap, "size": s} for gap in (0.0, 1.0, 3.0) for s in (1.0, 1e8)]
    held(page, tmp_path, stairs, *settings)


def test_what_is_infinite_is_not_drawn(page: Opener, tmp_path: Path) -> None:
    @explore(a=(0.0, 4.0))
    def endless(a):
        ax = axes()
        x = np.arange(5.0)
        y = np.where(x == 2, x / a, x + a)  # infinite at 0
        ax.plot(x, y, marker="s")
        ax.fill_between(x, y, 0.5)
        ax.bar([7, 8, 9], np.stack([1 / a, a, a + 1]))
        ax.hlines([3, 4], [a, 0.5], [9 / a, 9])
        ax.scatter(np.stack([a, 9 / a]), [6, 7])

    held(page, tmp_path, endless, {"a": 0.0}, {"a": 1.0}, {"a": 3.0})


def test_arrows_and_texts_on_every_side(page: Opener, tmp_path: Path) -> None:
    @explore(a=(-20.0, 20.0), b=(1.0, 9.0))
    def arrows(a, b):
        ax = axes()
        ax.annotate("tip", (b, b), xytext=(0.5, 0.9), textcoords="axes fraction",
                    arrowprops={"arrowstyle": "->"})  # fmt: skip
        ax.annotate("off", (b, 5), xytext=(30, 20), textcoords="offset points",
                    arrowprops={"arrowstyle": "-|>"})  # fmt: skip
        ax.text(a, b, "here", clip_on=False)

    held(page, tmp_path, arrows, *({"a": a, "b": b} for a in (-20.0, 3.0, 9.0) for b in (1.0, 6.0)))


def test_log_axis_that_masks_is_refused() -> None:
    with pytest.raises(FigureError, match="nonpositive='mask'"):

        @explore(a=(1.0, 2.0))
        def masked(a):
            ax = axes()
            ax.set_yscale("log", nonpositive="mask")
            ax.set_ylim(0.1, 10)
            ax.plot([1, 2], [a, 1])
