import dataclasses
import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from scaling_core import posttraining
from scaling_core.posttraining import (
    BUSBRIDGE_2025,
    CLAIMED_EXTRA,
    DEEPSEEK_V3_PRETRAINING_HOURS,
    HERNANDEZ_2021,
    HERNANDEZ_2021_MIXED,
    KHATRI_2025,
    POST_TRAINING_SHARES,
    R1_HOURS,
    Ecosystem,
    Flywheel,
    NoisyJudge,
    Overoptimisation,
    RLComputeLaw,
    TransferLaw,
    best_of_n_kl,
    best_of_n_kl_discrete,
    collapse_factor,
    derivatives_needed,
    distillation_flops,
    diversity_left,
    ecosystem_multiplier,
    ecosystem_samples,
    expected_best_of_n,
    fit_rl_compute,
    lead_change,
    lead_change_interval,
    rejection_sampling_cost,
    rejection_sampling_kl,
    select_by_judge,
    sharing_students,
    simulate_best_of_n,
)
from scaling_core.pretraining import training_flops
from scaling_core.sources import SOURCES
from tests.scaling_core.duck import assert_recordable

SHORT, LONG = KHATRI_2025["8B"], KHATRI_2025["8B, 32k context"]
SMALL_BATCH, LARGE_BATCH = KHATRI_2025["8B, batch 512"], KHATRI_2025["8B, batch 2048"]
EXPERTS = KHATRI_2025["17Bx16 mixture of experts"]


# ---- the bill for an ecosystem


def test_the_multiplier_adds_groups_along_the_last_axis():
    assert ecosystem_multiplier(3000, 0.01) == pytest.approx(31.0)
    assert ecosystem_multiplier(10_000, 1e-6) == pytest.approx(1.01)
    assert ecosystem_multiplier([3000, 10_000], [0.01, 1e-6]) == pytest.approx(31.01)
    table = ecosystem_multiplier(np.array([[1.0, 2.0], [3.0, 4.0]]), 0.5)
    np.testing.assert_allclose(table, [2.5, 4.5])


def test_published_shares_of_post_training():
    shares = {(row.model, row.kind): row.share for row in POST_TRAINING_SHARES}
    assert shares["Llama 3.1 405B", "estimate"] == pytest.approx(0.0024737, rel=1e-3)
    assert shares["DeepSeek-V3", "disclosed"] == pytest.approx(0.00188, rel=1e-2)
    assert shares["DeepSeek-R1-Zero", "disclosed"] == pytest.approx(0.0379, rel=1e-2)
    # an estimate made before the hours were out, against R1-Zero's hours and against all of them
    guess = shares["DeepSeek-R1", "estimate"]
    assert (shares["DeepSeek-R1", "disclosed"], guess) == pytest.approx((0.0154, 0.179), rel=1e-2)
    assert guess / shares["DeepSeek-R1-Zero", "disclosed"] == pytest.approx(4.7, abs=0.05)
    everything = sum(R1_HOURS.values())
    assert everything == 147e3
    assert guess / (everything / DEEPSEEK_V3_PRETRAINING_HOURS) == pytest.approx(3.3, abs=0.05)
    assert shares["Llama-Nemotron Ultra", "disclosed"] == pytest.approx(0.0045, abs=5e-5)
    assert {row.model: row.bound for row in POST_TRAINING_SHARES if row.bound} == {
        "Phi-4-reasoning": "at most",
        "DeepSeek-V3.2": "at least",
    }
    assert [row.share for row in POST_TRAINING_SHARES] == sorted(shares.values())


def test_how_many_copies_make_twenty_nine_extra():
    assert derivatives_needed(29, 0.0025) == pytest.approx(11_600)
    assert derivatives_needed(29, 1e-6) == pytest.approx(29e6)


@pytest.mark.parametrize(
    ("n", "share", "spread", "extra", "payers"),
    [
        (1e4, 1e-4, 1.0, 13.8, 116),
        (1, 0.0025, 0.0, 0.0025, 1),
        (1e4, 1e-6, 0.0, 0.010, 5000),
        (3000, 0.01, 0.0, 30.0, 1500),
        (1e5, 1e-6, 1.5, 30.7, 73),
        (1e4, 1e-6, 1.0, 0.14, 116),
        (1e4, 1e-6, 1.5, 3.0, 8),
        (1e4, 1e-6, 2.0, 35.0, 19),
    ],
)
def test_presets_of_the_ecosystem(n, share, spread, extra, payers):
    ecosystem = Ecosystem(n, share, spread)
    assert ecosystem.extra() == pytest.approx(extra, rel=0.015)
    assert ecosystem.multiplier() == 1 + ecosystem.extra()
    assert ecosystem.payers() == payers


@pytest.mark.parametrize("n", [1, 3, 10, 37, 200, 316, 1000, 31_623, 1_000_000])
@pytest.mark.parametrize("share", [1e-8, 1e-4, 0.1])
@pytest.mark.parametrize("spread", [0, 0.5, 1, 2])
def test_binned_ranks_agree_with_every_rank(n, share, spread):
    ranks = np.arange(1, n + 1)
    quantiles = stats.norm.ppf(1 - (ranks - 0.5) / n)
    shares = np.minimum(share * 10 ** (spread * quantiles), 1)
    ecosystem = Ecosystem(n, share, spread)
    assert ecosystem.extra() == pytest.approx(shares.sum(), rel=2e-4)
    np.testing.assert_allclose(ecosystem.share(ranks[:10]), shares[:10], rtol=1e-9)
    paid = np.cumsum(shares)
    exact = np.sum(paid < paid[-1] / 2 * (1 - 1e-9)) + 1
    assert ecosystem.payers() == pytest.approx(exact, rel=3e-3, abs=1)


