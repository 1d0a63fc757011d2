"""How far apart two strokes are drawn: clipped to the frame, both ways, at any magnitude."""

import numpy as np
import pytest

from explorable.geometry import Outline, apart, clipped, farthest

BOX = (0.0, 0.0, 100.0, 100.0)


def line(*points):
    return Outline(np.array(points, float), np.ones(len(points) - 1, bool), False, BOX)


def marks(*points):
    return Outline(np.array(points, float), np.zeros(len(points) - 1, bool), True, BOX)


def test_strokes_are_clipped_without_turning():
    strokes = np.array(
        [
            [-50, -50, 150, 150],  # through
            [10, 10, 20, 20],  # inside
            [-10, 50, -5, 50],  # beside
            [50, -1e13, 50, 1e13],  # far
            [30, 30, 30, 30],  # a point
            [np.nan, 0, 1, 1],
        ]
    )
    parts, inside = clipped(strokes, BOX)
    assert inside.tolist() == [True, True, False, True, True, False]
    assert parts[0] == pytest.approx([0, 0, 100, 100])
    assert parts[1].tolist() == [10, 10, 20, 20]
    assert parts[3] == pytest.approx([50, 0, 50, 100])


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        (line((0, 0), (100, 0)), line((0, 1), (100, 1)), 1),
        (line((0, 0), (100, 0)), line((0, 0), (100, 3)), 3),
        (line((0, 0), (1e9, 1e9)), line((0, 0), (1e9, 1e9 + 1)), 0),  # a hair, at the edge
        (line((0, 10), (50, -1e9)), line((0, 10), (50, -2e9)), 0),  # both straight down
        (line((0, 10), (50, 1e9)), line((0, 30), (50, 1e9)), 20),  # 20 are missing below
        (line((-9, 9), (-5, 5)), line((-9, 99), (-5, 5)), 0),  # out of sight
        (line((0, 0), (100, 0)), line((0, 0), (200, 0)), 0),  # the rest is out of sight
        (line((0, 0), (50, 0)), line((0, 0), (80, 0)), 30),
        (line((0, 0), (50, 0)), line((0, 0), (np.nan, 0)), np.inf),
        (line((0, 0), (-5, 0)), line((0, 0), (np.nan, 0)), np.inf),  # it shows at its corner
        (line((-1, 0), (-5, 0)), line((-1, 0), (np.nan, 0)), 0),
        (marks((5, 5), (9, 9)), marks((5, 5), (9, 8)), 1),
        (marks((5, 5)), marks((np.nan, 5)), np.inf),
        (marks((500, 5)), marks((600, 5)), 0),
    ],
)
def test_outlines_are_apart_where_it_shows(one, other, distance):
    assert apart(one, other) == pytest.approx(distance, abs=1e-5)
    assert apart(other, one) == pytest.approx(distance, abs=1e-5)


def test_polylines_may_have_their_vertices_elsewhere():
    x = np.linspace(0, 100, 201)
    straight = [np.array([[0.0, 0.0], [100.0, 50.0]])]
    many = [np.column_stack([x, x / 2])]
    assert farthest(straight, many, BOX) < 1e-9
    assert farthest(many, straight, BOX) < 1e-9
    above = [3 * many[0] - [100, 50 - 2]]  # longer on both sides
    assert farthest(many, above, BOX) == pytest.approx(2 / np.hypot(1, 0.5))
    assert farthest(many, [many[0][:101]], BOX) == pytest.approx(np.hypot(50, 25))
    assert farthest([many[0][:101]], many, BOX) < 1e-9
    assert farthest(many, [], BOX) == np.inf
    assert farthest([], many, BOX) == 0
