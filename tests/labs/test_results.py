"""The committed results: counted exactly, complete, within the bands the book speaks of."""

import csv
import io
import itertools
import json
import tomllib
from functools import cache
from importlib import resources

import numpy as np
import pytest

from labs import analysis, longtail, posttraining, pretraining, runner, testtime
from labs.tinylm import LanguageModel
from scaling_core.testtime import pass_at_k

LABS = (pretraining, longtail, posttraining, testtime)


@cache
def table(name):
    with resources.as_file(resources.files("labs.results") / f"{name}.csv") as path:
        return runner.table(path)


def pick(columns, **wanted):
    mine = np.ones(len(next(iter(columns.values()))), bool)
    for name, value in wanted.items():
        mine &= columns[name] == value
    return {name: values[mine] for name, values in columns.items()}


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.NAME)
def test_results_are_complete_and_of_this_version(lab):
    runs = table(f"{lab.NAME}_runs")
    jobs = {job.run: job for job in lab.jobs("standard")}
    assert set(runs["run"]) == set(jobs)
    assert (runs["version"] == lab.VERSION).all()
    for run, settings in zip(runs["run"], runs["settings"], strict=True):
        assert json.loads(settings) == json.loads(json.dumps(jobs[run].settings))
    for name in lab.TABLES:
        assert set(table(name)["run"]) <= set(jobs)
    assert len(set(runs["seed"])) >= 3


# ---- lab 1 -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pretraining", "pretraining_final", "pretraining_after"])
def test_pretraining_is_counted_exactly(name):
    runs = table(name)
    for k, width in enumerate(runs["width"]):
        model = LanguageModel(98, width, runs["layers"][k], 32)
        assert runs["N"][k] == model.N
        assert runs["D"][k] == runs["steps"][k] * 8 * 32
        assert runs["C"][k] == runs["steps"][k] * 8 * model.training_flop(32)
        assert runs["C"][k] == pytest.approx(runs["budget"][k], rel=0.01)


def test_minima_fall_as_a_power_over_two_orders_of_magnitude():
    law = analysis.pretraining_law(table("pretraining"))
    assert law.budgets[-1] / law.budgets[0] > 99
    assert (np.diff(law.lowest, axis=1) < 0).all()
    assert all(fit.bracketed.all() for fit in law.fits)
    exponent = law.loss_exponent
    assert 0.06 < exponent.low < exponent.value < exponent.high < 0.08
    assert np.abs(law.loss.residuals).max() < 0.03
    size = law.size_exponent
    assert 0.35 < size.low < size.value < size.high < 0.8
    assert 0.5 < size.value < 0.65


def test_the_forecast_is_what_the_grid_says():
    assert pretraining.FORECAST.read_text() == analysis.forecast_text(table("pretraining"))


def test_the_final_run_missed_its_forecast_on_the_high_side():
    """The interval knows the scatter of the minima, not that a recipe is carried too far."""
    said = tomllib.loads(pretraining.FORECAST.read_text())
    final = table("pretraining_final")
    assert len(final["loss"]) == 3
    assert (final["budget"] == said["budget"]).all()
    assert (final["width"] == said["width"]).all()
    assert (final["loss"] > said["high"]).all()
    assert (final["loss"] < said["surface"]).all()
    assert final["loss"].mean() / said["loss"] == pytest.approx(1.04, abs=0.01)
    assert final["loss"].max() < analysis.pretraining_law(table("pretraining")).lowest.min()


def test_at_half_the_rate_the_same_run_is_inside():
    """Found afterwards, so no proof of the forecast: a reason why it was missed."""
    said = tomllib.loads(pretraining.FORECAST.read_text())
    after = pick(table("pretraining_after"), budget=said["budget"])
    assert (after["rate"] == pretraining.RATE / 2).all()
    assert len(after["loss"]) == 3
    assert ((said["low"] < after["loss"]) & (after["loss"] < said["high"])).all()


def test_the_surface_is_not_identified():
    """Its floor is anything, and moves with the runs that one leaves out."""
    runs = table("pretraining")
    near = analysis.near_minimum(runs)
    every = analysis.surface(runs, bootstrap=100)
    some = analysis.surface({name: values[near] for name, values in runs.items()})
    low, high = every.interval()["E"]
    assert high - low > 0.4
    assert every.law.E - some.law.E > 0.1


