"""The script in a real browser: one figure with every control and artist, driven as readers do."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from explorable import page as pages
from explorable import predict
from tests.explorable import specs

Opener = Callable[..., Page]
FIGURE = "explorable.figures.get('sampler')"


def law(N: float, alpha: float) -> float:
    """What the figure draws at N."""
    return 2 + 4 * (N / 1e9) ** -alpha


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "one.html").write_text(pages.document(specs.sampler(), "One"), "utf-8")
    linked = [specs.sampler(name, link="pair") for name in ("left", "right")]
    (folder / "linked.html").write_text(pages.document(linked, "Linked"), "utf-8")
    two = pages.document([specs.sampler(), specs.sampler("far")], "Far")
    gap = "<p style='height: 300vh'><a href='#explore=1&amp;far.N=1e9'>steep</a></p>"
    (folder / "far.html").write_text(two.replace("</figure>", f"</figure>{gap}", 1), "utf-8")
    return folder


@pytest.fixture
def figure(page: Opener, files: Path) -> Page:
    return page(files / "one.html")


def value(tab: Page, name: str) -> float:
    return tab.evaluate(f"{FIGURE}.values().{name}")


def settle(tab: Page) -> None:
    """Wait until the change at hand is painted."""
    tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def slider(tab: Page, name: str) -> Any:
    return tab.locator(f"input[type=range][name={name}]")


def box(tab: Page, name: str) -> Any:
    return tab.locator(f"input[data-exact][name={name}]")


def type_in(tab: Page, name: str, text: str) -> None:
    box(tab, name).fill(text)
    box(tab, name).press("Enter")


# ---- controls


def test_starts_at_the_default_and_leaves_the_state_alone(figure: Page) -> None:
    assert value(figure, "N") == 7e10  # between two steps of the slider
    assert float(slider(figure, "N").input_value()) == pytest.approx(10.8)
    assert box(figure, "N").input_value() == "7e10"
    settle(figure)
    assert value(figure, "N") == 7e10
    assert "#" not in figure.url


def test_keyboard_moves_the_slider_the_figure_and_the_words(figure: Page) -> None:
    slider(figure, "N").focus()
    figure.keyboard.press("ArrowRight")
    settle(figure)
    assert value(figure, "N") == pytest.approx(10**10.9)
    expected = f"{law(10**10.9, 0.34):.3f}"
    assert figure.locator("[data-live='1']").inner_text() == expected
    assert figure.locator("[id=sampler-a4] text").text_content() == f"loss {expected}"
    figure.keyboard.press("End")
    settle(figure)
    assert value(figure, "N") == 1e13
    figure.keyboard.press("Home")
    settle(figure)
    assert value(figure, "N") == 1e7
    figure.keyboard.press("PageUp")
    settle(figure)
    assert value(figure, "N") > 1e7


def test_mouse_drags_a_slider(figure: Page) -> None:
    at = slider(figure, "alpha").bounding_box()
    figure.mouse.move(at["x"] + at["width"] * 0.48, at["y"] + at["height"] / 2)
    figure.mouse.down()
    figure.mouse.move(at["x"] + at["width"] - 1, at["y"] + at["height"] / 2, steps=5)
    figure.mouse.up()
    settle(figure)
    assert value(figure, "alpha") == pytest.approx(0.6)
    assert figure.locator("[data-live='1']").inner_text() == f"{law(7e10, 0.6):.3f}"


def test_finger_taps_a_slider(page: Opener, files: Path) -> None:
    tab = page(files / "one.html", has_touch=True, viewport={"width": 390, "height": 800})
    at = slider(tab, "alpha").bounding_box()
    assert at["height"] >= 44
    tab.touchscreen.tap(at["x"] + at["width"] * 0.9, at["y"] + at["height"] / 2)
    settle(tab)
    assert value(tab, "alpha") > 0.5


def test_value_text_is_words_with_unit(figure: Page) -> None:
    assert slider(figure, "N").get_attribute("aria-valuetext") == "70 billion"
    figure.locator("summary", has_text="More").click()
    assert slider(figure, "w").get_attribute("aria-valuetext") == "5 GW"
    expect(figure.get_by_role("slider", name="parameters N", exact=True)).to_be_visible()


def test_value_text_tells_the_steps_of_a_slider_apart(page: Opener, tmp_path: Path) -> None:
    spec = specs.sampler()
    spec["controls"][0] |= {"value": 1e25, "min": 23, "max": 29}
    spec["controls"][1] |= {"value": 1.8172, "min": -2, "max": 2, "step": 0.0001}
    (tmp_path / "fine.html").write_text(pages.document(spec, "Fine"), "utf-8")
    tab = page(tmp_path / "fine.html")
    assert slider(tab, "N").get_attribute("aria-valuetext") == "10 to the 25"
    type_in(tab, "N", "3e26")
    assert slider(tab, "N").get_attribute("aria-valuetext") == "3 times 10 to the 26"
    slider(tab, "alpha").press("ArrowRight")
    assert slider(tab, "alpha").get_attribute("aria-valuetext") == "1.8173"
    type_in(tab, "alpha", "-0.0002")
    assert slider(tab, "alpha").get_attribute("aria-valuetext") == "minus 2 times 10 to the minus 4"


def test_number_box_takes_plain_values(figure: Page) -> None:
    texts = {
        "7e9": 7e9,
        "8E10": 8e10,
        "90000000000": 9e10,
        "123,456,789": 123456789,
        " 2.5e8 ": 2.5e8,
        "7,5e10": 7.5e10,
        "12345678,9": 12345678.9,
    }
    for text, wanted in texts.items():
        type_in(figure, "N", text)
        assert value(figure, "N") == wanted
    for text in ("0,25", "0,250", "0.25"):
        type_in(figure, "alpha", "0.5")
        type_in(figure, "alpha", text)
        assert value(figure, "alpha") == 0.25


def test_number_box_goes_to_the_nearest_valid_value_and_says_so(figure: Page) -> None:
    for text, nearest in {"1e20": 1e13, "-3": 1e7, "1e14": 1e13, "0": 1e7}.items():
        type_in(figure, "N", text)
        assert value(figure, "N") == nearest
        assert "the nearest is" in figure.locator("[data-note]").inner_text()
        assert float(box(figure, "N").input_value()) == nearest


def test_end_of_the_range_is_inside_however_its_power_is_rounded(
    page: Opener, tmp_path: Path
) -> None:
    spec = specs.sampler()
    spec["controls"][0] |= {"value": 1e25, "min": 23, "max": 29}
    (tmp_path / "large.html").write_text(pages.document(spec, "Large"), "utf-8")
    tab = page(tmp_path / "large.html")
    type_in(tab, "N", "1e23")
    assert value(tab, "N") == 1e23
    expect(tab.locator("[data-note]")).to_be_empty()


def test_number_box_keeps_the_value_where_nothing_is_said(figure: Page) -> None:
    for text in ("", "many", "1e", "NaN", "<b>1</b>", "0x10", "12,345e6", "1,2,3", "1.2,3"):
        type_in(figure, "N", text)
        assert value(figure, "N") == 7e10, text
        assert box(figure, "N").input_value() == "7e10"
        assert "is not a number" in figure.locator("[data-note]").inner_text()
        assert figure.locator("[data-note] b").count() == 0


def test_whole_control_stays_whole(figure: Page) -> None:
    figure.locator("summary", has_text="More").click()
    type_in(figure, "w", "6.7")
    assert value(figure, "w") == 7
    expect(figure.locator("[data-note]")).to_have_text("width: 6.7 is not whole; the nearest is 7.")


def test_presets_and_reset(figure: Page) -> None:
    preset = figure.locator("[data-preset='Small & steep']")
    preset.click()
    settle(figure)
    assert (value(figure, "N"), value(figure, "alpha")) == (1e9, 0.5)
    assert preset.get_attribute("aria-pressed") == "true"
    assert figure.locator("[data-live='1']").inner_text() == "6.000"
    figure.locator("[data-reset]").click()
    settle(figure)
    assert value(figure, "N") == 7e10
    assert preset.get_attribute("aria-pressed") == "false"
    assert figure.locator("[data-live='1']").inner_text() == f"{law(7e10, 0.34):.3f}"


def test_sentence_turns(figure: Page) -> None:
    assert figure.locator("[data-live='2']").inner_text() == "is not"
    type_in(figure, "N", "1e10")
    settle(figure)
    assert figure.locator("[data-live='2']").inner_text() == "is"


def test_case_changes_picture_and_words_and_keeps_the_settings(figure: Page) -> None:
    type_in(figure, "N", "1e12")
    figure.locator("select[name=view]").select_option("the other & last")
    settle(figure)
    assert "In the other view" in figure.locator("[data-sentence]").inner_text()
    assert figure.locator("[data-live='1']").inner_text() == f"{law(1e12, 0.34):.3f}"
    picture = figure.locator("[data-picture] svg")
    assert "the other view" in picture.text_content()
    assert picture.get_attribute("role") == "img"
    assert figure.locator("[id=sampler-a4] text").text_content() == f"loss {law(1e12, 0.34):.3f}"
    figure.locator("select[name=view]").select_option("first")
    settle(figure)
    assert "other view" not in figure.locator("[data-sentence]").inner_text()
    assert figure.locator("[id=sampler-a4] text").text_content() == f"loss {law(1e12, 0.34):.3f}"
    figure.locator("input[name=bold]").check()
    assert value(figure, "bold") == 1


# ---- drawing


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?[\d.]+", text)]


def points(d: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", d)]


def drawn(tab: Page, gid: str) -> str:
    return tab.locator(f"[id=sampler-{gid}] > path").first.get_attribute("d")


def left_x(x: float) -> float:
    return 50 + 220 * math.log10(x / 1e9) / 5


def left_y(y: float) -> float:
    return 210 - 180 * (y - 1.5) / 5


def symlog_y(y: float) -> float:
    """The right axes' height: symlog, linear up to 10, one decade as long as those ten."""
    stretch = 1 / (1 - 1 / 10)

    def straight(v: float) -> float:
        return v * stretch if v <= 10 else 10 * (stretch + math.log10(v / 10))

    return 210 - 180 * straight(y) / straight(40)


