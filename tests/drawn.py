"""What a page draws, against what matplotlib draws: strokes and places, to 0.05 px."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
from playwright.sync_api import Page

from explorable import geometry, verify

TOLERANCE = 0.05  # user units, which are pixels of the picture in its own size

# The strokes and places of every artist after an update, by the ids of their groups.
DRAWN = """([name, values]) => {
  const figure = explorable.figures.get(name);
  figure.set(values);
  figure.update();
  const element = document.querySelector(`figure[data-figure="${name}"]`);
  const moved = (part) => part.getAttribute("transform")?.match(/-?[\\d.]+/g).map(Number);
  const found = {};
  for (const artist of figure.scene.artists) {
    for (const id of artist.ids ?? [artist.id]) {
      const group = element.querySelector(`[id="${element.dataset.uid}${id}"]`);
      const here = found[id] = { paths: [], marks: [], anchor: artist.anchor };
      if (artist.kind === "text") {
        if (!artist.anchor || group.getAttribute("visibility") === "hidden") continue;
        const [x, y] = moved(group) ?? [0, 0];
        here.marks.push([artist.anchor[0] + x, artist.anchor[1] + y]);
        continue;
      }
      for (const path of group.querySelectorAll(":scope > path")) {
        const d = path.getAttribute("d");
        if (!d) continue;
        const place = moved(path);
        if (place) here.marks.push(place);
        else here.paths.push(d);
      }
    }
  }
  return found;
}"""


def polylines(d: str) -> list[np.ndarray]:
    """The strokes of a path of straight pieces."""
    found: list[list[tuple[float, float]]] = []
    for letter, numbers in re.findall(r"([MLHVZ])([^MLHVZ]*)", d):
        values = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", numbers)]
        if letter == "M":
            found.append([])
        line = found[-1]
        if letter in "ML":
            line.append((values[0], values[1]))
        elif letter == "H":
            line.append((values[0], line[-1][1]))
        elif letter == "V":
            line.append((line[-1][0], values[0]))
        else:
            line.append(line[0])
    return [np.array(line) for line in found]


def inside(places: Any, box: tuple[float, float, float, float]) -> np.ndarray:
    """The places in a box, in the order of their coordinates."""
    places = np.reshape(np.asarray(places, float), (-1, 2))
    seen = np.all((places >= box[:2]) & (places <= box[2:]), axis=1)
    return np.array(sorted(places[seen].tolist())).reshape(-1, 2)


def grown(box: tuple[float, float, float, float], by: float) -> tuple[float, float, float, float]:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def marks_apart(one: Any, other: Any, box: tuple[float, float, float, float]) -> float:
    """How far the farthest place of `one` in a box is from the nearest of `other`."""
    seen, near = inside(one, box), inside(other, grown(box, 1.0))
    if not len(seen):
        return 0.0
    if not len(near):
        return np.inf
    ways = seen[:, None] - near
    return float(np.hypot(ways[..., 0], ways[..., 1]).min(axis=1).max())


def offset(figure: Any, values: dict[str, Any], gid: str, anchor: list[float]) -> np.ndarray:
    """How far a text stands from what it is anchored at, as an annotation may: it stays so."""
    cases = {case.name: values[case.name] for case in figure._controls.discrete}
    start = verify.outlines(figure, **cases)[gid].marks
    return start[0] - anchor if len(start) else np.zeros(2)


def faults(tab: Page, figure: Any, values: dict[str, Any], settings: dict[str, float]) -> list[str]:
    """Where a page and matplotlib draw a figure apart.

    Args:
        tab: a page with the figure, its script running.
        figure: the figure, as `explore` makes it.
        values: a setting of its controls.
        settings: the same as the page has it.
    """
    drawn = tab.evaluate(DRAWN, [figure.name, settings])
    expected = verify.outlines(figure, **values)
    found = []
    for gid, here in drawn.items():
        if gid not in expected:
            if here["paths"] or here["marks"]:
                found.append(f"{figure.name} at {values}: {gid} is drawn by the page alone")
            continue
        there = expected[gid]
        if here["anchor"]:
            there = replace(there, marks=there.marks - offset(figure, values, gid, here["anchor"]))
        lines = [line for d in here["paths"] for line in polylines(d)]
        ways = {
            "too much": geometry.farthest(lines, there.lines, there.box),
            "too little": geometry.farthest(there.lines, lines, there.box),
            "a place too much": marks_apart(here["marks"], there.marks, there.box),
            "a place too little": marks_apart(there.marks, here["marks"], there.box),
        }
        found += [
            f"{figure.name} at {values}: {gid} has {what} by {way:.3g} px"
            for what, way in ways.items()
            if way > TOLERANCE
        ]
    return found
