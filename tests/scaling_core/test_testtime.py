import functools
import inspect
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, special, stats

from scaling_core import testtime
from scaling_core.pretraining import BESIROGLU_2024
from scaling_core.sources import SOURCES
from scaling_core.testtime import (
    BROWN_2024_SELECTION,
    JONES_2021,
    LLAMA_3,
    ROBERTS_2026,
    VILLALOBOS_2023,
    Architecture,
    PowerMixture,
    TrainTestExchange,
    TrainToTestLaw,
    beta_coverage,
    break_even_tokens,
    chain_accuracy,
    chain_horizon,
    coverage_power_law,
    elo_gain,
    elo_win_probability,
    fit_beta_coverage,
    fit_coverage_power_law,
    horizon_ratio,
    majority_vote,
    matching_inference_multiplier,
    mean_over_problems,
    pass_at_k,
    plurality_vote,
    popular_vote,
    reasoning_multiplier,
    repeated_coverage,
    required_step_accuracy,
    tolerable_false_accept,
    tree_search_cost,
    tries_by_model,
    verified_selection,
    verifier_plateau,
)
from tests.scaling_core.duck import assert_recordable
from tests.scaling_core.optional_data import load_or_skip

# ---- trying again


def exact_pass_at_k(n, c, k):
    return float(1 - Fraction(math.comb(n - c, k), math.comb(n, k)))


@pytest.mark.parametrize("n", [1, 2, 5, 17, 40, 1000, 50_000])
def test_pass_at_k_against_whole_number_arithmetic(n):
    for c in {0, 1, 2, n // 3, n - 1, n} & set(range(n + 1)):
        for k in {1, 2, 10, n // 2, n - 1, n} & set(range(1, n + 1)):
            assert pass_at_k(n, c, k) == pytest.approx(exact_pass_at_k(n, c, k), rel=1e-10, abs=0)


def test_pass_at_k_as_published_and_the_plug_in_estimate_below_it():
    assert pass_at_k(5, 2, 2) == pytest.approx(0.7, rel=1e-12)
    assert repeated_coverage(2 / 5, 2) == pytest.approx(0.64, rel=1e-12)
    rare = pass_at_k(10_000, 1, np.array([1, 10_000]))
    np.testing.assert_allclose(rare, [1e-4, 1.0], rtol=1e-11)


def test_pass_at_k_has_no_bias():
    n, k, p = 12, 5, 0.2
    counts = np.arange(n + 1)
    chance = stats.binom.pmf(counts, n, p)
    assert chance @ pass_at_k(n, counts, k) == pytest.approx(repeated_coverage(p, k), rel=1e-12)


@given(n=st.integers(1, 30_000), data=st.data())
def test_pass_at_k_is_a_probability_that_rises(n, data):
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    value = pass_at_k(n, c, k)
    assert 0 <= value <= 1
    assert pass_at_k(n, c, 1) == pytest.approx(c / n, rel=1e-10)
    if k < n:
        assert pass_at_k(n, c, k + 1) >= value - 1e-12
    if c < n:
        assert pass_at_k(n, c + 1, k) >= value - 1e-12


def test_repeated_coverage_at_its_ends():
    np.testing.assert_array_equal(
        repeated_coverage(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0, 9, 0, 9])), [0, 0, 0, 1]
    )
    assert repeated_coverage(1e-12, 1e6) == pytest.approx(1e-6, rel=1e-6)


# ---- the power law of coverage


def test_power_law_of_coverage():
    assert coverage_power_law(1, -4.16, -0.37) == pytest.approx(np.exp(-4.16))
    assert coverage_power_law(1e4, -4.16, -0.37) == pytest.approx(0.871, abs=0.001)


def test_the_fit_recovers_the_law_of_a_mixture():
    truth = PowerMixture(0.3, 0.3)
    problems = 2000
    c = np.random.default_rng(0).binomial(1000, truth.chances(problems))
    fit = fit_coverage_power_law(np.full(problems, 1000), c, bootstrap=50)
    assert fit.coverage[0] == pytest.approx(np.mean(c / 1000), rel=1e-10)
    np.testing.assert_allclose(fit.coverage, 1 - truth.unsolved(fit.k), atol=0.02)
    errors = coverage_power_law(fit.k, fit.a, fit.b) - fit.coverage
    assert fit.largest_error == np.abs(errors).max() < 0.02
    ends = np.quantile(fit.samples, [0.25, 0.75], axis=0).T
    np.testing.assert_allclose(list(fit.interval(0.5).values()), ends, rtol=1e-12)
    assert fit.interval()["b"][0] < fit.b < fit.interval()["b"][1]
    assert fit.interval()["a"][0] < fit.a < fit.interval()["a"][1]
    assert np.ptp(fit.interval(0.5)["b"]) < np.ptp(fit.interval(0.95)["b"])


def test_the_fit_is_exact_for_an_exact_law():
    k = np.array([1.0, 10.0, 100.0])
    found = testtime._power_law_of_coverage(k, coverage_power_law(k, -3.0, -0.25))
    assert found == pytest.approx((-3.0, -0.25))


def test_resampling_of_problems_is_seeded_and_can_be_left_out():
    n, c = np.full(6, 50), np.array([0, 0, 1, 3, 9, 30])
    fits = [fit_coverage_power_law(n, c, bootstrap=4, seed=seed).samples for seed in (1, 1, 2)]
    np.testing.assert_array_equal(fits[0], fits[1])
    assert not np.array_equal(fits[0], fits[2])
    with pytest.raises(ValueError, match="bootstrap = 0"):
        fit_coverage_power_law(n, c, bootstrap=0).interval()


def test_a_resample_without_a_line_repeats_the_fit():
    # Half of the resamples draw the problem that was never solved only, or the other one only.
    fit = fit_coverage_power_law([50, 50], [0, 20], bootstrap=20)
    assert np.any(np.all(fit.samples == [fit.a, fit.b], axis=1))
    assert np.all(np.isfinite(fit.samples))


# ---- why coverage is a power law