# ---- lab 2 -----------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", longtail.TAILS)
def test_skills_switch_on_in_the_order_of_their_frequency(alpha):
    found = analysis.tail_exponents(table("skills"), table("switches"), table("facts"), alpha)
    loss, switch, known, width = found.predicted
    assert found.switch_frequency.value == pytest.approx(switch, abs=0.15)
    assert found.loss_samples.value == pytest.approx(loss, abs=0.1)
    assert found.known_samples.value == pytest.approx(known, abs=0.15)
    assert found.loss_width.value == pytest.approx(width, abs=0.25)


def test_a_heavier_tail_falls_more_slowly():
    tables = table("skills"), table("switches"), table("facts")
    found = [analysis.tail_exponents(*tables, alpha) for alpha in longtail.TAILS]
    assert [f.loss_samples.value for f in found] == sorted(f.loss_samples.value for f in found)
    assert [f.loss_width.value for f in found] == sorted(f.loss_width.value for f in found)


# ---- lab 3 -----------------------------------------------------------------------------------


def curves(recipe, rate):
    recipes = table("recipes")
    return [analysis.recipe_curve(recipes, recipe, rate, seed) for seed in range(3)]


def test_a_reward_curve_rises_and_saturates():
    for flop, accuracy in curves("policy gradient", 0.002):
        law = analysis.reward_law(flop, accuracy).law
        assert accuracy[0] < 0.4
        assert 0.7 < accuracy[-1] < law.A + 0.03
        assert 0.75 < law.A < 0.9
        assert accuracy[-1] - accuracy[0] > 0.8 * (law.A - accuracy[0])


def test_the_recipe_moves_the_ceiling_and_one_collapses():
    last = {
        rate: np.mean([accuracy[-1] for _, accuracy in curves("policy gradient", rate)])
        for rate in posttraining.GRADIENT_RATES
    }
    assert last[0.006] < last[0.002] - 0.03
    for _, accuracy in curves("policy gradient", 0.02):
        assert accuracy.max() > accuracy[0]
        assert accuracy[-1] < 0.2 < accuracy[0]


def test_expert_iteration_is_cheaper():
    for gradient, expert in zip(
        curves("policy gradient", 0.002), curves("expert iteration", 0.008), strict=True
    ):
        assert expert[1][-1] > 0.65
        reached = gradient[0][gradient[1] >= expert[1][-1]]
        assert reached[0] > 2 * expert[0][-1]


def test_an_early_forecast_of_a_reward_curve_is_far_off():
    wrong = 0
    for flop, accuracy in curves("policy gradient", 0.0007):
        early = analysis.reward_law(flop, accuracy, highest=3e10).law
        wrong += abs(early.A - accuracy[-1]) > 0.2
    assert wrong >= 2


def test_a_judge_is_over_optimised():
    for labels, _ in posttraining.JUDGES:
        rows = pick(table("judges"), labels=labels, pool="all")
        right, score = (
            [rows[name][rows["n"] == n].mean() for n in posttraining.CHOICES]
            for name in ("right", "score")
        )
        assert (np.diff(score) > 0).all()
        best = int(np.argmax(right))
        assert 2 <= posttraining.CHOICES[best] <= 64
        assert right[best] > right[0] + 0.05
        assert right[-1] < right[best] - 0.1


def test_without_the_format_a_judge_only_misleads():
    for labels, _ in posttraining.JUDGES[:2]:
        rows = pick(table("judges"), labels=labels, pool="written")
        right = [rows["right"][rows["n"] == n].mean() for n in posttraining.CHOICES]
        assert posttraining.CHOICES[int(np.argmax(right))] <= 4
        assert right[-1] < right[0] - 0.1
        assert rows["majority"].mean() > max(right)


def test_students_learn_what_they_read():
    students = table("students")
    accuracy = [
        students["accuracy"][students["corpus"] == corpus] for corpus in posttraining.CORPORA
    ]
    for worse, better in itertools.pairwise(accuracy):
        assert worse.max() < better.min()


def test_a_base_is_worth_hundreds_of_examples():
    worth = analysis.transfer_worth(table("transfer"), posttraining.TRANSFER_STEPS)
    for count in (30, 100, 300):
        assert worth[count].value > count + 100


def test_who_trains_for_longer_needs_a_base_less():
    transfer = table("transfer")
    for count in (300, 3000):
        mine = pick(transfer, examples=count, start="scratch")
        short, long = (mine["loss"][mine["steps"] == steps].mean() for steps in (800, 1600))
        assert long < short


