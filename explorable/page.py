"""HTML: what a live figure, a prediction or a quiz is on a page before, and without, any script.

The script (static/) finds everything by the `data-` attributes written here.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from . import assets, program
from .markdown import render, render_inline
from .svg import with_prefix
from .text import fill, typeset

VERSION = 1  # of the format (FORMAT.md)
NARROWEST = 0.64  # CSS pixels per unit of a picture's width, under which it scrolls instead
TITLE_ROOM = 26  # units above a picture that stands without its page, for its title

Data = Mapping[str, Any]

_VIEW_BOX = re.compile(r'viewBox="([-\d.]+)[ ,]+([-\d.]+)[ ,]+([-\d.]+)[ ,]+([-\d.]+)"')


def content_html(data: Data, *, uid: str = "", embed: bool = True) -> str:
    """The HTML of anything that the MIME type can hold.

    Args:
        data: a figure's spec, or the data of a prediction or a quiz.
        uid: a prefix for ids, where the same thing stands on the page already.
        embed: whether a figure's spec is part of the HTML; a widget has it beside.
    """
    kind = data.get("kind", "figure")
    writers = {"figure": figure_html, "predict": predict_html, "quiz": quiz_html}
    return writers[kind](data, uid=uid, embed=embed)


def document(shown: Data | Sequence[Data], title: str) -> str:
    """One self-contained HTML file of one or several things, for `.save(path)`.

    Args:
        shown: a figure's spec, the data of a prediction or a quiz, or a list of these.
        title: the title of the page.
    """
    items = [shown] if isinstance(shown, Mapping) else list(shown)
    body = "\n".join(
        content_html(item, uid=f"x{number}-" if number else "") for number, item in enumerate(items)
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 50rem; margin: 0 auto; padding: 0 1rem; font-family: system-ui, sans-serif; }}
{assets.style()}</style>
</head>
<body>
<main>
{body}
</main>
<script>
{assets.classic_script()}</script>
</body>
</html>
"""


# ---- figures


def default_case(spec: Data) -> int:
    """The number of the case at which a figure starts."""
    number = 0
    for control in spec["controls"]:
        if control["kind"] != "slider":
            count = len(control["options"]) if control["kind"] == "select" else 2
            number = number * count + control["value"]
    return number


def scene_svg(spec: Data, case: int) -> str:
    """A case's picture at the default settings, as SVG text."""
    lines = spec["lines"]
    runs = spec["scenes"][case]["svg"]
    return "\n".join(line for first, count in runs for line in lines[first : first + count])


def description(spec: Data, case: int) -> str:
    """What the picture of a case shows at the default settings, in words."""
    scene = spec["scenes"][case]
    if scene["alt"]:
        interpreter = program.unpack(spec["program"], case)
        interpreter.run([c["value"] for c in spec["controls"] if c["kind"] == "slider"])
        words = fill(scene["alt"], interpreter.get)
    else:
        words = _plain(scene["sentence"])
    return " ".join(typeset(words).split()) or f"Figure {spec['name']}"


def figure_html(spec: Data, *, uid: str = "", embed: bool = True) -> str:
    """A live figure: its picture, sentence and controls, and its spec for the script."""
    name, case = spec["name"], default_case(spec)
    picture = with_prefix(scene_svg(spec, case), uid)
    label = html.escape(description(spec, case))
    picture = picture.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    shown = [control for control in spec["controls"] if not control.get("more")]
    folded = [control for control in spec["controls"] if control.get("more")]
    data = f'<script type="application/json" data-spec>{_json(spec)}</script>\n' if embed else ""
    title, subtitle = spec["scenes"][case].get("title", ""), spec.get("subtitle", "")
    two = " xp-two" if "narrow" in spec else ""
    words = f'<p class="xp-title" data-title{"" if title else " hidden"}>{title}</p>\n'
    words += f'<p class="xp-subtitle">{subtitle}</p>\n' if subtitle else ""
    return f"""\
<figure class="explorable" data-figure="{name}" data-uid="{uid}" id="{uid}explore-{name}">
{words}<div class="xp-body{two}" style="{_room(spec, case)}">
<div class="xp-view">
<div class="xp-scroll">
<div class="xp-picture" data-picture>
{picture}
<div class="xp-handles" data-handles></div>
</div>
</div>
</div>
<div class="xp-controls xp-hands" role="group" aria-label="Controls of this figure">
{_controls(shown, f"{uid}{name}")}
{_more(folded, f"{uid}{name}")}</div>
<div class="xp-below">
<div class="xp-sentence" data-sentence>{spec["scenes"][case]["sentence"]}</div>
<div class="xp-buttons xp-hands">
{_presets(spec["presets"])}<div class="xp-foot">
<button type="button" data-reset>Reset</button>
<button type="button" data-code hidden>Code</button>
<button type="button" data-copy>Copy link</button>
<button type="button" data-present>Full screen</button>
<span class="xp-step" data-step role="status"></span>
<span data-note></span>
</div>
</div>
</div>
</div>
<p class="xp-said" role="status" data-status></p>
{data}</figure>"""


