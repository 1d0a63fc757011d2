"""`explore`: what can be drawn, what is refused and how, and that no figure lies."""

import json
import random
import re
from xml.etree import ElementTree

import ipywidgets as widgets
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from explorable import explore, geometry, pick, svg, verify
from explorable.errors import ControlError, FigureError, TraceError
from explorable.figure import Figure
from explorable.program import unpack
from explorable.text import fill

X = np.linspace(0, 1, 50)


def simple(a):
    fig, ax = plt.subplots()
    ax.plot(X, a * X)
    ax.set(xlim=(0, 1), ylim=(0, 3), title=f"slope {a:.2f}")
    return f"The slope is {a:.2f}, which is **{np.where(a > 1, 'steep', 'gentle')}**."


def drawing(draw, **controls):
    """A figure of one axes with fixed limits in which `draw(ax, a)` draws."""

    def figure(a):
        fig, ax = plt.subplots()
        ax.set(xlim=(0, 1), ylim=(0, 3))
        return draw(ax, a)

    return explore(a=(0.5, 2.0, 0.1), **controls)(figure)


def entries(figure, kind):
    return [item for item in figure.spec()["scenes"][0]["artists"] if item["kind"] == kind]


# ---- the figure as Python sees it


def test_a_figure_says_where_it_stands():
    figure = explore(a=(0.5, 2.0, 0.1), presets={"steep": {"a": 2.0}})(simple)
    assert isinstance(figure, Figure)
    assert figure.name == "simple"
    assert repr(figure) == "<explorable figure simple: a>"
    assert figure.values == {"a": 1.2}
    assert figure.text == "The slope is 1.20, which is **steep**."
    figure.set(a=0.75)
    assert figure.text == "The slope is 0.75, which is **gentle**."
    assert figure.controls["a"].value == 0.75


def test_widgets_and_figure_stay_in_step():
    seen = []
    figure = explore(a=(0.5, 2.0, 0.1))(simple)
    figure.observe(seen.append)
    figure.controls["a"].value = 1.5
    assert figure.values == {"a": 1.5}
    figure.set(a=1.5)
    assert seen == [{"a": 1.5}]
    figure.unobserve(seen.append)


def test_a_hair_above_the_maximum_is_the_maximum_and_told_once():
    seen = []
    figure = explore(a=(0.5, 2.0, 0.1))(simple)
    figure.observe(seen.append)
    figure.set(a=2.0 + 1e-12)
    figure.set(a=2.0)
    assert seen == [{"a": 2.0}]
    figure.set(a=0.5 - 1e-12)
    assert seen[1:] == [{"a": 0.5}]
    with pytest.raises(ControlError, match="callback = 3: allowed is a function"):
        figure.observe(3)


def test_a_whole_slider_is_whole_in_python():
    def bars(n):
        fig, ax = plt.subplots()
        ax.bar([0], [n])
        ax.set_ylim(0, 9)

    assert explore(n=(1, 9))(bars).values == {"n": 5}


def test_calling_the_figure_draws_with_matplotlib():
    figure = explore(a=(0.5, 2.0, 0.1))(simple)
    assert figure(a=2.0) == "The slope is 2.00, which is **steep**."
    assert plt.gca().lines[0].get_ydata()[-1] == 2.0
    plt.close("all")


def test_the_spec_is_plain_small_and_the_same_twice():
    def draw(ax, a):
        for number in range(9):
            ax.text(a / 3, number / 9, f"text {number}")

    one, two = (drawing(draw).spec() for _ in range(2))
    assert json.dumps(one, allow_nan=False) == json.dumps(two, allow_nan=False)
    assert one["version"] == 1
    assert one["controls"][0]["name"] == "a"
    assert set(one) >= {"name", "controls", "presets", "drag", "lines", "program", "scenes"}


def test_the_picture_is_that_of_the_default_and_brings_no_style():
    picture = explore(a=(0.5, 2.0, 0.1))(simple).svg()
    assert "slope 1.20" in picture
    for intruder in ("<style", "<script", "DOCTYPE", "http://matplotlib"):
        assert intruder not in picture
    assert "var(--xp-blue, #0067a8)" in picture
    assert set(re.findall(r' id="([^"]*)"', picture)) >= {"simple-a1"}
    assert all(gid.startswith("simple-") for gid in re.findall(r' id="([^"]*)"', picture))


def test_a_saved_file_carries_all_it_needs(tmp_path):
    text = explore(a=(0.5, 2.0, 0.1))(simple).save(tmp_path / "simple.html").read_text("utf-8")
    assert "<figure" in text
    assert 'data-figure="simple"' in text
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", text)