def test_no_derivative_is_dearer_than_pretraining_and_none_lies_beyond_the_last():
    ecosystem = Ecosystem(100, 0.1, 2.0)
    assert ecosystem.share(1) == 1
    assert ecosystem.share(100) > 0
    assert ecosystem.share(101) == 0


def test_all_payers_pay_all():
    ecosystem = Ecosystem(1234, 1e-4, 1.0)
    assert ecosystem.payers(1.0) == 1234
    assert ecosystem.payers(0.0) == 0


def test_what_is_known_of_the_multiplier():
    extra = ecosystem_samples(4096, 0) - 1
    assert extra.shape == (4096,)
    low, high = np.quantile(extra, [0.025, 0.975])
    assert low == pytest.approx(0.0018, rel=0.1)
    assert high == pytest.approx(1300, rel=0.05)
    assert np.mean(extra >= CLAIMED_EXTRA) == pytest.approx(0.24, abs=0.01)
    smaller = ecosystem_samples(4096, 0, median_share=(1e-7, 1e-3)) - 1
    assert np.mean(smaller >= CLAIMED_EXTRA) == pytest.approx(0.10, abs=0.01)


def test_samples_of_the_multiplier_are_seeded_and_of_any_number():
    np.testing.assert_array_equal(ecosystem_samples(100, 7), ecosystem_samples(100, 7))
    assert not np.array_equal(ecosystem_samples(100, 7), ecosystem_samples(100, 8))
    assert ecosystem_samples(1, 0).shape == (1,)
    assert ecosystem_samples(10_001, 0).shape == (10_001,)
    fixed = {"derivatives": (1e4, 1e4), "median_share": (1e-4, 1e-4), "spread": (1, 1)}
    one = Ecosystem(1e4, 1e-4, 1).multiplier()
    np.testing.assert_allclose(ecosystem_samples(8, 0, **fixed), one, rtol=1e-9)


# ---- what pre-training is worth


@pytest.mark.parametrize(
    ("data", "N", "worth"),
    [(1e6, 1e9, 602), (1e6, 1e8, 251), (1e6, 1e10, 1440), (1e9, 1e9, 3.1), (1e10, 1e9, 1.3)],
)
def test_presets_of_transfer(data, N, worth):
    assert HERNANDEZ_2021.worth(data, N) == pytest.approx(worth, rel=0.015)


def test_transfer_as_published():
    assert HERNANDEZ_2021.effective_data(3e5, 4e7) == pytest.approx(142_370_000, rel=1e-3)
    assert HERNANDEZ_2021.data_for_size(10) == pytest.approx(129.1549665014884, rel=1e-6)
    assert HERNANDEZ_2021_MIXED.effective_data(1, 1) == 2.1e5
    assert HERNANDEZ_2021_MIXED.data_for_size(10) == pytest.approx(10 ** (0.38 / 0.096))
    corners = HERNANDEZ_2021.effective_data(np.array([1e5, 1e11]), np.array([1e6, 1e12]))
    np.testing.assert_allclose(corners, [2.9e7, 6.6e10], rtol=0.01)


def test_at_break_even_both_kinds_of_text_are_worth_the_same():
    equal = HERNANDEZ_2021.break_even(1e9)
    assert equal == pytest.approx(2.5e9, rel=0.03)
    assert HERNANDEZ_2021.effective_data(equal, 1e9) == pytest.approx(equal)
    assert HERNANDEZ_2021.worth(equal, 1e9) == pytest.approx(2)


# ---- when a teacher pays


def test_a_teacher_helps_most_when_it_is_neither_poor_nor_too_good():
    N, D = 143e6, 64e9
    assert BUSBRIDGE_2025.supervised_loss(N, D) == pytest.approx(2.581, abs=5e-4)
    taught = BUSBRIDGE_2025.student_loss(np.array([1.9, 2.2, 2.4]), N, D)
    np.testing.assert_allclose(taught, [2.557, 2.533, 2.545], atol=6e-4)
    gain = BUSBRIDGE_2025.gain(np.array([1.9, 2.2, 2.4, 3.5]), N, D)
    np.testing.assert_allclose(gain[:3], 2.5814 - taught, atol=1e-4)
    assert gain[3] < 0
    assert "illustrative" in BUSBRIDGE_2025.source.note


def test_a_student_meets_a_poor_teacher():
    loss = BUSBRIDGE_2025.student_loss(4.0, 143e6, 64e9)
    assert loss == pytest.approx(4.0, abs=1e-3)


def test_a_large_teacher_has_to_be_shared():
    student, tokens, teacher = 8e9, 15e12, 405e9
    alone = training_flops(student, tokens)
    reading = distillation_flops(student, tokens, teacher) - alone
    assert reading == pytest.approx(1.2e25, rel=0.02)
    assert alone == pytest.approx(7.2e23)
    assert sharing_students(student, teacher) == pytest.approx(16.9, abs=0.05)
    shared = distillation_flops(student, tokens, teacher, students=reading / alone)
    assert shared == pytest.approx(2 * alone)
    trained = distillation_flops(student, tokens, teacher, tokens, students=2)
    assert trained == pytest.approx(alone + (reading + training_flops(teacher, tokens)) / 2)