@pytest.fixture
def redrawn(figure: Page) -> Page:
    figure.evaluate(f"{FIGURE}.set({{ N: 1e11, alpha: 0.2, w: 8 }})")
    settle(figure)
    return figure


def test_line_follows_and_breaks_at_nan(redrawn: Page) -> None:
    d = drawn(redrawn, "a2")
    assert d.count("M") == 2
    spots = points(d)
    assert len(spots) == 50
    x = 1e9 * 10 ** (5 * 30 / 50)
    assert spots[29] == pytest.approx((left_x(x), left_y(law(x, 0.2))), abs=0.006)


def test_band_closes_around_the_line(redrawn: Page) -> None:
    spots = points(drawn(redrawn, "a1"))
    assert len(spots) == 102
    assert spots[0] == pytest.approx((50, left_y(6 - 0.4)), abs=0.006)
    assert spots[-1] == pytest.approx((50, left_y(6 + 0.4)), abs=0.006)


def test_point_and_its_text_move_together(redrawn: Page) -> None:
    u, v = left_x(1e11), left_y(law(1e11, 0.2))
    place = redrawn.locator("[id=sampler-a3] path").get_attribute("transform")
    assert numbers(place) == pytest.approx([u, v], abs=0.006)
    dx, dy = numbers(redrawn.locator("[id=sampler-a4]").get_attribute("transform"))
    assert (131.18 + dx, 90 + dy) == pytest.approx((u, v), abs=0.011)


