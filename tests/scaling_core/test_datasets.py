import dataclasses
import gzip
import hashlib
import http.server
import os
import re
import subprocess
import sys
import threading
import urllib.parse
from pathlib import Path

import numpy as np
import pytest

from scaling_core import _fetch, _originals, _tables, datasets
from scaling_core._fetch import Origin
from scaling_core._originals import TABLES
from scaling_core.datasets import (
    FOLDER_VARIABLE,
    OFFLINE_VARIABLE,
    ChecksumError,
    DatasetError,
    DownloadError,
    FormatError,
    MissingFileError,
    MissingLibraryError,
    UnknownColumnError,
    UnknownDatasetError,
    load,
    load_first,
)
from scaling_core.sources import citation
from tests.book import notebooks
from tests.conftest import ROOT
from tests.scaling_core.optional_data import load_or_skip

MEASURED = {"laptop_pretraining", "laptop_tries"}
EXPORTED = {
    *("porian_optimal_pairs", "porian_isoflop_runs", "datablations_runs", "datablations_fitset"),
    *("gadre_runs", "monkeys_counts", "monkeys_gsm8k_counts", "monkeys_math_counts"),
    *("epoch_models", "epoch_frontier"),
}
ROWS = {
    "chinchilla_runs": 245,
    "chinchilla_model_parameters": 50,
    "porian_optimal_pairs": 177,
    "porian_isoflop_runs": 1748,
    "datablations_runs": 296,
    "datablations_fitset": 182,
    "gadre_runs": 104,
    "monkeys_counts": 7 * 128,
    "monkeys_gsm8k_counts": 18 * 128,
    "monkeys_math_counts": 18 * 128,
    "epoch_models": 1396,
    "epoch_hardware": 175,
    "epoch_frontier": 137,
    "transistors": 199,
    "kyo_takano_runs": 234,
}

RUNS = b"N,D,C,loss\n100,2000,1.2e6,3.5\n200,,2.4e6,3.1\n"
EXPORT = RUNS.replace(b"100,", b"100.0,")
SMALL = TABLES["kyo_takano_runs"]
PAGE = b"<!DOCTYPE html>\n<html><body>Please log in to the network.</body></html>"
REPOSITORY = "someone/some-runs"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def origin(data, path):
    return Origin(REPOSITORY, 40 * "0", path, len(data), sha256(data))