def picture_svg(spec: Data) -> str:
    """The picture at the default settings by itself, with its title, as SVG text."""
    case = default_case(spec)
    picture, title = scene_svg(spec, case), _plain(spec["scenes"][case].get("title", ""))
    found = _VIEW_BOX.search(picture)
    if not title or not found:
        return picture
    x, y, width, height = map(float, found.groups())
    box = f'viewBox="{x:g} {y - TITLE_ROOM:g} {width:g} {height + TITLE_ROOM:g}"'
    text = (
        f'<text x="{x + 8:g}" y="{y - 8:g}" style="font: bold 14px sans-serif">'
        f"{html.escape(title)}</text>\n</svg>"
    )
    return picture.replace(found[0], box, 1).removesuffix("</svg>") + text


def _plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def _room(spec: Data, case: int) -> str:
    """The room that a picture takes, on a wide and on a narrow page, known before it is drawn."""
    style = []
    wide = spec["scenes"][case]
    narrow = wide | spec.get("narrow", spec["scenes"])[case]
    for layout, scene in {"wide": wide, "narrow": narrow}.items():
        runs = scene["svg"]
        found = _VIEW_BOX.search(spec["lines"][runs[0][0]])
        if found:
            _, _, width, height = found.groups()
            style.append(f"--xp-{layout}: {width} / {height}")
            if layout == "wide":
                style.append(f"--xp-least: {NARROWEST * float(width):.0f}px")
    return "; ".join(style)


def _presets(presets: Sequence[Data]) -> str:
    if not presets:
        return ""
    buttons = "\n".join(
        f'<button type="button" data-preset="{html.escape(preset["label"])}" aria-pressed="false">'
        f"{html.escape(preset['label'])}</button>"
        for preset in presets
    )
    return f'<div class="xp-presets" role="group" aria-label="Presets">\n{buttons}\n</div>\n'


def _controls(controls: Sequence[Data], prefix: str) -> str:
    parts = "\n".join(_control(control, f"{prefix}-{control['name']}") for control in controls)
    return f'<div class="xp-grid">\n{parts}\n</div>'


def _more(controls: Sequence[Data], prefix: str) -> str:
    if not controls:
        return ""
    return (
        '<details class="xp-more">\n<summary>More controls</summary>\n'
        f"{_controls(controls, prefix)}\n</details>\n"
    )


def _control(control: Data, gid: str) -> str:
    name, label, unit = control["name"], html.escape(control["label"]), control.get("unit", "")
    if control["kind"] == "checkbox":
        return (
            f'<div class="xp-control xp-check"><input type="checkbox" id="{gid}" name="{name}" '
            f'autocomplete="off"><label for="{gid}">{label}</label></div>'
        )
    head = f'<label for="{gid}">{label}</label>'
    if control["kind"] == "select":
        options = "".join(
            f"<option>{html.escape(option)}</option>" for option in control["options"]
        )
        field = f'<select id="{gid}" name="{name}" autocomplete="off">{options}</select>'
    else:
        unit = html.escape(unit)
        exact = f"{label} ({unit}), exact value" if unit else f"{label}, exact value"
        head += (
            f'<span class="xp-exact"><input type="text" inputmode="decimal" name="{name}" '
            f'data-exact aria-label="{exact}" autocomplete="off" spellcheck="false">{unit}</span>'
        )
        field = (
            f'<input type="range" id="{gid}" name="{name}" min="{control["min"]!r}" '
            f'max="{control["max"]!r}" step="{control["step"]!r}" autocomplete="off">'
        )
    return f'<div class="xp-control"><div class="xp-head">{head}</div>{field}</div>'