def test_bars_steps_segments_and_symlog(redrawn: Page) -> None:
    tops = [symlog_y(8 * rank) for rank in (1, 2, 3)]
    for number, top in enumerate(tops):
        d = drawn(redrawn, f"a5-{number}")
        left, low, right, high = numbers(d)[:4]
        assert (left, low) == pytest.approx((320 + 130 * (number + 0.6) / 4, 210), abs=0.006)
        assert (right, high) == pytest.approx((320 + 130 * (number + 1.4) / 4, top), abs=0.006)
    ends = points(drawn(redrawn, "a6"))
    assert [y for _, y in ends] == pytest.approx([top for top in tops for _ in "ab"], abs=0.006)
    steps = points(drawn(redrawn, "a7"))
    expected = [(352.5, tops[0]), (368.75, tops[0]), (368.75, tops[1]), (385, tops[1])]
    assert [part for spot in steps[:4] for part in spot] == pytest.approx(
        [part for spot in expected for part in spot], abs=0.006
    )


def test_steps_before_and_after(redrawn: Page) -> None:
    low, high = symlog_y(8), symlog_y(16)
    before, after = points(drawn(redrawn, "a11")), points(drawn(redrawn, "a12"))
    assert before[1] == pytest.approx((352.5, high), abs=0.006)
    assert after[1] == pytest.approx((385, low), abs=0.006)
    for steps in (before, after):
        assert steps[0] == pytest.approx((352.5, low), abs=0.006)
        assert steps[2] == pytest.approx((385, high), abs=0.006)


def test_band_on_its_side_ends_where_it_is_told(redrawn: Page) -> None:
    spots = points(drawn(redrawn, "a10"))
    low, high = symlog_y(8), symlog_y(16)
    expected = [(320, low), (320, high), (385, high), (352.5, low)]
    assert [part for spot in spots for part in spot] == pytest.approx(
        [part for spot in expected for part in spot], abs=0.006
    )


def test_text_outside_its_frame_is_hidden(redrawn: Page) -> None:
    text = redrawn.locator("[id=sampler-a4]")
    expect(text).to_be_visible()
    type_in(redrawn, "N", "1e8")
    settle(redrawn)
    expect(text).to_be_hidden()
    type_in(redrawn, "N", "2e9")
    settle(redrawn)
    expect(text).to_be_visible()


def test_arrow_ends_short_of_its_tip(redrawn: Page) -> None:
    d = drawn(redrawn, "a8")
    (_, start), (x, tip), *head = points(d)
    assert (x, tip) == pytest.approx((385, symlog_y(8) - 2), abs=0.006)
    assert start == pytest.approx(48 + 10 + 2, abs=0.006)
    assert head[0] == pytest.approx((383, tip - 4), abs=0.006)


def test_marks_take_their_styles_in_turn(redrawn: Page) -> None:
    styles = redrawn.locator("[id=sampler-a9] path").evaluate_all(
        "all => all.map((one) => one.getAttribute('style'))"
    )
    assert ["orange" in style for style in styles] == [True, False, True]


