"""Every live figure of the built book, in a real browser, against NumPy and against rough hands."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

from explorable import artists, program
from explorable.text import fill, nodes, typeset
from tests.book import reader
from tests.book.test_site import CHAPTERS
from tests.conftest import tabs

SETTINGS = 200
READINGS = 12  # of the settings are also read off the screen
ACTIONS = 500
TOLERANCE = 1e-9  # of an array's largest magnitude

# Evaluates the page's own program at each setting; arrays come back as base64 of float64.
ARRAYS = """([name, settings, refs]) => {
  const figure = explorable.figures.get(name);
  const element = document.querySelector(`figure[data-figure="${name}"]`);
  const spec = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
  const Program = figure.program.constructor;
  const programs = spec.program.cases.map((_, number) => new Program(spec.program, number));
  const base64 = (array) => {
    const bytes = new Uint8Array(new Float64Array(array).buffer);
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) {
      text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    }
    return btoa(text);
  };
  return settings.map(([number, inputs]) => {
    const program = programs[number];
    program.set(inputs);
    program.update();
    return refs[number].map((ref) => base64(program.data(ref)));
  });
}"""

READ = """([name, values]) => {
  const figure = explorable.figures.get(name);
  figure.set(values);
  figure.update();
  const element = document.querySelector(`figure[data-figure="${name}"]`);
  const spans = [...element.querySelectorAll("[data-live]")];
  return spans.map((span) => [Number(span.dataset.live), span.textContent]);
}"""

# What a restless reader does, inside the page; ends with what is wrong on the screen.
FUZZ = """([name, seed, count]) => {
  const element = document.querySelector(`figure[data-figure="${name}"]`);
  let state = seed;
  const random = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648);
  const one = (list) => list[Math.floor(random() * list.length)];
  const all = (selector) => [...element.querySelectorAll(selector)];
  const send = (target, type) => target.dispatchEvent(new Event(type, { bubbles: true }));
  const junk = ["", "NaN", "-1", "1e999", "7e10", "0", "<b>", "٣", "1,5", "x".repeat(9000), "∞"];
  const point = (target, type, x, y) => target.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, isPrimary: true, button: 0, buttons: 1, bubbles: true, clientX: x, clientY: y }));
  const actions = {
    slide() {
      const input = one(all("input[type=range]"));
      if (!input) return;
      input.value = Number(input.min) + random() * (Number(input.max) - Number(input.min));
      send(input, "input");
    },
    type() {
      const box = one(all("input[data-exact]"));
      if (!box) return;
      box.value = random() < 0.5 ? one(junk) : String(10 ** (random() * 40 - 10));
      send(box, "input");
      send(box, "change");
    },
    choose() {
      const select = one(all("select, input[type=checkbox]"));
      if (!select) return;
      if (select.options) select.selectedIndex = Math.floor(random() * select.options.length);
      else select.checked = !select.checked;
      send(select, "input");
      send(select, "change");
    },
    preset() { one(all("[data-preset]"))?.click(); },
    reset() { one(all("[data-reset]")).click(); },
    drag() {
      const handle = one(all(".xp-handle"));
      const box = handle?.getBoundingClientRect();
      if (!box?.width) return;
      point(handle, "pointerdown", box.x + 5, box.y + 5);
      for (let i = 0; i < 3; i++) {
        point(handle, "pointermove", random() * 3000 - 900, random() * 900);
      }
      point(handle, "pointerup", 0, 0);
    },
    fragment() {
      location.hash = `#explore=1&${name}.${one(["N", "C", "a", "constructor", "__proto__"])}=` +
        encodeURIComponent(one(junk).slice(0, 300)) + "&&=;%zz&" + one(junk).slice(0, 50);
    },
  };
  const wrong = [];
  for (let i = 0; i < count; i++) {
    actions[one(Object.keys(actions))]();
    if (i % 5) continue;
    explorable.figures.get(name).update();
    const drawn = all("[data-picture] [d], [data-picture] [transform]").map((shape) =>
      `${shape.getAttribute("d")} ${shape.getAttribute("transform")}`).join(" ");
    const words = all("[data-live], [data-picture] text").map((part) => part.textContent).join(" ");
    if (/NaN|Infinity|undefined/.test(drawn)) wrong.push(`drawn after action ${i}`);
    if (/\\bnan\\b|NaN|undefined/.test(words)) wrong.push(`${words} after action ${i}`);
  }
  return wrong;
}"""


def random_values(spec: dict[str, Any], dice: random.Random) -> dict[str, float]:
    values = {}
    for control in spec["controls"]:
        if control["kind"] == "slider":
            position = dice.uniform(control["min"], control["max"])
            value = control["base"] ** position if control["scale"] == "log" else position
            values[control["name"]] = float(round(value)) if control["whole"] else value
        else:
            values[control["name"]] = dice.randrange(len(control.get("options", "ny")))
    return values


def case_and_inputs(spec: dict[str, Any], values: dict[str, float]) -> tuple[int, list[float]]:
    number, inputs = 0, []
    for control in spec["controls"]:
        if control["kind"] == "slider":
            inputs.append(values[control["name"]])
        else:
            number = number * len(control.get("options", "ny")) + int(values[control["name"]])
    return number, inputs


def shown_refs(scene: dict[str, Any]) -> list[int]:
    """Every node that an artist or a text of the scene shows."""
    places = [artists.refs(artist, scene["texts"]) for artist in scene["artists"]]
    words = [list(nodes(text)) for text in scene["texts"]]
    return sorted(set(chain.from_iterable(places + words)))


@pytest.fixture(scope="module", params=CHAPTERS)
def address(request: pytest.FixtureRequest) -> str:
    """A page with figures."""
    return request.param


@pytest.fixture(scope="module")
def tab(request: pytest.FixtureRequest, address: str) -> Iterator[Page]:
    """The page with all its figures open; one for all tests, as none needs it untouched."""
    with tabs(request) as open_page:
        yield reader.with_figures_open(open_page(address))


@pytest.fixture(scope="module")
def specs(book: Path, address: str) -> list[dict[str, Any]]:
    """The page's figures."""
    return reader.specs(book, address)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_figure(tab, scheme):
    tab.emulate_media(color_scheme=scheme)
    tab.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", scheme)
    found = Axe().run(tab, "figure[data-figure]", {"resultTypes": ["violations"]})["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_the_pages_arrays_agree_with_numpy(tab, specs):
    for spec in specs:
        dice = random.Random(spec["name"])
        values = [random_values(spec, dice) for _ in range(SETTINGS)]
        settings = [case_and_inputs(spec, one) for one in values]
        refs = [shown_refs(scene) for scene in spec["scenes"]]
        answers = tab.evaluate(ARRAYS, [spec["name"], settings, refs])
        interpreters = [
            program.unpack(spec["program"], number) for number in range(len(spec["scenes"]))
        ]
        for (number, inputs), answer in zip(settings, answers, strict=True):
            interpreter = interpreters[number]
            interpreter.run(inputs)
            for ref, encoded in zip(refs[number], answer, strict=True):
                ours = np.frombuffer(base64.b64decode(encoded))
                numpys = np.ravel(np.asarray(interpreter.get(ref), float))
                largest = np.max(np.abs(numpys[np.isfinite(numpys)]), initial=0.0)
                np.testing.assert_allclose(
                    ours,
                    numpys,
                    rtol=0,
                    atol=TOLERANCE * largest,
                    err_msg=f"{spec['name']}, node {ref} at {inputs}",
                )


def test_live_numbers_read_as_python_prints_them(tab, specs):
    for spec in specs:
        dice = random.Random(spec["name"])
        for _ in range(READINGS):
            values = random_values(spec, dice)
            number, inputs = case_and_inputs(spec, values)
            interpreter = program.unpack(spec["program"], number)
            interpreter.run(inputs)
            templates = spec["scenes"][number]["texts"]
            read = tab.evaluate(READ, [spec["name"], values])
            expected = [[k, typeset(fill(templates[k], interpreter.get))] for k, _ in read]
            assert read == expected, (spec["name"], values)


def test_rough_hands_break_nothing(tab, specs):
    for number, spec in enumerate(specs):
        assert tab.evaluate(FUZZ, [spec["name"], number + 1, ACTIONS]) == [], spec["name"]