def test_unsolved_share_of_a_mixture_in_numbers():
    mixture = PowerMixture(0.30, 0.30)
    unsolved = mixture.unsolved(np.array([0, 1, 100, 10_000]))
    np.testing.assert_allclose(unsolved, [1, 0.9308, 0.3229, 0.0813], atol=5e-5)
    slope = np.log(unsolved[3] / unsolved[2]) / np.log(100)
    assert slope == pytest.approx(-0.2996, abs=1e-4)
    assert mixture.tries_to_halve() == pytest.approx(10.1, abs=0.05)
    even = PowerMixture(1.0, 0.30).unsolved(np.array([100, 1000]))
    np.testing.assert_allclose(even, [0.033, 0.0033], rtol=0.01)
    assert PowerMixture(3.0, 0.30).unsolved(1000) == pytest.approx(2e-7, rel=0.15)
    assert PowerMixture(3.0, 0.30, 0.125).unsolved(1e9) == pytest.approx(0.125)


@pytest.mark.parametrize("alpha", [0.1, 0.3, 1.0, 3.0])
@pytest.mark.parametrize("p_max", [0.05, 0.9])
def test_four_hundred_problems_stand_for_the_mixture(alpha, p_max):
    mixture = PowerMixture(alpha, p_max)
    k = np.array([1.0, 30.0, 1000.0])
    mean = np.mean((1 - mixture.chances(400)) ** k[:, np.newaxis], axis=1)
    np.testing.assert_allclose(mean, mixture.unsolved(k), atol=3e-4)
    assert mixture.chances(400).max() < p_max


@given(alpha=st.floats(0.1, 3), p_max=st.floats(0.05, 1), zeros=st.floats(0, 0.9))
def test_a_mixture_tends_to_its_power_law(alpha, p_max, zeros):
    mixture = PowerMixture(alpha, p_max, zeros)
    k = 1e5 / p_max
    left = mixture.asymptote(k) - zeros
    assert mixture.unsolved(k) - zeros == pytest.approx(left, rel=1e-3, abs=1e-14)
    fewer = mixture.asymptote(k * mixture.tries_to_halve()) - zeros
    assert fewer == pytest.approx(left / 2, rel=1e-6, abs=1e-14)


def test_a_mixture_of_many_parameters():
    mixture = PowerMixture(np.array([0.3, 1.0]), 0.3)
    assert mixture.chances(5).shape == (2, 5)
    assert mixture.unsolved(np.array([[1.0], [2.0], [3.0]])).shape == (3, 2)


@pytest.mark.parametrize(
    ("k", "alpha", "beta"), [(1, 0.3, 12.4), (100, 0.3, 12.4), (3.5, 2.0, 0.5), (1e4, 0.065, 100)]
)
def test_beta_coverage_against_the_integral(k, alpha, beta):
    def missed(log_p):
        return np.exp(alpha * log_p + (beta - 1 + k) * np.log1p(-np.exp(log_p)))

    points = [-50, -20, -10, -5, -1]
    mass, _ = integrate.quad(missed, -600, -1e-12, points=points, limit=800)
    expected = 1 - mass / special.beta(alpha, beta)
    assert beta_coverage(k, alpha, beta) == pytest.approx(expected, rel=1e-9)


def test_beta_coverage_in_closed_cases():
    assert beta_coverage(1, 0.3, 12.4) == pytest.approx(0.3 / 12.7, rel=1e-12)
    assert beta_coverage(1, 1e-6, 1.0) == pytest.approx(1e-6 / (1 + 1e-6), rel=1e-9)
    assert beta_coverage(7, 0.3, 12.4, 0.25) == pytest.approx(0.75 * beta_coverage(7, 0.3, 12.4))
    assert beta_coverage(0, 0.3, 12.4) == 0


def test_beta_coverage_falls_as_k_to_the_alpha_in_the_end():
    missed = 1 - beta_coverage(np.array([1e8, 1e10]), 0.3, 12.4)
    assert np.log(missed[1] / missed[0]) / np.log(100) == pytest.approx(-0.3, rel=1e-4)


def sampled_counts(alpha, beta, zeros, problems=400, n=1000, seed=0):
    generator = np.random.default_rng(seed)
    p = generator.beta(alpha, beta, problems) * (generator.random(problems) >= zeros)
    return np.full(problems, n), generator.binomial(n, p)


@pytest.mark.parametrize("zeros", [0.0, 0.3])
def test_the_beta_binomial_is_recovered(zeros):
    n, c = sampled_counts(0.6, 5.0, zeros)
    fit = fit_beta_coverage(n, c)
    interval = fit.interval(0.99)
    for name, truth in {"alpha": 0.6, "beta": 5.0, "zeros": zeros}.items():
        low, high = interval[name]
        assert low <= truth <= high
        assert low <= getattr(fit, name) <= high
    assert fit.coverage(100) == pytest.approx(beta_coverage(100, 0.6, 5.0, zeros), abs=0.08)
    assert fit.coverage(100) == beta_coverage(100, fit.alpha, fit.beta, fit.zeros)


def test_without_zero_inflation_there_are_no_zeros():
    n, c = sampled_counts(0.6, 5.0, 0.3)
    fit = fit_beta_coverage(n, c, zero_inflation=False)
    assert fit.zeros == 0
    assert set(fit.interval()) == {"alpha", "beta"}
    free = fit_beta_coverage(n, c)
    assert free.log_likelihood > fit.log_likelihood + 5


def test_the_likelihood_is_the_beta_binomial_s():
    n, c = sampled_counts(0.6, 5.0, 0.2, problems=30, n=50)
    fit = fit_beta_coverage(n, c)
    pmf = (1 - fit.zeros) * stats.betabinom.pmf(c, n, fit.alpha, fit.beta) + fit.zeros * (c == 0)
    assert fit.log_likelihood == pytest.approx(np.sum(np.log(pmf)))


@pytest.mark.parametrize("x", [(-1.0, 1.0, 0.2), (0.5, 2.0, 0.01), (2.0, -1.0, 0.9)])
def test_the_gradient_of_the_likelihood(x):
    n, c = np.full(6, 50.0), np.array([0.0, 0, 3, 10, 50, 0])
    value, gradient = testtime._log_likelihood(np.array(x), n, c)
    numeric = optimize.approx_fprime(
        np.array(x), lambda y: testtime._log_likelihood(y, n, c)[0], 1e-7
    )
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-4)
    assert np.isfinite(value)


