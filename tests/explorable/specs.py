"""Specs written by hand, one artist of every kind, to test the page without a recorder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from explorable import assets

INK, BLUE, ORANGE = "var(--xp-ink, #222222)", "var(--xp-blue, #0067a8)", "var(--xp-orange, #c84e00)"
LINE = f"fill: none; stroke: {BLUE}; stroke-width: 2"
DOT = "M0 4A4 4 0 1 0 0 -4A4 4 0 1 0 0 4Z"
LEFT, RIGHT = [50, 30, 220, 180], [320, 30, 130, 180]  # the frames of the two axes
WIDTH, HEIGHT = 480, 260


# Shows a widget twice, as two cells of a notebook would.
SHOW_TWICE = """(state) => [1, 2].forEach(() => {
  const el = document.querySelector("main").appendChild(document.createElement("div"));
  const model = { get: (name) => state[name], set() {}, save_changes() {}, on() {}, off() {} };
  render({ model, el });
})"""


def notebook(folder: Path) -> Path:
    """A page with the widget's module and its `render`, in the place of a notebook."""
    script = assets.module_script().replace("export default { render }", "window.render = render")
    path = folder / "notebook.html"
    path.write_text(f"<!DOCTYPE html><main></main><script type=module>{script}</script>", "utf-8")
    return path


class Code:
    """A program of one case, its nodes numbered as FORMAT.md numbers them."""

    def __init__(self, inputs: int, constants: list[Any]) -> None:
        self.inputs = inputs
        self.constants = constants
        self.code: list[list[Any]] = []

    def constant(self, place: int) -> int:
        return self.inputs + place

    def add(self, op: str, *arguments: int) -> int:
        self.code.append([op, *arguments])
        return self.inputs + len(self.constants) + len(self.code) - 1

    def spec(self, cases: int) -> dict[str, Any]:
        case = {"code": 0, "constants": list(range(len(self.constants)))}
        return {
            "inputs": self.inputs,
            "constants": self.constants,
            "codes": [self.code],
            "cases": [case] * cases,
        }


