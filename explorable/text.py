"""Live text: numbers and words that move inside ordinary strings.

Formatting a traced number gives a short *token* of private-use characters, which travels through
f-strings, titles and Markdown like any text.  `split` finds the tokens again and returns the
*template* of FORMAT.md: a list of text, numbers with their format, and choices between templates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .errors import trace_error

Template = list[Any]

_OPEN, _CLOSE = "\ue000", "\ue001"
_TOKEN = re.compile(f"{_OPEN}([0-9]+)[.]([0-9]+){_CLOSE}")
_NUMBER_SPEC = re.compile(
    r"(?P<align>(?:.?[<>=^])?)(?P<sign>[-+ ]?)(?P<zero>0?)(?P<width>[0-9]*)(?P<grouping>[,_]?)"
    r"(?P<precision>(?:\.[0-9]+)?)(?P<type>[a-zA-Z%]?)",
    re.DOTALL,
)
_WORD_SPEC = re.compile(r"(?:.?[<>^])?[0-9]*s?", re.DOTALL)
_EXPONENT = re.compile(r"(?<![\w.])([-+−]?[0-9]+(?:\.[0-9]+)?)e([-+]?[0-9]+)(?!\w|\.[0-9])")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_TYPES = "fFeEgG%"
_MOST_DIGITS = 20


class LiveWord(str):
    """A word that changes with the figure; itself the token that stands for it in a string."""

    def __new__(cls, tape: Any, part: dict[str, Any]) -> LiveWord:
        """Register the choice that this word is with the tape that decides it."""
        word = super().__new__(cls, _token(tape, part))
        word.tape = tape
        word.part = part
        return word

    def __str__(self) -> str:
        return self[:]

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self)
        if not _WORD_SPEC.fullmatch(spec):
            raise trace_error(
                f"a live word can't be formatted with {spec!r}", "an alignment and a width, as >12"
            )
        return str(LiveWord(self.tape, _padded(self.part, spec)))

    def __eq__(self, other: object) -> bool:
        raise trace_error(
            "a live word can't be compared: it is one word now and another after a drag",
            "compare the numbers it was made from",
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        raise trace_error(
            "a live word can't be looked up in a dictionary or set",
            "look up the plain words, then choose between the results with np.where",
        )


def is_number_format(spec: str) -> bool:
    """Whether a format specification is one by which the page can write a number."""
    match = _NUMBER_SPEC.fullmatch(spec)
    if not match:
        return False
    kind, precision = match["type"], match["precision"]
    known = kind in _TYPES if kind else not precision
    return known and int(precision[1:] or 0) <= _MOST_DIGITS


def number_token(tape: Any, node: int, spec: str, *, whole: bool = False) -> str:
    """Return the token of a live number written with a format specification.

    `whole` marks the result of counting and of searching for a position, which Python formats
    as an integer.
    """
    match = _NUMBER_SPEC.fullmatch(spec)
    kind = match["type"] if match else ""
    if match and whole and kind in ("", "d") and not match["precision"]:
        spec = spec.removesuffix("d") + ".0f"
    elif match and kind == "d":
        raise trace_error(
            f"a live number is never an integer, so {spec!r} can't format it",
            f"{spec[:-1]}.0f",
        )
    elif not match or (kind and kind not in _TYPES):
        raise trace_error(
            f"live numbers can't be formatted with {spec!r}",
            "the types f, e, g and %, with sign, comma, width, alignment and precision, as ,.2f",
        )
    elif match["precision"] and not kind:
        raise trace_error(
            f"live numbers can't be formatted with {spec!r}: it gives a precision and no type",
            f"{spec}g or {spec}f",
        )
    elif match["precision"] and int(match["precision"][1:]) > _MOST_DIGITS:
        raise trace_error(
            f"live numbers can't be formatted with {spec!r}: it asks for more digits than "
            "a number holds",
            f"a precision of {_MOST_DIGITS} at most",
        )
    return _token(tape, {"v": node, "f": spec})


def truth_word(tape: Any, node: int) -> LiveWord:
    """Return the word `True` or `False` that a live comparison prints as."""
    return LiveWord(tape, {"if": node, "then": ["True"], "else": ["False"]})


def either(tape: Any, condition: int, then: str, otherwise: str) -> LiveWord:
    """Return the word that is `then` where the condition holds and `otherwise` elsewhere."""
    part = {"if": condition, "then": split(tape, then), "else": split(tape, otherwise)}
    return LiveWord(tape, part)


def one_of(tape: Any, position: int, words: Sequence[str]) -> LiveWord:
    """Return the word at a live position of a list."""
    return LiveWord(tape, {"pick": position, "of": [split(tape, word) for word in words]})


def has_live(string: str) -> bool:
    """Whether a string holds a live number or word."""
    return _OPEN in string


def split(tape: Any, string: str) -> Template:
    """Return the template of a string: its text and its live parts, in order."""
    template: Template = []
    end = 0
    for match in _TOKEN.finditer(string):
        template += [string[end : match.start()], _part(tape, match)]
        end = match.end()
    template.append(string[end:])
    return [part for part in template if part != ""]


def plain(tape: Any, string: str) -> str:
    """Return a string as it reads at the settings of the recording."""
    return fill(split(tape, string), lambda node: tape.nodes[node].value)


def fill(template: Template, get: Callable[[Any], float]) -> str:
    """Return the text of a template, given the value of each reference in it."""
    return "".join(_written(part, get) for part in template)


def typeset(text: str) -> str:
    r"""Return a text with numbers as a page sets them: `4.9e+27` is 4.9 × 10²⁷.

    The static script has the same function: what Python compares is the text before this.

    >>> typeset("4.9e+27 FLOP, 1e-05 of 1e20, and 2e2x")
    '4.9\xa0×\xa010²⁷ FLOP, 10⁻⁵ of 10²⁰, and 2e2x'
    """
    return _EXPONENT.sub(_raised, text)


def _raised(match: re.Match[str]) -> str:
    digits, power = match[1], str(int(match[2])).translate(_SUPERSCRIPTS)
    ten = f"10{power}"
    return f"{digits[:-1]}{ten}" if digits.lstrip("+-−") == "1" else f"{digits}\xa0×\xa0{ten}"


def nodes(template: Template) -> Iterator[int]:
    """Yield every reference in a template."""
    for part in template:
        if isinstance(part, str):
            continue
        yield next(part[key] for key in ("v", "if", "pick") if key in part)
        for branch in branches(part):
            yield from nodes(branch)


def joined(tape: Any, template: Template) -> str:
    """Return the string whose template this is: the reverse of `split`."""
    return "".join(part if isinstance(part, str) else _token(tape, part) for part in template)


def branches(part: dict[str, Any]) -> list[Template]:
    """Return the templates between which a live part chooses; none for a number."""
    return [part["then"], part["else"]] if "if" in part else part.get("of", [])


def with_branches(part: dict[str, Any], chosen: Sequence[Template]) -> dict[str, Any]:
    """Return the same choice between other templates."""
    if "if" in part:
        return {"if": part["if"], "then": chosen[0], "else": chosen[1]}
    return {"pick": part["pick"], "of": list(chosen)}


def relocate(template: Template, ref: Callable[[int], int | float]) -> Template:
    """Return a template for the page, its references renamed by `ref`.

    Where `ref` gives a float, which is a value that never moves, the number becomes text and the
    choice is made.
    """
    moved: Template = []
    for piece in _relocated(template, ref):
        if isinstance(piece, str) and moved and isinstance(moved[-1], str):
            moved[-1] += piece
        else:
            moved.append(piece)
    return moved


def _token(tape: Any, part: dict[str, Any]) -> str:
    tape.live_text.append(part)
    return f"{_OPEN}{tape.serial}.{len(tape.live_text) - 1}{_CLOSE}"


def _part(tape: Any, match: re.Match[str]) -> dict[str, Any]:
    if int(match[1]) != tape.serial:
        raise trace_error(
            "a text keeps a live number of an earlier recording",
            "build the text anew in each call of the figure's function",
        )
    return tape.live_text[int(match[2])]


def _chosen(part: dict[str, Any], value: float) -> Template:
    if "if" in part:
        return part["then"] if value else part["else"]
    choices = part["of"]
    inside = -len(choices) <= value < len(choices)
    return choices[int(value)] if inside else []


def _written(part: Any, get: Callable[[Any], float]) -> str:
    if isinstance(part, str):
        return part
    if "v" in part:
        return format(float(get(part["v"])), part["f"])
    return fill(_chosen(part, float(get(part["if" if "if" in part else "pick"]))), get)


def _relocated(template: Template, ref: Callable[[int], int | float]) -> Iterator[Any]:
    for part in template:
        if isinstance(part, str):
            yield part
            continue
        key = next(key for key in ("v", "if", "pick") if key in part)
        target = ref(part[key])
        if isinstance(target, float):
            if key == "v":
                yield format(target, part["f"])
            else:
                yield from _relocated(_chosen(part, target), ref)
        elif key == "v":
            yield {"v": target, "f": part["f"]}
        elif key == "if":
            yield {
                "if": target,
                "then": relocate(part["then"], ref),
                "else": relocate(part["else"], ref),
            }
        else:
            yield {"pick": target, "of": [relocate(choice, ref) for choice in part["of"]]}


def _padded(part: dict[str, Any], spec: str) -> dict[str, Any]:
    """A choice between words, each padded to a width."""

    def pad(template: Template) -> Template:
        if all(isinstance(piece, str) for piece in template):
            return [format("".join(template), spec)]
        if len(template) == 1 and "v" not in template[0]:
            return [_padded(template[0], spec)]
        raise trace_error(
            "a live word that holds a live number can't be padded",
            "give the width to the number's own format, as {x:8.2f}",
        )

    if "if" in part:
        return {"if": part["if"], "then": pad(part["then"]), "else": pad(part["else"])}
    return {"pick": part["pick"], "of": [pad(choice) for choice in part["of"]]}