def test_profile_intervals_hold_where_the_likelihood_has_fallen_far_enough():
    n, c = sampled_counts(0.6, 5.0, 0.0, problems=100)
    fit = fit_beta_coverage(n, c, zero_inflation=False)
    drop = stats.chi2.ppf(0.9, 1) / 2
    for end in fit.interval(0.9)["alpha"]:
        best = optimize.minimize_scalar(
            lambda log_beta, a=end: -np.sum(stats.betabinom.logpmf(c, n, a, np.exp(log_beta))),
            bounds=(-3, 6),
            method="bounded",
        )
        assert fit.log_likelihood + best.fun == pytest.approx(drop, abs=1e-3)


def test_an_interval_may_be_open():
    # Equally hard problems: any beta distribution that is narrow enough will do.
    n, c = np.full(20, 10), np.array([4, 6] * 10)
    low, high = fit_beta_coverage(n, c, zero_inflation=False).interval()["alpha"]
    assert 1 < low < np.inf
    assert high == np.inf


def test_mean_over_problems():
    values = np.random.default_rng(0).exponential(1.0, (2, 200))
    found = mean_over_problems(values)
    np.testing.assert_allclose(found.mean, values.mean(axis=1))
    half = 1.96 * values.std(axis=1) / np.sqrt(200)
    np.testing.assert_allclose(found.high - found.low, 2 * half, rtol=0.1)
    one = mean_over_problems(values[0])
    assert one.low == pytest.approx(found.low[0])
    wider = mean_over_problems(values, level=0.99)
    assert np.all(wider.high > found.high)


# ---- telling right from wrong


@pytest.mark.parametrize(
    ("p", "rival", "false", "among", "checked", "voted"),
    [
        (0.20, 0.30, 0.05, 1.00, 0.83, 0.08),
        (0.30, 0.20, 0.05, 1.00, 0.90, 0.92),
        (0.05, 0.30, 0.01, 0.99, 0.84, 0.00),
        (0.02, 0.10, 0.001, 0.87, 0.84, 0.01),
    ],
)
def test_presets_of_a_hundred_tries(p, rival, false, among, checked, voted):
    assert repeated_coverage(p, 100) == pytest.approx(among, abs=0.005)
    assert verified_selection(p, 100, false) == pytest.approx(checked, abs=0.005)
    assert popular_vote(p, rival, 100) == pytest.approx(voted, abs=0.005)


def test_verified_selection_agrees_with_simulation():
    p, k, f, t, trials = 0.1, 12, 0.08, 0.7, 60_000
    generator = np.random.default_rng(0)
    right = generator.random((trials, k)) < p
    passed = generator.random((trials, k)) < np.where(right, t, f)
    first = passed.argmax(axis=1)
    rows = np.arange(trials)
    delivered = passed[rows, first] & right[rows, first]
    error = delivered.std() / np.sqrt(trials)
    assert verified_selection(p, k, f, t) == pytest.approx(delivered.mean(), abs=4 * error)


def test_the_ends_of_checking():
    assert verified_selection(0.3, 7, 0.0) == pytest.approx(repeated_coverage(0.3, 7))
    assert verified_selection(0.3, 7, 1.0) == pytest.approx(0.3)
    assert verified_selection(0.0, 7, 0.0) == 0
    assert verified_selection(1.0, 7, 0.5) == 1
    assert verified_selection(0.2, 1e9, 0.05) == pytest.approx(verifier_plateau(0.2, 0.05))
    assert verified_selection(0.2, 1e9, 0.05, 0.5) == pytest.approx(0.1 / 0.14)
    assert verifier_plateau(0.2, 0.05, 0.5) == pytest.approx(0.1 / 0.14)
    assert verifier_plateau(0.0, 0.0) == 0
    assert tolerable_false_accept(0.2) == pytest.approx(0.25)
    assert tolerable_false_accept(0.02) == pytest.approx(0.0204, abs=5e-5)
    assert tolerable_false_accept(0.9) == 1
    assert verifier_plateau(0.1, tolerable_false_accept(0.1, 0.7)) == pytest.approx(0.7)


def test_a_selector_stops_where_coverage_goes_on():
    few, many = BROWN_2024_SELECTION
    assert (few.samples, many.samples) == (100, 10_000)
    assert many.coverage - few.coverage == pytest.approx(0.155, abs=1e-3)
    assert many.selected - few.selected == pytest.approx(0.009, abs=2e-4)


@pytest.mark.parametrize(
    ("p", "k", "right"),
    [
        (0.6, 3, 0.648),
        (0.6, 11, 0.753498),
        (0.6, 101, 0.979103),
        (0.5, 51, 0.5),
        (0.7, 11, 0.921775),
    ],
)
def test_majority_votes_as_tabulated(p, k, right):
    assert majority_vote(p, k) == pytest.approx(right, rel=1e-5)


@pytest.mark.parametrize("k", range(1, 9))
def test_majority_votes_from_the_binomial_with_halved_ties(k):
    for p in (0.0, 0.3, 0.6, 1.0):
        votes = np.arange(k + 1)
        wins = np.where(2 * votes > k, 1.0, np.where(2 * votes == k, 0.5, 0.0))
        assert majority_vote(p, k) == pytest.approx(stats.binom.pmf(votes, k, p) @ wins)


def test_correlated_voters_level_off():
    assert majority_vote(0.6, 10_001, 0.3) == pytest.approx(0.3 * 0.6 + 0.7)
    assert majority_vote(0.6, 7, 1.0) == pytest.approx(0.6)


def multinomial_win(p, k):
    """Enumerate all counts of k votes."""
    total = 0.0
    for counts in np.ndindex(*[k + 1] * (len(p) - 1)):
        last = k - sum(counts)
        if last < 0:
            continue
        votes = np.array([*counts, last])
        if votes[0] == votes.max():
            total += stats.multinomial.pmf(votes, k, p) / np.sum(votes == votes.max())
    return total


