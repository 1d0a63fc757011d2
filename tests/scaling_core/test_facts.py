import re
from urllib.parse import urlsplit

import numpy as np
import pytest

from scaling_core import facts
from scaling_core.pretraining import training_flops
from scaling_core.prophecy import fit_exponential
from scaling_core.sources import SOURCES, citation
from scaling_core.testtime import mean_over_problems, pass_at_k
from tests.scaling_core.optional_data import load_or_skip

# each column of numbers: the least and the greatest value that its unit allows here
RANGES = {
    "landmark_models": {
        "N": (1e7, 1e13),
        "active_N": (1e7, 1e12),
        "D": (1e9, 1e14),
        "C": (1e17, 1e27),
    },
    "training_runs": {
        "C": (1e16, 1e27),
        "power": (1e2, 1e9),
        "hours": (1, 1e4),
        "hardware_count": (1, 2e5),
        "utilisation": (0.1, 0.6),
        "cost": (1, 1e9),
    },
    "accelerators": {
        "fp32": (1e12, 2e14),
        "tensor16": (4e13, 1e16),
        "fp8": (1e14, 1e16),
        "power": (50, 2_000),
        "memory": (1e9, 1e12),
        "memory_bandwidth": (1e10, 1e13),
    },
    "transistors": {"year": (1971, 2026), "transistors": (2e3, 1e12)},
    "training_costs": {"amortised": (1e3, 1e9), "acquisition": (1e6, 1e10), "cloud": (1e5, 1e10)},
    "power_sites": {"power": (1e6, 1e10), "capital": (1e9, 1e11)},
    "data_centre_electricity": {
        "year": (2014, 2030),
        "energy": (50, 1_000),
        "low": (50, 1_000),
        "high": (50, 1_000),
    },
    "pythia_math": {
        "N": (7e7, 1.2e10),
        "tries": (1, 1e4),
        "coverage": (1e-4, 0.9),
        "low": (1e-4, 0.9),
        "high": (1e-4, 0.95),
    },
    "repeated_text": {
        "N": (1e7, 1.2e9),
        "unique_tokens": (1e8, 1e8),
        "passes": (1, 1e4),
        "loss": (3.5, 8.5),
    },
}


def test_names():
    assert set(facts.names()) == set(RANGES) == set(ROWS)
    assert list(facts.names()) == sorted(facts.names())


ROWS = {
    "accelerators": 27,
    "data_centre_electricity": 13,
    "landmark_models": 29,
    "power_sites": 12,
    "pythia_math": 56,
    "repeated_text": 59,
    "training_costs": 24,
    "training_runs": 34,
    "transistors": 82,
}


@pytest.mark.parametrize(("name", "rows"), ROWS.items())
def test_a_table_is_whole(name, rows):
    table = facts.table(name)
    assert all(values.shape == (rows,) for values in table.values())
    assert set(table.units) == set(table)
    assert not any(values.flags.writeable for values in table.values())
    assert table.source.key in SOURCES
    assert citation(table)
    assert table.description
    assert table.licence


@pytest.mark.parametrize("name", RANGES)
def test_every_row_has_its_source(name):
    for address in facts.table(name)["source"]:
        parts = urlsplit(str(address))
        assert parts.scheme == "https"
        assert "." in parts.netloc
        assert not re.search(r"\s", address)