def test_no_figure_stays_open_and_no_patch_stays_on():
    before = mpl.text.Text.set_text
    explore(a=(0.5, 2.0, 0.1))(simple)
    assert plt.get_fignums() == []
    assert mpl.text.Text.set_text is before
    fig, ax = plt.subplots()
    assert type(ax) is mpl.axes.Axes
    plt.close(fig)


LIKE_MARKUP = (
    '<b id="x" style="fill: #222222">url(#a) href="#q" <!-- no --> </text> &lt; font: 9px A'
)


@pytest.mark.parametrize("live", [False, True])
def test_text_that_looks_like_markup_stays_as_it_is(live):
    def draw(ax, a):
        ax.plot(X, a * X, gid="x")
        ax.set_xlabel(LIKE_MARKUP + (f" {a:.1f}" if live else ""))
        ax.text(0.1, 0.1, "#0067a8", color="#0067a8")

    figure = drawing(draw)
    for markup in (figure.svg(), svg.with_prefix(figure.svg(), "x1-")):
        root = ElementTree.fromstring(markup)
        words = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
        assert LIKE_MARKUP + (" 1.2" if live else "") in words
        assert "#0067a8" in words
        assert "fill: var(--xp-blue, #0067a8)" in markup
    assert "x" not in svg.ids(figure.svg())
    if live:
        assert LIKE_MARKUP + " " in figure.spec()["scenes"][0]["texts"][0]


def test_references_and_only_these_get_the_prefix():
    def draw(ax, a):
        ax.plot(X, a * X, "o", url="#explore=1&simple.a=2")

    markup = svg.with_prefix(drawing(draw).svg(), "x1-")
    assert 'xlink:href="#explore=1&amp;simple.a=2"' in markup
    names = svg.ids(markup)
    assert names
    assert all(name.startswith("x1-figure-") for name in names)
    targets = re.findall(r'url\(#([^)]*)\)|href="#(x1-[^"]*)"', markup)
    assert targets
    assert {one or other for one, other in targets} <= names


# ---- what can be drawn


def test_every_kind_of_artist_is_checked_and_written():
    def draw(ax, a):
        y = a * X
        ax.plot(X, y, "o-", label=f"slope {a:.1f}")
        ax.step(X, y / 2, where="mid")
        ax.scatter([0.2, 0.8], np.stack([a, a / 2]), c=["r", "b"])
        ax.fill_between(X, y, 0.5 * y, where=y > 0.3, alpha=0.3)
        ax.fill_betweenx(X, a / 4, a / 3)
        ax.bar([0.1, 0.2], np.stack([a, 1 + 0 * a]), width=0.05)
        ax.barh([0.3], a / 2, height=0.1)
        ax.hlines(a, 0.1, 0.9)
        ax.vlines(np.stack([a / 3, a / 4]), 0, 1)
        ax.axhline(a, 0.2, 0.8)
        ax.axvline(a / 3)
        ax.axhspan(a / 2, a)
        ax.axvspan(0.1, a / 4)
        ax.text(0.5, a, "here")
        ax.annotate(f"{a:.1f}", (0.5, a), (0.6, 2.5), arrowprops={"arrowstyle": "->"})
        ax.annotate("x", (0.5, a), (9, 9), textcoords="offset points")
        ax.legend()
        ax.figure.suptitle(f"all of it {a:.1f}")

    figure = drawing(draw)
    kinds = [item["kind"] for item in figure.spec()["scenes"][0]["artists"]]
    expected = {"line": 4, "marks": 1, "band": 2, "bars": 4, "segments": 2, "arrow": 1, "text": 4}
    assert {kind: kinds.count(kind) for kind in expected} == expected
    assert figure.checked > 10


def test_shared_twin_inset_and_mosaic_axes_are_live():
    def figure(a):
        fig, panels = plt.subplot_mosaic("AB", sharey=True)
        for panel in panels.values():
            panel.plot(X, a * X)
            panel.set(xlim=(0, 1), ylim=(0, 3))
        twin = panels["A"].twinx()
        twin.semilogy(X, 10**a * (X + 0.1))
        twin.set_ylim(0.1, 1e3)
        inset = panels["B"].inset_axes([0.1, 0.6, 0.3, 0.3])
        inset.plot(X, X**a)
        inset.set(xlim=(0, 1), ylim=(0, 1))

    made = explore(a=(0.5, 2.0, 0.1))(figure)
    axes = made.spec()["scenes"][0]["axes"]
    assert [one["y"]["scale"] for one in axes] == ["linear", "linear", "log", "linear"]