@pytest.mark.parametrize("p", [(0.4, 0.35, 0.25), (0.25, 0.25, 0.25, 0.25), (0.1, 0.0, 0.7, 0.2)])
@pytest.mark.parametrize("k", [1, 2, 3, 6, 9])
def test_plurality_by_enumeration(p, k):
    assert plurality_vote(p, k) == pytest.approx(multinomial_win(p, k), abs=1e-12)


def test_plurality_of_two_is_a_majority():
    k = np.array([1, 2, 15, 100, 500])
    np.testing.assert_allclose(plurality_vote([0.6, 0.4], k), majority_vote(0.6, k), atol=1e-11)
    assert plurality_vote([1.0], 5) == pytest.approx(1)
    assert plurality_vote([0.0, 1.0], 5) == 0


def test_plurality_of_many_agrees_with_simulation():
    p, k, trials = np.array([0.3, 0.29, 0.2, 0.11, 0.1]), 60, 40_000
    votes = np.random.default_rng(0).multinomial(k, p, trials)
    best = votes == votes.max(axis=1, keepdims=True)
    wins = best[:, 0] / best.sum(axis=1)
    error = wins.std() / np.sqrt(trials)
    assert plurality_vote(p, k) == pytest.approx(wins.mean(), abs=4 * error)


def test_long_votes_are_decided_by_the_normal_approximation():
    shares = np.array([[0.3, 0.29, 0.41 / 2, 0.41 / 2], [0.29, 0.3, 0.41 / 2, 0.41 / 2]])
    exact, normal = plurality_vote(shares, 500), plurality_vote(shares, 500, "normal")
    np.testing.assert_allclose(normal, exact, atol=0.01)
    np.testing.assert_array_equal(
        plurality_vote(shares, 501), plurality_vote(shares, 501, "normal")
    )
    assert plurality_vote(shares, 501, "exact") == pytest.approx(exact, abs=0.01)
    np.testing.assert_allclose(plurality_vote(shares, 10**6), [1, 0], atol=1e-3)
    assert plurality_vote(shares, np.array([[1], [9]])).shape == (2, 2)


def test_the_vote_against_one_rival():
    assert plurality_vote([0.3, 0.2] + [0.05] * 10, 101) == pytest.approx(0.92, abs=0.005)
    assert popular_vote(0.3, 0.2, 101) == pytest.approx(0.924, abs=5e-4)
    assert popular_vote(0.2, 0.3, 101) == pytest.approx(0.08, abs=0.005)
    votes = np.random.default_rng(0).multinomial(15, [0.2, 0.3, 0.5], 200_000)
    wins = np.mean(votes[:, 0] > votes[:, 1]) + np.mean(votes[:, 0] == votes[:, 1]) / 2
    assert popular_vote(0.2, 0.3, 15) == pytest.approx(wins, abs=0.02)
    assert popular_vote(0.2, 0.2, 9) == 0.5
    assert popular_vote(0.7, 0.9, 9) == popular_vote(0.7, 0.3, 9)
    assert popular_vote(1.0, 0.0, 1) == 1
    assert popular_vote(0.0, 0.0, 1) == 0.5


# ---- chains and trees


def test_an_agent_dies_of_its_last_nine():
    half_lives = chain_horizon(np.array([0.99, 0.999, 0.99, 0.999]), repair=[0, 0, 0.9, 0.9])
    np.testing.assert_allclose(half_lives, [68.97, 692.8, 692.8, 6931], rtol=1e-4)
    assert chain_accuracy(0.99, 100) == pytest.approx(0.37, abs=0.005)
    assert chain_accuracy(0.95, 20) == pytest.approx(0.36, abs=0.005)
    assert chain_accuracy(0.99, 100, 0.9) == pytest.approx(chain_accuracy(0.999, 100))
    assert chain_horizon(0.9, 0.8) / chain_horizon(0.9) == pytest.approx(0.32, abs=0.002)
    assert required_step_accuracy(1000) == pytest.approx(0.99931, abs=5e-6)


@given(p=st.floats(0.1, 0.999), target=st.floats(0.01, 0.99), repair=st.floats(0, 0.9))
def test_chains_invert(p, target, repair):
    steps = chain_horizon(p, target, repair)
    assert chain_accuracy(p, steps, repair) == pytest.approx(target, rel=1e-6)
    assert required_step_accuracy(steps, target, repair) == pytest.approx(p, rel=1e-6)


def test_chains_at_their_ends():
    assert chain_horizon(1.0) == np.inf
    assert chain_horizon(0.0) == 0
    assert chain_horizon(0.0, repair=1.0) == np.inf
    assert chain_accuracy(0.0, 3) == 0
    assert chain_accuracy(0.0, 0) == 1
    assert required_step_accuracy(3, 0.5, 1.0) == 0
    assert required_step_accuracy(3, 0.5, 0.9) == 0


@pytest.mark.parametrize("target", [0.1, 0.5, 0.8, 0.99])
def test_horizons_under_a_constant_rate_are_those_of_a_chain(target):
    chain = chain_horizon(0.99, target) / chain_horizon(0.99, 0.3)
    assert horizon_ratio(target, 0.3) == pytest.approx(chain, rel=1e-12)


@pytest.mark.parametrize("shape", [0.4, 0.6, 1.0, 1.7])
def test_horizons_are_where_the_weibull_tail_has_fallen_to_the_target(shape):
    times = np.geomspace(1e-8, 1e3, 400_001)
    tail = stats.weibull_min(shape).sf(times)
    far, near = (times[np.argmin(np.abs(tail - share))] for share in (0.5, 0.8))
    assert horizon_ratio(0.8, 0.5, shape) == pytest.approx(near / far, rel=1e-3)


def test_what_shape_the_horizons_of_timed_agents_ask_for():
    # Kwa et al. 2025: the horizon at 80 % is 4 to 6 times shorter; a constant rate gives 3.1.
    assert 1 / horizon_ratio(0.8) == pytest.approx(3.1, abs=0.05)
    assert 1 / horizon_ratio(0.8, shape=0.82) == pytest.approx(4, abs=0.02)
    assert 1 / horizon_ratio(0.8, shape=0.63) == pytest.approx(6, abs=0.07)


