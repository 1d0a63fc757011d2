"""The ledger of claims on the built site: every row, its address, its links and its filter."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urldefrag

import pytest
from axe_core_python.sync_playwright import Axe
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Locator, Page

from scaling_core.claims import CLAIMS, count, select

LEDGER = "chapters/claims.html"
OVER = ["http", "file"]
PHONE = {"width": 390, "height": 800}


def parsed(book: Path, address: str) -> BeautifulSoup:
    return BeautifulSoup((book / address).read_text("utf-8"), "html.parser")


def rows(book: Path) -> dict[str, Tag]:
    return {row["id"]: row for row in parsed(book, LEDGER).select(".claims > .claim")}


def address(claim_id: str) -> str:
    return f"claim-{claim_id.lower()}"


def visible(tab: Page) -> list[str]:
    return tab.eval_on_selector_all(
        ".claim", "rows => rows.filter((row) => row.offsetHeight).map((row) => row.id)"
    )


def choice(tab: Page, name: str) -> Locator:
    return tab.locator(".claims-filter").get_by_label(name, exact=True)


def test_every_claim_is_a_row_with_an_address_and_its_grade(book):
    shown = rows(book)
    assert list(shown) == [address(claim.id) for claim in CLAIMS]
    for claim in CLAIMS:
        row = shown[address(claim.id)]
        assert row.select_one(".grade").text == claim.grade
        assert row.select_one("a")["href"] == f"#{address(claim.id)}"
        assert ("What would change" in row.text) == (claim.grade == "contested")


def test_every_source_leads_to_the_references(book):
    references = parsed(book, "chapters/references.html")
    shown = rows(book)
    for claim in CLAIMS:
        links = shown[address(claim.id)].select(".bibtex-citation a")
        assert len(links) == len(claim.sources), claim.id
        for link in links:
            page, part = urldefrag(link["href"])
            assert page == "references.html"
            assert references.find(id=part), claim.id


def test_every_place_leads_to_a_chapter_and_its_figure(book):
    shown = rows(book)
    for claim in CLAIMS:
        links = shown[address(claim.id)].select("p.claim-note a")
        assert len(links) == len(claim.where), claim.id
        for link, place in zip(links, claim.where, strict=True):
            page, part = urldefrag(link["href"])
            assert (book / "chapters" / page).exists(), claim.id
            assert part == (f"explore-{place.figure}" if place.figure else "")


def test_rows_that_are_referred_to_exist(book):
    shown = rows(book)
    inner = parsed(book, LEDGER).select('article a[href^="#claim-"]')
    assert len(inner) > len(CLAIMS)
    assert {link["href"][1:] for link in inner} <= set(shown)


@pytest.mark.parametrize("over", OVER)
def test_filter_shows_a_grade_and_a_chapter_and_says_how_many(page, over):
    tab = page(LEDGER, over=over)
    said = tab.locator(".claims-filter").get_by_role("status")
    assert said.inner_text() == f"{len(CLAIMS)} of {len(CLAIMS)} claims"
    for grade, n in count().items():
        choice(tab, "grade").select_option(grade)
        assert visible(tab) == [address(claim.id) for claim in select(grade=grade)]
        assert said.inner_text() == f"{n} of {len(CLAIMS)} claims"
    choice(tab, "chapter").select_option("3")
    assert visible(tab) == [address(claim.id) for claim in select(grade="not testable", chapter=3)]
    choice(tab, "grade").select_option("")
    assert visible(tab) == [address(claim.id) for claim in select(chapter=3)]
    choice(tab, "chapter").select_option("")
    assert len(visible(tab)) == len(CLAIMS)


def test_filter_works_by_keyboard_alone(page):
    tab = page(LEDGER)
    choice(tab, "grade").focus()
    tab.keyboard.type("w")
    assert len(visible(tab)) == count()["wrong"]


def test_a_link_to_a_row_that_is_filtered_out_shows_it(page):
    tab = page(LEDGER)
    choice(tab, "grade").select_option("wrong")
    tab.evaluate("location.hash = '#claim-a1'")
    tab.wait_for_function("document.querySelector('#claim-a1').offsetHeight > 0")
    assert len(visible(tab)) == len(CLAIMS)
    assert choice(tab, "grade").input_value() == ""


def test_without_scripts_every_row_shows_and_no_dead_filter(page):
    tab = page(LEDGER, java_script_enabled=False)
    assert tab.locator(".claim").count() == len(CLAIMS)
    assert tab.locator(".claim").last.is_visible()
    assert tab.locator(".claims-filter").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_ledger(page, scheme):
    tab = page(LEDGER, viewport=PHONE, color_scheme=scheme)
    for part in (".claims-filter", ".claims"):
        found = Axe().run(tab, part)["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