def test_symlog_and_reversed_axes():
    def draw(ax, a):
        ax.plot(X, a * X)
        ax.set_yscale("symlog", linthresh=0.5)
        ax.set(xlim=(1, 0), ylim=(-3, 3))

    one = drawing(draw).spec()["scenes"][0]["axes"][0]
    assert one["x"]["lim"] == [1, 0]
    assert one["y"] == {
        "scale": "symlog",
        "base": 10,
        "linthresh": 0.5,
        "linscale": 1,
        "lim": [-3, 3],
    }


@pytest.mark.filterwarnings("error")
def test_division_by_zero_is_numpys_in_the_plain_function_too():
    def draw(ax, a):
        ax.plot(X, X)
        return f"{1 / (a - a)}, {(-a) ** 0.5:.1f}"

    assert drawing(draw).text == "inf, nan"


def test_two_dimensional_data_is_a_line_a_column():
    figure = drawing(lambda ax, a: ax.plot(X, np.stack([a * X, X], axis=1)) and None)
    assert len(entries(figure, "line")) == 2


def test_a_line_that_is_nowhere_at_first_still_has_its_style():
    figure = drawing(lambda ax, a: ax.plot(X, np.where(a > 1.9, X, np.nan), "s--") and None)
    (line,) = entries(figure, "line")
    assert "stroke-dasharray" in line["style"]
    assert line["marks"]["d"].startswith("M")


def test_markers_alone_are_not_joined():
    figure = drawing(lambda ax, a: ax.plot(X, a * X, "o") and None)
    (line,) = entries(figure, "line")
    assert line["marks"]["d"].startswith("M")
    assert "style" not in line


def test_text_that_is_empty_at_first_keeps_its_place():
    figure = drawing(lambda ax, a: ax.set_xlabel(np.where(a > 1.9, "high", "")) and None)
    (text,) = entries(figure, "text")
    assert f'id="{text["id"]}"' in figure.svg()


def test_what_the_author_made_invisible_is_not_looked_for_on_the_page():
    def draw(ax, a):
        ax.plot(X, a * X)
        ax.plot(X, a * X)[0].set_visible(False)
        ax.annotate("x", (0.5, a), (0.2, 1), arrowprops={"arrowstyle": "->"}).set_visible(False)
        ax.set_title(f"{a:.1f}").set_visible(False)
        ax.set_xlabel(f"{a:.1f}")
        ax.set_axis_off()

    figure = drawing(draw)
    assert [item["id"] for item in figure.spec()["scenes"][0]["artists"]] == ["figure-a1"]


def test_an_id_that_starts_like_the_figures_name_is_replaced():
    figure = drawing(lambda ax, a: ax.set_xlabel(f"{a:.1f}", gid="figure_title") and None)
    (text,) = entries(figure, "text")
    assert f'id="{text["id"]}"' in figure.svg()


def test_bands_take_their_edges_by_name():
    def draw(ax, a):
        ax.fill_between(x=X, y1=0, y2=a * X, step=None)
        ax.fill_betweenx(X, x1=a / 4, where=X > 0.5)
        ax.fill_between(X, y1=1, y2=2, step="mid")

    assert len(entries(drawing(draw), "band")) == 2


def test_cases_draw_differently_and_share_what_is_equal():
    def figure(a, log):
        fig, ax = plt.subplots()
        ax.plot(X, a * X + 0.1)
        ax.set(xlim=(0, 1), ylim=(0.1, 3), yscale="log" if log else "linear")
        return "logarithmic" if log else "linear"

    made = explore(a=(0.5, 2.0, 0.1), log=False)(figure)
    spec = made.spec()
    assert len(spec["scenes"]) == 2
    assert spec["program"]["cases"][0] == spec["program"]["cases"][1]
    made.set(log=True)
    assert made.text == "logarithmic"


def test_pick_takes_the_element_that_a_control_names():
    def draw(ax, a):
        loss = (X - a / 2) ** 2
        best = pick(X, np.argmin(loss))
        ax.plot(best, 0.1, "o")
        return f"best {best:.3f}"

    figure = drawing(draw)
    figure.set(a=1.0)
    assert figure.text == "best 0.490"


def test_plain_parts_of_any_kind_are_welcome():
    def draw(ax, a):
        ax.imshow(np.eye(3), extent=(0, 1, 0, 1), aspect="auto")
        ax.errorbar([0.1], [1.0], yerr=[0.2])
        ax.hist([0.1, 0.2, 0.2], bins=3)
        ax.plot(X, a * X)

    assert len(entries(drawing(draw), "line")) == 1


