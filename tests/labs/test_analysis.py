"""The analysis: laws put in come out, and intervals hold what they promise."""

import numpy as np
import pytest
from scipy import stats

from labs import analysis
from labs.analysis import over_seeds
from scaling_core.fitting import fit_power_law


def test_interval_over_seeds_is_students():
    values = [0.48, 0.53, 0.55]
    found = over_seeds(values)
    expected = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
    assert (found.low, found.high) == pytest.approx(expected)
    assert found.value == pytest.approx(0.52)
    assert str(found) == "0.52 (0.43 to 0.61)"


def test_one_seed_has_no_interval():
    found = over_seeds([0.5])
    assert np.isnan([found.low, found.high]).all()
    assert str(found) == "0.5"


def isoflop(seeds=3, noise=0.0, budgets=(3e9, 1e10, 3e10, 1e11), tails=False):
    """Exact parabolas whose minima follow L = 12 C^-0.07 and N = 0.02 C^0.5."""
    rng, rows = np.random.default_rng(0), []
    for seed in range(seeds):
        for C in budgets:
            for k in range(-3, 4):
                N = 0.02 * C**0.5 * 2.0 ** (k + 0.3)
                loss = 12 * C**-0.07 + 0.02 * (np.log(N) - np.log(0.02 * C**0.5)) ** 2
                if tails and k == 3:
                    loss += 0.5  # a run that has not taken off
                rows.append((seed, C, round(N), loss + noise * rng.normal()))
    columns = zip(("seed", "budget", "N", "loss"), zip(*rows, strict=True), strict=True)
    return {name: np.array(values) for name, values in columns}


def test_minima_and_exponents_are_recovered():
    law = analysis.pretraining_law(isoflop())
    np.testing.assert_allclose(law.lowest, 12 * law.budgets**-0.07 * np.ones((3, 1)), rtol=1e-4)
    np.testing.assert_allclose(law.N, 0.02 * law.budgets**0.5 * np.ones((3, 1)), rtol=0.01)
    assert law.loss_exponent.value == pytest.approx(0.07, abs=1e-3)
    assert law.size_exponent.value == pytest.approx(0.5, abs=1e-2)
    assert law.N.shape == (3, 4)


def test_sizes_far_off_do_not_move_the_minimum():
    runs = isoflop(tails=True)
    far = ~analysis.near_minimum(runs)
    assert far.sum() == 3 * 4
    assert (runs["loss"][far] > 0.5).all()
    clean, tailed = analysis.pretraining_law(isoflop()), analysis.pretraining_law(runs)
    np.testing.assert_allclose(tailed.lowest, clean.lowest, rtol=1e-3)


def test_budgets_above_the_highest_are_left_out():
    law = analysis.pretraining_law(isoflop(), highest=3e10)
    np.testing.assert_allclose(law.budgets, [3e9, 1e10, 3e10])


@pytest.mark.parametrize("floor", [False, True])
def test_the_forecast_holds_the_next_measurement(floor):
    """A new point at ten times the largest lies inside in about 95 of 100 worlds."""
    rng, inside, worlds = np.random.default_rng(1), 0, 60 if floor else 300
    x = np.geomspace(1e9, 1e12, 12)

    def truth(x):
        return (0.8 if floor else 0.0) + 10 * x**-0.1

    for _ in range(worlds):
        fit = fit_power_law(x, truth(x) * np.exp(0.01 * rng.normal(size=12)), floor=floor)
        next_one = truth(1e13) * np.exp(0.01 * rng.normal())
        said = analysis.forecast(fit, 1e13)
        inside += said.low <= next_one <= said.high
    assert (0.87 if floor else 0.91) <= inside / worlds <= (1 if floor else 0.985)


def test_the_forecast_is_that_of_least_squares():
    """Against the textbook's prediction interval of a straight line."""
    rng = np.random.default_rng(2)
    x = np.geomspace(1e9, 1e12, 9)
    y = 10 * x**-0.1 * np.exp(0.02 * rng.normal(size=9))
    u, v, new = np.log(x), np.log(y), np.log(1e13)
    slope, height = np.polyfit(u, v, 1)
    s = np.sqrt(np.sum((v - height - slope * u) ** 2) / 7)
    spread = np.sqrt(1 + 1 / 9 + (new - u.mean()) ** 2 / np.sum((u - u.mean()) ** 2))
    ends = height + slope * new + np.array([-1, 1]) * stats.t.ppf(0.975, 7) * s * spread
    said = analysis.forecast(fit_power_law(x, y), 1e13)
    np.testing.assert_allclose([said.low, said.high], np.exp(ends), rtol=1e-6)


