"""Questions: a guess before a figure opens, and self-checks with feedback for each answer.

Both are the same on the site, in Jupyter and in a saved file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from . import page, widget


class _Revealed(Protocol):
    """What `predict` needs of a figure."""

    name: str

    def spec(self) -> dict[str, Any]: ...


class Question:
    """A prediction or a quiz: the last line of a cell shows it."""

    def __init__(self, data: dict[str, Any], words: str, reveal: _Revealed | None = None) -> None:
        self._data = data
        self._words = words
        self.reveal = reveal

    def data(self) -> dict[str, Any]:
        """The question as plain data, a revealed figure's spec included."""
        figure = {} if self.reveal is None else {"figure": self.reveal.spec()}
        return self._data | figure

    def save(self, path: str | Path) -> Path:
        """Write one self-contained file that works from anywhere, also from `file://`."""
        path = Path(path)
        path.write_text(page.document(self.data(), title=self._words), encoding="utf-8")
        return path

    def __repr__(self) -> str:
        return f"<explorable {self._data['kind']}: {self._words}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return widget.bundle(self)


def predict(
    question: str,
    answer: float | str,
    *,
    unit: str = "",
    choices: Sequence[str] | None = None,
    reveal: _Revealed | None = None,
    why: str = "",
    mark: str = "",
) -> Question:
    """Ask for a guess before a figure is opened.

    A number is scored by the factor it was off, which is close up to two; a reader may skip.

    Args:
        question: Markdown.
        answer: the number, or the choice, that is right.
        unit: of the number.
        choices: the answers to choose from; without them the reader types a number.
        reveal: the live figure that stays covered until the reader has guessed or skipped.
        why: one line of Markdown that says why the answer is what it is, told with it.
        mark: "x" or "y" where the number is one of that axis of the figure's first panel: the
            guess then stays marked on the picture.

    Returns:
        The question, which a notebook shows.

    Raises:
        ValueError: naming the argument, its value and what is allowed.
    """
    _text("question", question)
    if not isinstance(unit, str):
        raise ValueError(f"unit = {unit!r}: allowed is a text")
    if choices is None:
        if isinstance(answer, (bool, str)) or not _is_finite(answer):
            raise ValueError(f"answer = {answer!r}: allowed is a finite number, or give choices")
        right: float = float(answer)
    else:
        if isinstance(choices, str) or len(choices) < 2 or len(set(choices)) < len(choices):
            raise ValueError(f"choices = {choices!r}: allowed are two or more different texts")
        for choice in choices:
            _text("choices", choice)
        if answer not in choices:
            raise ValueError(f"answer = {answer!r}: allowed is one of the choices {choices!r}")
        right = list(choices).index(answer)
    if reveal is not None and not callable(getattr(reveal, "spec", None)):
        raise ValueError(f"reveal = {reveal!r}: allowed is a figure made by explore")
    if not isinstance(why, str):
        raise ValueError(f"why = {why!r}: allowed is a text")
    if mark not in ("", "x", "y") or (mark and (choices is not None or reveal is None)):
        raise ValueError(
            f'mark = {mark!r}: allowed is "x" or "y", for a number and with a figure to reveal'
        )
    data = {
        "version": page.VERSION,
        "kind": "predict",
        "question": question,
        "answer": right,
        "unit": unit,
        "choices": None if choices is None else list(choices),
        "figure": None,
        "why": why,
        "mark": mark,
    }
    return Question(data, question, reveal)


def quiz(questions: Sequence[tuple[str, Sequence[tuple[str, bool, str]]]]) -> Question:
    """Ask questions with feedback for each answer, and a count at the end.

    Args:
        questions: (question, [(option, correct, feedback), ...]) for each, all texts Markdown.

    Returns:
        The quiz, which a notebook shows.

    Raises:
        ValueError: naming the question and what is allowed.
    """
    if isinstance(questions, str) or not questions:
        raise ValueError(f"questions = {questions!r}: allowed is a list with at least one question")
    checked = [_question(f"question {n}", item) for n, item in enumerate(questions, 1)]
    data = {"version": page.VERSION, "kind": "quiz", "questions": checked}
    return Question(data, f"{len(checked)} question{'s' if len(checked) > 1 else ''}")


def _question(where: str, item: Any) -> dict[str, Any]:
    try:
        question, options = item
        options = [(text, correct, feedback) for text, correct, feedback in options]
    except (TypeError, ValueError):
        raise ValueError(
            f"{where} = {item!r}: allowed is (question, [(option, correct, feedback), ...])"
        ) from None
    _text(where, question)
    for text, correct, feedback in options:
        _text(f"an option of {where}", text)
        _text(f"the feedback on {text!r} in {where}", feedback)
        if not isinstance(correct, bool):
            raise ValueError(f"{text!r} in {where}: correct = {correct!r}: allowed: True or False")
    if len(options) < 2 or not any(correct for _, correct, _ in options):
        raise ValueError(f"{where}: allowed are two or more options, at least one of them correct")
    return {"question": question, "options": [list(option) for option in options]}


def _text(name: str, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} = {value!r}: allowed is a text that is not empty")


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except TypeError:
        return False