def counted_tree(branching, depth, beam):
    nodes, written = 1, 0
    for _ in range(depth):
        written += nodes * branching
        nodes = min(nodes * branching, beam)
    return written


@pytest.mark.parametrize("branching", [1, 2, 5])
@pytest.mark.parametrize("depth", [1, 3, 10])
@pytest.mark.parametrize("beam", [1, 4, 125, np.inf])
def test_trees_are_counted_node_by_node(branching, depth, beam):
    counted = counted_tree(branching, depth, beam)
    assert tree_search_cost(branching, depth, beam) == pytest.approx(counted, rel=1e-12)


# ---- the arithmetic of "100 times"


@pytest.mark.parametrize(
    ("size", "tokens", "multiplier", "answers"),
    [
        ("8B", 32_800, 100, 9.0e9),
        ("8B", 50_000, 180, 4.8e9),
        ("405B", 50_000, 125, 7.3e9),
        ("8B", 5_000, 10.7, 1.1e12),
        ("8B", 4_000, 8.5, np.inf),
        ("8B", 1_000_000, 34_000, 2.4e7),
    ],
)
def test_presets_of_long_answers(size, tokens, multiplier, answers):
    model = LLAMA_3[size]
    times = reasoning_multiplier(tokens / 500, attention_tokens=model.attention_tokens)
    assert times == pytest.approx(multiplier, rel=0.015)
    assert times == pytest.approx(model.answer_flops(tokens) / model.answer_flops(500))
    assert break_even_tokens(10, times, model.pretrain_tokens) / 500 == pytest.approx(
        answers, rel=0.02
    )


def test_where_attention_costs_as_much_as_the_weights():
    assert LLAMA_3["8B"].attention_tokens == pytest.approx(61_000, rel=0.01)
    assert LLAMA_3["405B"].attention_tokens == pytest.approx(196_000, rel=0.01)
    model = Architecture(1e9, 20, 2000, 1e12)
    length = model.attention_tokens
    assert model.answer_flops(length) == pytest.approx(4 * model.N * length)
    pairs = sum(4 * 20 * 2000 * (t + 0.5) for t in range(1000))
    assert model.answer_flops(1000) == pytest.approx(2e9 * 1000 + pairs)


def test_a_hundred_times_is_tokens_times_samples():
    assert reasoning_multiplier(100) == 100
    assert reasoning_multiplier(10, 10) == 100


# ---- training against thinking


def test_the_exchange_of_snell_and_back():
    assert matching_inference_multiplier(14, 1.0, 1.0) == pytest.approx(53, rel=1e-12)
    assert break_even_tokens(14, 53, 1e12) == pytest.approx(1e12)
    assert break_even_tokens(14, 14, 1e12) == np.inf
    assert break_even_tokens(1, 1, 1e12) == np.inf
    assert break_even_tokens(1, 2, 1e12) == 0


@given(M=st.floats(1.1, 100), read=st.floats(1e9, 1e13), written=st.floats(1e6, 1e16))
def test_at_the_exchange_both_lives_cost_the_same(M, read, written):
    k = matching_inference_multiplier(M, read, written)
    small = 6 * read + 2 * written * k
    large = 6 * M * read + 2 * M * written
    assert small == pytest.approx(large, rel=1e-9)
    assert break_even_tokens(M, k, read) == pytest.approx(written, rel=1e-4)


def test_the_ranges_of_villalobos_and_atkinson():
    rows = [(row.inference, row.training) for row in VILLALOBOS_2023]
    assert rows == [((1, 2), (1, 1)), ((2, 3), (2, 2)), ((5, 6), (3, 4))]


def test_strength_at_hex():
    assert elo_gain(2) == pytest.approx(150.51, rel=1e-3)
    assert elo_win_probability(elo_gain(2)) == pytest.approx(0.704, rel=1e-3)
    assert elo_win_probability(0) == 0.5
    assert elo_win_probability(-1e9) == 0
    assert JONES_2021.test_factor(10) == pytest.approx(15, rel=0.06)
    assert JONES_2021.test_compute(1e15, 0) == pytest.approx(10 ** (-18 + 29))
    test = JONES_2021.test_compute(1e15, -500)
    assert JONES_2021.elo(1e15, test) == pytest.approx(-500)
    assert JONES_2021.test_compute(1e14, -500) / test == pytest.approx(JONES_2021.test_factor(10))
    assert np.isfinite(JONES_2021.test_compute(1e15, 1e9))


@pytest.mark.parametrize(("C", "budget"), [(1e20, 1e9), (1e21, 1e11), (1e24, 1e13)])
def test_train_to_test_optimum_against_a_search(C, budget):
    best = ROBERTS_2026.optimal(C, budget)

    def loss(log_N):
        N = np.exp(log_N)
        return ROBERTS_2026.loss(N, C / (6 * N), budget / (2 * N))

    found = optimize.minimize_scalar(
        loss, bounds=(10, 40), method="bounded", options={"xatol": 1e-9}
    )
    assert best.loss == pytest.approx(found.fun, rel=1e-9)
    assert np.log(best.N) == pytest.approx(found.x, abs=1e-3)
    assert 6 * best.N * best.D == pytest.approx(C)
    assert 2 * best.N * best.k == pytest.approx(budget)


def test_tries_push_towards_more_text_a_parameter():
    alone = BESIROGLU_2024.optimal(1e22)
    endless = ROBERTS_2026.optimal(1e22, 1e60)
    assert endless.N == pytest.approx(alone.N, rel=1e-3)
    scarce = ROBERTS_2026.optimal(1e22, np.array([1e12, 1e10]))
    ratio = scarce.D / scarce.N
    assert alone.D / alone.N < 25 < 100 < ratio[0] < 1000 < ratio[1]


