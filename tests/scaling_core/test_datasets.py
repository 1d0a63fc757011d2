import dataclasses
import hashlib
import http.server
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from scaling_core import datasets
from scaling_core.datasets import (
    FOLDER_VARIABLE,
    ChecksumError,
    DatasetError,
    DownloadError,
    FormatError,
    MissingFileError,
    UnknownColumnError,
    UnknownDatasetError,
    load,
    load_first,
)
from scaling_core.sources import citation
from tests.scaling_core.optional_data import load_or_skip

VERBATIM = {
    "chinchilla_runs",
    "transistors",
    "model_costs",
    "kyo_takano_runs",
    "scaling_law_review",
}
MEASURED = {"laptop_pretraining", "laptop_tries"}
ROWS = {
    "chinchilla_runs": 245,
    "chinchilla_model_parameters": 50,
    "datablations_runs": 296,
    "datablations_fitset": 182,
    "gadre_runs": 104,
    "monkeys_counts": 7 * 128,
    "epoch_hardware": 175,
    "epoch_frontier": 137,
    "transistors": 199,
    "kyo_takano_runs": 234,
}

RUNS = b"N,D,C,loss\n100,2000,1.2e6,3.5\n200,,2.4e6,3.1\n"
RUNS_SHA256 = hashlib.sha256(RUNS).hexdigest()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder of data, an empty cache and, for a small table, a wrong address."""
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(data))
    monkeypatch.setattr("pooch.os_cache", lambda name: cache / name)
    pretend(monkeypatch, url="http://127.0.0.1:9/df.csv")
    return data


def pretend(monkeypatch, **changes):
    """Let `kyo_takano_runs` stand for a table of two rows."""
    file = dataclasses.replace(
        datasets._FILES["kyo_takano_runs"], name="df.csv", sha256=RUNS_SHA256, **changes
    )
    monkeypatch.setitem(datasets._FILES, "kyo_takano_runs", file)


@pytest.fixture
def server():
    """Serves `server.body` and counts how often it was asked for."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked += 1
            self.send_response(self.server.status)
            self.end_headers()
            self.wfile.write(self.server.body)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.body, server.status, server.asked = RUNS, 200, 0
        server.url = f"http://127.0.0.1:{server.server_port}/df.csv"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


# ---- a small table through every door --------------------------------------------------------


def check(table):
    np.testing.assert_array_equal(table["N"], [100, 200])
    np.testing.assert_array_equal(table["D"], [2000, np.nan])
    np.testing.assert_array_equal(table["loss"], [3.5, 3.1])


def test_folder(folder):
    (folder / "df.csv").write_bytes(RUNS)
    check(load("kyo_takano_runs"))


def test_download_then_cache(folder, server, monkeypatch):
    pretend(monkeypatch, url=server.url)
    check(load("kyo_takano_runs"))
    assert server.asked == 1
    check(load("kyo_takano_runs"))
    assert server.asked == 1
    monkeypatch.delenv(FOLDER_VARIABLE)
    check(load("kyo_takano_runs"))
    assert server.asked == 1


def test_folder_comes_before_the_cache(folder, server, monkeypatch):
    pretend(monkeypatch, url=server.url)
    (folder / "df.csv").write_bytes(RUNS)
    check(load("kyo_takano_runs"))
    assert server.asked == 0


def test_spoilt_cache_is_fetched_again(folder, server, monkeypatch):
    pretend(monkeypatch, url=server.url)
    load("kyo_takano_runs")
    cached = next(folder.parent.glob("cache/**/df.csv"))
    cached.write_bytes(b"spoilt")
    check(load("kyo_takano_runs"))
    assert server.asked == 2


def test_wrong_checksum_in_the_folder(folder):
    (folder / "df.csv").write_bytes(RUNS.replace(b"3.5", b"3.6"))
    with pytest.raises(ChecksumError, match=rf"df.csv has SHA-256 .*not {RUNS_SHA256}: replace it"):
        load("kyo_takano_runs")


def test_wrong_checksum_of_the_download(folder, server, monkeypatch):
    pretend(monkeypatch, url=server.url)
    server.body = b"N,D,C,loss\n"
    with pytest.raises(
        ChecksumError, match=rf"has not the SHA-256 {RUNS_SHA256}.*{FOLDER_VARIABLE}"
    ):
        load("kyo_takano_runs")
    assert not list(folder.parent.glob("cache/**/*.csv"))


def test_unreachable(folder):
    with pytest.raises(DownloadError, match=rf"127.0.0.1:9/df.csv cannot be.*{FOLDER_VARIABLE}"):
        load("kyo_takano_runs")


