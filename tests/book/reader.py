"""What a reader meets on a page and does there: figures, predictions, quizzes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from playwright.sync_api import Locator, Page, expect

# Every figure of the page has taken its place and can be moved.
READY = """() => [...document.querySelectorAll("figure[data-figure]")].every(
  (figure) => window.explorable?.figures.get(figure.dataset.figure)?.ready)"""
# Drawn anew, and painted.
TWO_FRAMES = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"""


def specs(book: Path, address: str) -> list[dict[str, Any]]:
    """The figures of a page, those behind a prediction too."""
    page = BeautifulSoup((book / address).read_text("utf-8"), "html.parser")
    scripts = page.select('figure[data-figure] script[type="application/json"]')
    return [json.loads(script.string) for script in scripts]


def with_figures_open(tab: Page) -> Page:
    """The page with every prediction skipped, so that all its figures can be reached."""
    tab.wait_for_function(READY)
    for skip in tab.locator("[data-skip]").all():
        skip.click()
    return tab


def answer(prediction: Locator) -> None:
    """Guess the first choice, or a number; the figure opens and the answer is told."""
    cover = prediction.locator("[data-cover]")
    assert all(one.evaluate("(cover) => cover.inert") for one in cover.all())
    choices = prediction.locator("[data-choice]")
    if choices.count():
        choices.first.click()
    else:
        prediction.locator("[data-number]").fill("3")
        prediction.locator("[data-number]").press("Enter")
    outcome = prediction.locator("[data-outcome]")
    expect(outcome).to_contain_text("You said")
    expect(outcome).to_contain_text("The answer is")
    assert not any(one.evaluate("(cover) => cover.inert") for one in cover.all())


def take(quiz: Locator) -> None:
    """Choose the first option of every question; each is answered, and at the end they count."""
    questions = quiz.locator("[data-question]").all()
    for question in questions:
        expect(quiz.locator("[data-score]")).to_be_empty()
        question.locator("input").first.check()
        expect(question.locator("[data-feedback]")).not_to_be_empty()
    expect(quiz.locator("[data-score]")).to_contain_text(f"of {len(questions)} right")