# ---- choosing the best of n


@pytest.mark.parametrize(
    ("n", "kl"),
    [
        (1, 0.0),
        (2, 0.1931471805599453),
        (4, 0.6362943611198906),
        (16, 1.8350887222397811),
        (64, 3.1745080833596715),
        (1000, 5.908755278982137),
    ],
)
def test_divergence_of_best_of_n(n, kl):
    assert best_of_n_kl(n) == pytest.approx(kl, rel=1e-9)


def test_divergence_of_best_of_n_from_the_definition():
    n = 7.5
    kl, _ = integrate.quad(lambda u: n * u ** (n - 1) * np.log(n * u ** (n - 1)), 0, 1)
    assert best_of_n_kl(n) == pytest.approx(kl, rel=1e-8)


@given(
    weights=st.lists(st.floats(0.001, 1), min_size=1, max_size=8),
    n=st.floats(1, 1e4),
)
def test_with_few_answers_the_divergence_is_bounded(weights, n):
    p = np.array(weights) / np.sum(weights)
    kl = best_of_n_kl_discrete(p, n)
    assert -1e-9 <= kl <= best_of_n_kl(n) + 1e-9
    assert kl <= -np.log(p[-1]) + 1e-9


def test_with_many_answers_the_bound_is_reached():
    fine = best_of_n_kl_discrete(np.full(200_000, 1 / 200_000), np.array([4.0, 16.0]))
    np.testing.assert_allclose(fine, best_of_n_kl(np.array([4.0, 16.0])), rtol=1e-4)