def test_a_budget_for_less_than_one_try_shrinks_the_model_to_one():
    small = ROBERTS_2026.optimal(1e22, 1e8, tokens=100)
    assert small.k == pytest.approx(1)
    assert small.N == pytest.approx(1e8 / 200)


def test_loss_of_train_to_test_by_hand():
    law = TrainToTestLaw(1, 2, 3, 4, 0.5, 1, 0.25)
    assert law.loss(4, 3, 16) == pytest.approx(1 + 1 + 1 + 2)


# ---- the real samples of seven models

PYTHIA = {"70M": 70e6, "160M": 160e6, "410M": 410e6, "1B": 1e9, "2.8B": 2.8e9, "6.9B": 6.9e9}
PYTHIA["12B"] = 12e9


@functools.cache
def pythia_counts():
    table = load_or_skip("monkeys_counts")
    counts = {}
    for size in PYTHIA:
        rows = np.flatnonzero(table["model"] == f"Pythia {size}")
        rows = rows[np.argsort(table["problem"][rows])]
        counts[size] = table["n"][rows].astype(float), table["c"][rows].astype(float)
    return counts


FITS = {
    # size: coverage at 1, 100, 10,000; a, b; alpha, beta
    "70M": (0.0006, 0.0361, 0.2656, -7.889, -0.1918, 0.065, 100.08),
    "1B": (0.0083, 0.2745, 0.7422, -5.3983, -0.3129, 0.216, 25.49),
    "2.8B": (0.0203, 0.422, 0.8125, -4.1924, -0.3386, 0.246, 11.7),
}


@pytest.mark.parametrize("size", FITS)
def test_pythia_fits(size):
    n, c = pythia_counts()[size]
    one, hundred, all_tries, a, b, alpha, beta = FITS[size]
    coverage = pass_at_k(n[:, np.newaxis], c[:, np.newaxis], np.array([1, 100, 10_000])).mean(0)
    assert coverage[0] == pytest.approx(one, rel=0.08 if size == "70M" else 0.05)
    np.testing.assert_allclose(coverage[1:], [hundred, all_tries], rtol=1e-3)
    power = fit_coverage_power_law(n, c, bootstrap=50)
    assert power.a == pytest.approx(a, rel=1e-3)
    assert power.b == pytest.approx(b, rel=1e-3)
    assert power.largest_error < 0.038
    assert power.interval()["b"][0] < b < power.interval()["b"][1]
    mixture = fit_beta_coverage(n, c)
    assert mixture.alpha == pytest.approx(alpha, rel=0.01)
    assert mixture.beta == pytest.approx(beta, rel=0.01)
    assert mixture.zeros == 0


@pytest.mark.parametrize(
    ("size", "a", "b"),
    [
        ("12B", -4.16, -0.371),
        ("6.9B", -4.35, -0.351),
        ("410M", -5.56, -0.287),
        ("160M", -6.68, -0.282),
    ],
)
def test_pythia_power_laws(size, a, b):
    fit = fit_coverage_power_law(*pythia_counts()[size], bootstrap=0)
    assert (round(fit.a, 2), round(fit.b, 3)) == (a, b)


def test_one_pythia_of_seven_prefers_zeros_and_by_nothing():
    n, c = pythia_counts()["160M"]
    free, plain = fit_beta_coverage(n, c), fit_beta_coverage(n, c, zero_inflation=False)
    assert free.zeros == pytest.approx(0.29, abs=0.006)
    assert free.log_likelihood - plain.log_likelihood == pytest.approx(1.5, abs=0.02)
    assert free.interval()["zeros"][0] == 0
    twelve = fit_beta_coverage(*pythia_counts()["12B"])
    assert twelve.alpha == pytest.approx(0.296, abs=5e-4)
    assert np.sum(twelve.c == 0) == 16


def test_the_slope_of_pythia_drifts():
    n, c = pythia_counts()["12B"]
    coverage = pass_at_k(n[:, np.newaxis], c[:, np.newaxis], 10.0 ** np.arange(5)).mean(axis=0)
    slopes = -np.diff(np.log10(-np.log(coverage)))
    np.testing.assert_allclose(slopes, [0.31, 0.41, 0.35, 0.38], atol=0.006)
    assert repeated_coverage(c / n, 10_000).mean() == pytest.approx(0.848, abs=5e-4)


@pytest.mark.parametrize(
    ("size", "predicted", "true"), [("12B", 0.866, 0.875), ("70M", 0.224, 0.266)]
)
def test_extrapolating_coverage_from_a_hundred_tries(size, predicted, true):
    k = np.unique(np.rint(np.geomspace(1, 100, 21)))
    fit = fit_coverage_power_law(*pythia_counts()[size], k, bootstrap=0)
    assert fit.predict(10_000) == pytest.approx(predicted, abs=6e-4)
    assert pass_at_k(*pythia_counts()[size], 10_000).mean() == pytest.approx(true, abs=6e-4)


def delivered(size, compute, false_accept):
    n, c = pythia_counts()[size]
    return verified_selection(c / n, compute / PYTHIA[size], false_accept)


def test_many_small_tries_against_one_large():
    n, c = pythia_counts()["160M"]
    small = mean_over_problems(pass_at_k(n, c, 75))
    assert small.mean == pytest.approx(0.134, abs=5e-4)
    assert small.low == pytest.approx(0.100, abs=0.003)
    assert small.high == pytest.approx(0.173, abs=0.005)
    assert np.mean(c / n) == pytest.approx(0.0027, abs=5e-5)
    assert delivered("12B", 1.2e10, 0.0).mean() == pytest.approx(0.023, abs=5e-4)


@pytest.mark.parametrize(
    ("compute", "false_accept", "winner", "share"),
    [
        (1.2e10, 1e-4, "160M", 0.133),
        (1.2e10, 0.01, "410M", 0.101),
        (1.2e10, 0.1, "2.8B", 0.063),
        (1.2e10, 1.0, "12B", 0.023),
        (1.2e12, 0.01, "12B", 0.37),
        (1.2e12, 1e-4, "2.8B", 0.59),
    ],
)
def test_the_better_the_checker_the_smaller_the_model(compute, false_accept, winner, share):
    sizes = [size for size in PYTHIA if compute / PYTHIA[size] <= 10_000]
    rates = {size: delivered(size, compute, false_accept).mean() for size in sizes}
    assert max(rates, key=rates.get) == winner
    assert rates[winner] == pytest.approx(share, abs=0.005)