def test_a_point_that_is_its_controls_can_be_dragged():
    def figure(a, b):
        fig, ax = plt.subplots()
        ax.plot(a, b, "o", label="both")
        ax.plot(b, 1, "s", gid="one")
        ax.set(xlim=(0, 2), ylim=(0, 2))

    made = explore(a=(0.0, 2.0), b=(0.0, 2.0), drag={"both": ("a", "b"), "one": "b"})(figure)
    both, one = made.spec()["drag"]
    assert (both["x"], both["y"]) == ("a", "b")
    assert (one["x"], one["y"]) == ("b", None)


def test_a_dragged_point_has_one_id_in_all_cases_whatever_is_drawn_before_it():
    def figure(a, curve):
        fig, ax = plt.subplots()
        if curve:
            ax.plot(X, a * X)
        ax.plot(a, 1, "o", label="point")
        ax.set(xlim=(0, 2), ylim=(0, 2))

    spec = explore(a=(0.0, 2.0), curve=False, drag={"point": "a"})(figure).spec()
    (handle,) = spec["drag"]
    for scene in spec["scenes"]:
        (point,) = [entry for entry in scene["artists"] if entry["id"] == handle["artist"]]
        assert "marks" in point
    assert [len(scene["artists"]) for scene in spec["scenes"]] == [1, 2]


def test_the_description_moves_too():
    figure = drawing(
        lambda ax, a: ax.plot(X, a * X) and None, alt=lambda a: f"a line of slope {a:.1f}"
    )
    assert figure.spec()["scenes"][0]["alt"] == ["a line of slope ", {"v": 0, "f": ".1f"}]


def test_a_description_may_come_with_the_sentence():
    def draw(ax, a):
        ax.plot(X, a * X)
        word = np.where(a > 1, "steep", "gentle")
        return f"Slope **{a:.2f}**.", f"a {word} line of slope {a:.1f}"

    figure = drawing(draw)
    (scene,) = figure.spec()["scenes"]
    assert scene["alt"][-1] == {"v": 0, "f": ".1f"}
    assert "description" not in scene["sentence"]
    assert figure.text == "Slope **1.20**."
    assert figure.description == "a steep line of slope 1.2"
    figure.set(a=0.6)
    assert figure.description == "a gentle line of slope 0.6"
    assert figure(a=2.0) == ("Slope **2.00**.", "a steep line of slope 2.0")
    plt.close("all")


def test_a_description_needs_no_sentence_and_a_sentence_no_description():
    described = drawing(lambda ax, a: ax.plot(X, a * X) and (None, f"slope {a:.1f}"))
    assert (described.text, described.description) == ("", "slope 1.2")
    said = drawing(
        lambda ax, a: ax.plot(X, a * X) and (f"slope {a:.1f}", None), alt=lambda a: f"line {a:.1f}"
    )
    assert (said.text, said.description) == ("slope 1.2", "line 1.2")


def test_a_description_that_would_lie_does_not_build():
    calls = []

    def draw(ax, a):
        calls.append(a)
        ax.plot(X, a * X)
        return "", f"line {10 * len(calls)}"

    with pytest.raises(FigureError, match="would lie: the description: 'line 20' is rec"):
        drawing(draw)


def test_titles_describe_a_figure_that_says_nothing_else():
    def titled(ax, a):
        ax.plot(X, a * X)
        ax.set_title(f"slope {a:.1f}")

    alt = drawing(titled).spec()["scenes"][0]["alt"]
    assert alt == ["A figure: slope ", {"v": 0, "f": ".1f"}]