def pretend(monkeypatch, *originals, **changes):
    """Let a data set stand for a table of two rows, made from these originals or one."""
    originals = originals or (RUNS,)
    paths = ["folder/df.csv", *(f"folder/more {number}.csv" for number in range(1, 200))]
    origins = tuple(map(origin, originals, paths))
    table = dataclasses.replace(SMALL, name="runs.csv", origins=origins)
    monkeypatch.setitem(TABLES, "kyo_takano_runs", dataclasses.replace(table, **changes))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder of data, an empty cache, and an origin that cannot be reached."""
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(data))
    monkeypatch.delenv(OFFLINE_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(_fetch, "_HOST", "http://127.0.0.1:9")
    monkeypatch.setattr(_fetch, "_unreachable", {})
    monkeypatch.setattr(_fetch, "_spares", [])
    monkeypatch.setattr("pooch.core.time.sleep", waits.append)
    waits.clear()
    pretend(monkeypatch)
    return data


waits = []  # the seconds between tries


@pytest.fixture
def server(folder, monkeypatch):
    """The origin, on this machine: it sends the body, or what `answers` says for each try.

    An answer is the body, a status, or a function that is given the handler.
    """

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path = urllib.parse.unquote(self.path).removeprefix(f"/{REPOSITORY}/{40 * '0'}/")
            self.server.asked.append(path)
            answer = self.server.answers.pop(0) if self.server.answers else self.server.body
            answer = answer.get(path, 404) if isinstance(answer, dict) else answer
            if callable(answer):
                answer(self)
                return
            self.send_response(answer if isinstance(answer, int) else 200)
            self.end_headers()
            if isinstance(answer, bytes):
                self.wfile.write(answer)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.body, server.answers, server.asked = RUNS, [], []
        monkeypatch.setattr(_fetch, "_HOST", f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def cached(folder):
    return folder.parent / "cache" / "scaling_core" / REPOSITORY / "folder" / "df.csv"


# ---- a small table through every door --------------------------------------------------------


def check(table):
    np.testing.assert_array_equal(table["N"], [100, 200])
    np.testing.assert_array_equal(table["D"], [2000, np.nan])
    np.testing.assert_array_equal(table["loss"], [3.5, 3.1])


@pytest.mark.parametrize(
    "place",
    ["df.csv", "originals/df.csv", "runs.csv", "some/df.csv", "originals/some/df.csv"],
)
def test_an_original_in_the_folder(folder, monkeypatch, place):
    pretend(monkeypatch, subfolder="some")
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_bytes(RUNS)
    check(load("kyo_takano_runs"))


def test_an_exported_table_in_the_folder(folder, monkeypatch):
    pretend(monkeypatch, sha256=sha256(EXPORT))
    (folder / "runs.csv").write_bytes(EXPORT)
    check(load("kyo_takano_runs"))
    (folder / "df.csv").write_bytes(RUNS)
    (folder / "runs.csv").write_bytes(b"is not even read, since the original is there")
    check(load("kyo_takano_runs"))


def test_an_exported_table_stands_in_where_the_original_cannot_be_read(folder, monkeypatch):
    pretend(monkeypatch, sha256=sha256(EXPORT), library="no_such_library", read=None)
    (folder / "df.csv").write_bytes(RUNS)
    (folder / "runs.csv").write_bytes(EXPORT)
    check(load("kyo_takano_runs"))


def test_download_then_cache(server, folder, monkeypatch):
    check(load("kyo_takano_runs"))
    assert server.asked == ["folder/df.csv"]
    assert cached(folder).read_bytes() == RUNS
    check(load("kyo_takano_runs"))
    monkeypatch.delenv(FOLDER_VARIABLE)
    check(load("kyo_takano_runs"))
    monkeypatch.setenv(OFFLINE_VARIABLE, "1")
    check(load("kyo_takano_runs"))
    assert len(server.asked) == 1


def test_folder_comes_before_the_cache(server, folder):
    load("kyo_takano_runs")
    (folder / "df.csv").write_bytes(RUNS.replace(b"3.5", b"3.6"))
    with pytest.raises(ChecksumError):
        load("kyo_takano_runs")
    (folder / "df.csv").write_bytes(RUNS)
    check(load("kyo_takano_runs"))
    assert len(server.asked) == 1


@pytest.mark.parametrize("spoilt", [b"", RUNS[:20], RUNS + b"1", PAGE])
def test_a_half_written_file_in_the_cache_is_fetched_again(server, folder, spoilt):
    cached(folder).parent.mkdir(parents=True)
    cached(folder).write_bytes(spoilt)
    check(load("kyo_takano_runs"))
    assert len(server.asked) == 1
    assert cached(folder).read_bytes() == RUNS


def test_a_file_of_several(server, folder, monkeypatch):
    parts = [RUNS, *(b"N,D,C,loss\n%d,1,2,3\n" % number for number in range(30))]
    pretend(monkeypatch, *parts, read=lambda *data: {"seen": data}, columns=[])
    table = TABLES["kyo_takano_runs"]
    paths = [part.path for part in table.origins]
    server.body = dict(zip(paths, parts, strict=True))
    (folder / "df.csv").write_bytes(RUNS)
    assert datasets._find("kyo_takano_runs", table).originals == tuple(parts)
    assert sorted(server.asked) == sorted(paths[1:])
    assert datasets._find("kyo_takano_runs", table).originals == tuple(parts)
    assert len(server.asked) == 30
    del server.body[paths[7]]
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "another"))
    (folder / "df.csv").unlink()
    with pytest.raises(DownloadError, match=r"df.csv and 30 more cannot .*HTTP status 404"):
        load("kyo_takano_runs")


def test_the_first_download_says_so_in_one_line_without_a_path(server, folder, capfd):
    load("kyo_takano_runs")
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err == f"Fetching kyo_takano_runs (1 kB) from github.com/{REPOSITORY}\n"
    load("kyo_takano_runs")
    assert capfd.readouterr() == ("", "")


# ---- what can go wrong ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["df.csv", "runs.csv"])
def test_another_file_in_the_folder_is_refused(folder, monkeypatch, name):
    pretend(monkeypatch, sha256=sha256(EXPORT))
    (folder / name).write_bytes(RUNS.replace(b"3.5", b"3.6"))
    known = sha256(RUNS if name == "df.csv" else EXPORT)
    with pytest.raises(
        ChecksumError,
        match=rf"^kyo_takano_runs: \S+{name} has SHA-256 \w+, not {known}: replace it",
    ):
        load("kyo_takano_runs")


def test_a_file_in_the_folder_that_cannot_be_read(folder, monkeypatch):
    (folder / "df.csv").write_bytes(RUNS)

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(MissingFileError, match=r"^kyo_takano_runs: \S+df.csv cannot be read"):
        load("kyo_takano_runs")


def test_folder_that_is_none(folder, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder / "typo"))
    with pytest.raises(
        MissingFileError, match=rf"^kyo_takano_runs: {FOLDER_VARIABLE} = '.*typo' is not a folder"
    ):
        load("kyo_takano_runs")


@pytest.mark.parametrize("setting", ["1", "yes", "true"])
def test_offline(server, monkeypatch, setting):
    monkeypatch.setenv(OFFLINE_VARIABLE, setting)
    with pytest.raises(
        DownloadError,
        match=rf"^kyo_takano_runs: {OFFLINE_VARIABLE} forbids to fetch http\S+df.csv: unset it and "
        rf"connect to the network once, or put .* {FOLDER_VARIABLE}",
    ):
        load("kyo_takano_runs")
    assert server.asked == []
    for off in ("", "0"):
        monkeypatch.setenv(OFFLINE_VARIABLE, off)
        check(load("kyo_takano_runs"))


def test_an_origin_that_cannot_be_reached_is_tried_again_and_then_left_alone(folder, monkeypatch):
    with pytest.raises(
        DownloadError,
        match=r"^kyo_takano_runs: http://127.0.0.1:9/\S+df.csv cannot be fetched: 127.0.0.1:9 "
        rf"cannot be reached \(ConnectionError\): connect to the network .* {FOLDER_VARIABLE}",
    ):
        load("kyo_takano_runs")
    assert waits == [1, 2]
    with pytest.raises(DownloadError, match=r"127.0.0.1:9 could not be reached \d s ago"):
        load("kyo_takano_runs")
    assert waits == [1, 2]
    monkeypatch.setattr(_fetch, "_REST_SECONDS", 0)
    with pytest.raises(DownloadError, match="cannot be reached"):
        load("kyo_takano_runs")
    assert waits == [1, 2, 1, 2]


def hang_up(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(RUNS)))
    handler.end_headers()
    handler.wfile.write(RUNS[:20])


def stall(handler):
    hang_up(handler)
    handler.wfile.flush()
    threading.Event().wait(1)


@pytest.mark.parametrize("fault", [503, 500, 429, 408, hang_up, RUNS[:20], b"", stall])
def test_a_passing_fault_is_tried_again(server, folder, monkeypatch, fault):
    monkeypatch.setattr(_fetch, "_TIMEOUT_SECONDS", (1, 0.2))
    server.answers = [fault, fault]
    check(load("kyo_takano_runs"))
    assert len(server.asked) == 3
    assert waits == [1, 2]
    assert cached(folder).read_bytes() == RUNS


@pytest.mark.parametrize(
    ("fault", "tries", "kind", "message"),
    [
        (404, 1, DownloadError, "cannot be fetched: its answer is HTTP status 404: connect to"),
        (403, 1, DownloadError, "cannot be fetched: its answer is HTTP status 403"),
        (503, 3, DownloadError, r"does not send it \(HTTPError\)"),
        (hang_up, 3, DownloadError, r"does not send it \(ChunkedEncodingError\)"),
        (PAGE, 1, ChecksumError, "a web page came instead: a proxy or a log-in may stand between"),
        (b" \n" + PAGE, 1, ChecksumError, "a web page came instead"),
        (RUNS + b"more", 1, ChecksumError, "it sends more than the file has: try again later"),
        (RUNS.replace(b"3.5", b"3.6"), 3, ChecksumError, "has another SHA-256: try again later"),
        (b"", 3, ChecksumError, "what it sends has another SHA-256"),
    ],
)
def test_a_lasting_fault_is_told_and_what_was_there_stays(
    server, folder, fault, tries, kind, message
):
    old = b"the file of an earlier commit"
    cached(folder).parent.mkdir(parents=True)
    cached(folder).write_bytes(old)
    server.body = fault
    with pytest.raises(kind, match=rf"^kyo_takano_runs: http\S+df.csv .*{message}") as caught:
        load("kyo_takano_runs")
    assert FOLDER_VARIABLE in str(caught.value)
    assert len(server.asked) == tries
    assert cached(folder).read_bytes() == old
    assert list(cached(folder).parent.iterdir()) == [cached(folder)], "something is left over"
    server.body = RUNS
    check(load("kyo_takano_runs"))


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"1,2,3,4\n" * 10_000)
    except OSError:
        pass  # nobody listens any more


def packed(handler):
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.wfile.write(gzip.compress(b"0" * 10**8))


@pytest.mark.parametrize("fault", [endless, packed])
def test_a_stream_without_an_end_is_cut_off(server, folder, fault):
    server.body = fault
    with pytest.raises(ChecksumError, match="it sends more than the file has"):
        load("kyo_takano_runs")
    assert not [path for path in folder.parent.glob("cache/**/*") if path.is_file()]


def a_file_in_its_place(folder):
    (folder.parent / "cache").write_text("a file")


def a_file_in_place_of_a_subfolder(folder):
    cached(folder).parents[2].mkdir(parents=True)
    cached(folder).parents[1].write_text("a file")


def no_permission(folder):
    if os.geteuid() == 0:
        pytest.skip("the superuser may write everywhere")
    (folder.parent / "cache").mkdir(mode=0o500)


@pytest.mark.parametrize(
    "spoil", [a_file_in_its_place, a_file_in_place_of_a_subfolder, no_permission]
)
def test_a_cache_that_cannot_be_written_is_replaced_by_a_temporary_folder(server, folder, spoil):
    spoil(folder)
    check(load("kyo_takano_runs"))
    check(load("kyo_takano_runs"))
    assert len(server.asked) == 1
    [spare] = _fetch._spares
    assert list(Path(spare.name).rglob("df.csv"))
    spare.cleanup()


def test_no_room_at_all(server, folder, monkeypatch):
    a_file_in_its_place(folder)

    def refuse(**arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    with pytest.raises(DownloadError, match=r"df.csv cannot be kept: no temporary folder .*: make"):
        load("kyo_takano_runs")


def test_a_proxy_that_refuses(folder, monkeypatch):
    monkeypatch.setattr(_fetch, "_HOST", "http://example.invalid")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(DownloadError, match=r"example.invalid cannot be reached \(ProxyError\)"):
        load("kyo_takano_runs")


def test_a_missing_library_is_named(folder, monkeypatch):
    def read(data):
        from scaling_core import _formats

        return _formats.parquet_table(data, ["N"])

    pretend(monkeypatch, read=read)
    (folder / "df.csv").write_bytes(RUNS)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        MissingLibraryError,
        match=r"^kyo_takano_runs: \S+df.csv is read by the package pyarrow, which is not "
        "installed: python -m pip install pyarrow",
    ):
        load("kyo_takano_runs")


@pytest.mark.parametrize("name", ["chinchilla", "", "Chinchilla_runs", None, 3, ["transistors"]])
def test_unknown_name(name):
    with pytest.raises(UnknownDatasetError, match=r"^name = .*allowed is one of .*chinchilla_runs"):
        load(name)


def test_every_error_is_a_value_error():
    kinds = [
        UnknownDatasetError,
        UnknownColumnError,
        MissingFileError,
        MissingLibraryError,
        DownloadError,
        ChecksumError,
        FormatError,
    ]
    assert all(issubclass(kind, DatasetError) and issubclass(kind, ValueError) for kind in kinds)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"N,D,C\n1,2,3\n", "has no column 'loss': it has"),
        (b"N,D,C,loss\n1,2,3,many\n", "column 'loss': could not convert"),
        (b"N,D,C,loss\n1,2,3\n", "row 1 has 3 cells of 4"),
        (b"", "no table of comma-separated text"),
        (b"\xff\xfe\x00", "no table of comma-separated text"),
    ],
)
def test_a_table_that_is_not_what_it_should_be(folder, monkeypatch, content, message):
    pretend(monkeypatch, content)
    (folder / "df.csv").write_bytes(content)
    with pytest.raises(FormatError, match=rf"^kyo_takano_runs: \S+df.csv.* {message}"):
        load("kyo_takano_runs")


# ---- the book's own measurements, and which of several can be had ----------------------------


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """A package of the book with one of its measurements, of two rows."""
    package = tmp_path / "path" / "measured_here"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.delitem(sys.modules, "measured_here", raising=False)
    file = dataclasses.replace(
        TABLES["laptop_pretraining"],
        package="measured_here",
        columns=SMALL.columns,
    )
    (package / file.name).write_bytes(RUNS)
    monkeypatch.setitem(TABLES, "laptop_pretraining", file)
    return package / file.name


def test_own_measurements_need_neither_folder_nor_network(folder, measured, monkeypatch):
    check(load("laptop_pretraining"))
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder / "typo"))
    check(load("laptop_pretraining"))


def test_own_measurements_that_are_not_installed(measured, monkeypatch):
    measured.unlink()
    with pytest.raises(MissingFileError, match=r"measured_here has no pretraining.csv: install"):
        load("laptop_pretraining")
    file = dataclasses.replace(TABLES["laptop_pretraining"], package="not_here.results")
    monkeypatch.setitem(TABLES, "laptop_pretraining", file)
    with pytest.raises(MissingFileError, match=r"the package not_here.results, which is not inst"):
        load("laptop_pretraining")


def test_tries_are_of_the_seeds_that_every_model_has():
    rows = {
        "model": np.array(["d=12", "d=12", "d=24", "d=12"]),
        "seed": np.array([0.0, 1.0, 0.0, 0.0]),
        "c": np.arange(4.0),
    }
    kept = _originals._of_common_seeds(rows)
    assert kept["c"].tolist() == [0, 2, 3]
    tries = load("laptop_tries")
    asked = {name: set() for name in tries["model"]}
    for model, seed, problem in zip(tries["model"], tries["seed"], tries["problem"], strict=True):
        asked[model].add((seed, problem))
    assert len({frozenset(pairs) for pairs in asked.values()}) == 1


def test_the_first_that_can_be_had(folder, measured):
    table = load_first("kyo_takano_runs", "transistors", "laptop_pretraining")
    assert table.name == "laptop_pretraining"
    (folder / "df.csv").write_bytes(RUNS)
    table = load_first("kyo_takano_runs", "transistors", "laptop_pretraining")
    assert table.name == "kyo_takano_runs"


def test_none_can_be_had(folder):
    with pytest.raises(DownloadError, match=r"df.csv cannot be fetched.*; transistors: .* cannot"):
        load_first("kyo_takano_runs", "transistors")


def test_a_misspelt_name_is_found_even_where_it_is_not_reached(folder):
    (folder / "df.csv").write_bytes(RUNS)
    with pytest.raises(UnknownDatasetError, match="name = 'laptop_runs': allowed is one of"):
        load_first("kyo_takano_runs", "laptop_runs")
    with pytest.raises(UnknownDatasetError, match="name one data set or more"):
        load_first()


# ---- the table -------------------------------------------------------------------------------


def test_table_is_frozen(folder):
    (folder / "df.csv").write_bytes(RUNS)
    table = load("kyo_takano_runs")
    assert list(table) == ["N", "D", "C", "loss"]
    assert len(table) == 4
    with pytest.raises(ValueError, match="read-only"):
        table["N"][0] = 1
    with pytest.raises(TypeError):
        table["N"] = np.ones(2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.name = "mine"
    with pytest.raises(UnknownColumnError, match="column = 'n': kyo_takano_runs has 'N', 'D'"):
        table["n"]
    assert "n" not in table
    assert table.get("n") is None
    assert repr(table) == "<data set kyo_takano_runs: 2 rows of N, D, C, loss>"
    assert table == table
    assert table != load("kyo_takano_runs")
    assert "Takano" in citation(table)


@pytest.mark.parametrize("name", datasets.names())
def test_entry(name):
    table = TABLES[name]
    assert bool(table.package) == (name in MEASURED)
    assert bool(table.origins) == (name not in MEASURED)
    assert bool(table.sha256) == (name in EXPORTED)
    assert re.fullmatch(r"([0-9a-f]{64})?", table.sha256)
    assert re.fullmatch(r"[\w.-]+\.csv", table.name)
    assert table.licence
    assert table.description.endswith(".")
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert all(column.unit for column in table.columns)
    assert citation(table).startswith("@")


def test_the_list_of_originals():
    listed = _fetch._manifest()
    for file in listed:
        assert re.fullmatch(r"[\w-]+/[\w.-]+", file.repository)
        assert re.fullmatch(r"[0-9a-f]{40}", file.commit)
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert 0 < file.length < 5e6
        assert file.url.startswith(f"https://raw.githubusercontent.com/{file.repository}/")
        assert re.fullmatch(r"[\w./:%~-]+", file.url), "a character that has to be quoted"
    assert len(set(listed)) == len(listed) == 124
    used = [file for table in TABLES.values() for file in table.origins]
    assert set(used) == set(listed)
    assert len(TABLES["gadre_runs"].origins) == 104
    assert [len(TABLES[name].origins) for name in datasets.names()].count(1) == 17


def test_nothing_that_others_published_is_part_of_the_book():
    theirs = {file.sha256 for file in _fetch._manifest()}
    theirs |= {table.sha256 for table in TABLES.values() if table.sha256}
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this is not a checkout")
    paths = [ROOT / os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
    assert len(paths) > 100
    ours = {sha256(path.read_bytes()): path for path in paths if path.is_file()}
    assert [ours[found] for found in theirs & set(ours)] == []


def test_what_chapters_draw_is_marked():
    drawn = {name for name, table in TABLES.items() if table.is_drawn}
    asked = set()
    for path in notebooks.paths():
        for cell in notebooks.read(path).cells:
            if cell.cell_type == "code":
                asked |= set(re.findall(r'"(\w+)"', "".join(re.findall(LOADS, cell.source))))
    assert drawn == asked - MEASURED


LOADS = r"\bload(?:_first)?\([^()]*\)"


@pytest.mark.parametrize("name", sorted(EXPORTED))
def test_originals_give_what_was_exported_from_them(name, monkeypatch):
    if not (folder := datasets._folder(name)):
        pytest.skip(f"{FOLDER_VARIABLE} is not set")
    exported = datasets._export(name, TABLES[name], folder)
    table = load_or_skip(name)
    if exported is None or not datasets._find(name, TABLES[name]).originals:
        pytest.skip(f"{folder} has not both")
    theirs = datasets._dataset(name, TABLES[name], exported)
    for column, values in table.items():
        if values.dtype.kind == "f":
            np.testing.assert_allclose(values, theirs[column], rtol=2e-6)  # printed with 6 digits
        else:
            np.testing.assert_array_equal(values, theirs[column])


@pytest.mark.parametrize("name", datasets.names())
def test_real_file(name):
    table = load_or_skip(name)
    assert set(table) == set(table.units)
    assert {column.ndim for column in table.values()} == {1}
    sizes = {column.size for column in table.values()}
    assert len(sizes) == 1
    assert sizes.pop() == ROWS.get(name, table[next(iter(table))].size)
    for values in table.values():
        if values.dtype.kind == "f":
            assert np.isfinite(values).any()
        elif values.dtype.kind == "M":
            assert not np.isnat(values).all()
        else:
            assert values.dtype.kind == "U"
            assert (values != "").any()


def test_chinchilla_runs_are_in_file_order():
    runs = load_or_skip("chinchilla_runs")
    assert list(runs) == ["N", "D", "C", "loss"]
    # the file's first and second row
    assert runs["N"][:2] == pytest.approx([6795600349.289497, 2979521172.1967993], rel=1e-15)
    assert runs["C"][:2] == pytest.approx([9.993852799709755e18, 9.227541223049181e18], rel=1e-15)
    assert runs["loss"][:2] == pytest.approx([5.005581996196243, 4.665232074214], rel=1e-12)
    np.testing.assert_allclose(6 * runs["N"] * runs["D"], runs["C"], rtol=1e-14)
    # the five that the refit leaves out: 2.0B to 6.8B parameters, .04 to .40 tokens for each
    out = np.argsort(runs["loss"])[-5:]
    assert np.sort(runs["N"][out])[[0, -1]] == pytest.approx([2.0e9, 6.8e9], rel=0.01)
    ratio = runs["D"][out] / runs["N"][out]
    assert (ratio.min(), ratio.max()) == pytest.approx((0.036, 0.404), abs=0.001)


def test_odd_cells_of_the_transistor_table():
    chips = load_or_skip("transistors")
    for row, name, count in ((0, "Intel 4004", 2250), (-2, "Apple M1 Ultra", 114e9)):
        assert chips["processor"][row].startswith(name)
        assert chips["transistors"][row] == count
    assert (chips["year"][0], chips["year"].max()) == (1971, 2022)
    assert chips["process_nm"][0] == 10_000
    assert np.isnan(chips["process_nm"][1])  # "?"
    assert chips["process_nm"][3] == 7_500  # "7,500 nm[29]"


def test_odd_cells_of_the_model_table():
    models = load_or_skip("epoch_models")
    assert models["date"][0] == np.datetime64("2025-06-10")
    assert models["cost"][~np.isnan(models["cost"])][0] == 6_770_000.0  # "$6770000.00"
    assert models["post_training_C"][~np.isnan(models["post_training_C"])] == [9.4e22]


def test_importing_the_package_is_light():
    code = "import sys, scaling_core.datasets; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env={**os.environ},
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"pooch", "pyarrow", "requests", "pandas", "matplotlib", "ipywidgets"}
    assert not heavy & set(done.stdout.split())


def test_the_first_number_of_a_cell_is_read():
    sizes = _tables.first_number(["10,000 nm[29]", "?", "", "1.5 to 2"])
    np.testing.assert_array_equal(sizes, [10_000.0, np.nan, np.nan, 1.5])


def test_tokens_that_a_file_lacks_follow_from_its_compute():
    read = {"N": np.array([1e9, 2e9]), "C": np.array([6e19, 6e20]), "loss": np.array([3.0, 2.5])}
    runs = _originals._with_tokens(read)
    assert list(runs) == ["N", "D", "C", "loss"]
    np.testing.assert_allclose(runs["D"], [1e10, 5e10], rtol=1e-15)


# ---- from the command line -------------------------------------------------------------------


def test_listing(folder, capsys, monkeypatch):
    assert datasets._main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(datasets.names())
    assert all(str(folder) not in line for line in lines)
    pretend(monkeypatch, sha256=sha256(EXPORT), library="no_such_library")

    def state():
        assert datasets._main(["kyo_takano_runs"]) == 0
        return capsys.readouterr().out.split(maxsplit=1)[1].strip()

    assert state() == "to be fetched (1 kB)"
    (folder / "runs.csv").write_bytes(EXPORT)
    assert state() == "at hand, as exported"
    (folder / "runs.csv").unlink()
    (folder / "df.csv").write_bytes(RUNS)
    assert state() == "at hand, but needs the package no_such_library"
    pretend(monkeypatch)
    assert state() == "at hand"
    (folder / "df.csv").write_bytes(b"1")
    assert state().startswith("spoilt: kyo_takano_runs: ")


def test_fetching(server, folder, capsys, monkeypatch):
    assert datasets._main(["--fetch", "kyo_takano_runs"]) == 0
    said = capsys.readouterr()
    assert said.out.split() == ["kyo_takano_runs", "at", "hand"]
    assert said.err.count("Fetching") == 1
    assert cached(folder).read_bytes() == RUNS
    monkeypatch.setenv(OFFLINE_VARIABLE, "1")
    assert datasets._main(["--fetch", "kyo_takano_runs"]) == 0
    assert datasets._main(["--fetch", "kyo_takano_runs", "transistors"]) == 1
    said = capsys.readouterr()
    assert re.search(r"transistors +to be fetched \(19 kB\)", said.out)
    assert said.err.startswith(f"transistors: {OFFLINE_VARIABLE} forbids")


def test_what_is_fetched(folder, capsys, monkeypatch):
    monkeypatch.setenv(OFFLINE_VARIABLE, "1")
    assert datasets._main(["--fetch"]) == 1
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == sorted(name for name, table in TABLES.items() if table.is_drawn)
    datasets._main(["--fetch", "--all"])
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == list(datasets.names())
    with pytest.raises(SystemExit):
        datasets._main(["--fetch", "no_such_set"])
    assert "name = 'no_such_set'" in capsys.readouterr().err
