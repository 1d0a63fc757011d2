"""Break `scaling_core` on purpose, one thing at a time, and see which tests notice.

``python -m tests.mutants [MODULE ...]`` works on a copy of the tree in a temporary folder.  A
mutant is one change of a module or its data: a result a little off, a function's checks left out, a
field spoiled, docstrings cut, an operator, comparison, number or line changed.  Only tests that
call the changed function run, first those that no mutant has made fail yet, then the others until
one fails.  Printed are the mutants that no test noticed and the tests that never failed: either may
be a fault of the tests, or a change that changes nothing.  Needs fork, so Linux or macOS.
"""

from __future__ import annotations

import argparse
import ast
import copy
import dataclasses
import gc
import importlib
import json
import os
import random
import re
import resource
import shutil
import sys
import tempfile
import time
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
TESTS = "tests/scaling_core/test_{}.py"
GENERAL = ("contract", "docstrings")
MODULES = sorted(p.stem for p in (ROOT / "scaling_core").glob("*.py") if p.stem != "__init__")
OWN = {
    **{"_batched": ("batched", "fitting"), "_checks": ("checks", "contract")},
    **{"_special": ("testtime",), "sources": ("sources", "docstrings")},
    "facts": ("facts", "power", "prophecy", "strategy"),
}
DATA = {"claims": "*.toml", "facts": "*.csv"}
MEMORY = 4 << 30  # bytes: a mutant may ask for endless arrays
# What the tests import from elsewhere, imported once: every run is a fork of this process.
IMPORTED = ("hypothesis.strategies", "nbclient", "playwright.sync_api", "scipy.optimize")
HELPERS = "from tests.mutants import Spoiled as _S, off as _off, plain as _plain, unchecked as _un"
CHECKS = {"broadcastable", "broadcastable_fields", "choice", "count", "distribution", "fraction"}
CHECKS |= {"nonnegative", "number", "positive", "same_length", "single"}
SWAPS: dict[type, tuple[type, ...]] = {
    **{ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Pow: (ast.Mult,), ast.USub: (ast.UAdd,)},
    **{ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.And: (ast.Or,), ast.Or: (ast.And,)},
    **{ast.Lt: (ast.GtE, ast.LtE), ast.GtE: (ast.Lt, ast.Gt), ast.Eq: (ast.NotEq,)},
    **{ast.Gt: (ast.LtE, ast.GtE), ast.LtE: (ast.Gt, ast.Lt), ast.NotEq: (ast.Eq,)},
}

Tell = Callable[[Any], None]
Edit = tuple[Any, str, int | None, Any]
"""A node, a field of it, the place in the field if that is a list, and what to put there."""


# ---- what a mutant calls


def off(value: Any, factor: float = 1.01) -> Any:
    """`value`, a little off: numbers scaled, texts emptied, containers in all their parts."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return ""
    if isinstance(value, Mapping):
        return {name: off(item, factor) for name, item in value.items()}
    if isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        return type(value)(off(item, factor) for item in value)
    if dataclasses.is_dataclass(value):
        changed = copy.copy(value)
        for name, item in vars(value).items():
            object.__setattr__(changed, name, off(item, factor))
        return changed
    try:
        scaled = value * factor + (value == 0) * (factor - 1)
        return ~value if str(getattr(value, "dtype", "")) == "bool" else scaled
    except TypeError:
        return None


def unchecked(name: str = "", value: Any = None, **_: Any) -> Any:
    """`value` as the checks return it, but whatever it is."""
    try:
        return plain(name, value) if isinstance(value, list | tuple) else value
    except (TypeError, ValueError):
        return value


def plain(name: str = "", value: Any = None, **_: Any) -> Any:
    """`value` as an array of numbers: what cannot be one, traced values too, is an error."""
    import numpy as np

    return np.asarray(value, float)[()]


class Spoiled:
    """A field of a dataclass that comes back a little off."""

    def __init__(self, cls: type, name: str) -> None:
        self._name = name
        setattr(cls, name, self)

    def __get__(self, record: Any, cls: type) -> Any:
        return off(vars(record)[self._name])

    def __set__(self, record: Any, value: Any) -> None:
        vars(record)[self._name] = value


# ---- the mutants of a file


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A changed file: what is changed, in which function if in one, which tests may notice.

    A `rough` one is only for the tests that have not failed yet.
    """

    module: str
    file: str
    what: str
    text: Callable[[], str]
    function: str = ""
    tests: tuple[str, ...] = ("own",)
    rough: bool = False