# ---- what is refused


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda ax, a: ax.set_xlim(0, a), "set_xlim.. got a live value: the limits"),
        (lambda ax, a: ax.set(ylim=(0, a)), "set_ylim.. got a live value: the limits"),
        (lambda ax, a: ax.set_xticks([0, a]), "ticks and their labels are plain"),
        (lambda ax, a: ax.set_xticks([0], [f"{a:.1f}"]), "ticks and their labels are plain"),
        (lambda ax, a: ax.errorbar([0], [a]), "errorbar.. got live data"),
        (lambda ax, a: ax.pie([a, 1]), "pie.. got live data"),
        (lambda ax, a: ax.plot(X, a * X, lw=a), r"plot\(lw=...\) got a live value"),
        (lambda ax, a: ax.scatter([0], [a], s=a), r"scatter\(s=...\) got a live value"),
        (lambda ax, a: ax.bar([0], [1], color=a), r"bar\(color=...\) got a live value"),
        (lambda ax, a: ax.axhline(1, lw=a), r"axhline\(lw=...\) got a live value"),
        (lambda ax, a: ax.axvspan(0, 1, alpha=a / 2), r"axvspan\(alpha=...\) got a live value"),
        (
            lambda ax, a: ax.annotate("x", (0, 1), (1, 1), arrowprops={"lw": a}),
            r"annotate\(arrowprops=...\) got a live value",
        ),
        (lambda ax, a: ax.fill_between(X, a * X, step="mid"), "fill_between.interpolate"),
        (lambda ax, a: ax.set_xlabel(f"${a:.1f}$") and None, "a formula between dollar signs"),
        (lambda ax, a: ax.set_title(f"${a:.1f}$") and None, "between dollar signs in the title"),
        (lambda ax, a: ax.set_xlabel(f"one\n{a:.1f}") and None, "has several lines"),
        (
            lambda ax, a: ax.annotate("", (0, a), (1, 1), arrowprops={"arrowstyle": "fancy"}),
            "straight arrows",
        ),
        (lambda ax, a: f"$x = {a:.1f}$", "between dollar signs in the sentence"),
        (lambda ax, a: 3, "returned int: allowed is a sentence"),
        (lambda ax, a: ("a", 3), r"returned \(str, int\): allowed is a sentence"),
        (lambda ax, a: ("a", "b", "c"), r"returned \(str, str, str\): allowed is a sentence"),
    ],
)
def test_what_cannot_move_is_refused_by_name(draw, message):
    with pytest.raises(FigureError, match=message):
        drawing(draw)


@pytest.mark.parametrize("alt", ["a line", lambda a: f"slope {a:.1f}"])
def test_a_figure_is_described_once(alt):
    with pytest.raises(FigureError, match="figure returned a description, and alt= gives another"):
        drawing(lambda ax, a: (f"{a:.1f}", f"a line of slope {a:.1f}"), alt=alt)


def test_a_description_is_a_text():
    with pytest.raises(FigureError, match="alt returned int: allowed is a text"):
        drawing(lambda ax, a: ax.plot(X, a * X) and None, alt=lambda a: 3)


def test_a_live_axis_needs_limits_and_gets_a_proposal():
    def figure(a):
        fig, ax = plt.subplots()
        ax.plot(X, a * X)
        ax.set_xlim(0, 1)

    with pytest.raises(FigureError, match=r"the y axis has live data and no limits.*set_ylim\(-0"):
        explore(a=(0.5, 2.0, 0.1))(figure)


@pytest.mark.parametrize(
    "leak",
    [
        lambda a: float(a),
        lambda a: [1, 2][int(a)],
        lambda a: 1 if a > 1 else 0,
        lambda a: __import__("math").exp(a),
        lambda a: np.asarray(a),
        lambda a: np.arange(a),
        lambda a: X[X > a],
        lambda a: np.full_like(X, fill_value=a, dtype=int),
        lambda a: np.zeros(a),
    ],
)
def test_a_live_value_that_leaks_is_an_error_with_the_line(leak):
    with pytest.raises(TraceError, match=r"test_figure\.py"):
        drawing(lambda ax, a: ax.plot(X, leak(a) * X) and None)


def test_a_hidden_dependence_does_not_build():
    seen = []

    def draw(ax, a):
        seen.append(a)
        ax.plot(X, len(seen) * a * X / 100)

    with pytest.raises(FigureError, match=r"at a=1\.2 the figure would lie: .*Line2D 1, y"):
        drawing(draw)


def test_a_figure_that_is_not_deterministic_does_not_build():
    dice = random.Random(0)
    with pytest.raises(FigureError, match="would lie"):
        drawing(lambda ax, a: ax.plot(X, a * X + dice.random()) and None)


def test_a_choice_made_at_recording_time_is_caught_elsewhere():
    def draw(ax, a):
        value = getattr(a, "value", a)  # a way around the tracer
        ax.plot(X, a * X, color="r" if value > 1 else "b")

    with pytest.raises(FigureError, match=r"colour: '#ff0000ff' is recorded|colour: '#0000ffff'"):
        drawing(draw)


