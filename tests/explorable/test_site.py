"""The rewriting of built pages, and the checks of a built site."""

from __future__ import annotations

import pytest

from explorable import site

PAGE = """<!DOCTYPE html>
<html><head>
<!-- <script>commented()</script> -->
<script data-x="1">one("</b>" < 2);</script>
<script src="two.js" defer></script>
<script type="application/json">{"data": "<script>"}</script>
<script type="module">three()</script>
</head><body data-a='b'>
<svg viewBox="0 0 1 1"><clipPath id="c"/></svg>
<button class="a &amp; b" onclick="go(&quot;x&quot;)">Go</button>
<button onclick='go("x")' onfocus="see(); return false">Go</button>
</body></html>
"""


def code_of(page: str, files: dict[str, str], root: str = "") -> list[str]:
    """The scripts in the order in which the page runs them."""
    sources = [element.attributes.get("src", "") for element in site.elements(page)]
    return [files[source.removeprefix(root)] for source in sources if site.FILES in source]


def test_inline_scripts_become_files_in_the_same_order():
    page, files = site.without_inline_scripts(PAGE, "../")
    assert code_of(page, files, "../")[:2] == ['one("</b>" < 2);', "three()"]
    kinds = [element.attributes for element in site.elements(page) if element.tag == "script"]
    assert kinds[0]["data-x"] == "1"
    assert kinds[0]["src"].startswith("../_static/inline/")
    assert kinds[3]["type"] == "module"
    assert "one(" not in page


def test_data_comments_and_the_rest_stay_byte_for_byte():
    page, _ = site.without_inline_scripts(PAGE)
    for text in (
        "<!-- <script>commented()</script> -->",
        '<script src="two.js" defer></script>',
        '<script type="application/json">{"data": "<script>"}</script>',
        '<svg viewBox="0 0 1 1"><clipPath id="c"/></svg>',
        "<body data-a='b'>",
    ):
        assert text in page


def test_handlers_become_listeners():
    page, files = site.without_inline_scripts(PAGE)
    assert "onclick" not in page
    assert "onfocus" not in page
    assert '<button class="a &amp; b" data-listener="' in page
    listeners = code_of(page, files)[2:]
    assert [listener.count("addEventListener") for listener in listeners] == [1, 2]
    assert "addEventListener('click'" in listeners[0]
    assert 'go("x")' in listeners[0]
    assert "addEventListener('focus'" in listeners[1]


def test_listener_behaves_like_the_attribute(page, tmp_path):
    html = """<a href="#moved" onclick="this.title = event.type; return false">one</a>
              <a href="#moved" id="free" onclick="this.title = 'free'">two</a>"""
    rewritten, files = site.without_inline_scripts(html)
    for address, code in files.items():
        (tmp_path / address).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / address).write_text(code)
    (tmp_path / "page.html").write_text(rewritten)
    tab = page(tmp_path / "page.html", within=tmp_path)
    tab.locator("a").first.click()
    assert tab.locator("a").first.get_attribute("title") == "click"
    assert "#moved" not in tab.url
    tab.locator("#free").click()
    assert "#moved" in tab.url


def test_rewriting_again_changes_nothing():
    page, files = site.without_inline_scripts(PAGE)
    assert files
    assert site.without_inline_scripts(page) == (page, {})


def test_only_the_named_script_is_dropped():
    page = '<script defer src="a/b.js?v=1"></script><script src="ab.js"></script><p>b.js</p>'
    assert site.without_script(page, "b.js") == '<script src="ab.js"></script><p>b.js</p>'


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.org/a.js"></script>',
        '<link rel="stylesheet" href="//cdn.org/a.css">',
        '<link rel="preconnect" href="https://cdn.org">',
        '<img src="HTTPS://cdn.org/a.png">',
        '<img src="a.png" srcset="a.png 1x, https://cdn.org/b.png 2x">',
        '<iframe src="http://cdn.org/"></iframe>',
        '<svg><image xlink:href="https://cdn.org/a.svg"/></svg>',
        '<p style="background: url(https://cdn.org/a.png)">',
        "<style>@import url('https://cdn.org/a.css');</style>",
        '<link rel="Stylesheet" href="https://cdn.org/a.css">',
        "<LINK REL=STYLESHEET HREF=https://cdn.org/a.css>",
        '<link rel="shortcut ICON" href=" https://cdn.org/a.ico">',
        '<link rel="preload" as="image" imagesrcset="a.png, https://cdn.org/b.png 2x">',
        '<iframe srcdoc="&lt;img src=&quot;https://cdn.org/a.png&quot;&gt;"></iframe>',
        "<iframe srcdoc='<script src=//cdn.org/a.js></script>'></iframe>",
        "<script type=module>import {a} from 'https://cdn.org/a.js';</script>",
        '<script type="module">import a, * as b from "//cdn.org/a.js"</script>',
        '<script type="module">import "https://cdn.org/a.js"</script>',
        '<script type="module">export * from "https://cdn.org/a.js"</script>',
        "<script>import(`https://cdn.org/a.js`).then(go)</script>",
        "<script>importScripts( 'https://cdn.org/a.js' )</script>",
        '<script type="importmap">{"imports": {"a": "https://cdn.org/a.js"}}</script>',
        '<meta http-equiv="Refresh" content="0; url=https://cdn.org/">',
        "<p style=\"background: image-set('https://cdn.org/a.png' 1x)\">",
        '<svg><feImage href="https://cdn.org/a.svg"/></svg>',
        '<body background="https://cdn.org/a.png">',
    ],
)
def test_foreign_requests_are_seen(html):
    (address,) = site.foreign_requests(html)
    assert "cdn.org" in address


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://two.org">',
        '<link rel="canonical" href="https://two.org">',
        '<img src="pictures/a.png">',
        '<img src="data:image/png;base64,//8=">',
        "<script>fetch('https://two.org')</script>",
        "<script>// import 'https://two.org/a.js'\n/* import 'https://two.org' */</script>",
        "<script>import './a.js'; const from = 'https://two.org'</script>",
        '<script type="application/json">"import \'https://two.org/a.js\'"</script>',
        '<meta name="description" content="from https://two.org">',
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    ],
)
def test_what_asks_no_other_host_passes(html):
    assert site.foreign_requests(html) == []


@pytest.fixture
def built(tmp_path):
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: chapters/one\n"
    )
    (tmp_path / "html" / "chapters").mkdir(parents=True)
    for page in ("index", "chapters/one"):
        (tmp_path / "html" / f"{page}.html").write_text(f"<article>{'word ' * 100}</article>")
    return tmp_path


def faults(built):
    return site.faults(built / "html", built / "_toc.yml")


def test_whole_site_has_no_fault(built):
    assert faults(built) == []


def test_missing_page_is_a_fault(built):
    (built / "html" / "chapters" / "one.html").unlink()
    (fault,) = faults(built)
    assert "one.html was not written" in fault


@pytest.mark.parametrize("html", ["", "<nav>" + "word " * 100 + "</nav><article>few</article>"])
def test_page_that_says_nothing_is_a_fault(built, html):
    (built / "html" / "index.html").write_text(html)
    (fault,) = faults(built)
    assert "index.html is nearly empty" in fault


def test_the_check_exits_with_the_number_that_make_needs(built, monkeypatch, capsys):
    monkeypatch.chdir(built)
    assert site.main(["html"]) == 0
    assert site.main(["elsewhere"]) == 1
    assert "elsewhere/index.html was not written" in capsys.readouterr().err
    assert site.main([]) == 2