# ---- questions


def predict_html(data: Data, *, uid: str = "", embed: bool = True) -> str:
    """A question to be answered before its figure opens."""
    choices, unit = data["choices"], html.escape(data["unit"])
    if choices:
        answer = render_inline(choices[data["answer"]])
        entry = "\n".join(
            f'<button type="button" data-choice="{number}">{render_inline(choice)}</button>'
            for number, choice in enumerate(choices)
        )
    else:
        answer = f"{data['answer']:,.12g} {unit}".strip()
        entry = (
            '<label class="xp-number">Your guess <input type="text" inputmode="decimal" data-number'
            f' autocomplete="off" spellcheck="false">{unit}</label>\n'
            "<button data-commit>Commit</button>"
        )
    stage = ""
    if data["figure"]:
        stage = (
            f'<div class="xp-stage">\n<div class="xp-cover" data-cover>\n'
            f"{figure_html(data['figure'], uid=uid, embed=embed)}\n</div>\n"
            '<p class="xp-curtain" data-curtain hidden>The figure opens after your guess.</p>\n'
            "</div>\n"
        )
    return f"""\
<section class="explorable xp-predict" data-predict="{_key(data)}" data-answer="{data["answer"]}" \
data-unit="{unit}" data-mark="{data.get("mark", "")}" aria-label="Prediction">
<p class="xp-kicker">Predict</p>
{render(data["question"])}
<form class="xp-guess" data-guess>
<div class="xp-row" role="group" aria-label="Your guess">
{entry}
<button type="button" data-skip>Skip</button>
</div>
</form>
<p role="status" data-outcome></p>
<p class="xp-why" data-why hidden>{render_inline(data.get("why", ""))}</p>
<details class="xp-answer">
<summary>Answer</summary>
<p>{answer}</p>
{f"<p>{render_inline(data['why'])}</p>" if data.get("why") else ""}
</details>
{stage}</section>"""


def quiz_html(data: Data, *, uid: str = "", embed: bool = True) -> str:
    """Questions with feedback for each answer."""
    key = f"{uid}quiz-{_key(data)}"
    questions = "\n".join(
        _question(question, f"{key}-{number}") for number, question in enumerate(data["questions"])
    )
    return f"""\
<section class="explorable xp-quiz" data-quiz aria-label="Self-check">
<p class="xp-kicker">Self-check</p>
{questions}
<p role="status" data-score></p>
</section>"""


def _question(question: Data, name: str) -> str:
    options, notes = [], []
    for number, (text, correct, feedback) in enumerate(question["options"]):
        gid = f"{name}-{number}"
        mark = " data-correct" if correct else ""
        options.append(
            f'<div class="xp-option"><input type="radio" id="{gid}" name="{name}"{mark} '
            f'autocomplete="off"><label for="{gid}">{render_inline(text)}</label></div>'
        )
        verdict = "Right." if correct else "Not so."
        notes.append(
            f"<li>{render_inline(text)}: <span data-note><strong>{verdict}</strong> "
            f"{render_inline(feedback)}</span></li>"
        )
    return (
        f"<fieldset data-question>\n<legend>{render_inline(question['question'])}</legend>\n"
        + "\n".join(options)
        + '\n<div role="status" data-feedback></div>\n'
        + '<details class="xp-answers">\n<summary>Answers</summary>\n<ul>\n'
        + "\n".join(notes)
        + "\n</ul>\n</details>\n</fieldset>"
    )


# ---- helpers


def _key(data: Data) -> str:
    """A short name of its own for a question, the same at every build."""
    words = {name: value for name, value in data.items() if name != "figure"}
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:10]


def _json(data: Data) -> str:
    """JSON that can stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("</", r"<\/").replace("<!--", r"<\u0021--")