def test_an_exception_within_the_range_does_not_build():
    def draw(ax, a):
        if not hasattr(a, "tape") and a > 1.9:
            raise ZeroDivisionError("at the end")
        ax.plot(X, a * X)

    with pytest.raises(FigureError, match=r"figure fails at a=.*: ZeroDivisionError: at the end"):
        drawing(draw)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"presets": {"far": {"a": 9}}}, ControlError, "preset 'far': a = 9: allowed is 0.5 to 2"),
        ({"presets": {"odd": {"b": 1}}}, ControlError, "b is no control of this figure"),
        ({"more": ("b",)}, ControlError, "more: b is no control"),
        ({"drag": {"nothing": "a"}}, FigureError, "nothing live is called 'nothing'"),
        ({"drag": {"line": "a"}}, FigureError, "neither coordinate of 'line' is the control a"),
        ({"drag": {"twice": "a"}}, FigureError, "neither coordinate of 'twice' is the control a"),
        ({"drag": {"words": "a"}}, FigureError, "neither coordinate of 'words' is the control a"),
    ],
)
def test_options_that_do_not_fit(options, error, message):
    def draw(ax, a):
        ax.plot(X, a * X, label="line")
        ax.plot(2 * a, 1, "o", label="twice")
        ax.text(a, 0.5, "words", transform=ax.transAxes, gid="words")

    with pytest.raises(error, match=message):
        drawing(draw, **options)


def test_set_refuses_what_is_out_of_range_and_changes_nothing():
    figure = explore(a=(0.5, 2.0, 0.1))(simple)
    with pytest.raises(ControlError, match=r"a = 7: allowed is 0\.5 to 2, its range"):
        figure.set(a=7)
    with pytest.raises(ControlError, match="b is no control"):
        figure.set(a=1.0, b=1)
    assert figure.values == {"a": 1.2}


def test_a_function_must_make_exactly_one_figure():
    def two(a):
        plt.subplots()
        plt.subplots()

    with pytest.raises(FigureError, match="two made 2 figures: allowed is one"):
        explore(a=(0.5, 2.0, 0.1))(two)


def test_lambda_has_no_name_for_the_page():
    with pytest.raises(FigureError, match="a figure needs a plain name"):
        explore(a=(0.5, 2.0))(lambda a: None)


def test_controls_declared_as_widgets_are_the_figures_own():
    slider = widgets.FloatSlider(value=1.0, min=0.5, max=2.0)
    figure = explore(a=slider)(simple)
    assert figure.controls["a"] is slider


# ---- compared where the eye does it


def test_what_is_small_on_a_log_axis_is_compared_there():
    calls = []

    def figure(a):
        calls.append(a)
        fig, ax = plt.subplots()
        ax.plot([1, 2, 3], np.stack([a * len(calls), a * 1e6, a * 1e13]))
        ax.set(xlim=(1, 3), ylim=(0.1, 1e14), yscale="log")

    with pytest.raises(FigureError, match=r"Line2D 1, y: it is recorded .* px away from its place"):
        explore(a=(1.0, 2.0))(figure)


@pytest.mark.parametrize("name", ["scatter", "bar", "fill_between", "hlines", "text", "annotate"])
def test_every_kind_is_compared_in_the_picture(name):
    calls = []

    def figure(a):
        calls.append(a)
        fig, ax = plt.subplots()
        ax.set(xlim=(0, 3), ylim=(1e-3, 1e14), yscale="log")
        y = np.stack([a + len(calls) % 2, a * 1e12])
        if name == "scatter":
            ax.scatter([1, 2], y)
        elif name == "bar":
            ax.barh([1, 2], [1, 2], height=1e-3, left=0)
            ax.bar([1, 1], [a * 1e12, 1], bottom=[a, 1])
            ax.fill_between([0.5, 1], [1e12, 1e12], y[0] * np.ones(2))
        elif name == "fill_between":
            ax.fill_between([1, 2], y, a * 1e13)
        elif name == "hlines":
            ax.hlines(y, 1, 2)
        elif name == "text":
            ax.text(1, y[0], "here")
        else:
            ax.annotate("x", (1, y[0]), (2, 1e12), arrowprops={"arrowstyle": "->"})

    with pytest.raises(FigureError, match="would lie"):
        explore(a=(1.0, 2.0))(figure)


def test_what_lies_outside_the_frame_may_be_off():
    """The tenth digit of a far point turns no stroke that shows by a twentieth of a pixel."""
    calls = []

    def figure(a):
        calls.append(a)
        fig, ax = plt.subplots()
        ax.plot([0, 1], np.stack([a, 1e14 * (1 + 1e-12 * (len(calls) % 2))]))
        ax.set(xlim=(0, 1), ylim=(0, 3))

    assert explore(a=(1.0, 2.0))(figure).checked > 5


