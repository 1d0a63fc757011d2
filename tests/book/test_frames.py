"""Every figure of the built book on its readers' screens: what is in view, what can be read."""

from __future__ import annotations

import pytest

from tests.book import reader
from tests.book.test_site import CHAPTERS

SIZES = {
    "small phone": (360, 640),
    "phone": (390, 664),
    "laptop": (1280, 680),
    "projector": (1280, 720),
}

# For each figure the sliders that cannot be seen whole together with the whole picture, below the
# bar that the theme keeps on top: with the slider at the lower edge of the window, or with the
# picture right below the bar.
APART = """() => {
  const bar = document.querySelector(".bd-header-article")?.getBoundingClientRect().height ?? 0;
  const apart = [];
  for (const figure of document.querySelectorAll("figure[data-figure]")) {
    for (const folded of figure.querySelectorAll("details")) folded.open = true;
    const picture = figure.querySelector("[data-picture]");
    const inside = (one) => {
      const box = one.getBoundingClientRect();
      return box.top >= bar - 1 && box.bottom <= innerHeight + 1;
    };
    for (const slider of figure.querySelectorAll('input[type="range"]')) {
      const places = [
        () => {
          slider.scrollIntoView({ block: "nearest" }); // in a column that scrolls by itself
          return picture.getBoundingClientRect().top - bar - 4;
        },
        () => slider.getBoundingClientRect().bottom - innerHeight,
        () => picture.getBoundingClientRect().top - bar - 4,
      ];
      const together = places.some((place) => {
        scrollBy({ top: place(), behavior: "instant" });
        scrollBy({ top: place(), behavior: "instant" });
        return inside(slider) && inside(picture);
      });
      if (!together) apart.push(`${figure.dataset.figure}.${slider.name}`);
    }
    for (const folded of figure.querySelectorAll("details")) folded.open = false;
  }
  return apart;
}"""

# The height of the letters in each picture that are no raised exponents, in pixels of the screen.
LETTERS = """() => [...document.querySelectorAll("figure[data-figure]")].map((figure) => {
  const svg = figure.querySelector("[data-picture] svg");
  const zoom = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const sizes = [...svg.querySelectorAll("text")].map(
    (text) => zoom * parseFloat(getComputedStyle(text).fontSize || text.style.fontSize));
  return [figure.dataset.figure, Math.min(...sizes)];
})"""

LEAST_LETTERS = 12  # pixels


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("address", CHAPTERS)
def test_picture_and_slider_are_in_view_together(page, address, size):
    width, height = SIZES[size]
    tab = page(address, viewport={"width": width, "height": height})
    reader.with_figures_open(tab)
    assert tab.evaluate(APART) == []


@pytest.mark.parametrize("size", ["small phone", "phone"])
@pytest.mark.parametrize("address", CHAPTERS)
def test_letters_are_not_too_small_on_a_phone(page, address, size):
    width, height = SIZES[size]
    tab = page(address, viewport={"width": width, "height": height})
    reader.with_figures_open(tab)
    for place in tab.locator("figure[data-figure]").all():
        place.scroll_into_view_if_needed()  # a picture is drawn for its width once it shows
        tab.evaluate(reader.TWO_FRAMES)
    small = [(name, letters) for name, letters in tab.evaluate(LETTERS) if letters < LEAST_LETTERS]
    assert small == []
