"""Each format that originals come in: read whole, or refused with the reason."""

import json
import lzma
import pickle

import numpy as np
import pytest

from scaling_core import _formats, _originals
from scaling_core._formats import (
    json_object,
    parquet_table,
    pickled_table,
    printed_rows,
    text_table,
)

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def test_text():
    data = '\ufeffa,b\r\n1,"x, y"\r\n,"two\nlines"\r\n'.encode()
    assert text_table(data) == {"a": ["1", ""], "b": ["x, y", "two\nlines"]}
    for spoilt in (b"", b"\xff\xfe", b"a,b\n1\n", b"a,b\n1,2,3\n"):
        with pytest.raises(
            ValueError, match=r"no table of comma-separated text|row 1 has \d cells"
        ):
            text_table(spoilt)


# ---- parquet ---------------------------------------------------------------------------------


def as_parquet(table, **options):
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(table), sink, **options)
    return sink.getvalue().to_pybytes()


def test_parquet():
    data = as_parquet({"a": [1, 2], "b": ["x", "y"], "c": [0.5, None]})
    assert parquet_table(data, ["b", "a"]) == {"b": ["x", "y"], "a": [1, 2]}
    with pytest.raises(ValueError, match="it has no column 'd'"):
        parquet_table(data, ["a", "d"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:-20],
        lambda data: data[20:],
        lambda data: b"PAR1" + data[4:200] + b"PAR1",
        lambda data: data[:40] + bytes(40) + data[80:],
    ],
)
def test_a_broken_parquet_file_is_refused(spoil):
    data = as_parquet({"a": [1.5, 2.5, 3.5]}, compression="none", use_dictionary=False)
    with pytest.raises(ValueError, match="no parquet file"):
        parquet_table(spoil(data), ["a"])


def test_a_small_parquet_file_of_endless_rows_is_refused():
    rows = 2 * 10**6
    data = as_parquet({"a": pyarrow.nulls(rows, pyarrow.int8())})
    assert len(data) < 10_000
    with pytest.raises(ValueError, match="it has 2000000 rows, more than 1000000"):
        parquet_table(data, ["a"])


def test_counts_of_tries():
    data = as_parquet(
        {
            "Model": ["A", "A", "A", "B"],
            "Benchmark": ["MATH"] * 4,
            "Problem Idx": [7, 9, 7, 7],
            "Num. Samples Total": [100] * 4,
            "Num. Samples Correct": [3.0, 0.0, 3.0, 0.0],
            "Scaling Parameter": [1, 1, 2, 1],
        }
    )
    assert _originals._monkeys(data) == {
        "model": ("A", "A", "B"),
        "benchmark": ("MATH",) * 3,
        "problem": (7, 9, 7),
        "n": (100,) * 3,
        "c": (3.0, 0.0, 0.0),
    }


# ---- pickles in xz ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cut short"),
        (b"no archive whatsoever", "no xz archive"),
        (lzma.compress(b"no pickle"), "it is no whole pickle"),
        (lzma.compress(pickle.dumps([1], 4))[:-20], "cut short"),
        (lzma.compress(pickle.dumps([1], 4)), "it has list where DataFrame should be"),
        (lzma.compress(pickle.dumps(np.ones(3), 5)), r"names numpy\._core"),
        (lzma.compress(pickle.dumps(print, 4)), r"names builtins\.print"),
        (lzma.compress(bytes(2**25)), "holds more than 16777216 bytes"),
    ],
)
def test_a_pickle_that_is_no_table_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        pickled_table(data)


def test_a_table_in_place_of_the_tables_of_porian(monkeypatch):
    frame = {name: ["x"] for name in ("dataset", "hparams", "warmup", "decay", "param_count")}
    frame |= {"val": ["x"], "data": [None]}
    monkeypatch.setattr(_formats, "pickled_table", lambda data: frame)
    with pytest.raises(ValueError, match="it has NoneType where DataFrame should be"):
        _originals._porian_runs(b"")
    frame["val"] = [("x",)]
    with pytest.raises(ValueError, match="a configuration that is no text"):
        _originals._porian_runs(b"")
    del frame["val"]
    with pytest.raises(ValueError, match="it has no column 'val'"):
        _originals._porian_runs(b"")


# ---- JSON and notebooks ----------------------------------------------------------------------

MODEL = {
    "name": "rpj-d=96",
    "dataset_name": "rpj",
    "hyperparameters": {
        "params": 12,
        "params_no_embed": 10,
        "tokens": 240,
        "chinchilla_multiplier": 1.0,
    },
    "results": [
        {"val_data": ["eval/openlm/shard_00000000.tar"], "loss": 3.5},
        {"val_data": ["eval/c4_val/shard-{0000000..0000010}.tar"], "loss": 3.25},
    ],
}


def test_models_in_json():
    cells = _originals._gadre(*(json.dumps(MODEL | {"name": name}).encode() for name in "ab"))
    assert cells["name"] == ["a", "b"]
    assert cells["loss_c4"] == [3.25, 3.25]
    assert cells["loss_openlm"] == [3.5, 3.5]
    assert cells["tokens"] == [240, 240]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[1]", "its JSON is no object"),
        (b"[" * 100_000, "no JSON"),
        (b"{}", "a model's file has no 'hyperparameters'"),
        (json.dumps(MODEL | {"results": MODEL["results"][:1]}).encode(), "no 'c4_val'"),
        (json.dumps(MODEL | {"results": [{"val_data": [], "loss": 1}]}).encode(), "a model's file"),
        (json.dumps(MODEL | {"results": None}).encode(), "a model's file"),
    ],
)
def test_a_model_of_another_make_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        _originals._gadre(data)


def notebook(*outputs):
    return json.dumps({"cells": [{}, {"outputs": outputs}]}).encode()


def stream(*lines, name="stdout"):
    return {"output_type": "stream", "name": name, "text": lines}


def test_what_a_notebook_printed():
    lines = ("2b8 2.81 4.0 4.0 3.2\n", "1b25\n", "1b1 1.1 2.0 0.5 3.0")
    rows = printed_rows(notebook(stream("a b c d e\n", name="stderr"), stream(*lines)), 1, 5)
    assert rows == [["2b8", "2.81", "4.0", "4.0", "3.2"], ["1b1", "1.1", "2.0", "0.5", "3.0"]]
    cells = _originals._repetitions(1, "e9")(notebook(stream(*lines)))
    assert cells["params"] == ["2.81e9", "1.1e9"]
    assert cells["loss"] == ("3.2", "3.0")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (notebook(), "printed no line of 5 words"),
        (notebook(stream("a b\n")), "printed no line of 5 words"),
        (b'{"cells": [{}]}', "no printed text in cell 1"),
        (b'{"cells": 3}', "no printed text in cell 1"),
        (b'{"cells": [{}, {"outputs": [3]}]}', "no printed text in cell 1"),
        (b"{}", "no printed text in cell 1"),
        (b"[]", "its JSON is no object"),
    ],
)
def test_a_notebook_without_it_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        printed_rows(data, 1, 5)


def test_json_is_read():
    assert json_object(b'{"a": [1, null]}') == {"a": [1, None]}