class Code:
    """The syntax tree of a module, and the mutants that edits of it make."""

    def __init__(self, module: str) -> None:
        self.module, self.file = module, f"scaling_core/{module}.py"
        self.tree = ast.parse((ROOT / self.file).read_text("utf-8"))
        self.tree.body[2:2] = ast.parse(HELPERS).body
        self.places = list(_places(self.tree, ""))

    def broad(self) -> Iterator[Mutant]:
        """Docstrings, whole functions, fields: together they should make every test fail."""
        if not self.module.startswith("_"):
            yield from self._documented()
        functions = [(x, name) for x, name, *_ in self.places if isinstance(x, ast.FunctionDef)]
        for factor in (1.01, 1.5):
            for x, name in functions:
                edits = [
                    (node, "value", None, _call("_off", node.value, ast.Constant(factor)))
                    for node, at, *_ in self.places
                    if at == name and isinstance(node, ast.Return) and node.value
                ]
                if edits:
                    what = f"{name} returns {factor} times its value"
                    yield self._mutant(what, name, x.lineno, edits, rough=factor > 1.01)
        for x, name in functions:
            for call, what in (("_un", "checks nothing"), ("_plain", "needs plain numbers")):
                if edits := [edit for _, at, edit in self._unchecked(call) if at == name]:
                    tests, rough = ("own", "contract"), call == "_plain"
                    yield self._mutant(f"{name} {what}", name, x.lineno, edits, tests, rough=rough)
        for at, cls in enumerate(self.tree.body):
            for field in getattr(cls, "body", ()):
                if isinstance(field, ast.AnnAssign) and cls.decorator_list:
                    name = field.target.id
                    edit = self._inserted(at + 1, f"_S({cls.name}, {name!r})")
                    what = f"{cls.name}.{name} spoiled"
                    yield self._mutant(what, "", field.lineno, [edit], rough=True)

    def _documented(self) -> Iterator[Mutant]:
        texts = [(node.value, place) for node, _, *place in self.places if _is_text(node)]
        for what, cut in {
            "the first line only": lambda text: text.partition("\n")[0],
            "no formulas": lambda text: text.replace("``", ""),
            "other fields": lambda text: re.sub(r"(?m)^( {8})(\w+):", r"\1no_\2:", text),
        }.items():
            edits = [(node, "value", None, cut(node.value)) for node, _ in texts]
            yield self._mutant(f"docstrings: {what}", "", 1, edits, ("docstrings",), rough=True)
        edits = [(*place, ast.Pass()) for _, place in texts[1:]]
        yield self._mutant("docstrings: none", "", 1, edits, ("docstrings",), rough=True)
        edit = self._inserted(len(self.tree.body), "def unheard_of(x): return x")
        yield self._mutant("a new function", "", 1, [edit], GENERAL, rough=True)

    def narrow(self) -> Iterator[Mutant]:
        """One check, operator, comparison or number."""
        for node, name, edit in self._unchecked():
            what = f"{_short(node)} left out"
            yield self._mutant(what, name, node.lineno, [edit], ("own", "contract"))
        for node, name, parent, *place in self.places:
            line = getattr(node, "lineno", getattr(parent, "lineno", 1))
            others = [other() for other in SWAPS.get(type(node), ())]
            if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
                others = [ast.Constant(off(node.value, 1.1))]
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
                others = [node.operand]
            for new in others:
                old, changed = (
                    _short(x) if isinstance(x, ast.expr) else type(x).__name__ for x in (node, new)
                )
                what = f"{old} -> {changed} in {_short(parent)}"
                yield self._mutant(what, name, line, [(parent, *place, new)])

    def _unchecked(self, call: str = "_un") -> Iterator[tuple[Any, str, Edit]]:
        for node, name, *place in self.places:
            if isinstance(node, ast.Raise):
                yield node, name, (*place, ast.Pass())
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in CHECKS:
                yield node, name, (node, "func", None, ast.Name(call, ast.Load()))

    def _inserted(self, at: int, code: str) -> Edit:
        body = self.tree.body
        return self.tree, "body", None, [*body[:at], *ast.parse(code).body, *body[at:]]

    def _mutant(
        self, what: str, name: str, line: int, edits: list[Edit], *tests: Any, rough: bool = False
    ) -> Mutant:
        def text() -> str:
            old = [(*edit[:3], _put(*edit)) for edit in edits]
            changed = ast.unparse(ast.fix_missing_locations(self.tree))
            for edit in reversed(old):
                _put(*edit)
            return changed

        return Mutant(
            self.module, self.file, f"line {line}: {what}", text, name, *tests, rough=rough
        )