def test_tail_exponents_are_recovered():
    samples = np.geomspace(1e4, 1e7, 30)
    rank = np.arange(1, 40)
    columns = {
        "seed": np.repeat([0, 1], 30),
        "alpha": np.full(60, 0.6),
        "samples": np.tile(samples, 2),
    }
    columns["known"] = np.maximum(0, np.rint(0.01 * columns["samples"] ** 0.625))
    columns["loss"] = 5 * columns["samples"] ** -0.375
    switches = {"seed": np.repeat([0, 1], 39), "alpha": np.full(78, 0.6)}
    switches["frequency"] = np.tile(rank**-1.6, 2)
    switches["samples"] = 2e4 / switches["frequency"]
    width = np.tile([16, 32, 64], 2)
    facts = {"seed": np.repeat([0, 1], 3), "alpha": np.full(6, 0.6), "width": width}
    facts["loss"] = 3 * width**-0.6
    found = analysis.tail_exponents(columns, switches, facts, 0.6)
    assert found.loss_samples.value == pytest.approx(0.375)
    assert found.switch_frequency.value == pytest.approx(1)
    assert found.known_samples.value == pytest.approx(0.625, abs=0.01)
    assert found.loss_width.value == pytest.approx(0.6)
    assert found.predicted == pytest.approx((0.375, 1, 0.625, 0.6))


def test_a_base_is_worth_the_examples_that_reach_its_loss():
    n = np.array([30, 100, 300, 1000, 3000])
    columns = {"seed": np.zeros(10, int), "steps": np.full(10, 800), "examples": np.tile(n, 2)}
    columns["start"] = np.repeat(["base", "scratch"], 5)
    # a base with n examples is where n + 400 from nothing are; the loss from nothing is a power
    columns["loss"] = np.concatenate([40 / (n + 400), 40 / n])
    worth = analysis.transfer_worth(columns, 800)
    assert [round(worth[k].value) for k in n[:4]] == [430, 500, 700, 1400]
    assert worth[3000].value == np.inf


def test_a_reward_curve_is_recovered_and_an_early_part_of_it_read():
    C = np.concatenate([[0], np.geomspace(3e9, 3e11, 20)])
    accuracy = 0.3 + 0.5 / (1 + (3e10 / np.maximum(C, 1)) ** 1.5)
    law = analysis.reward_law(C, accuracy).law
    assert (law.R0, law.A) == pytest.approx((0.3, 0.8), rel=1e-4)
    assert law.C_mid == pytest.approx(3e10, rel=1e-3)
    early = analysis.reward_law(C, accuracy, highest=6e10, bootstrap=5)
    assert early.law.C_mid == pytest.approx(3e10, rel=1e-2)
    assert len(early.samples) == 5


def test_coverage_law_of_one_model():
    rng = np.random.default_rng(0)
    p = rng.beta(0.6, 1.5, 400)
    tries = {"model": np.full(400, "d=8"), "seed": np.repeat([0, 1], 200), "n": np.full(400, 1000)}
    tries["c"] = rng.binomial(1000, p)
    law = analysis.coverage_law(tries, "d=8")
    assert law.coverage.shape == law.one_coin.shape == (2, len(law.k))
    halves = (tries["c"] / 1000).reshape(2, 200).mean(axis=1)
    np.testing.assert_allclose(law.coverage[:, 0], halves)
    np.testing.assert_allclose(law.one_coin[:, 0], halves)
    assert (law.one_coin[:, 5:25] > law.coverage[:, 5:25]).all()
    assert [fit.alpha for fit in law.fits] == pytest.approx([0.6, 0.6], rel=0.25)


def test_votes_that_make_up_for_training():
    k = np.array([1, 2, 4, 8, 16])
    short, long = np.array([0.4, 0.4, 0.5, 0.6, 0.7]), np.array([0.6, 0.6, 0.8, 0.9, 1.0])
    votes = {"width": np.full(20, 24), "k": np.tile(k, 4)}
    votes["training_flop"] = np.repeat([1e10, 2e10], 10)
    votes["majority"] = np.concatenate([short - 0.1, short + 0.1, long - 0.1, long + 0.1])
    flop, needed = analysis.exchange(votes, 24, 0.6)
    np.testing.assert_allclose(flop, [1e10, 2e10])
    np.testing.assert_allclose(needed, [8, 1], rtol=1e-9)
    assert analysis.exchange(votes, 24, 0.75)[1][0] == np.inf
    assert analysis.exchange(votes, 24, 0.65)[1][0] == pytest.approx(8 * 2**0.5)


def test_unknown_models_and_recipes():
    tries = {"model": np.array(["d=8"]), "seed": np.array([0])}
    with pytest.raises(ValueError, match="model = 'd=9': allowed is one of d=8"):
        analysis.coverage_law(tries, "d=9")
    recipes = {"recipe": np.array(["a"]), "rate": np.array([0.1]), "seed": np.array([0])}
    with pytest.raises(ValueError, match=r"recipe = .b., rate = 0\.1, seed = 0: there is no such"):
        analysis.recipe_curve(recipes, "b", 0.1, 0)