def test_the_checker_at_which_many_small_tries_are_worth_one_large():
    weights = np.random.default_rng(0).multinomial(128, np.full(128, 1 / 128), 1000).T / 128
    errors = np.geomspace(0.01, 0.5, 120)
    small = np.array([delivered("160M", 1.2e10, f) for f in errors])
    lead = small - delivered("12B", 1.2e10, 1.0)
    assert errors[np.sum(lead.mean(axis=1) > 0)] == pytest.approx(0.10, abs=0.006)
    crossings = errors[np.minimum(np.sum(lead @ weights > 0, axis=0), errors.size - 1)]
    low, high = np.quantile(crossings, [0.025, 0.975])
    assert low == pytest.approx(0.065, abs=0.006)
    assert high == pytest.approx(0.158, abs=0.012)


# ---- contracts


@pytest.mark.parametrize(
    ("formula", "arguments"),
    [
        (repeated_coverage, ([0.0, 0.3, 1.0], 7.0)),
        (pass_at_k, ([[10.0], [40.0]], [3.0, 10.0], [1.0, 8.0])),
        (coverage_power_law, ([1.0, 9.0], -4.0, -0.3)),
        (lambda a, p, z, k: PowerMixture(a, p, z).unsolved(k), (0.3, 0.4, 0.1, [0.0, 50.0])),
        (lambda a, p, z, k: PowerMixture(a, p, z).asymptote(k), (0.3, 0.4, 0.1, [1.0, 50.0])),
        (lambda a, p: PowerMixture(a, p).chances(5), ([0.3, 1.0], 0.4)),
        (lambda a: PowerMixture(a).tries_to_halve(), ([0.3, 1.0],)),
        (beta_coverage, ([0.0, 1.0, 1e4], 0.3, 12.0, 0.1)),
        (verified_selection, ([0.0, 0.2], 9.0, 0.05, 0.9)),
        (verifier_plateau, ([0.0, 0.2], 0.05)),
        (tolerable_false_accept, ([0.0, 0.2, 1.0], 0.4)),
        (majority_vote, ([0.0, 0.6], 4.0, 0.1)),
        (popular_vote, ([0.0, 0.6], 0.5, 20.0)),
        (lambda p, k: plurality_vote(p, k, "normal"), ([[0.5, 0.3, 0.2], [1.0, 0.0, 0.0]], 20.0)),
        (chain_accuracy, ([0.0, 0.9], 5.0, 0.1)),
        (chain_horizon, ([0.0, 0.9, 1.0], 0.8, 0.1)),
        (horizon_ratio, ([0.8, 0.2], 0.5, [0.6, 1.0])),
        (required_step_accuracy, ([1.0, 9.0], 0.8, 1.0)),
        (tree_search_cost, ([1.0, 3.0], 4.0, 5.0)),
        (lambda N, T: Architecture(N, 32, 4096, 1e12).answer_flops(T), (8e9, [0.0, 1e5])),
        (reasoning_multiplier, ([1.0, 70.0], 2.0)),
        (
            lambda r, b, a: reasoning_multiplier(r, base_tokens=b, attention_tokens=a),
            (9.0, 5e2, 6e4),
        ),
        (matching_inference_multiplier, ([1.0, 14.0], 1e12, 1e13)),
        (break_even_tokens, ([1.0, 14.0], [1.0, 53.0], 1e12)),
        (elo_win_probability, ([-100.0, 0.0],)),
        (elo_gain, ([1.0, 2.0],)),
        (JONES_2021.test_compute, ([1e15, 1e16], -500.0)),
        (JONES_2021.elo, ([1e15, 1e16], 1e10)),
        (JONES_2021.test_factor, (10.0,)),
        (ROBERTS_2026.loss, (1e9, 1e10, [1.0, 9.0])),
        (lambda C, b, T: ROBERTS_2026.optimal(C, b, T).loss, (1e22, [1e8, 1e12], 1.0)),
    ],
)
def test_formulas_can_be_recorded(formula, arguments):
    assert_recordable(formula, *map(np.asarray, arguments))


