"""Predictions and quizzes: what they accept, what they say without and with scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from axe_core_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from explorable import explore, predict, quiz
from explorable import page as pages
from explorable.markdown import render_inline
from tests.explorable import specs

Opener = Callable[..., Page]

ITEMS = [
    (
        "Twice the size, twice the words: the bill grows by",
        [
            ("2", False, "Both the price of a word and their number **doubled**."),
            ("4", True, "It is $2 N T$."),
        ],
    ),
    ("Is *this* right?", [("yes", True, "So it is."), ("<b>no</b>", False, "Look again.")]),
]


class Stand:
    """A figure as far as questions know one."""

    name = "sampler"
    link = None

    def spec(self) -> dict[str, Any]:
        return specs.sampler()


# ---- what they accept


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"question": ""}, "question = ''"),
        ({"question": 3}, "question = 3"),
        ({"answer": float("nan")}, "answer = nan"),
        ({"answer": "many"}, "answer = 'many'"),
        ({"answer": True}, "answer = True"),
        ({"answer": None}, "answer = None"),
        ({"unit": 3}, "unit = 3"),
        ({"choices": ["one"], "answer": "one"}, "choices = "),
        ({"choices": ["one", "one"], "answer": "one"}, "choices = "),
        ({"choices": "one", "answer": "o"}, "choices = 'one'"),
        ({"choices": ["one", ""], "answer": "one"}, "choices = ''"),
        ({"choices": ["one", "two"], "answer": "three"}, "answer = 'three'"),
        ({"reveal": "reagents"}, "reveal = 'reagents'"),
    ],
)
def test_predict_refuses(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="allowed") as caught:
        predict(**({"question": "How many?", "answer": 3} | arguments))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ([], "questions = "),
        ("What?", "questions = "),
        ([("What?",)], "question 1 = "),
        ([ITEMS[0], ("What?", [("a", True)])], "question 2 = "),
        ([("", ITEMS[0][1])], "question 1 = ''"),
        ([("What?", [("a", True, "")])], "the feedback on 'a' in question 1"),
        ([("What?", [("a", 1, "yes"), ("b", 0, "no")])], "'a' in question 1: correct = 1"),
        ([("What?", [("a", False, "no"), ("b", False, "no")])], "question 1: allowed"),
        ([("What?", [("a", True, "yes")])], "question 1: allowed"),
    ],
)
def test_quiz_refuses(questions: Any, message: str) -> None:
    with pytest.raises(ValueError, match="allowed") as caught:
        quiz(questions)
    assert str(caught.value).startswith(message)


def test_repr_is_stable() -> None:
    assert repr(predict("How many?", 3)) == "<explorable predict: How many?>"
    assert repr(quiz(ITEMS)) == "<explorable quiz: 2 questions>"


def test_markdown_is_rendered_and_html_is_not() -> None:
    found = BeautifulSoup(pages.quiz_html(quiz(ITEMS).data()), "html.parser")
    assert found.em.string == "this"
    assert "<b>no</b>" in [label.string for label in found.select("label")]
    assert found.select_one(".math title").string == "2 N T"


def test_formula_that_cannot_be_drawn_stays_tex() -> None:
    assert render_inline(r"$\nonsense{x}$") == (
        r'<span class="math inline">\(\nonsense{x}\)</span>'
    )


def test_saved_question_stands_alone(tmp_path: Path) -> None:
    text = predict("How many?", 3, reveal=Stand()).save(tmp_path / "q.html").read_text("utf-8")
    assert "data-predict" in text
    assert "data-figure" in text


# ---- a guess


@pytest.fixture
def files(tmp_path: Path) -> Path:
    number = predict("How many **tokens**?", 506, unit="tokens", reveal=Stand())
    choice = predict("Which?", "50 %", choices=["25 %", "50 %", "95 %"])
    (tmp_path / "number.html").write_text(pages.document(number.data(), "Number"), "utf-8")
    (tmp_path / "choice.html").write_text(pages.document(choice.data(), "Choice"), "utf-8")
    (tmp_path / "quiz.html").write_text(pages.document(quiz(ITEMS).data(), "Quiz"), "utf-8")
    return tmp_path


def guess(tab: Page, text: str) -> None:
    tab.locator("[data-number]").fill(text)
    tab.locator("[data-commit]").click()


def revealed() -> Any:
    """A figure whose first axis runs from 0 to 1."""

    def revealed(a: float) -> None:
        fig, ax = plt.subplots()
        ax.plot([0, 1], np.stack([0 * a, a]))
        ax.set(xlim=(0, 1), ylim=(0, 2))

    return explore(a=(0.5, 2.0))(revealed)


def test_figure_is_covered_until_the_guess(page: Opener, files: Path) -> None:
    tab = page(files / "number.html")
    expect(tab.locator("[data-picture]")).to_be_hidden()
    cover = tab.locator("[data-cover]")
    assert cover.evaluate("(one) => one.inert")
    assert cover.get_attribute("aria-hidden") == "true"
    assert tab.get_by_role("slider").count() == 0
    for _ in range(8):
        tab.keyboard.press("Tab")
        assert not tab.evaluate("document.querySelector('figure').contains(document.activeElement)")
    guess(tab, "50,600")
    expect(tab.locator("[data-outcome]")).to_have_text(
        "You said 50,600 tokens. Off: too high by a factor of 100. The answer is 506 tokens."
    )
    assert tab.locator("[data-outcome]").get_attribute("role") == "status"
    expect(tab.locator("[data-picture]")).to_be_visible()
    expect(tab.locator("[data-curtain]")).to_be_hidden()
    assert tab.get_by_role("slider").count() == 3  # two controls and a point


@pytest.mark.parametrize("button", ["[data-commit]", "[data-skip]"])
def test_keyboard_goes_on_from_the_outcome(page: Opener, files: Path, button: str) -> None:
    tab = page(files / "number.html")
    tab.locator("[data-number]").fill("600")
    tab.locator(button).press("Enter")
    expect(tab.locator("[data-outcome]")).to_be_focused()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.querySelector('figure').contains(document.activeElement)")


def test_guess_is_scored_by_its_factor(page: Opener, files: Path) -> None:
    tab = page(files / "number.html")
    scores = {
        "506": "Exactly right.",
        "500": "As good as exact.",
        "600": "Close: too high by a factor of 1.19.",
        "1012": "Close: too high by a factor of 2.",
        "1100": "Off: too high by a factor of 2.17.",
        "5.06": "Off: too low by a factor of 100.",
        "-4": "Off by 510.",
    }
    for text, words in scores.items():
        guess(tab, text)
        assert words in tab.locator("[data-outcome]").inner_text()
        tab.evaluate("sessionStorage.clear()")
        tab.reload()


def test_reveal_says_why_and_the_guess_stays_marked(page: Opener, tmp_path: Path) -> None:
    question = predict("Where?", 0.5, reveal=revealed(), why="The line **halves** it.", mark="x")
    tab = page(question.save(tmp_path / "why.html"))
    why, mark = tab.locator("[data-why]"), tab.locator(".xp-mark")
    expect(why).to_be_hidden()
    expect(mark).to_have_count(0)
    guess(tab, "0.75")
    expect(why).to_have_text("The line halves it.")
    expect(mark.locator("text")).to_have_text("your guess")
    frame = "explorable.figures.get('revealed').scene.axes[0].box"
    left, width = tab.evaluate(f"[{frame}[0], {frame}[2]]")
    drawn = re.match(r"M([\d.]+) ", mark.locator("path").get_attribute("d"))[1]
    assert float(drawn) == pytest.approx(left + 0.75 * width)
    tab.set_viewport_size({"width": 360, "height": 800})  # another picture, the same mark
    tab.wait_for_function(
        "document.querySelector('[data-picture] svg').viewBox.baseVal.width < 310"
    )
    expect(mark).to_have_count(1)


def test_a_guess_beyond_the_axis_is_not_marked(page: Opener, tmp_path: Path) -> None:
    question = predict("Where?", 0.5, reveal=revealed(), mark="x")
    tab = page(question.save(tmp_path / "beyond.html"))
    guess(tab, "7")
    expect(tab.locator("[data-picture]")).to_be_visible()
    expect(tab.locator(".xp-mark")).to_have_count(0)


@pytest.mark.parametrize(
    "wrong", [{"mark": "z"}, {"mark": "x"}, {"why": 3}, {"mark": "x", "choices": ["a", "b"]}]
)
def test_bad_reveals_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{'why' if 'why' in wrong else 'mark'} = "):
        predict("Where?", "a" if "choices" in wrong else 1, **wrong)


def test_no_factor_is_named_where_the_answer_is_zero(page: Opener, tmp_path: Path) -> None:
    file = predict("How many?", 0).save(tmp_path / "zero.html")
    tab = page(file)
    guess(tab, "5")
    expect(tab.locator("[data-outcome]")).to_have_text("You said 5. Off by 5. The answer is 0.")


def test_what_is_no_number_is_asked_again(page: Opener, files: Path) -> None:
    tab = page(files / "number.html")
    guess(tab, "many")
    expect(tab.locator("[data-outcome]")).to_contain_text("Write a number")
    expect(tab.locator("[data-picture]")).to_be_hidden()


def test_skipping_opens_the_figure(page: Opener, files: Path) -> None:
    tab = page(files / "number.html")
    tab.locator("[data-skip]").click()
    expect(tab.locator("[data-outcome]")).to_have_text("Skipped. The answer is 506 tokens.")
    expect(tab.locator("[data-picture]")).to_be_visible()


def test_guess_is_kept_for_the_session(page: Opener, files: Path) -> None:
    tab = page(files / "number.html")
    guess(tab, "600")
    tab.reload()
    expect(tab.locator("[data-outcome]")).to_contain_text("You said 600 tokens.")
    expect(tab.locator("[data-picture]")).to_be_visible()


def test_guess_works_without_storage(page: Opener, files: Path) -> None:
    path = files / "number.html"
    broken = (
        "<script>Object.defineProperty(window, 'sessionStorage', { get() { throw 1; } });</script>"
    )
    path.write_text(path.read_text("utf-8").replace("<head>", f"<head>{broken}"), "utf-8")
    tab = page(path)
    guess(tab, "600")
    expect(tab.locator("[data-picture]")).to_be_visible()


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("50 %", "You said 50 %. Right. The answer is 50 %."),
        ("95 %", "You said 95 %. The answer is 50 %."),
    ],
)
def test_choice(page: Opener, files: Path, choice: str, words: str) -> None:
    tab = page(files / "choice.html")
    tab.get_by_role("button", name=choice).click()
    expect(tab.locator("[data-outcome]")).to_have_text(words)


def test_without_scripts_question_figure_and_answer_are_there(page: Opener, files: Path) -> None:
    tab = page(files / "number.html", java_script_enabled=False)
    expect(tab.get_by_text("How many tokens?")).to_be_visible()
    expect(tab.locator("[data-picture]")).to_be_visible()
    expect(tab.locator("[data-guess]")).to_be_hidden()
    tab.locator("summary", has_text="Answer").click()
    expect(tab.locator("details p")).to_have_text("506 tokens")


# ---- a quiz


def test_quiz_answers_each_choice_and_counts_first_tries(page: Opener, files: Path) -> None:
    tab = page(files / "quiz.html")
    first, second = tab.locator("[data-question]").all()
    first.get_by_label("2").check()
    expect(first.locator("[data-feedback]")).to_contain_text("Not so. Both the price")
    first.get_by_label("4").check()
    expect(first.locator("[data-feedback]")).to_contain_text("Right.")
    expect(tab.locator("[data-score]")).to_be_empty()
    second.get_by_label("yes").check()
    expect(tab.locator("[data-score]")).to_have_text("1 of 2 right at the first try.")


def test_keyboard_looks_at_every_option_before_it_answers(page: Opener, files: Path) -> None:
    tab = page(files / "quiz.html")
    question = tab.locator("[data-question]").first
    first, second = question.get_by_role("radio").all()
    first.focus()
    tab.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    tab.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    tab.keyboard.press("ArrowUp")
    expect(second).to_be_focused()
    assert question.locator(":checked").count() == 0
    expect(question.locator("[data-feedback]")).to_be_empty()
    tab.keyboard.press("Space")
    expect(second).to_be_checked()
    expect(question.locator("[data-feedback]")).to_contain_text("Right.")


def test_quiz_shown_twice_in_a_notebook_keeps_its_answers_apart(
    page: Opener, tmp_path: Path
) -> None:
    tab = page(specs.notebook(tmp_path))
    markup = pages.quiz_html(quiz(ITEMS).data())
    tab.evaluate(specs.SHOW_TWICE, {"name": "", "markup": markup})
    ids = tab.locator("[id]").evaluate_all("all => all.map((one) => one.id)")
    assert len(ids) == len(set(ids)) == 8
    for section in tab.locator("section").all():
        section.get_by_label("yes").check()
    assert tab.locator("input:checked").count() == 2


def test_quiz_without_scripts_tells_the_answers(page: Opener, files: Path) -> None:
    tab = page(files / "quiz.html", java_script_enabled=False)
    tab.locator("summary").first.click()
    expect(tab.locator("li").first).to_contain_text("Not so. Both the price of a word")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["number", "choice", "quiz"])
def test_axe_finds_nothing(page: Opener, files: Path, scheme: str, name: str) -> None:
    tab = page(files / f"{name}.html", color_scheme=scheme)
    if name == "quiz":
        tab.get_by_label("yes").check()
    before = Axe().run(tab, "section")["violations"]
    if name == "number":
        guess(tab, "600")
    after = Axe().run(tab, "section")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in before + after] == []