def test_drawing_is_cut_at_the_frame(redrawn: Page) -> None:
    reference = redrawn.locator("[id=sampler-a2]").get_attribute("clip-path")
    frame = redrawn.locator(f"[id={reference[5:-1]}] rect")
    box = {name: float(frame.get_attribute(name)) for name in ("x", "y", "width", "height")}
    assert list(box.values()) == specs.LEFT


def test_only_what_changed_is_drawn(redrawn: Page) -> None:
    redrawn.evaluate(
        f"""() => {{
          const program = {FIGURE}.program;
          const data = program.data.bind(program);
          window.asked = new Set();
          program.data = (ref) => {{ asked.add(ref); return data(ref); }};
        }}"""
    )
    redrawn.evaluate(f"{FIGURE}.set({{ w: 3 }})")
    settle(redrawn)
    artists = redrawn.evaluate(f"{FIGURE}.scene.artists")
    band, line, point = artists[:3]
    asked = set(redrawn.evaluate("[...asked].filter(Number.isInteger)"))
    assert {band["x"], band["y1"], band["y2"]} <= asked
    assert not {line["y"], point["y"]} & asked


# ---- points that can be dragged


def test_mouse_drags_the_point(figure: Page) -> None:
    handle = figure.locator("[data-drag]")
    handle.wait_for()
    at = handle.bounding_box()
    assert min(at["width"], at["height"]) >= 44
    picture = figure.locator("[data-picture] svg").bounding_box()
    zoom = picture["width"] / specs.WIDTH
    middle = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    assert middle[0] - picture["x"] == pytest.approx(left_x(7e10) * zoom, abs=1)
    figure.mouse.move(*middle)
    figure.mouse.down()
    figure.mouse.move(middle[0] + 44 * zoom, middle[1] - 30, steps=4)  # one decade is 44 units
    figure.mouse.up()
    settle(figure)
    assert value(figure, "N") == pytest.approx(7e11, rel=0.02)
    assert float(slider(figure, "N").input_value()) == pytest.approx(11.8)


def test_finger_drags_the_point_and_stays_in_range(page: Opener, files: Path) -> None:
    tab = page(files / "one.html", has_touch=True, viewport={"width": 390, "height": 800})
    handle = tab.locator("[data-drag]")
    handle.wait_for()
    at = handle.bounding_box()
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    session = tab.context.new_cdp_session(tab)

    def touch(kind: str, *spots: tuple[float, float]) -> None:
        touches = [{"x": u, "y": v} for u, v in spots]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (x, y))
    for step in range(1, 6):
        touch("touchMove", (x + 50 * step, y))
    touch("touchEnd")
    settle(tab)
    assert value(tab, "N") == 1e13


# ---- the address


def test_address_follows_and_restores(figure: Page) -> None:
    type_in(figure, "N", "3e12")
    figure.locator("select[name=view]").select_option("the other & last")
    figure.wait_for_function("location.hash.includes('view')")
    fragment = figure.url.split("#")[1]
    assert fragment == "explore=1&sampler.N=3e12&sampler.view=the%20other%20%26%20last"
    figure.reload()
    settle(figure)
    assert (value(figure, "N"), value(figure, "view")) == (3e12, 1)
    figure.locator("[data-reset]").click()
    figure.wait_for_function("location.hash === ''")


FRAGMENTS = [
    ("explore=1&sampler.N=1e12", 1e12),
    ("explore=1&sampler.N=1e99", 1e13),
    ("explore=1&sampler.N=1e9999", 1e13),
    ("explore=1&sampler.N=-5", 1e7),
    ("explore=1&sampler.N=NaN", 7e10),
    ("explore=1&sampler.N=", 7e10),
    ("explore=1&sampler.N", 7e10),
    ("explore=1&sampler.M=3&other.N=1e9&sampler.__proto__=1", 7e10),
    ("explore=1&__proto__.N=1e9&constructor.prototype=1", 7e10),
    ("explore=1&sampler.N=%E0%A4%A", 7e10),
    ("explore=1&sampler.N=<img src=x onerror=alert(1)>", 7e10),
    ("explore=1&sampler.view=<b>first</b>&sampler.bold=2", 7e10),
    ("explore=2&sampler.N=1e9", 7e10),
    ("explore=1&" + "%25<script>alert(1)</script>&=.=" * 320, 7e10),
]


def test_any_fragment_is_taken_tolerantly(figure: Page) -> None:
    for fragment, N in FRAGMENTS:
        figure.evaluate(f"{FIGURE}.set({{ N: 7e10, view: 0, bold: 0 }})")
        figure.evaluate("(fragment) => { location.hash = fragment; }", fragment)
        settle(figure)
        assert value(figure, "N") == N, fragment
        assert value(figure, "view") == 0
        assert value(figure, "bold") in (0, 1)
        assert figure.locator("figure img, figure b").count() == 0
        assert figure.locator("script").count() == 2