# what a place in a source looks like: a numbered part, a part by its name, or a way of counting
PLACE = re.compile(
    r"\d|abstract|csv|summary|section|specification|architecture|methods|timeline|entry|release|brief|paper"
    r"|presentation|features|the page|of 72|one of two|not disclosed|in figures",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", RANGES)
def test_every_row_names_a_place_or_says_that_it_is_second_hand(name):
    table = facts.table(name)
    for row, locator in enumerate(table["locator"]):
        assert "second-hand" in locator or PLACE.search(locator), (name, row, locator)


# read in a copy, in a table that cites the page, or in another's account; checked row by row
SECOND_HAND = {
    "accelerators": 12,
    "data_centre_electricity": 2,
    "landmark_models": 23,
    "power_sites": 7,
    "pythia_math": 0,
    "repeated_text": 0,
    "training_costs": 1,
    "training_runs": 34,
    "transistors": 52,
}


@pytest.mark.parametrize(("name", "rows"), SECOND_HAND.items())
def test_the_rows_at_second_hand_are_those_that_were_found(name, rows):
    locators = facts.table(name)["locator"]
    assert sum("second-hand" in str(locator) for locator in locators) == rows


@pytest.mark.parametrize(("name", "ranges"), RANGES.items())
def test_numbers_are_in_their_unit(name, ranges):
    table = facts.table(name)
    numbers = {column for column in table if table[column].dtype.kind == "f"}
    assert numbers == set(ranges)
    for column, (low, high) in ranges.items():
        known = table[column][~np.isnan(table[column])]
        assert known.size
        assert np.all((known >= low) & (known <= high)), (column, known.min(), known.max())


@pytest.mark.parametrize("name", RANGES)
def test_text_and_days_are_filled(name):
    table = facts.table(name)
    for column, values in table.items():
        if values.dtype.kind == "M":
            assert not np.isnat(values).any()
        elif values.dtype.kind == "U":
            assert np.all(np.char.str_len(values) > 0), column


@pytest.mark.parametrize("name", ["transistor", "", None, 3, ["transistors"]])
def test_unknown_names_are_refused(name):
    with pytest.raises(ValueError, match=r"^name = .*: allowed is one of accelerators, "):
        facts.table(name)


def test_rows_are_unique():
    keys = {
        "landmark_models": ("model",),
        "training_runs": ("model",),
        "accelerators": ("name",),
        "transistors": ("processor",),
        "training_costs": ("model",),
        "power_sites": ("site", "power_of", "date"),
        "data_centre_electricity": ("region", "year", "source"),
        "pythia_math": ("model", "tries"),
        "repeated_text": ("model", "passes"),
    }
    for name, columns in keys.items():
        table = facts.table(name)
        rows = list(zip(*(table[column] for column in columns), strict=True))
        assert len(set(rows)) == len(rows), name


# ---- what the numbers have to say to each other ------------------------------------------------


def test_compute_is_six_times_size_times_text():
    models = facts.table("landmark_models")
    known = ~np.isnan(models["active_N"]) & ~np.isnan(models["D"])
    assert known.sum() >= 15
    ratio = training_flops(models["active_N"][known], models["D"][known]) / models["C"][known]
    # Epoch AI counts Gopher's and Llama 3-70B's attention or machine time
    assert np.all((ratio > 0.79) & (ratio < 1.07))


def test_part_of_a_model_works():
    models = facts.table("landmark_models")
    known = ~np.isnan(models["N"])
    assert np.all(models["active_N"][known] <= models["N"][known])


def test_runs_know_their_machines():
    runs = facts.table("training_runs")
    each = runs["power"] / runs["hardware_count"]
    assert np.all((each > 100) & (each < 1_500))
    assert np.all(np.diff(runs["date"]) >= np.timedelta64(0))


def test_the_mistakes_of_the_record_have_no_cost():
    runs = facts.table("training_runs")
    without = set(runs["model"][np.isnan(runs["cost"])])
    fine_tunes = {"Minerva (540B)", "U-PaLM (540B)", "Flan-PaLM 540B"}
    assert without == fine_tunes | {"GPT-4 (Jun 2023)", "Deep Autoencoders"}


def test_fewer_bits_are_faster():
    chips = facts.table("accelerators")
    for slow, fast in (("fp32", "tensor16"), ("tensor16", "fp8")):
        known = ~np.isnan(chips[slow]) & ~np.isnan(chips[fast])
        assert known.any()
        assert np.all(chips[fast][known] >= chips[slow][known])


def test_transistors_double_in_two_years():
    chips = facts.table("transistors")
    fit = fit_exponential(chips["year"], chips["transistors"])
    low, high = fit.interval()["doubling_time"]
    assert 1.8 < low < 2.04 < high < 2.3


def test_renting_is_dearer_than_wear_and_cheaper_than_buying():
    costs = facts.table("training_costs")
    known = ~np.isnan(costs["cloud"]) & ~np.isnan(costs["amortised"])
    assert known.sum() >= 10
    assert np.all(costs["cloud"][known] > costs["amortised"][known])
    known = ~np.isnan(costs["cloud"]) & ~np.isnan(costs["acquisition"])
    assert np.all(costs["acquisition"][known] > costs["cloud"][known])


def test_capital_of_a_gigawatt():
    # oracle capex_per_gw: 29 to 32 billion dollars
    sites = facts.table("power_sites")
    known = ~np.isnan(sites["capital"])
    per_gigawatt = sites["capital"][known] / sites["power"][known] * 1e9
    assert per_gigawatt == pytest.approx([32e9], rel=0.01)
    assert 100e9 / 29e9 == pytest.approx(3.45, rel=0.01)


def test_growth_of_electricity():
    table = facts.table("data_centre_electricity")
    world = table["region"] == "world"
    energy = {
        (int(year), kind): value
        for year, kind, value in zip(
            table["year"][world], table["kind"][world], table["energy"][world], strict=True
        )
    }
    # Energy and AI, April 2025: 415 to 945 TWh is 14.7 % a year; the later edition counts 950
    assert (945 / energy[2024, "estimated"]) ** (1 / 6) == pytest.approx(1.147, abs=1e-3)
    assert energy[2025, "estimated"] / energy[2024, "estimated"] == pytest.approx(1.17, abs=2e-3)
    usa = (table["region"] == "United States") & (table["kind"] == "projected")
    assert sorted(table["energy"][usa & (table["year"] == 2030)]) == [426, 649]
    low, high = (table[end][~np.isnan(table["low"])] for end in ("low", "high"))
    assert np.all(low < high)
    # the ends of one forecast lie a factor of 1.6 to 1.8 apart, as chapter 6 says
    assert sorted(high / low) == pytest.approx([1.62, 1.78], abs=0.01)
    both = ~np.isnan(table["energy"]) & ~np.isnan(table["low"])
    assert np.all(table["low"][both] < table["energy"][both])
    assert np.all(table["energy"][both] < table["high"][both])
    assert np.all(~np.isnan(table["energy"]) | ~np.isnan(table["low"]))
    # the later forecast for 2028 lies inside the earlier one
    earlier = usa & (table["year"] == 2028) & np.isnan(table["energy"])
    [later] = table["energy"][usa & (table["year"] == 2028) & ~earlier]
    assert table["low"][earlier] < later < table["high"][earlier]


def test_coverage_grows_with_tries():
    table = facts.table("pythia_math")
    assert len(set(table["model"])) == 7
    for name in set(table["model"]):
        of = table["model"] == name
        np.testing.assert_array_equal(table["tries"][of], [*4.0 ** np.arange(7), 10_000])
        for column in ("coverage", "low", "high"):
            assert np.all(np.diff(table[column][of]) > 0), (name, column)
    assert np.all((table["low"] < table["coverage"]) & (table["coverage"] < table["high"]))


def test_runs_left_out_of_the_law_of_repeated_text_are_those_that_passes_harmed():
    table = facts.table("repeated_text")
    assert set(table["fitted"]) == {"yes", "no"}
    harmed = np.zeros(len(table["loss"]), bool)
    for name in set(table["model"]):
        of = table["model"] == name
        assert len(set(table["N"][of])) == 1
        passes, loss = table["passes"][of], table["loss"][of]
        assert np.all(np.diff(passes) > 0)
        harmed[of] = (passes > passes[loss.argmin()]) & (loss > loss.min() + 0.2)
    out = table["fitted"] == "no"
    assert out.sum() == 11
    assert (out & harmed).sum() == 9
    assert set(table["model"][~out & harmed]) == {"421M"}
    largest = (table["model"] == "1.1B") & (table["passes"] >= 15)
    assert table["loss"][largest] == pytest.approx([3.82, 4.10, 4.83, 6.01, 6.74, 8.14], abs=5e-3)


# ---- the same entities in the optional data ----------------------------------------------------


def matched(facts_keys, data_keys):
    at = {key: i for i, key in reversed(list(enumerate(data_keys)))}
    pairs = [(i, at[key]) for i, key in enumerate(facts_keys) if key in at]
    return np.array(pairs).T


REVISED = {"AlphaGo Zero": "AlphaGo Zero", "GPT-4.5": "GPT-4.5", "Grok-3": "Grok 3"}
"""Models whose compute Epoch AI changed after spring 2025, and their names in 2026."""

TPU_RUNS = {
    str(model)
    for model, hardware in zip(
        *(facts.table("training_runs")[column] for column in ("model", "hardware")), strict=True
    )
    if "TPU" in hardware
}
"""Runs whose power Epoch AI doubled after spring 2025."""

DIFFERENT = {
    ("landmark_models", "C"): set(REVISED),
    # 240 GB/s is one of the board's two chips; 4.6e15 is the MI350X's
    ("accelerators", "memory_bandwidth"): {"NVIDIA Tesla K80", "Amazon Trainium3"},
    ("accelerators", "fp8"): {"AMD Instinct MI355X"},
    # 62.08 is a reseller's, NVIDIA prints 600 TFLOP/s for eight; their own sheets have what is
    # empty there
    ("accelerators", "fp32"): {"NVIDIA B200"},
    # the makers measured 192 W at most
    ("accelerators", "power"): {"Google TPU v4"},
    ("accelerators", "memory"): {"Amazon Trainium3"},
    # Falcon-180B's, pasted into the row; it was 0.3 in 2025
    ("training_runs", "utilisation"): {"Flan-PaLM 540B"},
    ("training_runs", "power"): TPU_RUNS,
}
"""Where a table is knowingly not what the data say."""


@pytest.mark.parametrize(
    ("table", "data", "key", "columns", "rounding"),
    [
        ("training_runs", "epoch_frontier", "model", ("C", "hours", "hardware_count"), 1e-5),
        ("training_runs", "epoch_frontier", "model", ("cost",), 1e-5),
        ("training_runs", "epoch_frontier", "model", ("power", "utilisation"), 1e-3),
        ("landmark_models", "epoch_models", "model", ("C",), 5e-3),
        ("accelerators", "epoch_hardware", "name", ("fp32", "tensor16", "fp8", "power"), 1e-3),
        ("accelerators", "epoch_hardware", "name", ("memory", "memory_bandwidth"), 1e-3),
        ("training_costs", "model_costs", "model", ("amortised", "acquisition", "cloud"), 5e-3),
    ],
)
def test_tables_agree_with_the_data(table, data, key, columns, rounding):
    name, table, data = table, facts.table(table), load_or_skip(data)
    here, there = matched(table[key], data[key])
    assert len(here) >= 20
    for column in columns:
        same = np.isclose(
            table[column][here], data[column][there], rtol=rounding, atol=0.0, equal_nan=True
        )
        assert set(table[key][here][~same]) == DIFFERENT.get((name, column), set()), column


def test_revised_compute_is_that_of_2026():
    models, frontier = facts.table("landmark_models"), load_or_skip("epoch_frontier")
    for name, name_of_2026 in REVISED.items():
        (here,) = np.flatnonzero(models["model"] == name)
        (there,) = np.flatnonzero(frontier["model"] == name_of_2026)
        assert models["C"][here] == pytest.approx(frontier["C"][there], rel=5e-3)
        assert models["confidence"][here] == str(frontier["confidence"][there]).lower()


def test_the_power_of_tpu_runs_is_that_of_their_mean_draw():
    # TPU v4: 170 W on average and 192 at most, v3: 220 and 262 (Jouppi 2023); in 2026 Epoch AI
    # reckons from 340 and 450
    runs, spring, now = (
        facts.table("training_runs"),
        load_or_skip("epoch_models"),
        load_or_skip("epoch_frontier"),
    )
    for name in TPU_RUNS:
        (here,) = np.flatnonzero(runs["model"] == name)
        draw = 170 / 340 if "v4" in runs["hardware"][here] else 220 / 450
        (there,) = np.flatnonzero(now["model"] == name)
        assert runs["power"][here] == pytest.approx(draw * now["power"][there], rel=2e-3), name
        before = spring["power"][spring["model"] == name]
        if before.size:
            assert runs["power"][here] == pytest.approx(before[0], rel=1e-3), name
    assert len(TPU_RUNS) == 14


def test_the_runs_of_one_chip_draw_what_its_makers_measured():
    # between the chip's mean draw and three times it, for the server, the network and cooling
    runs = facts.table("training_runs")
    each = runs["power"] / runs["hardware_count"]
    for chip, mean in (("TPU v3", 220), ("TPU v4", 170), ("V100", 300), ("A100", 400)):
        of = np.char.find(runs["hardware"].astype(str), chip) >= 0
        assert of.sum() >= 4
        assert np.all((each[of] > mean) & (each[of] < 3 * mean)), chip


def test_the_halves_of_what_was_mended():
    chips = facts.table("accelerators")
    at = {name: i for i, name in enumerate(chips["name"])}
    mended = at["AMD Instinct MI355X"]
    assert chips["fp8"][mended] == pytest.approx(2 * chips["tensor16"][mended], rel=1e-3)
    # 2 x 240 GB/s for 2 x 12 GB
    assert chips["memory_bandwidth"][at["NVIDIA Tesla K80"]] == 2 * 240e9


def test_coverage_agrees_with_the_counts():
    table, counts = facts.table("pythia_math"), load_or_skip("monkeys_counts")
    for name in set(table["model"]):
        rows, of = table["model"] == name, counts["model"] == f"Pythia {name}"
        n, c = (counts[column][of][:, np.newaxis] for column in ("n", "c"))
        found = mean_over_problems(pass_at_k(n, c, table["tries"][rows]).T)
        for column, values in (("coverage", found.mean), ("low", found.low), ("high", found.high)):
            np.testing.assert_allclose(table[column][rows], values, rtol=1e-4)


MAKERS = {
    "Intel 4004": 2_250,
    "Intel 8080": 6_000,
    "Pentium III Coppermine": 21e6,
    "Pentium III Tualatin": 45e6,
    "Pentium 4 Prescott": 112e6,
    "Pentium D Presler": 362e6,
}
"""Processors of which Wikipedia's list has another count than their makers."""


def test_transistors_agree_with_the_data():
    table, data = facts.table("transistors"), load_or_skip("transistors")
    found = 0
    for name, year, transistors in zip(
        table["processor"], table["year"], table["transistors"], strict=True
    ):
        same = np.char.startswith(data["processor"], name) & (data["year"] == year)
        if same.any():
            found += 1
            if name in MAKERS:
                assert data["transistors"][same][0] == MAKERS[name] != transistors
                continue
            # makers round to two or three digits
            assert data["transistors"][same][0] == pytest.approx(transistors, rel=0.02), name
    assert found >= 20


def test_repeated_text_agrees_with_the_data():
    table, runs = facts.table("repeated_text"), load_or_skip("datablations_runs")
    fitted = set(load_or_skip("datablations_fitset")["name"])
    seen = 0
    for k, place in enumerate(table["locator"]):
        [row] = np.flatnonzero(runs["name"] == place.split()[-1])
        seen += 1
        assert runs["N"][row] == pytest.approx(table["N"][k], rel=1e-3)
        assert runs["D"][row] == pytest.approx(table["passes"][k] * 1e8, rel=1e-3)
        assert runs["loss"][row] == pytest.approx(table["loss"][k], rel=1e-5)
        assert (runs["name"][row] in fitted) == (table["fitted"][k] == "yes")
    assert seen == len(table["loss"])
    # the sizes are there with every run of theirs
    same = np.isclose(runs["unique_tokens"], 1e8)
    same &= np.isclose(runs["N"][:, np.newaxis], table["N"], rtol=1e-3).any(axis=1)
    assert same.sum() == seen


def test_what_the_fit_of_repeated_text_leaves_out_has_many_passes():
    runs, kept = load_or_skip("datablations_runs"), load_or_skip("datablations_fitset")
    out = ~np.isin(runs["name"], kept["name"])
    passes = runs["D"] / runs["unique_tokens"]
    assert (out & (passes > 10)).sum() / out.sum() == pytest.approx(51 / 61)