BAD_CALLS = [
    (lambda: repeated_coverage(1.5, 1), "p = 1.5"),
    (lambda: repeated_coverage([0.1, 0.2], [1, 2, 3]), "do not broadcast"),
    (lambda: pass_at_k(0, 0, 1), "n = 0"),
    (lambda: pass_at_k(5, 6, 1), "c = 6: allowed is at most n"),
    (lambda: pass_at_k([5, 9], 2, [1, 10]), "k = 10: allowed is at most n"),
    (lambda: pass_at_k(5, 2, 0), "k = 0"),
    (lambda: pass_at_k(5, 2.5, 1), "c = 2.5: allowed are whole numbers"),
    (lambda: coverage_power_law(1, 1, -1), "a = 1"),
    (lambda: coverage_power_law(1, -1, 1), "b = 1"),
    (lambda: fit_coverage_power_law([5], [2], [1]), "two k"),
    (lambda: fit_coverage_power_law([5, 5], [0, 0]), "coverage = 0"),
    (lambda: fit_coverage_power_law([5, 5], [1]), "one length"),
    (lambda: fit_coverage_power_law([5, 5.5], [1, 2]), "n = 5.5: allowed are whole"),
    (lambda: fit_coverage_power_law([5, 5], [1, 1], bootstrap=[1, 2]), "bootstrap has shape"),
    (lambda: fit_coverage_power_law([5, 5], [1, 1], seed=0.5), "seed = 0.5"),
    (lambda: fit_coverage_power_law([5, 5], [1, 2]).interval(1.0), "level = 1"),
    (lambda: PowerMixture(0), "alpha = 0"),
    (lambda: PowerMixture(1, 0), "p_max = 0"),
    (lambda: PowerMixture(1, 1, -1), "zeros = -1"),
    (lambda: PowerMixture(1).unsolved(-1), "k = -1"),
    (lambda: PowerMixture(1).asymptote(0), "k = 0"),
    (lambda: PowerMixture(1).chances(0), "count = 0"),
    (lambda: beta_coverage(1, 0, 1), "alpha = 0"),
    (lambda: beta_coverage(1, 1, 1, 2), "zeros = 2"),
    (lambda: fit_beta_coverage([5, 5], [0, 0]), "c = 0 on every problem"),
    (lambda: fit_beta_coverage([5, 5], [5, 5]), "c = 5 on every problem"),
    (lambda: fit_beta_coverage([5, 5], [5, 6]), "c = 6: allowed is at most n"),
    (lambda: fit_beta_coverage([5, 5], [1, 2], zero_inflation=1), "zero_inflation = 1"),
    (lambda: mean_over_problems(0.5), "values = 0.5"),
    (lambda: mean_over_problems([0.5], bootstrap=0), "bootstrap = 0"),
    (lambda: verified_selection(0.5, 1, 2), "false_accept = 2"),
    (lambda: verifier_plateau(0.5, 0.1, -1), "true_accept = -1"),
    (lambda: tolerable_false_accept(0.5, 0), "plateau = 0"),
    (lambda: majority_vote(0.5, 1.5), "k = 1.5"),
    (lambda: majority_vote(0.5, 1, 2), "correlation = 2"),
    (lambda: popular_vote(0.5, -1, 1), "rival = -1"),
    (lambda: plurality_vote([0.5, 0.4], 3), "probabilities sum to 0.9"),
    (lambda: plurality_vote(1.0, 3), "probabilities = 1"),
    (lambda: plurality_vote([0.5, 0.5], 3, "guess"), "method = 'guess'"),
    (lambda: plurality_vote([[0.5, 0.5]] * 2, [1, 2, 3]), "do not broadcast"),
    (lambda: chain_accuracy(2, 1), "p_step = 2"),
    (lambda: chain_horizon(0.5, 1), "target = 1"),
    (lambda: required_step_accuracy(0), "steps = 0"),
    (lambda: tree_search_cost(0.5, 1), "branching = 0.5"),
    (lambda: tree_search_cost(2, 1.5), "depth = 1.5"),
    (lambda: tree_search_cost(2, 1, 0), "beam = 0"),
    (lambda: Architecture(1, 0, 1, 1), "layers = 0"),
    (lambda: LLAMA_3["8B"].answer_flops(-1), "tokens = -1"),
    (lambda: reasoning_multiplier(0), "token_ratio = 0"),
    (lambda: reasoning_multiplier(1, attention_tokens=0), "attention_tokens = 0"),
    (lambda: matching_inference_multiplier(0.5, 1, 1), "M = 0.5"),
    (lambda: break_even_tokens(2, 0, 1), "multiplier = 0"),
    (lambda: elo_win_probability(np.inf), "difference = inf"),
    (lambda: elo_gain(0), "compute_factor = 0"),
    (lambda: TrainTestExchange(0, 1, 1), "slope = 0"),
    (lambda: TrainTestExchange(-1, 0, 1), "elo_slope = 0"),
    (lambda: JONES_2021.test_compute(0, 1), "train = 0"),
    (lambda: JONES_2021.elo(1, 0), "test = 0"),
    (lambda: JONES_2021.test_factor(-1), "train_factor = -1"),
    (lambda: TrainToTestLaw(-1, 1, 1, 1, 1, 1, 1), "E = -1"),
    (lambda: TrainToTestLaw(0, 1, 1, 0, 1, 1, 1), "G = 0"),
    (lambda: ROBERTS_2026.loss(1, 1, 0), "k = 0"),
    (lambda: ROBERTS_2026.optimal(1e20, 0), "inference_compute = 0"),
]


@pytest.mark.parametrize(("call", "message"), BAD_CALLS, ids=[text for _, text in BAD_CALLS])
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_public_names_say_where_they_come_from():
    for name, thing in inspect.getmembers(testtime, inspect.isfunction):
        if not name.startswith("_") and thing.__module__ == testtime.__name__:
            assert "Source:" in thing.__doc__, name
    rows = [*LLAMA_3.values(), *VILLALOBOS_2023, *BROWN_2024_SELECTION, JONES_2021, ROBERTS_2026]
    for row in rows:
        assert row.source.key in SOURCES
    assert "illustrative" in ROBERTS_2026.source.note


def test_coverage_keeps_its_digits_after_very_many_tries():
    # the unsolved share falls as Gamma(alpha + beta) / Gamma(beta) k^-alpha
    k = np.array([1e10, 1e14, 1e30])
    unsolved = special.gamma(1.2) / special.gamma(0.9) * k**-0.3
    np.testing.assert_allclose(1.0 - beta_coverage(k, 0.3, 0.9), unsolved, rtol=1e-6)
    shapes = np.array([1e-3, 1.0, 1e6, 1e12])
    np.testing.assert_allclose(beta_coverage(1.0, shapes, shapes), 0.5, rtol=1e-9)
    np.testing.assert_allclose(beta_coverage(1.0, shapes, 2.0), shapes / (shapes + 2), rtol=1e-9)


# ---- tables of tries


def test_a_table_of_tries_is_arranged_by_model_and_problem():
    rows = [("small", "x", 10, 1), ("large", "y", 10, 9), ("small", "y", 10, 2)]
    rows += [("large", "x", 10, 7), ("small", "x", 5, 3)]
    found = tries_by_model(*zip(*rows, strict=True))
    assert found.models == ("small", "large")
    assert found.problems == ("x", "y")
    assert found.n.tolist() == [[15, 10], [10, 10]]
    assert found.c.tolist() == [[4, 2], [7, 9]]


def test_a_model_that_was_not_given_every_problem_is_named():
    with pytest.raises(ValueError, match="problem 'y' is missing for 'large'"):
        tries_by_model(["small", "small", "large"], ["x", "y", "x"], [9, 9, 9], [0, 1, 2])


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="problem has shape"):
        tries_by_model(["A", "A"], ["x"], [9, 9], [0, 1])