def test_limits_and_ticks_of_a_log_axis_are_compared_on_its_scale():
    calls = []

    def figure(a):
        calls.append(a)
        fig, ax = plt.subplots()
        ax.set(xlim=(0, 1), yscale="log", ylim=(1 + len(calls) % 2, 1e14))
        ax.plot(X, a * X + 10)

    with pytest.raises(FigureError, match="y limits: "):
        explore(a=(1.0, 2.0))(figure)


@pytest.mark.parametrize("moved", ["transform", "size", "circle"])
def test_a_place_is_compared_with_what_it_is_measured_in(moved):
    calls = []

    def figure(a):
        calls.append(a)
        odd = len(calls) % 2
        fig, ax = plt.subplots()
        ax.set(xlim=(0, 1), ylim=(0, 3))
        ax.plot(X, a * X)
        if moved == "transform":
            ax.text(0.5, 0.5, "x", transform=ax.transAxes if odd else ax.transData)
        elif moved == "size":
            ax.scatter([0.5], [0.5], s=20 + odd)
        else:
            ax.add_patch(plt.Circle((0.5, 0.5 + odd), 0.1))

    with pytest.raises(FigureError, match=r"coordinates|sizes|outline"):
        explore(a=(1.0, 2.0))(figure)


def everything(a, log):
    fig, (ax, other) = plt.subplots(1, 2, dpi=100)
    for one in (ax, other):
        one.set(xlim=(0, 1), ylim=(0.1, 30), yscale="log" if log else "linear")
    y = 10 * a * X + 0.2
    ax.plot(X, y, "o-")
    ax.step(X, y / 2, where="mid")
    ax.scatter([0.2, 0.8], np.stack([a, a / 2]))
    ax.fill_between(X, y, 0.5 * y, alpha=0.3)
    other.bar([0.1, 0.2], np.stack([a, 1 + 0 * a]), width=0.05)
    other.hlines(a, 0.1, 0.9)
    other.axhline(a, 0.2, 0.8)
    other.axhspan(a / 2, a)
    other.text(0.5, a, "here")
    other.annotate(f"{a:.1f}", (0.5, a), (0.6, 2.5), arrowprops={"arrowstyle": "->"})


@pytest.mark.parametrize("log", [False, True])
def test_outlines_are_where_matplotlib_writes_them(log):
    figure = explore(a=(0.5, 2.0, 0.1), log=log)(everything)
    written = drawn_paths(figure.svg())
    found = verify.outlines(figure)
    spec = figure.spec()
    scene = spec["scenes"][log]
    live = {gid for item in scene["artists"] for gid in item.get("ids", [item.get("id")])}
    assert set(found) == live
    compared = 0
    for gid, drawn in found.items():
        if not drawn.lines:
            assert len(drawn.marks)
            continue
        compared += 1
        assert geometry.farthest(written[gid], drawn.lines, drawn.box) < 0.01
        assert geometry.farthest(drawn.lines, written[gid], drawn.box) < 0.01
    assert compared == 9
    for item in scene["artists"]:
        if item["kind"] not in ("text", "arrow"):
            left, top, width, height = scene["axes"][item["axes"]]["box"]
            box = found[item.get("id") or item["ids"][0]].box
            assert box == pytest.approx((left, top, left + width, top + height), abs=0.01)


def test_axes_of_a_subfigure_stand_where_they_are_drawn():
    def figure(a):
        fig = plt.figure()
        ax = fig.subfigures(1, 2)[1].subplots()
        ax.set(xlim=(0, 1), ylim=(0, 3))
        ax.plot(X, a * X)

    made = explore(a=(0.5, 2.0, 0.1))(figure)
    left, top, width, height = made.spec()["scenes"][0]["axes"][0]["box"]
    (line,) = drawn_paths(made.svg())["figure-a1"]
    assert line[0] == pytest.approx([left, top + height], abs=0.01)
    assert line[-1] == pytest.approx([left + width, top + height * (1 - 1.2 / 3)], abs=0.01)
    assert left > 6.4 * 72 / 2


def test_outlines_follow_the_controls():
    figure = explore(a=(0.5, 2.0, 0.1), log=False)(everything)
    low, high = (verify.outlines(figure, a=a)["everything-a1"].lines[0] for a in (0.5, 1.5))
    assert low[0] == pytest.approx(high[0])
    assert low[-1, 1] > high[-1, 1] + 50
    with pytest.raises(ControlError, match="a = 3: allowed is"):
        verify.outlines(figure, a=3)