def test_link_in_prose_sets_the_figure_and_shows_it(page: Opener, files: Path) -> None:
    tab = page(files / "far.html", reduced_motion="reduce")
    tab.locator("a", has_text="steep").click()
    settle(tab)
    assert tab.evaluate("explorable.figures.get('far').values().N") == 1e9
    expect(tab.locator("figure[data-figure=far]")).to_be_in_viewport()


def test_link_with_shift_is_the_browsers(page: Opener, files: Path) -> None:
    tab = page(files / "far.html")
    tab.locator("a", has_text="steep").click(modifiers=["Shift"])
    settle(tab)
    assert tab.evaluate("explorable.figures.get('far').values().N") == 7e10


def test_copied_link_restores(page: Opener, files: Path) -> None:
    tab = page(files / "one.html", permissions=["clipboard-read", "clipboard-write"])
    type_in(tab, "N", "1e9")
    tab.locator("[data-copy]").click()
    expect(tab.locator("[data-copy]")).to_have_text("Link copied")
    link = tab.evaluate("navigator.clipboard.readText()")
    assert link.endswith("one.html#explore=1&sampler.N=1e9")


# ---- several figures


def test_linked_figures_move_together(page: Opener, files: Path) -> None:
    tab = page(files / "linked.html")
    tab.locator("figure[data-figure=left] input[type=range][name=N]").press("End")
    settle(tab)
    assert tab.evaluate("explorable.figures.get('right').values().N") == 1e13
    tab.locator("figure[data-figure=right] [data-reset]").click()
    assert tab.evaluate("explorable.figures.get('left').values().N") == 7e10


def reordered(link: str, name: str, options: list[str]) -> dict[str, Any]:
    """A sampler whose choice has these options, the first by default."""
    spec = specs.sampler(name, link=link)
    spec["controls"][3]["options"] = options
    spec["program"]["cases"] = [spec["program"]["cases"][0]] * 2 * len(options)
    spec["scenes"] = [spec["scenes"][0]] * 2 * len(options)
    return spec


def test_linked_choices_are_the_same_words_whatever_their_order(
    page: Opener, tmp_path: Path
) -> None:
    lists = {
        "left": ["first", "the other & last"],
        "right": ["zeroth", "the other & last", "first"],
        "other": ["zeroth", "second"],
    }
    figures = [reordered("choices", name, options) for name, options in lists.items()]
    (tmp_path / "choices.html").write_text(pages.document(figures, "Choices"), "utf-8")
    tab = page(tmp_path / "choices.html")

    def chosen() -> list[str]:
        tab.wait_for_function("explorable.figures.size === 3")
        values = [tab.evaluate(f"explorable.figures.get({name!r}).values().view") for name in lists]
        return [options[value] for options, value in zip(lists.values(), values, strict=True)]

    select = "figure[data-figure={}] select"
    tab.locator(select.format("left")).select_option("the other & last")
    assert chosen() == ["the other & last", "the other & last", "zeroth"]
    tab.locator(select.format("left")).select_option("first")
    assert chosen() == ["first", "first", "zeroth"]
    tab.locator(select.format("right")).select_option("zeroth")
    assert chosen() == ["first", "zeroth", "zeroth"]
    tab.locator(select.format("other")).select_option("second")
    assert chosen() == ["first", "zeroth", "second"]


def test_linked_controls_of_another_kind_are_left_alone(page: Opener, tmp_path: Path) -> None:
    left, right = specs.sampler("left", link="kinds"), specs.sampler("right", link="kinds")
    # The checkbox of one is called as the choice of the other.
    right["controls"][3]["name"], right["controls"][4]["name"] = "bold", "view"
    (tmp_path / "kinds.html").write_text(pages.document([left, right], "Kinds"), "utf-8")
    tab = page(tmp_path / "kinds.html")
    tab.locator("figure[data-figure=left] select").select_option("the other & last")
    tab.locator("figure[data-figure=left] input[type=checkbox]").check()
    values = tab.evaluate("explorable.figures.get('right').values()")
    assert (values["bold"], values["view"]) == (0, 0)


# ---- faults stay where they are


def test_element_of_the_registrys_name_stops_no_figure(page: Opener, tmp_path: Path) -> None:
    text = pages.document(specs.sampler(), "Named")
    heading = "<main><h2 id='explorable'>explorable</h2><form name='explorable'></form>"
    (tmp_path / "named.html").write_text(text.replace("<main>", heading), "utf-8")
    tab = page(tmp_path / "named.html")
    expect(tab.locator("figure")).to_have_class(re.compile("xp-live"))
    type_in(tab, "N", "1e9")
    expect(tab.locator("[data-live='1']")).to_have_text("6.000")
    assert value(tab, "N") == 1e9  # outside scripts find it by its name all the same


def test_variable_of_the_page_keeps_its_value(page: Opener, tmp_path: Path) -> None:
    text = pages.document(specs.sampler(), "Own")
    own = "<main><script>var explorable = 'mine';</script>"
    (tmp_path / "own.html").write_text(text.replace("<main>", own), "utf-8")
    tab = page(tmp_path / "own.html")
    type_in(tab, "N", "1e9")
    expect(tab.locator("[data-live='1']")).to_have_text("6.000")
    assert tab.evaluate("explorable") == "mine"