def data_mutants(module: str, file: str) -> tuple[list[Mutant], list[Mutant]]:
    """Those of all lines that begin alike, in a ledger with a key, and those of single lines."""
    lines = (ROOT / file).read_text("utf-8").splitlines(keepends=True)
    changes = {
        "dropped": lambda line: "",
        "emptied": lambda line: re.sub(r'".*"', '""', line),
        "with other numbers": lambda line: re.sub(r"\d+", lambda x: str(int(x[0]) + 1), line),
        "without an address": lambda line: re.sub(r"https?://[^,\"\n]+", "", line),
        "referring to no claim": lambda line: line.replace('."\n', ' See A99."\n'),
    }

    def mutant(what: str, change: Callable[[str], str], chosen: list[int]) -> Mutant:
        def text() -> str:
            return "".join(change(x) if i in chosen else x for i, x in enumerate(lines))

        return Mutant(module, file, what, text)

    keys = [re.match(r"(\w+) = |", line)[1] for line in lines]
    whole = [
        mutant(f"lines of {key} {what}", change, [i for i, x in enumerate(keys) if x == key and i])
        for key in dict.fromkeys(keys)
        for what, change in changes.items()
        if any(
            key == x and change(line) != line for x, line in zip(keys[1:], lines[1:], strict=True)
        )
    ]
    single = [
        mutant(f"line {i + 1} {what}", change, [i])
        for i, line in enumerate(lines)
        for what, change in changes.items()
        if i and change(line) != line and not line.startswith(("#", "[", "\n"))
    ]
    return whole, single


def _places(
    parent: ast.AST, name: str, outer: str = ""
) -> Iterator[tuple[Any, str, ast.AST, str, int | None]]:
    """Every node of code: the function in whose body it is, and its place there."""
    for field, value in ast.iter_fields(parent):
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if field in ("annotation", "returns") or not isinstance(node, ast.AST):
                continue
            within = outer if field in ("args", "decorator_list") and outer != name else name
            at = within
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                inner = ".<locals>." if isinstance(parent, ast.FunctionDef) else "."
                at = f"{name}{inner}{node.name}" if name else node.name
            yield node, at, parent, field, index
            if not isinstance(node, ast.JoinedStr):
                yield from _places(node, at, within)


def _put(node: Any, field: str, index: int | None, new: Any) -> Any:
    """Put `new` into its place and return what was there."""
    value = getattr(node, field)
    if index is None:
        setattr(node, field, new)
        return value
    old, value[index] = value[index], new
    return old


def _is_text(node: Any) -> bool:
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), [*arguments], [])


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) < 60 else f"{text[:56]} ..."


# ---- the tests


