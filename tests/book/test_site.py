"""The built book in a real browser, over http under a strict policy and as plain files."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from sphinx_external_toc.parsing import parse_toc_yaml

from explorable import site as site_extension
from tests.conftest import ROOT

PAGES = [f"{page}.html" for page in sorted(parse_toc_yaml(ROOT / "_toc.yml"))]
CHAPTERS = [page for page in PAGES if (ROOT / page).with_suffix(".ipynb").exists()]
OVER = ["http", "file"]
PHONE = {"width": 390, "height": 800}

TYPESET = """async () => {
  if (!window.MathJax?.startup) return {};
  await MathJax.startup.promise;
  const count = (selector) => document.querySelectorAll(selector).length;
  return {formulas: count('.math'), typeset: count('.math mjx-container'),
          wrong: count('mjx-merror')};
}"""


def parsed(book: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((book / page).read_text("utf-8"), "html.parser")


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("address", [*PAGES, "search.html", "genindex.html"])
def test_page_opens_without_fault_typesets_every_formula_and_fits_a_phone(page, address, over):
    tab = page(address, over=over)
    formulas = tab.evaluate(TYPESET)
    assert formulas.get("typeset") == formulas.get("formulas")
    assert not formulas.get("wrong")
    assert tab.evaluate("document.fonts.ready.then(() => true)")
    tab.set_viewport_size(PHONE)
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("over", OVER)
def test_formulas_and_icons_are_drawn_with_the_sites_own_fonts(page, over):
    tab = page("chapters/01_pretraining.html", over=over)
    assert tab.evaluate(TYPESET)["formulas"] > 0
    drawn = tab.evaluate(
        "document.fonts.ready.then(() => [...document.fonts]"
        ".filter((font) => font.status == 'loaded').map((font) => font.family))"
    )
    assert any("MJXTEX" in family for family in drawn)
    assert any("Font Awesome" in family for family in drawn)


def test_there_is_one_search_bar(page):
    tab = page("index.html")
    bars = tab.locator("input[type=search]:visible, .search-button-field:visible")
    assert bars.count() == 1


@pytest.mark.parametrize("over", OVER)
def test_search_finds_a_word_of_the_book(page, over):
    tab = page("index.html", over=over)
    tab.locator(".search-button-field").click()
    tab.keyboard.type("compute")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#search-results li a")
    assert "search.html?q=compute" in tab.url


@pytest.mark.parametrize("over", OVER)
def test_theme_switch_changes_and_keeps_the_theme(page, over):
    tab = page("index.html", over=over, color_scheme="light")
    switch = tab.locator("button.theme-switch-button").first
    seen = []
    for _ in range(3):
        switch.click()
        seen.append(tab.evaluate("document.documentElement.dataset.mode"))
    assert sorted(seen) == ["auto", "dark", "light"]
    while tab.evaluate("document.documentElement.dataset.theme") != "dark":
        switch.click()
    tab.reload()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_buttons_moved_out_of_the_html_still_work(page):
    tab = page("index.html")
    tab.evaluate("window.print = () => { window.printed = true; }")
    tab.locator(".dropdown-download-buttons > button").click()
    tab.locator(".btn-download-pdf-button").click()
    assert tab.evaluate("window.printed")
    tab.locator(".btn-fullscreen-button").click()
    tab.wait_for_function("document.fullscreenElement !== null")


@pytest.mark.parametrize("address", PAGES)
def test_page_says_and_shows_what_it_does_with_scripts_off(page, book, address):
    tab = page(address, java_script_enabled=False)
    heading = parsed(book, address).select_one("article h1").find(string=True)
    assert tab.locator("article h1").inner_text().startswith(heading)
    assert tab.locator("article").is_visible()
    for figure in tab.locator("figure[data-figure]").all():
        assert figure.locator("svg").first.is_visible()
        assert not figure.locator("input[type=range]").first.is_visible()
        for sentence in figure.locator("[data-sentence]").all():
            assert "\ue000" not in sentence.inner_text()


@pytest.mark.parametrize("address", CHAPTERS)
def test_chapter_can_be_launched_and_downloaded(book, address):
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    home = config["repository"]["url"].removeprefix("https://github.com/")
    branch, notebook = config["repository"]["branch"], address.replace(".html", ".ipynb")
    buttons = parsed(book, address).select(".article-header-buttons a[href]")
    links = {link["href"] for link in buttons}
    assert f"https://mybinder.org/v2/gh/{home}/{branch}?urlpath=lab/tree/{notebook}" in links
    assert f"https://colab.research.google.com/github/{home}/blob/{branch}/{notebook}" in links
    [download] = [link for link in links if "_sources/" in link]
    assert (book / address).parent.joinpath(download).read_text("utf-8") == (
        ROOT / notebook
    ).read_text("utf-8")


@pytest.mark.parametrize("address", PAGES)
def test_every_picture_has_a_description(book, address):
    page = parsed(book, address)
    pictures = page.select("article img, article [role=img]")
    assert len(page.select("figure[data-figure] [role=img]")) == len(
        page.select("figure[data-figure]")
    )
    for picture in pictures:
        description = picture.get("alt") or picture.get("aria-label") or ""
        assert len(description) > 20, picture.get("src", description)
        assert "_images" not in description, description


def test_every_page_is_free_of_inline_scripts_and_foreign_requests(book):
    pages = [path for path in book.rglob("*.html") if "_static" not in path.parts]
    assert len(pages) >= len(PAGES)
    for path in pages:
        html = path.read_text("utf-8")
        assert site_extension.without_inline_scripts(html) == (html, {}), path
        assert site_extension.foreign_requests(html) == [], path
        assert site_extension.ICON_SCRIPT not in html, path


def test_every_page_loads_the_figures_script_and_style_once_and_ahead_of_the_themes(book):
    for address in PAGES:
        page = parsed(book, address)
        sources = [script["src"].split("?")[0] for script in page.select("script[src][defer]")]
        assert sources[0].endswith("_static/explorable.js"), address
        assert sum("explorable.js" in source for source in sources) == 1, address
        assert len(page.select('link[rel=stylesheet][href*="explorable.css"]')) == 1, address


@pytest.mark.parametrize("address", CHAPTERS)
def test_pages_carry_no_state_of_widgets_that_they_do_not_show(book, address):
    assert parsed(book, address).select('script[type*="widget-state"]') == []


def test_the_right_answer_of_a_quiz_has_no_usual_place(book):
    places = [
        ["data-correct" in option.attrs for option in question.select("input")].index(True)
        for address in CHAPTERS
        for question in parsed(book, address).select("[data-quiz] [data-question]")
    ]
    assert len(places) > len(CHAPTERS)
    assert max(map(places.count, places)) < 0.6 * len(places)


def test_site_is_whole(book):
    assert site_extension.faults(book, ROOT / "_toc.yml") == []
    assert (book / ".nojekyll").exists()