def sampler(name: str = "sampler", link: str | None = None) -> dict[str, Any]:
    """A figure with every kind of control and artist.

    At N, alpha and w: y = 2 + 4 (x / 1e9)**-alpha as a line with a break at its 11th point, a band
    of 0.05 w about it, the point (N, y(N)), three bars of heights w, 2 w and 3 w.
    """
    code = Code(3, [{"geomspace": [1e9, 1e14, 51]}, 1e9, 4, 2, 0.05, [1, 2, 3], 3, [0.6, 1.6, 2.6],
                    [1.4, 2.4, 3.4], 0, [1] * 10 + ["NaN"] + [1] * 40, [1, 1, 0]])  # fmt: skip
    N, alpha, w = 0, 1, 2
    x, unit, height, floor, width, ranks, limit, left, right, zero, gap, some = map(
        code.constant, range(12)
    )
    slope = code.add("negative", alpha)

    def law(tokens: int) -> int:
        share = code.add("power", code.add("divide", tokens, unit), slope)
        return code.add("add", code.add("multiply", share, height), floor)

    y, spot = law(x), law(N)
    broken = code.add("multiply", y, gap)
    half = code.add("multiply", w, width)
    low, high = code.add("subtract", y, half), code.add("add", y, half)
    bars = code.add("multiply", w, ranks)
    above = code.add("greater", spot, limit)
    texts = [
        ["loss ", {"v": spot, "f": ".3f"}],
        [{"v": spot, "f": ".3f"}],
        [{"if": above, "then": ["is"], "else": ["is not"]}],
    ]
    whole = {"number": 0.5}
    artists = [
        {"id": f"{name}-a1", "kind": "band", "axes": 0, "x": x, "y1": low, "y2": high, "clip": True,
         "style": f"fill: {BLUE}; fill-opacity: 0.2"},
        {"id": f"{name}-a2", "kind": "line", "axes": 0, "x": x, "y": broken, "clip": True,
         "style": LINE},
        {"id": f"{name}-a3", "kind": "line", "axes": 0, "x": N, "y": spot, "clip": True,
         "marks": {"d": DOT, "style": f"fill: {ORANGE}"}},
        {"id": f"{name}-a4", "kind": "text", "axes": 0, "text": 0, "x": N, "y": spot,
         "anchor": [131.18, 90], "clip": True},
        {"ids": [f"{name}-a5-{i}" for i in range(3)], "kind": "bars", "axes": 1, "x0": left,
         "x1": right, "y0": zero, "y1": bars, "clip": True, "style": f"fill: {BLUE}"},
        {"id": f"{name}-a6", "kind": "segments", "axes": 1, "x0": left, "y0": bars, "x1": right,
         "y1": bars, "clip": True, "style": f"fill: none; stroke: {INK}"},
        {"id": f"{name}-a7", "kind": "line", "axes": 1, "x": ranks, "y": bars, "steps": "mid",
         "clip": True, "style": LINE},
        {"id": f"{name}-a8", "kind": "arrow", "axes": 1, "x": {"number": 2}, "y": w,
         "from": {"x": whole, "y": {"number": 0.9}, "coords": ["axes", "axes"]},
         "around": [-30, -10, 30, 10], "shrink": [2, 2], "head": ["->", 4, 2],
         "style": f"fill: none; stroke: {INK}"},
        {"id": f"{name}-a9", "kind": "marks", "axes": 1, "x": ranks, "y": bars,
         "marks": {"d": DOT, "style": [f"fill: {ORANGE}", f"fill: {BLUE}"]}},
        {"id": f"{name}-a10", "kind": "band", "axes": 1, "x": bars, "y1": zero, "y2": ranks,
         "where": some, "across": True, "style": f"fill: {ORANGE}; fill-opacity: 0.2"},
        {"id": f"{name}-a11", "kind": "line", "axes": 1, "x": ranks, "y": bars, "steps": "pre",
         "style": LINE},
        {"id": f"{name}-a12", "kind": "line", "axes": 1, "x": ranks, "y": bars, "steps": "post",
         "style": LINE},
        {"id": f"{name}-a13", "kind": "arrow", "axes": 1, "x": {"number": 3}, "y": w, "clip": True,
         "from": {"offset": [-30, -20]}, "around": [-12, -6, 12, 6], "shrink": [2, 2],
         "head": ["-|>", 4, 2], "style": f"fill: {INK}; stroke: {INK}"},
    ]  # fmt: skip
    axes = [
        {"box": LEFT, "x": {"scale": "log", "base": 10, "lim": [1e9, 1e14]},
         "y": {"scale": "linear", "lim": [1.5, 6.5]}},
        {"box": RIGHT, "x": {"scale": "linear", "lim": [0, 4]},
         "y": {"scale": "symlog", "base": 10, "linthresh": 10, "linscale": 1, "lim": [0, 40]}},
    ]  # fmt: skip
    sentence = (
        '<p>The loss is <span data-live="1">2.943</span> nats, which '
        '<span data-live="2">is not</span> above 3.</p>'
    )
    lines = _picture(name).split("\n")
    other = [
        line.replace("every artist", "every artist, the other view").replace(INK, ORANGE)
        for line in lines
    ]
    first_run = [[0, len(lines)]]
    changed = [number for number, line in enumerate(lines) if line != other[number]]
    pool = lines + [other[number] for number in changed]
    runs = [
        [len(lines) + changed.index(number), 1] if number in changed else [number, 1]
        for number in range(len(lines))
    ]
    alt = ["A falling curve. At N it ", {"if": above, "then": ["is"], "else": ["is not"]},
           " above 3: ", {"v": spot, "f": ".3f"}, "."]  # fmt: skip

    def scene(svg: list[list[int]], words: str) -> dict[str, Any]:
        return {"svg": svg, "axes": axes, "artists": artists, "texts": texts,
                "sentence": words, "alt": alt}  # fmt: skip

    turned = sentence.replace("The loss", "In the other view the loss")
    return {
        "version": 1,
        "name": name,
        "controls": [
            slider("N", "parameters N", 7e10, 7, 13, 0.1, base=10),
            slider("alpha", "exponent α", 0.34, 0.1, 0.6, 0.01),
            slider("w", "width", 5, 1, 10, 1, whole=True, unit="GW", more=True),
            {"kind": "select", "name": "view", "label": "View", "value": 0,
             "options": ["first", "the other & last"]},
            {"kind": "checkbox", "name": "bold", "label": "Bold", "value": 0},
        ],
        "presets": [
            {"label": "Small & steep", "values": {"N": 1e9, "alpha": 0.5}},
            {"label": "Large", "values": {"N": 1e12}},
        ],
        "drag": [{"artist": f"{name}-a3", "x": "N", "y": None}],
        "link": link,
        "lines": pool,
        "program": code.spec(4),
        "scenes": [scene(first_run, sentence), scene(first_run, sentence),
                   scene(runs, turned), scene(runs, turned)],
    }  # fmt: skip


def slider(name: str, label: str, value: float, low: float, high: float, step: float,
           *, base: float | None = None, whole: bool = False, unit: str = "",
           more: bool = False) -> dict[str, Any]:  # fmt: skip
    """A slider's entry."""
    log = {} if base is None else {"base": base}
    return {"kind": "slider", "name": name, "label": label, "unit": unit, "value": value,
            "scale": "linear" if base is None else "log", **log, "min": low, "max": high,
            "step": step, "whole": whole, "format": ".3g", "more": more}  # fmt: skip


def _picture(name: str) -> str:
    """A picture with an empty group for each artist; text stands where it starts."""
    font = "font: 11px var(--xp-font, 'DejaVu Sans', Verdana, sans-serif)"
    names = ["a1", "a2", "a3", "a5-0", "a5-1", "a5-2", "a6", "a7", "a8", "a9"]
    names += ["a10", "a11", "a12", "a13"]
    groups = [f'<g id="{name}-{artist}">\n</g>' for artist in names]
    frames = [
        f'<path d="M{x} {y}V{y + h}H{x + w}" style="fill: none; stroke: {INK}"/>'
        for x, y, w, h in (LEFT, RIGHT)
    ]
    words = [
        f'<text style="{font}; font-weight: bold" x="50" y="18">Artists: every artist</text>',
        f'<text style="{font}; text-anchor: middle" x="160" y="245">training tokens D</text>',
        f'<text style="{font}; text-anchor: middle" x="385" y="245">rank</text>',
        f'<g id="{name}-a4">\n<text style="{font}" x="131.18" y="90">loss 2.943</text>\n</g>',
    ]
    top = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'style="fill: {INK}; stroke-linejoin: round; stroke-linecap: butt">'
    )
    return "\n".join([top, *frames, *groups, *words, "</svg>"])
