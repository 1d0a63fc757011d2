"""The frame of a figure in a real browser: what is in view, what fits, what the hands can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorable import explore
from explorable import page as pages

Opener = Callable[..., Page]

STILL = """() => new Promise((done) => {
  const before = scrollY;
  setTimeout(() => done(scrollY === before), 150);
})"""
SIZES = {"small phone": (360, 640), "phone": (390, 664), "laptop": (1280, 680), "desk": (1280, 720)}

# Whether all of the picture and all of a slider can be inside the window at once: with the slider
# at the lower edge of the window, or with the picture at the upper one.
TOGETHER = """(name) => {
  const slider = document.querySelector(`input[type="range"][name="${name}"]`);
  const picture = document.querySelector("[data-picture]");
  const inside = (one) => {
    const box = one.getBoundingClientRect();
    return Math.round(box.top) >= 0 && Math.round(box.bottom) <= innerHeight;
  };
  return [[slider, "end"], [picture, "start"]].some(([one, block]) => {
    one.scrollIntoView({ block });
    return inside(slider) && inside(picture);
  });
}"""


@pytest.fixture(scope="module")
def panels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A figure with two panels, a title that turns, presets and links to its states."""

    def panels(a: float, b: float) -> tuple[str, str]:
        fig, (left, right) = plt.subplots(1, 2)
        x = np.linspace(0, 1, 21)
        left.plot(x, a * x, label="line")
        left.plot(b, a * b, "o", label="here")
        left.set(xlim=(0, 1), ylim=(0, 3), xlabel="x")
        right.bar([0, 1], np.stack([a, b]))
        right.set(ylim=(0, 3), title="shares")
        fig.suptitle(f"The slope is {np.where(a > 1, 'steep', 'flat')}: {1e27 * a:.2g}")
        return f"Slope {a:.2f}, reach {1e-7 * b:.1e}.", f"A line of slope {a:.2f}."

    figure = explore(
        a=(0.5, 2.0, 0.01),
        b=(0.0, 1.0, 0.01),
        presets={f"Preset number {k}": {"a": k / 5} for k in range(3, 10)},
        drag={"here": "b"},
        subtitle="Left the *line*, right its parts.",
    )(panels)
    path = tmp_path_factory.mktemp("frame") / "panels.html"
    text = figure.save(path).read_text("utf-8")
    links = "".join(f'<p><a href="#explore=1&panels.a={a}">a of {a}</a></p>' for a in (0.7, 1.9))
    room = '<div style="height: 2000px"></div>'
    path.write_text(
        text.replace("<main>", f"<main>{links}{room}").replace("</main>", f"{room}</main>"), "utf-8"
    )
    return path


@pytest.mark.parametrize("size", SIZES)
def test_picture_and_slider_are_in_view_together(page: Opener, panels: Path, size: str) -> None:
    width, height = SIZES[size]
    tab = page(panels, viewport={"width": width, "height": height})
    assert [name for name in ("a", "b") if not tab.evaluate(TOGETHER, name)] == []


