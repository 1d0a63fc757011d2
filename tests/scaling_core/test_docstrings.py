"""What a reader of the API pages is promised: each carries formula, units and source."""

import ast
import importlib
import inspect
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

import scaling_core
from scaling_core.sources import Source

# how numbers are kept and said, not where they come from
TOOLS = ("claims", "datasets", "facts", "quantities", "sources")
MODULES = sorted(path.stem for path in Path(scaling_core.__file__).parent.glob("[!_]*.py"))
LAWS = [name for name in MODULES if name not in TOOLS]


def public(name):
    """The public functions and classes that a module defines."""
    module = importlib.import_module(f"scaling_core.{name}")
    for key, thing in vars(module).items():
        is_code = inspect.isfunction(thing) or inspect.isclass(thing)
        if is_code and thing.__module__ == module.__name__ and not key.startswith("_"):
            yield key, thing


def signatures(body, prefix=""):
    """The public functions, methods and fields of a module's source, and what types they name."""
    for node in body:
        name = getattr(node, "name", None) or getattr(getattr(node, "target", None), "id", "_")
        if name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            yield from signatures(node.body, f"{name}.")
        elif isinstance(node, ast.FunctionDef):
            arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            types = [argument.annotation for argument in arguments] + [node.returns]
            yield prefix + name, {word for each in types if each for word in names_in(each)}
        elif isinstance(node, ast.AnnAssign):
            yield prefix + name, names_in(node.annotation)


def names_in(annotation):
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("name", LAWS)
def test_public_types_have_names(name):
    source = Path(scaling_core.__file__).with_name(f"{name}.py").read_text("utf-8")
    found = dict(signatures(ast.parse(source).body))
    assert found
    assert [where for where, types in found.items() if "Any" in types] == []


def methods(cls):
    for name, thing in vars(cls).items():
        thing = getattr(thing, "__func__", thing)  # of a class method
        if not name.startswith("_") and inspect.isfunction(thing):
            yield f"{cls.__name__}.{name}", thing


def quantities(cls):
    """The properties that compute something: not where numbers come from, nor which there are."""
    for name, thing in vars(cls).items():
        if isinstance(thing, property) and name not in ("source", "samples"):
            yield f"{cls.__name__}.{name}", thing


def formulas(name):
    """The functions of a module and the methods of its classes."""
    for key, thing in public(name):
        if inspect.isfunction(thing):
            yield key, thing
        else:
            yield from methods(thing)


def formula_bearers(name):
    """What has to show a formula: beside those, properties, and classes that have methods."""
    yield from formulas(name)
    for key, thing in public(name):
        if inspect.isclass(thing):
            yield from quantities(thing)
            if any(methods(thing)):
                yield key, thing


def listed(found):
    return [
        pytest.param(thing, id=f"{module}.{key}") for module in LAWS for key, thing in found(module)
    ]


HEADINGS = re.compile(r"^(Args|Attributes|Returns|Raises|Source):", re.MULTILINE)
FORMULA = re.compile(r"[=<>^/]|\w\(|\s[-+±x]\s")


def shows_a_formula(text):
    """Whether something between double backticks, before the lists, relates or combines."""
    spans = re.findall(r"``(.+?)``", HEADINGS.split(text)[0], re.DOTALL)
    return any(FORMULA.search(span) for span in spans)


@pytest.mark.parametrize("thing", listed(formulas))
def test_a_formula_says_what_goes_in_what_comes_out_and_whose_it_is(thing):
    text = inspect.getdoc(thing)
    arguments = [
        name for name in inspect.signature(thing).parameters if name not in ("self", "cls")
    ]
    assert not arguments or "\nArgs:\n" in text
    for name in arguments:
        assert f"\n    {name}: " in text.replace("*", ""), f"{name} is not described"
    assert "\nReturns:\n" in text
    assert "Source: " in text


@pytest.mark.parametrize("thing", listed(formula_bearers))
def test_the_formula_is_shown(thing):
    assert shows_a_formula(inspect.getdoc(thing))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Loss.\n\n``L = E + A / N^alpha``.", True),
        ("Peak: ``alpha / (2 beta)``.", True),
        ("Middle of ``sorted(x)``.", True),
        ("Loss of ``N`` parameters.", False),
        ("Loss, in words: A / N^alpha.", False),
        ("Loss.\n\nArgs:\n    N: ``N > 0``.", False),
    ],
)
def test_what_counts_as_a_formula(text, shown):
    assert shows_a_formula(text) is shown


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_has_a_docstring(name):
    for key, thing in public(name):
        text = inspect.getdoc(thing) or ""
        assert text, key
        # a dataclass without one gets its signature for a docstring
        assert not text.startswith(f"{key}("), key


@pytest.mark.parametrize("name", LAWS)
def test_a_record_describes_each_field_by_itself(name):
    for key, thing in public(name):
        _, heading, rest = (inspect.getdoc(thing) or "").partition("\nAttributes:\n")
        if heading:
            described = re.findall(r"^    (\S.*?):", rest.split("\n\n")[0], re.MULTILINE)
            shown = [field.name for field in fields(thing) if not field.name.startswith("_")]
            assert [name for name in described if name not in shown] == [], key


@pytest.mark.parametrize("name", MODULES)
def test_every_constant_says_what_it_is(name):
    """A text below the assignment, which is what puts a constant on its page."""
    module = importlib.import_module(f"scaling_core.{name}")
    body = ast.parse(inspect.getsource(module)).body
    for node, below in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id.isupper() and target.id[0] != "_":
                text = isinstance(below, ast.Expr) and getattr(below.value, "value", None)
                assert isinstance(text, str), target.id


PUBLISHED = {
    key: (int(key.split("_")[1]), value)
    for name in LAWS
    for key, value in vars(importlib.import_module(f"scaling_core.{name}")).items()
    if re.match(r"[A-Z]+_(19|20)\d\d(_|$)", key) and is_dataclass(value)
}


@pytest.mark.parametrize("key", PUBLISHED)
def test_a_published_law_names_a_work_of_its_year(key):
    year, law = PUBLISHED[key]
    sources = (law.source,) if isinstance(law.source, Source) else law.source
    assert year in [source.year for source in sources]
    assert all(source.url or source.venue for source in sources)
