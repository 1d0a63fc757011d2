"""A reader's hands on every figure and question of the built book, with the network cut."""

from __future__ import annotations

from typing import Any

import pytest

from tests.book import reader
from tests.book.test_site import CHAPTERS, OVER

# The figure's picture and words as they stand, and the control's value.
SEEN = """([name, control]) => {
  const element = document.querySelector(`figure[data-figure="${name}"]`);
  return [element.querySelector("[data-picture]").innerHTML +
    element.querySelector("[data-sentence]").textContent,
    explorable.figures.get(name).values()[control]];
}"""


def spot(slider: Any, fraction: float) -> tuple[float, float]:
    """A place on a slider, in the page's pixels."""
    box = slider.bounding_box()
    return box["x"] + fraction * box["width"], box["y"] + box["height"] / 2


def drag(tab: Any, slider: Any, presets: Any) -> None:
    tab.mouse.move(*spot(slider, 0.5))
    tab.mouse.down()
    tab.mouse.move(*spot(slider, 0.8), steps=3)
    tab.mouse.up()


def tap(tab: Any, slider: Any, presets: Any) -> None:
    tab.touchscreen.tap(*spot(slider, 0.25))


def press(tab: Any, slider: Any, presets: Any) -> None:
    slider.press("ArrowRight")
    for _ in range(2):  # a tenth of the way each: words and picture surely change
        tab.keyboard.press("PageUp")


MOVES = {"mouse": drag, "finger": tap, "keyboard": press}


NEXT = "(menu) => (menu.selectedIndex + 1) % menu.options.length"


def choose(menu: Any, presets: Any, press: Any) -> None:
    """Press a preset; where there is none, the next option of the menu."""
    if presets.count():
        press()
    else:
        menu.select_option(index=menu.evaluate(NEXT))


# Of a figure that has cases alone: its presets, and the arrow keys on its menu.
CASES = {
    "mouse": lambda tab, menu, presets: choose(menu, presets, presets.last.click),
    "finger": lambda tab, menu, presets: choose(menu, presets, presets.first.tap),
    "keyboard": lambda tab, menu, presets: menu.press(
        "ArrowDown" if menu.evaluate("(menu) => menu.selectedIndex") == 0 else "ArrowUp"
    ),
}


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("address", CHAPTERS)
def test_questions_answer_and_figures_follow_mouse_finger_and_keyboard(page, book, address, over):
    tab = page(address, over=over, has_touch=True)
    tab.wait_for_function(reader.READY)
    tab.wait_for_load_state("networkidle")  # the icon comes last
    tab.context.set_offline(True)
    for prediction in tab.locator("[data-predict]").all():
        reader.answer(prediction)
    for quiz in tab.locator("[data-quiz]").all():
        reader.take(quiz)
    for spec in reader.specs(book, address):
        name = spec["name"]
        figure = tab.locator(f'figure[data-figure="{name}"]')
        sliders = [one for one in spec["controls"] if one["kind"] == "slider"]
        control = (sliders or spec["controls"])[0]["name"]
        handle = figure.locator(f'[name="{control}"]:not([data-exact])')
        handle.scroll_into_view_if_needed()
        for means, move in (MOVES if sliders else CASES).items():
            before = tab.evaluate(SEEN, [name, control])
            move(tab, handle, figure.locator("[data-preset]"))
            tab.evaluate(reader.TWO_FRAMES)
            after = tab.evaluate(SEEN, [name, control])
            assert before[0] != after[0], (name, means)
            assert before[1] != after[1], (name, means)