@pytest.mark.parametrize("size", ["small phone", "phone"])
def test_text_is_not_shrunk_on_a_phone(page: Opener, panels: Path, size: str) -> None:
    width, height = SIZES[size]
    tab = page(panels, viewport={"width": width, "height": height})
    tab.wait_for_function(
        "document.querySelector('[data-picture] svg').viewBox.baseVal.width < 310"
    )
    sizes = tab.evaluate("""() => {
      const svg = document.querySelector("[data-picture] svg");
      const zoom = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      return [...svg.querySelectorAll("text")].map(
        (text) => zoom * parseFloat(getComputedStyle(text).fontSize));
    }""")
    assert len(sizes) > 5
    # powers are raised and smaller; everything else is read
    assert sorted(sizes)[len(sizes) // 10] >= 12 * 0.98


def test_a_wide_page_that_becomes_narrow_draws_the_other_picture(
    page: Opener, panels: Path
) -> None:
    tab = page(panels, viewport={"width": 1000, "height": 900})
    tab.locator("[data-picture]").scroll_into_view_if_needed()
    tab.evaluate("explorable.figures.get('panels').set({ a: 1.5 })")
    tab.set_viewport_size({"width": 360, "height": 900})
    tab.wait_for_function(
        "document.querySelector('[data-picture] svg').viewBox.baseVal.width < 310"
    )
    narrow = tab.locator("[data-picture] text", has_text="shares").count()
    assert narrow == 1
    drawn = tab.evaluate("document.querySelector('[data-picture] svg').getAttribute('aria-label')")
    assert drawn == "A line of slope 1.50."
    tab.set_viewport_size({"width": 1000, "height": 900})
    tab.wait_for_function(
        "document.querySelector('[data-picture] svg').viewBox.baseVal.width > 400"
    )


def test_title_turns_and_numbers_are_set_as_a_page_sets_them(page: Opener, panels: Path) -> None:
    tab = page(panels)
    title, sentence = tab.locator("[data-title]"), tab.locator("[data-sentence]")
    expect(title).to_have_text("The slope is steep: 1.2\u00a0×\u00a010²⁷")
    tab.evaluate("explorable.figures.get('panels').set({ a: 0.5 })")
    expect(title).to_have_text("The slope is flat: 5\u00a0×\u00a010²⁶")
    expect(sentence).to_contain_text("5.0\u00a0×\u00a010⁻⁸")
    expect(tab.locator(".xp-subtitle em")).to_have_text("line")


def test_a_link_brings_the_figure_whole_into_view(page: Opener, panels: Path) -> None:
    tab = page(panels, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    tab.get_by_role("link", name="a of 1.9").click()
    tab.wait_for_function("explorable.figures.get('panels').values().a === 1.9")
    top, bottom = tab.evaluate("""() => {
      const box = document.querySelector("figure").getBoundingClientRect();
      return [box.top, box.bottom];
    }""")
    assert top >= -1
    assert bottom <= 801


def test_a_finger_that_scrolls_over_a_slider_changes_nothing(page: Opener, panels: Path) -> None:
    tab = page(panels, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    slider = tab.locator('input[type="range"][name="a"]')
    slider.scroll_into_view_if_needed()
    before = slider.input_value()
    box = slider.bounding_box()
    x, y = box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2
    hand = tab.context.new_cdp_session(tab)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        hand.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]},
        )

    scrolled = tab.evaluate("scrollY")
    touch("touchStart", (x, y))
    for step in range(1, 12):
        touch("touchMove", (x + 1, y - 20 * step))
    touch("touchEnd")
    tab.wait_for_function("(before) => scrollY > before + 50", arg=scrolled)
    assert tab.evaluate("explorable.figures.get('panels').values().a") == 1.25
    assert slider.input_value() == before

    tab.wait_for_function(STILL)
    slider.evaluate("(slider) => slider.scrollIntoView({ block: 'end' })")  # under the picture
    tab.wait_for_function(STILL)
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch("touchStart", (x, y))
    for step in range(1, 6):
        touch("touchMove", (x + 12 * step, y))
    touch("touchEnd")
    assert tab.evaluate("explorable.figures.get('panels').values().a") > 1.4


def test_points_are_moved_by_keyboard(page: Opener, panels: Path) -> None:
    tab = page(panels)
    point = tab.locator(".xp-handle")
    tab.locator("[data-picture]").scroll_into_view_if_needed()
    expect(point).to_be_visible()  # it is placed once it can be seen
    expect(point).to_have_attribute("role", "slider")
    point.focus()
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("explorable.figures.get('panels').values().b") == pytest.approx(0.51)
    tab.keyboard.press("PageUp")
    assert tab.evaluate("explorable.figures.get('panels').values().b") == pytest.approx(0.61)
    expect(point).to_have_attribute("aria-valuetext", re.compile("b 0.61"))


def test_full_screen_walks_through_the_states_that_the_page_links_to(
    page: Opener, panels: Path
) -> None:
    tab = page(panels, viewport={"width": 1280, "height": 720})
    value = "explorable.figures.get('panels').values().a"
    button = tab.get_by_role("button", name="Full screen")
    button.click()
    step = tab.locator("[data-step]")
    expect(step).to_have_text("1 of 3: the start")
    tab.keyboard.press("ArrowRight")
    expect(step).to_have_text("2 of 3: a of 0.7")
    assert tab.evaluate(value) == 0.7
    tab.keyboard.press("PageDown")
    tab.keyboard.press("PageDown")  # the last one stays
    assert tab.evaluate(value) == 1.9
    for part in ("[data-picture]", "[data-sentence]", 'input[type="range"][name="b"]'):
        box = tab.locator(part).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 720
    tab.keyboard.press("Escape")
    expect(tab.locator("figure")).not_to_have_class(re.compile("xp-presented"))


def test_text_that_looks_like_markup_stays_when_a_case_switches(
    page: Opener, tmp_path: Path
) -> None:
    words = 'id="x" url(#a) href="#b" for="c"'

    def marked(big: bool, a: float) -> str:
        fig, ax = plt.subplots()
        ax.plot([0, 1], np.stack([a, 2 * a if big else a]), clip_on=True)
        ax.set(xlim=(0, 1), ylim=(0, 4), xlabel=words)
        return words

    spec = explore(big=False, a=(0.5, 2.0))(marked).spec()
    path = tmp_path / "copies.html"
    path.write_text(pages.document([spec, spec], "Two copies"), "utf-8")
    tab = page(path)
    second = tab.locator("figure").nth(1)
    second.locator('input[type="checkbox"]').check()
    expect(second.locator("[data-picture] text", has_text="url(#a)")).to_have_text(words)
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(set(ids)) == len(ids)