def test_origin_that_has_lost_the_file(folder, server, monkeypatch):
    pretend(monkeypatch, url=server.url)
    server.status = 404
    with pytest.raises(DownloadError, match=r"HTTPError.*connect to the network"):
        load("kyo_takano_runs")


def test_export_that_is_not_in_the_folder(folder):
    with pytest.raises(
        MissingFileError, match=rf"gadre_\w+.csv is not in {re.escape(str(folder))}"
    ):
        load("gadre_runs")


def test_export_without_a_folder(monkeypatch):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    with pytest.raises(MissingFileError, match=f"not in any folder.*let {FOLDER_VARIABLE} name"):
        load("gadre_runs")


def test_folder_that_is_none(folder, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder / "typo"))
    with pytest.raises(MissingFileError, match=rf"^{FOLDER_VARIABLE} = '.*typo' is not a folder"):
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
        DownloadError,
        ChecksumError,
        FormatError,
    ]
    assert all(issubclass(kind, DatasetError) and issubclass(kind, ValueError) for kind in kinds)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"year,share\n1990,0.05\n", "has no column 'internet_pen': it has"),
        (b"year,internet_pen\n1990,many\n", "column 'internet_pen': could not convert"),
        (b"year,internet_pen\n1990\n", "column 'internet_pen': "),
        (b"", "is not a table"),
        (b"\xff\xfe\x00", "is not a table"),
    ],
)
def test_export_with_other_columns(folder, content, message):
    (folder / datasets._FILES["internet_users"].name).write_bytes(content)
    with pytest.raises(FormatError, match=message):
        load("internet_users")


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
        datasets._FILES["laptop_pretraining"],
        package="measured_here",
        columns=datasets._FILES["kyo_takano_runs"].columns,
    )
    (package / file.name).write_bytes(RUNS)
    monkeypatch.setitem(datasets._FILES, "laptop_pretraining", file)
    return package / file.name


def test_own_measurements_need_neither_folder_nor_network(folder, measured, monkeypatch):
    check(load("laptop_pretraining"))
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder / "typo"))
    check(load("laptop_pretraining"))


def test_own_measurements_that_are_not_installed(measured, monkeypatch):
    measured.unlink()
    with pytest.raises(MissingFileError, match=r"pretraining.csv is missing: install the book"):
        load("laptop_pretraining")
    file = dataclasses.replace(datasets._FILES["laptop_pretraining"], package="not_here.results")
    monkeypatch.setitem(datasets._FILES, "laptop_pretraining", file)
    with pytest.raises(MissingFileError, match=r"the package not_here.results, which is not inst"):
        load("laptop_pretraining")


def test_the_first_that_can_be_had(folder, measured):
    table = load_first("kyo_takano_runs", "gadre_runs", "laptop_pretraining")
    assert table.name == "laptop_pretraining"
    (folder / "df.csv").write_bytes(RUNS)
    table = load_first("kyo_takano_runs", "gadre_runs", "laptop_pretraining")
    assert table.name == "kyo_takano_runs"


def test_none_can_be_had(folder):
    with pytest.raises(DownloadError, match=r"df.csv cannot be fetched.*; gadre_\w+.csv is not in"):
        load_first("kyo_takano_runs", "gadre_runs")


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
    file = datasets._FILES[name]
    assert bool(file.package) == (name in MEASURED)
    if name not in MEASURED:
        assert bool(file.url) == bool(file.sha256) == (name in VERBATIM) != bool(file.origin)
    if file.url:
        pattern = r"https://raw\.githubusercontent\.com/[\w-]+/[\w-]+/[0-9a-f]{40}/[\w./-]+\.csv"
        assert re.fullmatch(pattern, file.url)
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
    assert file.licence
    assert file.description.endswith(".")
    names = [column.name for column in file.columns]
    assert len(set(names)) == len(names)
    assert all(column.unit for column in file.columns)
    assert citation(file).startswith("@")


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
    heavy = {"pooch", "requests", "pandas", "matplotlib", "ipywidgets"}
    assert not heavy & set(done.stdout.split())


def test_the_first_number_of_a_cell_is_read():
    sizes = datasets._first_number(["10,000 nm[29]", "?", "", "1.5 to 2"])
    np.testing.assert_array_equal(sizes, [10_000.0, np.nan, np.nan, 1.5])


def test_tokens_that_a_file_lacks_follow_from_its_compute():
    read = {"N": np.array([1e9, 2e9]), "C": np.array([6e19, 6e20]), "loss": np.array([3.0, 2.5])}
    runs = datasets._with_tokens(read)
    assert list(runs) == ["N", "D", "C", "loss"]
    np.testing.assert_allclose(runs["D"], [1e10, 5e10], rtol=1e-15)