def drawn_paths(picture):
    """The strokes of every group with an id, as matplotlib wrote them at the default setting."""
    shapes = {}
    for group in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}g"):
        paths = list(group.findall("{http://www.w3.org/2000/svg}path"))
        paths += group.findall(
            ".//{http://www.w3.org/2000/svg}defs/{http://www.w3.org/2000/svg}path"
        )
        uses = group.findall(".//{http://www.w3.org/2000/svg}use")
        shift = np.zeros(2)
        if uses and not group.findall("{http://www.w3.org/2000/svg}path"):
            shift = np.array([float(uses[0].get("x")), float(uses[0].get("y"))])
        lines = []
        for path in paths:
            for part in re.split(r"(?=M)", path.get("d", "")):
                numbers = [float(n) for n in re.findall(r"-?[\d.]+(?:e-?\d+)?", part)]
                if numbers:
                    line = np.reshape(numbers, (-1, 2)) + shift
                    lines.append(np.vstack([line, line[:1]]) if "z" in part else line)
        if group.get("id"):
            shapes[group.get("id")] = lines
    return shapes


# ---- Markdown inside words that change


def said(figure, a):
    """The sentence as HTML at a setting, as the page would fill it."""
    figure.set(a=a)
    scene = figure.spec()["scenes"][0]
    interpreter = unpack(figure.spec()["program"], 0)
    interpreter.run([a])
    filled = [fill(template, interpreter.get) for template in scene["texts"]]
    parts = re.split(r'<span data-live="(\d+)">([^<]*)</span>', scene["sentence"])
    texts = [filled[int(number)] for number in parts[1::3]]
    if a == 1.2:  # what stands there before the script runs
        assert parts[2::3] == texts
    html = "".join(one + other for one, other in zip(parts[::3], [*texts, ""], strict=True))
    return re.sub(r"<(strong|em)></\1>", "", re.sub(r"<(strong|em)></\1>", "", html))


@pytest.mark.parametrize(
    ("sentence", "low", "high"),
    [
        (
            lambda a: f"It {np.where(a > 1, 'is', 'is **not**')} so.",
            "It is <strong>not</strong> so",
            "",
        ),
        (
            lambda a: f"**{np.where(a > 1, 'very', 'hardly')}** so",
            "<strong>hardly</strong> so",
            "<strong>very</strong> so",
        ),
        (
            lambda a: f"A {np.where(a > 1, f'*good **{a:.1f}*** and', 'b')} c",
            "A b c",
            "A <em>good <strong>1.2</strong></em> and c",
        ),
        (
            lambda a: f"{np.where(a > 1, np.where(a > 1.1, '*p*', 'q'), '**r**')} s",
            "<strong>r</strong> s",
            "<em>p</em> s",
        ),
        (
            lambda a: f"{pick(['**x**', 'y', '*z*'], np.rint(a).astype(int))} w",
            "<p>y w</p>",
            "<p>y w</p>",
        ),
        (lambda a: f"`{np.where(a > 1, '**p**', 'q')}`", "<code>q</code>", "<code>**p**</code>"),
        (lambda a: f"{np.where(a > 1, '2 * 3', 'a_b_c')}", "a_b_c", "2 * 3"),
    ],
)
def test_emphasis_inside_live_words_is_rendered(sentence, low, high):
    figure = drawing(lambda ax, a: ax.plot(X, a * X) and sentence(a))
    assert low.rstrip(".") in said(figure, 0.6).replace("</em><em>", "")
    assert high in said(figure, 1.2).replace("</em><em>", "")
    assert "**" not in said(figure, 1.2).replace("<code>**p**</code>", "")
    assert "*" not in said(figure, 2.0).replace("<code>**p**</code>", "").replace("2 * 3", "")


@pytest.mark.parametrize(
    ("word", "what"),
    [
        ("`x`", "code between backticks"),
        ("[x](#y)", "a link"),
        ("![x](y.png)", "an image"),
        ("$x$", "a formula between dollar signs"),
        ("x**", r"half a pair of \*\*"),
    ],
)
def test_what_cannot_change_inside_live_words_is_refused(word, what):
    with pytest.raises(FigureError, match=f"the live words .* hold {what}: in words that change"):
        drawing(lambda ax, a: ax.plot(X, a * X) and f"It is {np.where(a > 1, word, 'a')}.")


def test_a_live_number_in_the_address_of_a_link_is_refused():
    with pytest.raises(FigureError, match="an address cannot move"):
        drawing(lambda ax, a: ax.plot(X, a * X) and f"[set](#explore=1&figure.a={a:.1f})")