# ---- lab 4 -----------------------------------------------------------------------------------


def test_tries_are_counted_exactly():
    tries = table("tries")
    assert len(tries["n"]) == 3 * 4 * 200
    for model in np.unique(tries["model"]):
        rows = pick(tries, model=model)
        width = int(model.removeprefix("d="))
        lm = LanguageModel(56, width, 2, 14)
        assert (rows["N"] == lm.N).all()
        assert (rows["flop"] == lm.forward_flop(8) + lm.forward_flop(14, cached=8)).all()
    assert (tries["n"] == 1000).all()
    assert (tries["c"] <= tries["right"]).all()
    assert (tries["right"] + tries["rival"] <= tries["n"]).all()
    assert (tries["presses"] >= 3).all()


def test_problems_are_the_same_for_every_model_of_a_seed():
    tries = table("tries")
    for seed in range(3):
        presses = [pick(tries, model=m, seed=seed)["presses"] for m in np.unique(tries["model"])]
        assert all((p == presses[0]).all() for p in presses)


def test_one_coin_is_far_off_and_the_mixture_is_not():
    law = analysis.coverage_law(table("tries"), "d=12")
    ten = np.searchsorted(law.k, 10)
    assert (law.one_coin[:, ten] > law.coverage[:, ten] + 0.2).all()
    for coverage, fit in zip(law.coverage, law.fits, strict=True):
        np.testing.assert_allclose(fit.coverage(law.k), coverage, atol=0.08)
        assert 0.35 < fit.alpha < 0.7


def test_larger_models_solve_more_until_the_noise_of_the_corpus():
    tries = table("tries")
    first = [pick(tries, model=f"d={w}") for w in testtime.WIDTHS]
    mean = [float(np.mean(pass_at_k(rows["n"], rows["c"], 1))) for rows in first]
    assert mean == sorted(mean)
    # a step of the corpus holds with 0.91; three to six presses, as often
    assert mean[-1] < np.mean(0.91 ** np.arange(3, 7)) + 0.02


def test_votes_buy_accuracy_but_not_what_training_left_out():
    votes = table("votes")

    def majority(width, steps, k):
        return pick(votes, width=width, steps=steps, k=k)["majority"].mean()

    assert majority(24, 3200, 64) > majority(24, 3200, 1) + 0.2
    assert majority(24, 1600, 16) > majority(24, 1600, 1) + 0.1
    assert majority(24, 400, 256) < 0.25 < majority(24, 1600, 1)


def test_half_the_training_is_made_up_for_by_votes():
    """As far as they reach: an eighth of the training is not made up for by any number of them."""
    flop, needed = analysis.exchange(table("votes"), 24, 0.6)
    assert needed[-1] == 1
    assert 1.5 < needed[-2] < 6
    assert 8 < needed[-3] < 40
    assert np.isinf(needed[:2]).all()
    assert flop[-1] / flop[-3] == pytest.approx(4)


def test_written_out_is_right_where_direct_is_at_chance():
    rows = pick(table("direct"), width=64)
    for presses in (3, 4):
        mine = pick(rows, presses=presses)
        assert (mine["written"] > 0.95).all()
        assert (mine["direct"] < 0.6).all()
    assert (pick(rows, presses=1)["direct"] > 0.97).all()


# ---- what a reader is told -------------------------------------------------------------------


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize(
    ("lab", "says"),
    [
        (pretraining, "The lowest loss falls as C^-a with a = 0.06"),
        (longtail, "tail 0.6: measured exponents (predicted by the quanta model)"),
        (posttraining, "policy gradient, rate 0.02: accuracy 0."),
        (testtime, "4 presses: right 0.1"),
    ],
    ids=lambda value: getattr(value, "NAME", ""),
)
def test_a_lab_ends_with_what_it_found(lab, says, seeds, tmp_path):
    for name in lab.TABLES:
        text = resources.files("labs.results").joinpath(f"{name}.csv").read_text()
        header, *rows = csv.reader(io.StringIO(text))
        with tmp_path.joinpath(f"{name}.csv").open("w", newline="") as file:
            kept = [row for row in rows if int(row[header.index("seed")]) < seeds]
            csv.writer(file).writerows([header, *kept])
    text = lab.summary(tmp_path)
    assert says in text
    assert "nan" not in text