def broken(name: str, **changes: Any) -> dict[str, Any]:
    return specs.sampler(name) | changes


BROKEN = {
    "version": (broken("bad", version=2), "this script reads figures of version 1, not 2"),
    "preset": (broken("bad"), 'the page has no preset "Large"'),
    "json": (broken("bad"), "JSON"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_figure_that_does_not_live_says_so_and_stops_no_other(
    page: Opener, tmp_path: Path, fault: str
) -> None:
    spec, message = BROKEN[fault]
    question = predict("How many?", 5, reveal=None).data()
    text = pages.document([spec, specs.sampler("good"), question], "Broken")
    if fault == "preset":
        text = text.replace('data-preset="Large"', 'data-preset="Small"', 1)
    elif fault == "json":
        text = text.replace("data-spec>{", "data-spec>{,", 1)
    text = text.replace("<main>", "<main><p><a href='#explore=1&amp;good.N=1e9'>steep</a></p>")
    (tmp_path / "broken.html").write_text(text, "utf-8")
    tab = page(tmp_path / "broken.html")
    bad, good = (tab.locator(f"figure[data-figure={name}]") for name in ("bad", "good"))
    expect(bad.locator("[data-status]")).to_contain_text("This figure stays as it is: ")
    expect(bad.locator("[data-status]")).to_contain_text(message)
    assert bad.locator("[data-status]").bounding_box()["height"] > 10  # for every reader to see
    expect(bad.locator(".xp-controls")).to_be_hidden()
    expect(bad.locator("svg")).to_be_visible()
    tab.locator("a", has_text="steep").click()
    expect(good.locator("[data-live='1']")).to_have_text("6.000")
    tab.locator("[data-number]").fill("5")
    tab.locator("[data-number]").press("Enter")
    expect(tab.locator("[data-outcome]")).to_contain_text("Exactly right")
    assert tab.evaluate("[...explorable.figures.keys()]") == ["good"]
    assert len(tab.faults) == 1
    tab.faults.clear()


def test_program_that_fails_later_says_so(page: Opener, tmp_path: Path) -> None:
    spec, good = specs.sampler(), specs.sampler("good", link="pair")
    spec["link"] = "pair"
    spec["program"]["codes"].append([["unheard_of", 0]])
    spec["program"]["cases"] = [*spec["program"]["cases"][:2], *[{"code": 1, "constants": []}] * 2]
    (tmp_path / "late.html").write_text(pages.document([spec, good], "Late"), "utf-8")
    tab = page(tmp_path / "late.html")
    tab.locator("figure[data-figure=sampler] select").select_option("the other & last")
    said = tab.locator("figure[data-figure=sampler] [data-status]")
    expect(said).to_have_text(
        "This figure could not follow its controls: instruction 0 (unheard_of): this script does "
        "not know the operation."
    )
    tab.wait_for_timeout(800)  # the live region would have spoken
    expect(said).to_contain_text("could not follow")
    expect(tab.locator("figure[data-figure=good] [data-sentence]")).to_contain_text("other view")
    assert tab.faults
    tab.faults.clear()


def test_question_that_cannot_be_asked_stops_no_other(page: Opener, tmp_path: Path) -> None:
    questions = [predict(f"How many {what}?", 5).data() for what in ("pears", "apples")]
    text = pages.document([*questions, specs.sampler()], "Broken")
    text = text.replace(" data-skip", "", 1)
    (tmp_path / "question.html").write_text(text, "utf-8")
    tab = page(tmp_path / "question.html")
    expect(tab.locator("[data-outcome]").first).to_have_text(
        "This question cannot be answered here: the page has no [data-skip]."
    )
    tab.locator("[data-skip]").click()
    expect(tab.locator("[data-outcome]").last).to_contain_text("The answer is 5")
    assert value(tab, "N") == 7e10
    assert len(tab.faults) == 1
    tab.faults.clear()


def test_link_inside_a_picture_is_the_browsers(page: Opener, tmp_path: Path) -> None:
    text = pages.document(specs.sampler(), "Link")
    text = text.replace("<text ", "<a href='#there'><text ", 1).replace("</text>", "</text></a>", 1)
    (tmp_path / "link.html").write_text(text, "utf-8")
    tab = page(tmp_path / "link.html")
    tab.locator("svg a").click()
    assert tab.url.endswith("#there")


def test_figure_shown_twice_in_a_notebook_moves_in_both_places(
    page: Opener, tmp_path: Path
) -> None:
    tab, spec = page(specs.notebook(tmp_path)), specs.sampler()
    markup = pages.figure_html(spec, embed=False)
    values = {control["name"]: control["value"] for control in spec["controls"]}
    state = {"name": "sampler", "markup": markup, "spec": json.dumps(spec), "values": values}
    tab.evaluate(specs.SHOW_TWICE, state)
    type_in(tab.locator("figure").first, "N", "1e9")
    for live in tab.locator("[data-live='1']").all():
        live.scroll_into_view_if_needed()
        expect(live).to_have_text("6.000")
    tab.locator("select").last.select_option("the other & last")
    settle(tab)
    ids = tab.locator("[id]").evaluate_all("all => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_figure_off_screen_waits_until_it_is_seen(page: Opener, files: Path) -> None:
    tab = page(files / "far.html")
    live = tab.locator("figure[data-figure=far] [data-live='1']")
    before = live.text_content()
    settle(tab)
    assert tab.evaluate("explorable.figures.get('far').timing") == 0
    tab.evaluate("explorable.figures.get('far').set({ N: 1e9 })")
    settle(tab)
    assert live.text_content() == before
    live.scroll_into_view_if_needed()
    expect(live).to_have_text("6.000")


# ---- for everyone


def status(tab: Page) -> Any:
    return tab.locator("[data-status]")


def test_live_region_says_what_changed_after_a_rest(figure: Page) -> None:
    assert status(figure).get_attribute("role") == "status"
    type_in(figure, "N", "1e9")
    assert status(figure).text_content() == ""
    expect(status(figure)).to_have_text(
        "parameters N: 1 billion. The loss is 6.000 nats, which is above 3."
    )


def test_live_region_does_not_repeat_what_stayed(figure: Page) -> None:
    figure.locator("input[name=bold]").check()
    expect(status(figure)).to_have_text("Bold: on.")


def test_live_region_says_what_is_new_in_the_picture_where_the_sentence_is_not(
    page: Opener, tmp_path: Path
) -> None:
    spec = specs.sampler()
    for scene in spec["scenes"]:
        scene["sentence"] = ""
    (tmp_path / "wordless.html").write_text(pages.document(spec, "Wordless"), "utf-8")
    tab = page(tmp_path / "wordless.html")
    type_in(tab, "N", "1e9")
    expect(status(tab)).to_have_text("parameters N: 1 billion. At N it is above 3: 6.000.")


def test_numbers_in_what_is_said_are_words(page: Opener, tmp_path: Path) -> None:
    spec = specs.sampler()
    size = {"v": 0, "f": ".2g"}
    for scene in spec["scenes"]:
        scene["alt"] = [
            size,
            " FLOP in place of ",
            {"v": 0, "f": ".1e"},
            ". From -2 to 2e-7 (-0.5).",
        ]
        scene["sentence"] = ""
    (tmp_path / "loud.html").write_text(pages.document(spec, "Loud"), "utf-8")
    tab = page(tmp_path / "loud.html")
    rest = "From minus 2 to 2 times 10 to the minus 7 (minus 0.5)."
    picture = tab.locator("[data-picture] svg")
    expect(picture).to_have_attribute(
        "aria-label", f"70 billion FLOP in place of 70 billion. {rest}"
    )
    type_in(tab, "N", "1e12")
    expect(picture).to_have_attribute(
        "aria-label", f"1 trillion FLOP in place of 1 trillion. {rest}"
    )
    expect(status(tab)).to_have_text(
        "parameters N: 1 trillion. 1 trillion FLOP in place of 1 trillion."
    )


def test_live_region_keeps_controls_apart_and_ends_its_sentence(
    page: Opener, tmp_path: Path
) -> None:
    spec = specs.sampler()
    for scene in spec["scenes"]:
        scene["sentence"] = f"{scene['sentence']} <p>And so on.</p>"
    (tmp_path / "two.html").write_text(pages.document(spec, "Two"), "utf-8")
    tab = page(tmp_path / "two.html")
    tab.locator("[data-preset='Small & steep']").click()
    expect(status(tab)).to_have_text(
        "parameters N: 1 billion; exponent α: 0.5. The loss is 6.000 nats, which is above 3."
    )


def test_live_region_says_why_a_number_was_not_taken(figure: Page) -> None:
    type_in(figure, "N", "many")
    expect(status(figure)).to_have_text("parameters N: “many” is not a number; still 70 billion.")
    type_in(figure, "N", "1e20")
    expect(status(figure)).to_have_text(
        "parameters N: 10 to the 20 is outside; the nearest is 10 trillion. "
        "parameters N: 10 trillion. "
        f"The loss is {law(1e13, 0.34):.3f} nats, which is not above 3."
    )


def test_picture_is_described_as_it_stands(figure: Page) -> None:
    picture = figure.locator("[data-picture] svg")
    assert picture.get_attribute("aria-label").endswith(f"is not above 3: {law(7e10, 0.34):.3f}.")
    figure.locator("[data-preset='Small & steep']").click()
    settle(figure)
    assert picture.get_attribute("aria-label").endswith("is above 3: 6.000.")


def test_picture_that_says_nothing_keeps_a_name(page: Opener, tmp_path: Path) -> None:
    spec = specs.sampler()
    for scene in spec["scenes"]:
        scene["sentence"], scene["alt"] = "", None
    (tmp_path / "mute.html").write_text(pages.document(spec, "Mute"), "utf-8")
    tab = page(tmp_path / "mute.html")
    type_in(tab, "N", "1e9")
    settle(tab)
    assert tab.locator("[data-picture] svg").get_attribute("aria-label") == "Figure sampler"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(page: Opener, files: Path, scheme: str, width: int) -> None:
    tab = page(files / "one.html", color_scheme=scheme, viewport={"width": width, "height": 900})
    tab.locator("summary", has_text="More").click()
    tab.locator("[data-preset='Large']").click()
    settle(tab)
    found = Axe().run(tab, "figure")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_dark_follows_the_system_and_the_switch(page: Opener, files: Path) -> None:
    tab = page(files / "one.html", color_scheme="dark")
    paper = "getComputedStyle(document.querySelector('figure')).backgroundColor"
    dark = tab.evaluate(paper)
    tab.evaluate("document.documentElement.dataset.theme = 'light'")
    light = tab.evaluate(paper)
    assert light == "rgb(255, 255, 255)" != dark
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert tab.evaluate(paper) == dark
    tab.evaluate("delete document.documentElement.dataset.theme")
    tab.evaluate("document.body.dataset.jpThemeLight = 'true'")
    assert tab.evaluate(paper) == light


@pytest.mark.parametrize("theme", ["system", "switch"])
def test_print_is_light_and_without_controls(page: Opener, files: Path, theme: str) -> None:
    tab = page(files / "one.html", color_scheme="dark")
    if theme == "switch":
        tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    tab.emulate_media(media="print")
    paper = "getComputedStyle(document.querySelector('figure')).backgroundColor"
    assert tab.evaluate(paper) == "rgb(255, 255, 255)"
    expect(tab.locator(".xp-controls")).to_be_hidden()
    expect(tab.locator("[data-picture] svg")).to_be_visible()


def test_systems_own_colours_leave_tracks_and_pressed_presets_to_be_seen(
    page: Opener, files: Path
) -> None:
    tab = page(files / "one.html", forced_colors="active")
    tab.locator("[data-preset='Large']").click()
    ground = "(one) => getComputedStyle(one).backgroundColor"
    pressed, other = (tab.locator(f"[data-preset='{name}']") for name in ("Large", "Small & steep"))
    assert pressed.evaluate(ground) != other.evaluate(ground)
    at = slider(tab, "alpha").bounding_box()
    strip = {"x": at["x"] + 2, "y": at["y"], "width": 20, "height": at["height"]}
    with_track = tab.screenshot(clip=strip)
    slider(tab, "alpha").evaluate("(one) => { one.style.opacity = 0; }")
    assert tab.screenshot(clip=strip) != with_track


def test_finger_scrolls_the_page_over_a_slider_and_does_not_enlarge_it(
    page: Opener, files: Path
) -> None:
    tab = page(
        files / "one.html", has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}
    )
    assert slider(tab, "N").evaluate("(one) => getComputedStyle(one).touchAction") == (
        "pan-y pinch-zoom"
    )
    size = box(tab, "N").evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 16


def test_without_scripts_picture_and_sentence_stand(page: Opener, files: Path) -> None:
    tab = page(files / "one.html", java_script_enabled=False)
    expect(tab.locator("[data-picture] svg")).to_be_visible()
    expect(tab.locator("[data-sentence]")).to_have_text(
        "The loss is 2.943 nats, which is not above 3."
    )
    expect(tab.locator(".xp-controls")).to_be_hidden()


def test_narrow_page_does_not_scroll_sideways(page: Opener, files: Path) -> None:
    tab = page(files / "one.html", viewport={"width": 390, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    inside = tab.locator(".xp-scroll").evaluate("(one) => one.scrollWidth - one.clientWidth")
    assert inside == 0


def test_picture_wider_than_the_page_scrolls_by_keyboard_under_a_name(
    page: Opener, files: Path
) -> None:
    tab = page(files / "one.html", viewport={"width": 300, "height": 800})
    scroll = tab.get_by_role("group", name="Picture, wider than the page")
    scroll.press("ArrowRight")
    tab.wait_for_function("document.querySelector('.xp-scroll').scrollLeft > 0")
    tab.set_viewport_size({"width": 800, "height": 800})
    expect(scroll).to_have_count(0)


def test_style_does_not_leak(page: Opener, files: Path) -> None:
    tab = page(files / "one.html")
    look = """() => {
      const made = document.querySelector("main").appendChild(document.createElement("button"));
      const seen = JSON.stringify(Object.fromEntries([...getComputedStyle(made)]
        .map((name) => [name, getComputedStyle(made).getPropertyValue(name)])));
      made.remove();
      return seen;
    }"""
    before = tab.evaluate(look)
    sheet = "document.querySelector('style')"
    tab.evaluate(f"{sheet}.textContent = {sheet}.textContent.split('.explorable {{')[0]")
    assert tab.evaluate(look) == before