class Watch:
    """A plugin of pytest that runs the tests which mutants ask for, and tells which fail."""

    def __init__(self, bench: Bench, mutants: list[Mutant] | None, tell: Tell) -> None:
        self.bench, self.mutants, self.tell = bench, mutants, tell
        self.calls: set[str] = set()
        self.failed: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self.mutants is None:
            for item in session.items:
                self.calls.clear()
                start = time.perf_counter()
                self._run([item])
                seconds = time.perf_counter() - start
                self.tell([item.nodeid, sorted(self.calls), seconds, self.failed])
        items = {item.nodeid: item for item in session.items}
        for i, mutant in enumerate(self.mutants or ()):
            tests = self.bench.wanted(mutant)

            def work(tell: Tell, mutant: Mutant = mutant, tests: list[str] = tests) -> None:
                if mutant.function:
                    _patch(mutant)
                chosen = [items[test] for test in tests if test in items]
                self._run(chosen, {*tests} - self.bench.seen)
                tell(self.failed)

            if tests:
                [failed] = forked(work, self.bench.seconds) or [["no end"]]
                self.bench.seen.update(failed)
                self.tell([i, failed])
        return True

    def _run(self, items: list[pytest.Item], fresh: Collection[str] = ()) -> None:
        for item, following in zip(items, [*items[1:], None], strict=True):
            if self.failed and item.nodeid not in fresh:
                break
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

    def trace(self, frame: Any, *_: Any) -> None:
        """Note a call of a function of `scaling_core`."""
        folder, _, file = frame.f_code.co_filename.rpartition("/")
        if folder.endswith("/scaling_core") and "/tests/" not in folder:
            self.calls.add(f"{file.removesuffix('.py')}.{frame.f_code.co_qualname}")


def forked(work: Callable[[Tell], None], seconds: int) -> list[Any]:
    """What `work` tells from a process of its own, which may compute for so many seconds."""
    with tempfile.TemporaryFile("w+") as file:
        child = os.fork()
        if not child:
            try:
                for limit, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, MEMORY)):
                    resource.setrlimit(limit, (most, resource.RLIM_INFINITY))
                work(lambda thing: print(json.dumps(thing), file=file, flush=True))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        file.seek(0)
        return [json.loads(line) for line in file]


def _patch(mutant: Mutant) -> None:
    """Give the functions of a module that is imported already the code of a mutant."""
    module = importlib.import_module(f"scaling_core.{mutant.module}")
    exec(HELPERS, vars(module))
    codes: dict[str, types.CodeType] = {}

    def collect(code: types.CodeType) -> None:
        for inner in code.co_consts:
            if isinstance(inner, types.CodeType):
                codes[inner.co_qualname] = inner
                collect(inner)

    collect(compile(mutant.text(), module.__file__, "exec"))
    for function in gc.get_objects():
        if isinstance(function, types.FunctionType):
            code = function.__code__
            if code.co_filename == module.__file__ and "<" not in code.co_qualname:
                function.__code__ = codes[code.co_qualname]