def test_divergence_with_two_answers_by_hand():
    right = 1 - 0.75**2
    by_hand = right * np.log(right / 0.25) + (1 - right) * np.log((1 - right) / 0.75)
    assert best_of_n_kl_discrete([0.75, 0.25], 2) == pytest.approx(by_hand)
    assert best_of_n_kl_discrete([0.75, 0.0, 0.25], 2) == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("n", "mean"), [(1, 0.0), (2, 0.5641896), (4, 1.0293754), (16, 1.7659914), (100, 2.5075936)]
)
def test_expected_best_of_n_as_tabulated(n, mean):
    assert expected_best_of_n(n) == pytest.approx(mean, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("n", [1.5, 3, 37, 1e4, 1e9])
def test_expected_best_of_n_against_numeric_integration(n):
    def density(x):
        return x * n * stats.norm.pdf(x) * np.exp((n - 1) * stats.norm.logcdf(x))

    mean, _ = integrate.quad(density, -9, 12, limit=500, points=[0, 2, 4, 6])
    assert expected_best_of_n(n) == pytest.approx(mean, rel=1e-7)


def test_rejection_sampling():
    assert rejection_sampling_cost(0.01) == 100
    assert rejection_sampling_kl(0.01) == pytest.approx(np.log(100))
    assert rejection_sampling_cost(0.0) == np.inf
    assert rejection_sampling_kl(0.0) == np.inf
    assert rejection_sampling_kl(1.0) == 0
    # Keeping the best of two equal answers half of the time is rejection of the worse one.
    assert best_of_n_kl_discrete([0.5, 0.5], 1e9) == pytest.approx(rejection_sampling_kl(0.5))


# ---- what stops choosing


@pytest.mark.parametrize("method", ["bon", "rl"])
@given(alpha=st.floats(0.1, 3), beta=st.floats(0.05, 2))
def test_overoptimisation_peaks_where_its_closed_form_says(method, alpha, beta):
    law = Overoptimisation(alpha, beta, method)
    peak = law.peak()
    assert law.reward(peak.kl) == pytest.approx(peak.reward, rel=1e-9)
    for factor in (0.98, 1.02):
        assert law.reward(peak.kl * factor) < peak.reward
    assert law.reward(0.0) == 0


def test_overoptimisation_in_numbers():
    assert Overoptimisation(2, 0.5).reward(4.0) == pytest.approx(2 * (2 - 0.5 * 2))
    assert Overoptimisation(2, 0.5, "rl").reward(np.e**2) == pytest.approx(np.e * 1.5)
    assert Overoptimisation(1, 0.25).peak() == posttraining.RewardPeak(4.0, 1.0)
    assert Overoptimisation(1e3, 1e-3, "rl").peak().kl == np.inf


@pytest.mark.parametrize(
    ("rho", "eps", "best", "quality", "back"),
    [
        (0.8, 1e-2, 15, 1.05, 110),
        (0.8, 1e-3, 96, 1.72, 1295),
        (0.8, 1e-4, 677, 2.27, 14_230),
        (0.8, 1e-6, 41_850, 3.17, 1_602_000),
        (0.5, 1e-3, 82, 1.04, 961),
        (0.8, 5e-4, 171, 1.90, 2675),
        (0.8, 0.03, 7, 0.68, 32),
    ],
)
def test_where_a_judge_turns(rho, eps, best, quality, back):
    judge = NoisyJudge(rho, eps)
    peak = judge.peak()
    sizes = np.arange(1.0, 1000.0) if best < 1000 else np.linspace(0.9, 1.1, 401) * best
    assert sizes[np.argmax(judge.quality(sizes))] == pytest.approx(best, rel=2e-3)
    assert peak.n == pytest.approx(best, rel=0.04)
    assert peak.quality == pytest.approx(quality, abs=0.005)
    assert peak.quality >= judge.quality(sizes).max()
    assert judge.break_even() == pytest.approx(back, rel=0.005)
    assert judge.quality(judge.break_even()) == pytest.approx(0, abs=1e-9)


def test_a_trap_is_unlikely_at_the_peak_and_ruinous_later():
    judge = NoisyJudge(0.8, 1e-3)
    assert judge.trapped(95) == pytest.approx(0.09, abs=0.002)
    assert judge.quality(16) == pytest.approx(1.37, abs=0.005)
    assert judge.quality(1000) == pytest.approx(0.32, abs=0.005)
    assert judge.quality(1e9) == pytest.approx(-1)
    assert judge.believed(1e6) > judge.believed(1e5)
    assert best_of_n_kl(95) == pytest.approx(3.6, abs=0.05)


def test_a_tenth_of_the_traps_moves_the_peak_sevenfold_and_the_prize_by_half():
    before, after = NoisyJudge(0.8, 1e-3).peak(), NoisyJudge(0.8, 1e-4).peak()
    assert after.n / before.n == pytest.approx(7, abs=0.1)
    assert after.quality - before.quality == pytest.approx(0.55, abs=0.01)


def test_noise_alone_never_turns():
    judge = NoisyJudge(0.5, 0.0)
    np.testing.assert_allclose(judge.quality(np.array([2, 100])), [0.28, 1.25], atol=0.005)
    assert judge.peak().n == np.inf
    assert judge.peak().quality == np.inf
    assert judge.break_even() == np.inf


def test_a_blind_judge_is_worth_one_candidate_and_a_harmless_trap_never_costs():
    blind = NoisyJudge(0.0, 0.1)
    assert blind.peak().n == 1
    assert blind.peak().quality == pytest.approx(-0.1)
    assert blind.break_even() == 1
    harmless = NoisyJudge(1.0, 0.1, 0.0)
    assert 1 < harmless.peak().n < 10
    assert NoisyJudge(1.0, 1e-9, 0.0).break_even() == np.inf


def test_judges_broadcast():
    judges = NoisyJudge(np.array([[0.5], [0.8]]), np.array([1e-2, 1e-3, 1e-4]))
    peak = judges.peak()
    assert peak.n.shape == peak.quality.shape == judges.break_even().shape == (2, 3)
    assert peak.n[1, 1] == pytest.approx(float(NoisyJudge(0.8, 1e-3).peak().n))


def test_quality_under_a_trap_agrees_with_simulation():
    rho, eps, n, trials = 0.8, 0.02, 30, 40_000
    generator = np.random.default_rng(0)
    quality = generator.standard_normal((trials, n))
    score = rho * quality + np.sqrt(1 - rho**2) * generator.standard_normal((trials, n))
    trap = generator.random((trials, n)) < eps
    score[trap], quality[trap] = np.inf, -1.0
    picked = quality[np.arange(trials), score.argmax(axis=1)]
    error = picked.std() / np.sqrt(trials)
    assert NoisyJudge(rho, eps).quality(n) == pytest.approx(picked.mean(), abs=4 * error)


def test_simulated_best_of_n_agrees_with_the_closed_form():
    sizes = [1, 4, 64]
    found = simulate_best_of_n(sizes, 0.8, 0)
    low, high = found.interval(0.999)
    exact = 0.8 * expected_best_of_n(np.array(sizes, float))
    assert np.all((low < exact) & (exact < high))
    assert np.all(high - low < 0.15)
    half = 1.959964 * found.standard_error
    for end, sign in zip(found.interval(), (-1, 1), strict=True):
        np.testing.assert_allclose(end, found.quality + sign * half, rtol=1e-6)
    narrow_low, narrow_high = found.interval(0.5)
    assert np.all((low < narrow_low) & (narrow_high < high))


def test_a_judge_with_heavy_tails_is_the_middle_case():
    sizes = [4, 16, 32, 64, 512, 4096]
    heavy = simulate_best_of_n(sizes, 0.8, 0, degrees=3, trials=1500)
    assert heavy.n[np.argmax(heavy.quality)] in (16, 32, 64)
    assert heavy.quality[1:4] == pytest.approx(1.08, abs=0.1)
    assert heavy.quality[-1] == pytest.approx(0.28, abs=0.1)
    light = simulate_best_of_n(sizes, 0.8, 0, degrees=30, trials=600)
    assert np.all(np.diff(light.quality) > 0)


# ---- reinforcement learning


@pytest.mark.parametrize(
    ("hours", "short", "long"),
    [(3e3, 0.522, 0.419), (1e4, 0.596, 0.509), (28e3, 0.608, 0.608), (1e5, 0.610, 0.641)],
)
def test_presets_of_two_recipes(hours, short, long):
    assert SHORT.reward(hours) == pytest.approx(short, abs=6e-4)
    assert LONG.reward(hours) == pytest.approx(long, abs=6e-4)


def test_recipes_as_published():
    rows = [(law.A, law.C_mid, law.B) for law in KHATRI_2025.values()]
    assert rows == [
        (0.610, 2542, 1.92),
        (0.645, 11272, 1.89),
        (0.605, 2818, 1.77),
        (0.645, 10909, 1.70),
        (0.710, 4242, 1.65),
    ]
    for law in KHATRI_2025.values():
        assert law.gain_share(law.C_mid) == pytest.approx(0.5)
        assert law.gain_share(10 * law.C_mid) == pytest.approx(0.98, abs=0.01)
        assert "R0" in law.source.note


def test_what_the_next_tenfold_buys():
    assert SHORT.reward(1e5) - SHORT.reward(1e4) == pytest.approx(0.014, abs=5e-4)
    assert LONG.reward(1e5) - LONG.reward(1e4) == pytest.approx(0.132, abs=5e-4)


@given(share=st.floats(0.01, 0.99), B=st.floats(0.3, 4))
def test_compute_for_inverts_the_gain(share, B):
    law = RLComputeLaw(0.2, 0.9, 500.0, B)
    assert law.gain_share(law.compute_for(share)) == pytest.approx(share)


def test_ends_of_the_sigmoid():
    assert SHORT.compute_for(0.0) == 0
    assert SHORT.compute_for(1.0) == np.inf
    assert SHORT.reward(1e-300) == pytest.approx(0.40)
    assert SHORT.reward(1e300) == pytest.approx(0.61)
    assert SHORT.compute_for(0.9) == pytest.approx(7984, rel=1e-3)


@pytest.mark.parametrize(
    ("R0", "context", "batch"),
    [(0.3, 34_500, 33_900), (0.4, 28_000, 26_800), (0.5, 19_800, 17_800)],
)
def test_when_the_lead_changes(R0, context, batch):
    def start(law):
        return dataclasses.replace(law, R0=R0)

    change = lead_change(start(SHORT), start(LONG))
    assert change == pytest.approx(context, rel=0.005)
    assert start(SHORT).reward(change) == pytest.approx(start(LONG).reward(change), abs=1e-9)
    assert lead_change(start(SMALL_BATCH), start(LARGE_BATCH)) == pytest.approx(batch, rel=0.005)


def test_the_mixture_leads_before_it_is_half_way():
    change = lead_change(SHORT, EXPERTS)
    assert change == pytest.approx(4000, rel=0.02)
    assert EXPERTS.gain_share(change) < 0.5


def test_leads_that_never_or_always_hold():
    assert lead_change(LONG, SHORT) == np.inf
    assert lead_change(SHORT, SHORT) == np.inf
    better = dataclasses.replace(SHORT, A=0.7)
    assert lead_change(SHORT, better) == 0


def test_interval_of_the_tie():
    found = lead_change_interval(SHORT, LONG, draws=20_000, seed=1)
    assert found.low == pytest.approx(19_700, rel=0.02)
    assert found.high == pytest.approx(66_700, rel=0.05)
    assert found.never == pytest.approx(0.006, abs=0.002)
    exact = lead_change_interval(SHORT, LONG, ceiling_error=0.0, draws=3)
    assert exact.low == exact.high == lead_change(SHORT, LONG)
    assert exact.never == 0


def _run(R0=0.4, A=0.61, C_mid=2542.0, B=1.92, noise=0.004, points=40, seed=0):
    C = np.geomspace(200, 5e4, points)
    law = RLComputeLaw(R0, A, C_mid, B)
    return C, law.reward(C) + noise * np.random.default_rng(seed).standard_normal(points)


@pytest.mark.parametrize("R0", [None, 0.4])
def test_the_fit_recovers_a_synthetic_recipe(R0):
    fit = fit_rl_compute(*_run(seed=3), R0=R0, bootstrap=60)
    for name, truth in {"R0": 0.4, "A": 0.61, "C_mid": 2542, "B": 1.92}.items():
        low, high = fit.interval(0.99)[name]
        assert low <= truth <= high
        assert low <= getattr(fit.law, name) <= high
    assert fit.law.A == pytest.approx(0.61, abs=0.005)
    assert fit.residual_error == pytest.approx(0.004, rel=0.35)
    assert (fit.interval()["R0"] == (0.4, 0.4)) == (R0 is not None)


def test_resamples_spread_as_repeated_runs_do():
    fits = [
        fit_rl_compute(*_run(points=15, seed=seed), R0=0.4, bootstrap=12, seed=seed)
        for seed in range(25)
    ]
    repeated = np.std([fit.law.A for fit in fits], ddof=1)
    resampled = np.sqrt(np.mean([fit.samples[:, 1].var(ddof=1) for fit in fits]))
    assert resampled == pytest.approx(repeated, rel=0.35)


def test_the_residual_error_counts_the_degrees_of_freedom():
    C, reward = _run(points=15)
    fit = fit_rl_compute(C, reward, bootstrap=0)
    left = np.sum((fit.law.reward(C) - reward) ** 2)
    assert fit.residual_error == pytest.approx(np.sqrt(left / (15 - 4)))


def test_the_fit_is_exact_without_noise():
    fit = fit_rl_compute(*_run(noise=0.0), bootstrap=0)
    np.testing.assert_allclose(
        [fit.law.R0, fit.law.A, fit.law.C_mid, fit.law.B], [0.4, 0.61, 2542, 1.92], rtol=1e-4
    )
    with pytest.raises(ValueError, match="bootstrap = 0"):
        fit.interval()
    with pytest.raises(ValueError, match="bootstrap = 0"):
        fit.reward_interval(1e4)


def test_the_band_covers_the_curve_and_widens_where_there_are_no_points():
    fit = fit_rl_compute(*_run(points=20), bootstrap=60)
    C = np.array([300.0, 3000.0, 1e6])
    low, high = fit.reward_interval(C)
    assert np.all((low < fit.law.reward(C)) & (fit.law.reward(C) < high))
    assert np.all((low - 0.003 < SHORT.reward(C)) & (SHORT.reward(C) < high + 0.003))
    one_low, one_high = fit.reward_interval(3000.0)
    assert (one_low, one_high) == (low[1], high[1])
    short = fit_rl_compute(*(x[:12] for x in _run(points=20)), bootstrap=60)
    tight, loose = np.diff(fit.reward_interval(1e5)), np.diff(short.reward_interval(1e5))
    assert loose > 3 * tight


def test_resampling_a_run_is_seeded():
    fits = [fit_rl_compute(*_run(), bootstrap=3, seed=seed).samples for seed in (1, 1, 2)]
    np.testing.assert_array_equal(fits[0], fits[1])
    assert not np.array_equal(fits[0], fits[2])


# ---- self-made data


@pytest.mark.parametrize(
    ("start", "edge", "path"),
    [
        (0.25, 4, [0.23, 0.28, 0.40, 0.64, 0.87, 0.90]),
        (0.15, 4, [0.14, 0.10, 0.05, 0.01]),
        (0.2, 4, [0.18] * 30),
    ],
)
def test_presets_of_the_wheel(start, edge, path):
    wheel = Flywheel(start, edge, 0.1)
    np.testing.assert_allclose(wheel.right(np.arange(len(path))), path, atol=0.006)


def test_what_lifts_and_what_sinks():
    assert Flywheel(0.55, 1, 0.1).right(8) == pytest.approx(0.9)
    assert Flywheel(0.45, 1, 0.1).right(8) == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(
        Flywheel(0.45, 1, 0.1).right(np.arange(4)), [0.41, 0.36, 0.28, 0.15], atol=0.006
    )
    assert Flywheel(0.12, 10).threshold == pytest.approx(1 / 11)
    assert Flywheel(0.12, 10, 0.1).right(8) == pytest.approx(0.9)
    assert Flywheel(0.25, 3).threshold == 0.25
    assert Flywheel(0.25, 3).judgeable(1000) == pytest.approx(0.25)
    assert Flywheel(0.3, 1, 0.25).ceiling == 0.75


@given(start=st.floats(0.2, 0.8), edge=st.floats(0.5, 2))
def test_the_closed_form_is_selection_by_an_improving_judge(start, edge):
    wheel = Flywheel(start, edge)
    share = start
    for turn in range(3):
        judge = wheel.judge_accuracy(turn)
        assert judge / (1 - judge) == pytest.approx(edge * share / (1 - share), rel=1e-6)
        share = select_by_judge(share, judge)
        assert wheel.judgeable(turn + 1) == pytest.approx(share, rel=1e-6)


def test_on_the_threshold_the_judge_is_right_half_of_the_time():
    wheel = Flywheel(0.2, 4)
    assert wheel.judge_accuracy(5) == pytest.approx(0.5)


def test_selection_by_a_judge_of_given_accuracy():
    assert select_by_judge(0.25, 0.5) == pytest.approx(0.25)
    assert select_by_judge(0.25, 0.75) == pytest.approx(0.5)
    assert select_by_judge(0.25, 1.0) == 1
    assert select_by_judge(1.0, 0.0) == 1
    assert select_by_judge(0.0, 1.0) == 0


def test_accumulated_data_bound_the_error():
    np.testing.assert_allclose(
        collapse_factor(np.array([1, 5, 10, 50]), "accumulate"), [1, 1.46, 1.55, 1.63], atol=0.006
    )
    by_hand = np.cumsum(1 / np.arange(1.0, 21) ** 2)
    np.testing.assert_allclose(collapse_factor(np.arange(1, 21), "accumulate"), by_hand)
    assert collapse_factor(1e12, "accumulate") == pytest.approx(np.pi**2 / 6)
    np.testing.assert_array_equal(collapse_factor(np.array([1, 7]), "replace"), [1, 7])


@pytest.mark.parametrize("policy", ["replace", "accumulate"])
def test_regression_on_its_own_outputs(policy):
    d, T, generations, trials = 4, 30, 5, 800
    generator = np.random.default_rng(0)
    errors = np.zeros(generations)
    for _ in range(trials):
        slope, inputs, outputs = np.zeros(d), [], []
        for t in range(generations):
            x = generator.standard_normal((T, d))
            new = [x], [x @ slope + generator.standard_normal(T)]
            kept = ([], []) if policy == "replace" else (inputs, outputs)
            inputs, outputs = kept[0] + new[0], kept[1] + new[1]
            slope = np.linalg.lstsq(np.concatenate(inputs), np.concatenate(outputs))[0]
            errors[t] += slope @ slope / trials
    measured = errors / (d / (T - d - 1))
    expected = collapse_factor(np.arange(1.0, generations + 1), policy)
    if policy == "replace":
        np.testing.assert_allclose(measured, expected, rtol=0.08)
    else:
        assert np.all(measured < expected * 1.05)
        assert measured[-1] > 0.8 * expected[-1]


def test_refitting_own_samples_loses_variance():
    n, t, trials = 10, 6, 20_000
    generator = np.random.default_rng(0)
    mean, variance = np.zeros(trials), np.ones(trials)
    for _ in range(t):
        draws = mean + np.sqrt(variance) * generator.standard_normal((n, trials))
        mean, variance = draws.mean(axis=0), draws.var(axis=0)
    assert diversity_left(t, n) == pytest.approx(variance.mean(), rel=0.02)
    assert diversity_left(3, 1) == 0
    assert diversity_left(0, 1) == 1


# ---- contracts


@pytest.mark.parametrize(
    ("formula", "arguments"),
    [
        (ecosystem_multiplier, ([30.0, 2.0], [0.1, 0.5])),
        (ecosystem_multiplier, (30.0, 0.1)),
        (derivatives_needed, (29.0, 0.01)),
        (lambda n, s, w: Ecosystem(n, s, w).extra(), (1e4, 1e-4, 1.0)),
        (lambda n, s, w, q: Ecosystem(n, s, w).payers(q), (1e4, 1e-4, 1.0, 0.5)),
        (lambda n, s, w, r: Ecosystem(n, s, w).share(r), (1e4, 1e-4, 1.0, [1.0, 2e4])),
        (lambda F, N: HERNANDEZ_2021.worth(F, N), ([1e6, 1e9], 1e9)),
        (lambda N: HERNANDEZ_2021.break_even(N), (1e9,)),
        (lambda f: HERNANDEZ_2021.data_for_size(f), (10.0,)),
        (lambda L, N, D: BUSBRIDGE_2025.gain(L, N, D), ([1.9, 2.4], 1e8, 1e10)),
        (distillation_flops, (8e9, 1e12, 4e11, 1e12)),
        (sharing_students, (8e9, 4e11)),
        (best_of_n_kl, ([1.0, 7.0],)),
        (best_of_n_kl_discrete, ([0.2, 0.0, 0.8], 3.0)),
        (expected_best_of_n, ([1.0, 1e6],)),
        (rejection_sampling_cost, ([0.0, 0.2],)),
        (rejection_sampling_kl, ([0.0, 0.2],)),
        (lambda a, b, kl: Overoptimisation(a, b, "rl").reward(kl), (1.0, 0.2, [0.0, 9.0])),
        (lambda a, b: Overoptimisation(a, b).peak().reward, (1.0, 0.2)),
        (lambda a, b: Overoptimisation(a, b, "rl").peak().kl, (1.0, 0.2)),
        (lambda r, e, n: NoisyJudge(r, e).quality(n), (0.8, 1e-3, [1.0, 100.0])),
        (lambda r, e: NoisyJudge(r, e).peak().n, ([0.0, 0.8], [0.0, 1e-3])),
        (lambda r, e, h: NoisyJudge(r, e, h).break_even(), (0.8, 1e-3, [-1.0, 0.0])),
        (lambda R0, A, C: RLComputeLaw(R0, A, 2542.0, 1.9).reward(C), (0.4, 0.6, [1e2, 1e5])),
        (lambda s: SHORT.compute_for(s), ([0.0, 0.5, 1.0],)),
        (lambda A: lead_change(dataclasses.replace(SHORT, A=A), LONG), ([0.61, 0.7],)),
        (select_by_judge, ([0.2, 1.0], [0.8, 0.0])),
        (lambda q, k, b, t: Flywheel(q, k, b).right(t), (0.25, 4.0, 0.1, [0.0, 1.5])),
        (lambda q, k, t: Flywheel(q, k).judge_accuracy(t), (0.25, 4.0, 2.0)),
        (lambda t: collapse_factor(t, "accumulate"), ([1.0, 9.0],)),
        (diversity_left, ([1.0, 9.0], 10.0)),
    ],
)
def test_formulas_can_be_recorded(formula, arguments):
    assert_recordable(formula, *map(np.asarray, arguments))


BAD_CALLS = [
    (lambda: ecosystem_multiplier(-1, 0.1), "derivatives = -1"),
    (lambda: ecosystem_multiplier([1, 2], [0.1, 0.2, 0.3]), "do not broadcast"),
    (lambda: derivatives_needed(1, 0), "share = 0"),
    (lambda: Ecosystem(0.5, 0.1, 1), "derivatives = 0.5"),
    (lambda: Ecosystem(2e6, 0.1, 1), "derivatives = 2e.06"),
    (lambda: Ecosystem(10, 0.0, 1), "median_share = 0"),
    (lambda: Ecosystem(10, 0.1, np.nan), "spread = nan"),
    (lambda: Ecosystem([1, 2], [1, 2, 3], 1), "do not broadcast"),
    (lambda: Ecosystem(10, 0.1, 1).share(0.5), "rank = 0.5"),
    (lambda: Ecosystem(10, 0.1, 1).payers(1.5), "part = 1.5"),
    (lambda: ecosystem_samples(0, 0), "n = 0"),
    (lambda: ecosystem_samples(2.5, 0), "n = 2.5"),
    (lambda: ecosystem_samples(4, -1), "seed = -1"),
    (lambda: ecosystem_samples(4, 0, spread=(1, 0)), "spread = .*lower end first"),
    (lambda: ecosystem_samples(4, 0, derivatives=(1, 2, 3)), "derivatives = .*pair"),
    (lambda: ecosystem_samples(4, 0, median_share=(0, 1)), "median_share = 0"),
    (lambda: TransferLaw(1, 1, 1), "alpha = 1"),
    (lambda: TransferLaw(0, 0.1, 1), "k = 0"),
    (lambda: HERNANDEZ_2021.effective_data(0, 1), "finetune_data = 0"),
    (lambda: HERNANDEZ_2021.worth(1, -1), "N = -1"),
    (lambda: HERNANDEZ_2021.break_even(np.inf), "N = inf"),
    (lambda: HERNANDEZ_2021.data_for_size([]), "size_factor is empty"),
    (lambda: dataclasses.replace(BUSBRIDGE_2025, f1=0), "f1 = 0"),
    (lambda: dataclasses.replace(BUSBRIDGE_2025, E=-1), "E = -1"),
    (lambda: BUSBRIDGE_2025.student_loss(0, 1, 1), "teacher_loss = 0"),
    (lambda: BUSBRIDGE_2025.supervised_loss(1, "many"), "D = 'many'"),
    (lambda: distillation_flops(1, 1, 1, students=0.5), "students = 0.5"),
    (lambda: distillation_flops(1, 1, 1, -1), "D_teacher = -1"),
    (lambda: sharing_students(0, 1), "N_student = 0"),
    (lambda: best_of_n_kl(0.5), "n = 0.5"),
    (lambda: best_of_n_kl_discrete([0.5, 0.6], 2), "probabilities sum to 1.1"),
    (lambda: best_of_n_kl_discrete(1.0, 2), "probabilities = 1"),
    (lambda: expected_best_of_n(np.nan), "n = nan"),
    (lambda: rejection_sampling_cost(1.1), "acceptance = 1.1"),
    (lambda: rejection_sampling_kl(-0.1), "acceptance = -0.1"),
    (lambda: Overoptimisation(1, 1, "dpo"), "method = 'dpo'.*'bon', 'rl'"),
    (lambda: Overoptimisation(0, 1), "alpha = 0"),
    (lambda: Overoptimisation(1, 1).reward(-1), "kl = -1"),
    (lambda: NoisyJudge(1.5, 0), "correlation = 1.5"),
    (lambda: NoisyJudge(0.5, 1), "trap_rate = 1"),
    (lambda: NoisyJudge(0.5, 0.1, 0.5), "trap_quality = 0.5"),
    (lambda: NoisyJudge(0.5, 0.1).quality(0), "n = 0"),
    (lambda: simulate_best_of_n([[1]], 0.5, 0), "n has shape"),
    (lambda: simulate_best_of_n(1.5, 0.5, 0), "n = 1.5"),
    (lambda: simulate_best_of_n(2, 0, 0), "correlation = 0"),
    (lambda: simulate_best_of_n(2, 0.5, 0, degrees=0), "degrees = 0"),
    (lambda: simulate_best_of_n(2, 0.5, 0, trials=1), "trials = 1"),
    (lambda: simulate_best_of_n(2, 0.5, 0, trials=9).interval(1), "level = 1"),
    (lambda: RLComputeLaw(0.1, 0.5, 0, 1), "C_mid = 0"),
    (lambda: RLComputeLaw(0.1, np.inf, 1, 1), "A = inf"),
    (lambda: SHORT.reward(0), "C = 0"),
    (lambda: SHORT.compute_for(2), "share = 2"),
    (lambda: lead_change_interval(SHORT, LONG, level=0), "level = 0"),
    (lambda: lead_change_interval(SHORT, LONG, ceiling_error=-1), "ceiling_error = -1"),
    (lambda: lead_change_interval(SHORT, LONG, draws=0), "draws = 0"),
    (
        lambda: lead_change(
            dataclasses.replace(SHORT, A=[0.5, 0.6]), dataclasses.replace(LONG, A=[0.5, 0.6, 0.7])
        ),
        "do not broadcast",
    ),
    (lambda: fit_rl_compute([1, 2, 3, 4], [1, 2, 3, 4]), "C has 4 points.*at least 5"),
    (lambda: fit_rl_compute([1, 2, 3], [1, 2]), "one length"),
    (lambda: fit_rl_compute(*_run(), bootstrap=1.5), "bootstrap = 1.5"),
    (lambda: select_by_judge(0.5, 2), "judge_accuracy = 2"),
    (lambda: Flywheel(0, 1), "start = 0"),
    (lambda: Flywheel(0.5, 0), "edge = 0"),
    (lambda: Flywheel(0.5, 1, 2), "blind_spots = 2"),
    (lambda: Flywheel(0.5, 1).right(1001), "turns = 1001"),
    (lambda: collapse_factor(0, "replace"), "generations = 0"),
    (lambda: collapse_factor(1, "discard"), "policy = 'discard'"),
    (lambda: diversity_left(1, 0), "samples = 0"),
]


@pytest.mark.parametrize(("call", "message"), BAD_CALLS, ids=[text for _, text in BAD_CALLS])
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_public_names_say_where_they_come_from():
    for name, thing in inspect.getmembers(posttraining):
        if name.startswith("_") or getattr(thing, "__module__", "") != posttraining.__name__:
            continue
        if inspect.isfunction(thing):
            assert "Source:" in thing.__doc__, name
    for law in (HERNANDEZ_2021, BUSBRIDGE_2025, SHORT, *POST_TRAINING_SHARES):
        assert law.source.key in SOURCES
    for law in (Ecosystem(1, 1, 1), NoisyJudge(1, 0), Flywheel(0.5, 1)):
        assert "illustrative" in law.source.note