class Bench:
    """A copy of the tree, its tests with what each calls, and which of them have failed."""

    def __init__(self, folder: str, modules: list[str], seconds: int) -> None:
        self.root, self.seconds = Path(folder) / "tree", seconds
        ignored = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info")
        shutil.copytree(ROOT, self.root, ignore=ignored)
        names = {*GENERAL}.union(*(OWN.get(x, (x,)) for x in modules))
        found = self._pytest([TESTS.format(name) for name in sorted(names)], None)
        if not found or found[-1][3]:
            sys.exit(f"these tests fail as it is: {found and found[-1][3]}")
        self.calls = {test: {*calls} for test, calls, *_ in found}
        self.duration = {test: duration for test, _, duration, _ in found}
        self.seen: set[str] = set()

    def tests_of(self, module: str, kinds: tuple[str, ...]) -> list[str]:
        """The module's own tests, and of those for all modules the ones that are about it."""
        own = OWN.get(module, (module,))
        names = [name for kind in kinds for name in (own if kind == "own" else (kind,))]
        files = tuple(TESTS.format(name) for name in names)
        others = {*MODULES} - {module} if not module.startswith("_") else set()
        about = re.compile(r"(?:contract|docstrings)\.py::\w+\[(\w+)[.\]]")
        return [
            test
            for test in self.calls
            if test.startswith(files) and (about.search(test) or ["", ""])[1] not in others
        ]

    def wanted(self, mutant: Mutant) -> list[str]:
        """The tests to run for a mutant: those first that have not failed yet, the quick first."""
        tests, called = (
            self.tests_of(mutant.module, mutant.tests),
            f"{mutant.module}.{mutant.function}",
        )
        if mutant.function:
            tests = [test for test in tests if called in self.calls[test]]
        if mutant.rough:
            tests = [test for test in tests if test not in self.seen]
        return sorted(tests, key=lambda test: (test in self.seen, self.duration[test]))

    def noticed(self, mutants: list[Mutant]) -> Iterator[tuple[Mutant, bool]]:
        """Each mutant that was tried, and whether a test failed for it."""
        called = set().union(*self.calls.values())
        mutants = [
            x if f"{x.module}.{x.function}" in called else dataclasses.replace(x, function="")
            for x in mutants
        ]
        inside = [mutant for mutant in mutants if mutant.function]
        files = _files([test for mutant in inside for test in self.wanted(mutant)])
        failed = dict(self._pytest(files, inside)) if files else {}
        for i, mutant in enumerate(inside):
            self.seen.update(failed.get(i, ()))
            if i in failed or not mutant.rough:
                yield mutant, bool(failed.get(i))
        for mutant in mutants:
            tests = self.wanted(mutant) if not mutant.function else []
            if tests:
                (self.root / mutant.file).write_text(mutant.text(), "utf-8")
                found = self._pytest(_files(tests), [mutant])
                shutil.copy(ROOT / mutant.file, self.root / mutant.file)
                self.seen.update(test for _, failed in found for test in failed)
                yield mutant, not found or bool(found[0][1])

    def _pytest(self, files: list[str], mutants: list[Mutant] | None) -> list[Any]:
        def work(tell: Tell) -> None:
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            os.chdir(self.root)
            os.environ["PYTHONPATH"] = str(self.root)
            sys.path.insert(0, str(self.root))
            for name in [name for name in sys.modules if name.split(".")[0] == "tests"]:
                del sys.modules[name]
            sys.dont_write_bytecode = mutants is not None
            watch = Watch(self, mutants, tell)
            if mutants is None:
                sys.settrace(watch.trace)
            options = ["-o", "addopts=--import-mode=importlib", "-p", "no:cacheprovider"]
            options += ["--continue-on-collection-errors"]
            pytest.main([*options, *files], plugins=[watch])

        return forked(work, 3600)


def _files(tests: list[str]) -> list[str]:
    return sorted({test.partition("::")[0] for test in tests})


def main() -> None:
    """Try the mutants of the modules that are named, and print what no test noticed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("module", nargs="*", default=MODULES, help="by default all")
    parser.add_argument("--most", type=int, default=20, help="small changes that are tried a file")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of small changes")
    parser.add_argument("--seconds", type=int, default=20, help="of work that a mutant may take")
    options = parser.parse_args()
    os.nice(19)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in IMPORTED:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder, options.module, options.seconds)
        for module in options.module:
            tried = missed = 0
            for mutant, noticed in bench.noticed(_chosen(module, options.most, options.seed)):
                tried += 1
                if not noticed and not mutant.rough:
                    missed += 1
                    print(f"{mutant.file}, {mutant.what}", flush=True)
            tests = bench.tests_of(module, ("own", *GENERAL))
            never = [test for test in tests if test not in bench.seen]
            print(f"== {module}: {tried} mutants, {missed} that no test noticed", flush=True)
            print(*(f"never failed: {test}" for test in never), sep="\n", flush=True)


def _chosen(module: str, most: int, seed: int) -> list[Mutant]:
    """The mutants of a module and its data: the broad ones, and so many of the narrow ones."""
    code = Code(module)
    kinds = [(list(code.broad()), list(code.narrow()))]
    for path in sorted((ROOT / "scaling_core/data").glob(DATA.get(module, "none"))):
        kinds.append(data_mutants(module, str(path.relative_to(ROOT))))
    chosen = []
    for broad, narrow in kinds:
        random.Random(seed).shuffle(narrow)
        rest = [dataclasses.replace(x, rough=True) for x in narrow[most : 6 * most]]
        chosen += [*broad, *narrow[:most], *rest]
    return chosen


if __name__ == "__main__":
    main()
