import collections
import pathlib
import re
import sysconfig

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from scaling_core import longtail
from scaling_core.fitting import fit_parametric
from scaling_core.longtail import (
    ExactMatch,
    QuantaModel,
    bits_to_nats,
    compare_with_theory,
    equivalent_compute,
    fit_spectrum,
    fit_zipf,
    hutter_error,
    log10_odds,
    magnified_noise,
    manifold_dimension,
    manifold_exponent,
    missing_share,
    nats_to_bits,
    nearest_neighbour_error,
    power_law_noise,
    power_spectrum,
    predicted_data_exponent,
    relative_amplitude,
    residual_variance,
    skill_in_average,
    spectral_loss,
    zipf,
)
from scaling_core.pretraining import BESIROGLU_2024
from tests.scaling_core.duck import assert_recordable
from tests.scaling_core.optional_data import load_or_skip


def slope(x, y):
    return np.polyfit(np.log(x), np.log(y), 1)[0]


# ---- ranks and words


def test_zipf_shares_sum_to_one_and_fall_as_the_rank():
    shares = zipf(5, 1.0)
    assert shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(shares[0] / shares, [1, 2, 3, 4, 5])


def test_zipf_takes_many_exponents():
    shares = zipf(100, np.array([[0.0], [1.5]]))
    assert shares.shape == (2, 100)
    np.testing.assert_allclose(shares[0], 0.01)
    np.testing.assert_allclose(shares[1], zipf(100, 1.5))


def documents(s, rng, number=60, words=3000):
    return rng.poisson(4000 * zipf(words, s), size=(number, words))


def test_fit_zipf_recovers_the_exponent_and_its_interval_covers_it():
    fit = fit_zipf(documents(1.2, np.random.default_rng(0)), last=300)
    assert fit.exponent == pytest.approx(1.2, abs=0.02)
    low, high = fit.interval(0.99)["exponent"]
    assert low < 1.2 < high
    assert high - low < 0.1


def test_fit_zipf_of_exact_counts_is_exact():
    counts = 1e9 * np.arange(1.0, 2001) ** -1.3
    fit = fit_zipf(np.stack([counts, counts]), bootstrap=5)
    assert fit.exponent == pytest.approx(1.3, rel=1e-12)
    np.testing.assert_allclose(fit.samples, 1.3)


def test_words_of_the_standard_library_follow_zipf():
    library = pathlib.Path(sysconfig.get_paths()["stdlib"])
    texts = [path.read_text(errors="ignore") for path in sorted(library.glob("*.py"))]
    counted = [collections.Counter(re.findall(r"[a-z]+", text.lower())) for text in texts]
    words = sorted(set().union(*counted))
    place = {word: i for i, word in enumerate(words)}
    counts = np.zeros((len(texts), len(words)))
    for row, counter in zip(counts, counted, strict=True):
        for word, times in counter.items():
            row[place[word]] = times
    head = fit_zipf(counts, first=10, last=1000, bootstrap=50)
    tail = fit_zipf(counts, first=1000, last=5000, bootstrap=2)
    assert head.exponent == pytest.approx(1.0, abs=0.08)
    assert tail.exponent == pytest.approx(1.5, abs=0.15)


# ---- noise and spectra


@pytest.mark.parametrize("n", [512, 513])
def test_noise_has_the_expected_variance_and_spectrum(n):
    tilt = np.full(400, 0.7)
    x = power_law_noise(tilt, n, seed=1)
    assert x.shape == (400, n)
    np.testing.assert_allclose(x.mean(axis=-1), 0, atol=1e-12)
    assert x.var(axis=-1).mean() == pytest.approx(1, abs=0.03)
    spectrum = power_spectrum(x)
    expected = spectrum.frequency**-0.7
    np.testing.assert_allclose(
        spectrum.power.mean(axis=0) / (expected / expected.sum()), 1, atol=0.35
    )


def test_noise_is_seeded():
    np.testing.assert_array_equal(power_law_noise(1, 64, 3), power_law_noise(1, 64, 3))
    assert np.any(power_law_noise(1, 64, 3) != power_law_noise(1, 64, 4))


@pytest.mark.parametrize("n", [64, 65])
def test_powers_sum_to_the_variance(n):
    x = 5 + np.random.default_rng(0).normal(size=n)
    assert power_spectrum(x).power.sum() == pytest.approx(x.var(), rel=1e-12)


def test_spectrum_of_a_cosine_is_one_line():
    t = np.arange(100)
    spectrum = power_spectrum(3 * np.cos(2 * np.pi * 0.07 * t))
    assert spectrum.power[spectrum.frequency == 0.07] == pytest.approx(4.5)
    assert spectrum.power.sum() == pytest.approx(4.5)


def test_noise_has_a_variance_of_one():
    assert np.var(power_law_noise(0.0, 2**20, 0)) == pytest.approx(1.0, abs=0.006)


def test_fit_spectrum_of_an_exact_power_law():
    f = np.arange(1.0, 129.0)
    turns = np.random.default_rng(0).random(128)
    x = np.fft.irfft(np.concatenate([[0], f**-0.65 * np.exp(2j * np.pi * turns)]), 256)
    fit = fit_spectrum(x)
    assert fit.exponent == pytest.approx(1.3, rel=1e-9)
    spread = np.sum((np.log(f[:-1]) - np.log(f[:-1]).mean()) ** 2)
    assert fit.standard_error == pytest.approx(spread**-0.5, rel=1e-12)
    low, high = fit.interval()["exponent"]
    ends = 1.3 + 1.959964 * fit.standard_error * np.array([-1, 1])
    assert (low, high) == pytest.approx(tuple(ends), rel=1e-6)


@pytest.mark.parametrize("exponent", [0.0, 1.0, 1.35, 2.0])
def test_fit_spectrum_recovers_the_tilt_and_its_interval_covers(exponent):
    fits = [fit_spectrum(power_law_noise(exponent, 512, seed)) for seed in range(200)]
    estimates = np.array([fit.exponent for fit in fits])
    assert estimates.mean() == pytest.approx(exponent, abs=0.02)
    assert estimates.std() == pytest.approx(fits[0].standard_error, rel=0.2)
    inside = [low < exponent < high for low, high in (f.interval(0.9)["exponent"] for f in fits)]
    assert 0.83 < np.mean(inside) < 0.96


def test_pink_noise_looks_the_same_under_a_magnifier():
    x = np.arange(2000) / 2000
    views = magnified_noise(x, 1.0, np.array([[1.0], [37.0], [1e4]]))
    np.testing.assert_allclose(views[1:], [views[0], views[0]])
    assert views[0].std() == pytest.approx(1, rel=1e-9)


def test_steeper_noise_fades_and_flatter_noise_grows_under_a_magnifier():
    x = np.linspace(0, 1, 50)
    for exponent, factor in ((1.35, 0.2985), (2.0, 0.0316)):
        assert relative_amplitude(exponent, 1000) == pytest.approx(factor, rel=2e-3)
        np.testing.assert_allclose(
            magnified_noise(x, exponent, 1000.0),
            magnified_noise(x, exponent, 1.0) * 1000 ** ((1 - exponent) / 2),
        )
    assert relative_amplitude(0.9, 1e4) == pytest.approx(1.58, rel=5e-3)


# onef_exact_is_log
def test_exactly_one_over_f_leaves_a_logarithm():
    assert residual_variance(1000, 1e6, 1) == pytest.approx(6.907755278982137, rel=1e-9)
    assert residual_variance(1000, np.inf, 1.4) == pytest.approx(1000**-0.4 / 0.4, rel=1e-12)


@given(
    st.floats(0.1, 1e5), st.floats(1.0, 1e5), st.one_of(st.floats(0, 4), st.floats(0.999, 1.001))
)
@settings(max_examples=60)
def test_residual_variance_is_the_integral(n, ratio, exponent):
    numeric = integrate.quad(
        lambda u: np.exp((1 - exponent) * u), np.log(n), np.log(n * ratio), epsabs=0, limit=200
    )[0]
    assert residual_variance(n, n * ratio, exponent) == pytest.approx(numeric, rel=1e-7, abs=1e-12)


def test_residual_variance_outside_its_domain_is_documented():
    assert residual_variance(2000, 1000, 1.5) == 0
    assert residual_variance(10, np.inf, 1) == np.inf
    assert residual_variance(10, np.inf, 0.5) == np.inf
    near, at = residual_variance(10, 1e6, np.array([1 + 1e-13, 1.0]))
    assert near == pytest.approx(at, rel=1e-11)


@pytest.mark.parametrize("exponent", [0.0, 0.9, 1.0, 1.35, 3.0, 10.0])
def test_missing_share_is_the_sum(exponent):
    F = 5000
    powers = np.arange(1.0, F + 1) ** -exponent
    n = np.array([0, 1, 2, 10, 1000, 4999, 5000])
    exact = [powers[k:].sum() / powers.sum() for k in n]
    np.testing.assert_allclose(missing_share(n, F, exponent), exact, rtol=1e-6, atol=1e-15)


# storyboard 4.2: missing after 10, 1,000 and 100,000 of a million frequencies
@pytest.mark.parametrize(
    ("exponent", "percent"),
    [
        (1.0, ["80", "48", "16"]),
        (0.9, ["89", "65", "27"]),
        (1.1, ["67", "31", "8"]),
        (1.35, ["36", "6.7", "0.8"]),
        (2.0, ["5.8", "0.06", "0.0"]),
    ],
)
def test_missing_shares_of_a_million_frequencies(exponent, percent):
    shares = 100 * missing_share(np.array([10, 1e3, 1e5]), 1e6, exponent)
    for share, printed in zip(shares, percent, strict=True):
        decimals = len(printed.partition(".")[2])
        assert f"{share:.{decimals}f}" == printed


def test_pink_removes_as_many_points_in_every_tenfold():
    share = missing_share(np.array([1e2, 1e3, 1e4]), 1e6, 1.0)
    np.testing.assert_allclose(-np.diff(share), 0.160, atol=0.0005)
    share = missing_share(np.array([1e2, 1e3, 1e4]), 1e6, 1.35)
    np.testing.assert_allclose(1 - share[1:] / share[:-1], [0.58, 0.61], atol=0.005)


def test_missing_share_of_the_exercise():
    assert missing_share(100, 1e4, 1.0) == pytest.approx(0.47, abs=0.005)


# ---- quanta


# quanta_exponents_0.3
def test_exponents_of_the_quanta():
    exponents = QuantaModel(0.3).exponents()
    assert exponents.alpha_N == pytest.approx(0.3, rel=1e-9)
    assert exponents.alpha_D == pytest.approx(0.23076923076923075, rel=1e-9)
    assert exponents.alpha_S == exponents.alpha_D
    assert exponents.alpha_C == pytest.approx(0.13043478260869565, rel=1e-9)


@pytest.mark.parametrize("alpha", [0.1, 0.5, 1.2])
def test_compute_exponent_is_that_of_the_best_split(alpha):
    exponents = QuantaModel(alpha).exponents()
    C = np.array([1e10, 1e20])[:, None]
    N = np.geomspace(1, 1e20, 20001)
    loss = np.where(N < C, N**-exponents.alpha_N + (C / N) ** -exponents.alpha_D, np.inf)
    assert -slope(C[:, 0], loss.min(axis=1)) == pytest.approx(exponents.alpha_C, rel=1e-3)


def test_loss_counts_what_is_not_learned():
    model = QuantaModel(0.8, before=3.0, after=0.5)
    ranks = np.arange(1.0, 2e6)
    assert model.use(ranks).sum() == pytest.approx(1, abs=1e-4)
    assert model.loss(0) == 3.0
    assert model.loss(7) == pytest.approx(0.5 + 2.5 * (1 - model.use(ranks[:7]).sum()), rel=1e-12)
    many = 1e6
    asymptote = 0.5 + 2.5 * many**-0.8 / (0.8 * special.zeta(1.8))
    assert model.loss(many) - 0.5 == pytest.approx(asymptote - 0.5, rel=1e-5)


def test_met_is_a_step_at_the_inverse_of_the_use():
    model = QuantaModel(0.35)
    tokens = 1 / model.use(100)
    np.testing.assert_allclose(
        model.met(100, tokens * np.array([0, 0.01, 1, 10])),
        [0, 1 - np.exp(-0.01), 1 - np.exp(-1), 1 - np.exp(-10)],
    )


@pytest.mark.parametrize("alpha", [0.1, 0.35, 1.0])
def test_bins_agree_with_every_single_rank(alpha):
    model, ranks = QuantaModel(alpha), 100_000
    use = model.use(np.arange(1.0, ranks + 1))
    for tokens in (10.0, 1e4, 1e8):
        met = -np.expm1(-tokens * use)
        found = model.learned_from(tokens, ranks)
        assert found.skills == pytest.approx(met.sum(), rel=1e-3)
        assert found.loss == pytest.approx(1 - (use * met).sum(), rel=1e-3)


# storyboard 4.3
def test_the_longer_the_tail_the_more_you_learn_and_the_less_it_shows():
    found = QuantaModel(0.35).learned_from(np.array([1e5, 1e6]))
    np.testing.assert_allclose(found.skills, [6740, 35800], rtol=2e-3)
    assert found.loss[0] == pytest.approx(0.052, abs=0.0005)
    assert 1 - found.loss[1] / found.loss[0] == pytest.approx(0.45, abs=0.005)
    for alpha, more_skills, removed in (
        (0.1, 8.1, 0.19),
        (0.35, 5.5, 0.45),
        (0.577, 4.4, 0.57),
        (1.0, 3.2, 0.68),
    ):
        exponents = QuantaModel(alpha).exponents()
        assert 10 ** (exponents.alpha_D / alpha) == pytest.approx(more_skills, abs=0.1)
        assert 1 - 10**-exponents.alpha_D == pytest.approx(removed, abs=0.005)


@pytest.mark.parametrize(("alpha", "expected"), [(0.1, -0.0909), (0.35, -0.2591), (1.0, -0.4997)])
def test_slope_of_the_loss_in_text(alpha, expected):
    tokens = np.geomspace(1e3, 1e7, 9)
    found = slope(tokens, QuantaModel(alpha).learned_from(tokens).loss)
    assert found == pytest.approx(expected, abs=1e-3)
    assert -found == pytest.approx(QuantaModel(alpha).exponents().alpha_D, abs=1e-3)


def test_simulation_recovers_the_exponents():
    model = QuantaModel(0.5, before=2.0, after=0.25)
    tokens = np.geomspace(1e3, 1e6, 13)
    read = model.simulate(tokens, seed=0)
    expected = model.learned_from(tokens, 1_000_000)
    np.testing.assert_allclose(read.loss, expected.loss, rtol=0.05)
    np.testing.assert_allclose(read.skills, expected.skills, rtol=0.1)
    assert slope(tokens, read.loss - 0.25) == pytest.approx(-model.exponents().alpha_D, abs=0.02)
    capacity = np.array([30, 100, 300, 1000])
    held = [model.simulate([1e9], capacity=n, ranks=50_000).loss[0] - 0.25 for n in capacity]
    assert slope(capacity, held) == pytest.approx(-model.exponents().alpha_N, abs=0.02)


def test_a_simulation_goes_from_no_skill_to_all():
    model = QuantaModel(0.5, before=5.0, after=1.0)
    read = model.simulate([0.0, 1e30], ranks=1000)
    assert read.tokens.tolist() == [0.0, 1e30]
    assert read.skills.tolist() == [0, 1000]
    assert read.loss == pytest.approx([5.0, model.loss(1000)], rel=1e-9)


def test_simulation_is_seeded():
    model = QuantaModel(0.5)
    one, same, other = (model.simulate([100.0], ranks=1000, seed=s).loss for s in (0, 0, 1))
    assert one == same
    assert one != other


# ---- rival theories


@pytest.mark.parametrize("alpha", [0.2, 0.5, 1.0, 3.0])
def test_hutters_asymptote_meets_the_sum(alpha):
    n = 1e6
    exact = QuantaModel(alpha).learned_from(n, 10**10).loss
    assert hutter_error(n, alpha) == pytest.approx(exact, rel=2e-3)


def test_spectral_loss_is_held_up_by_the_scarcer():
    assert spectral_loss(100, 1e5, 0.35) == spectral_loss(1e5, 100, 0.35)
    j = np.arange(1.0, 1e6)
    tail = (j[100:] ** -2.0).sum() / (j**-2.0).sum()
    assert spectral_loss(100, 1e9, 1.0) == pytest.approx(tail, rel=1e-3)
    assert slope([1e4, 1e6], spectral_loss(np.array([1e4, 1e6]), 1e9, 0.35)) == pytest.approx(
        -0.35, abs=1e-4
    )


# sharma_kaplan
def test_dimension_of_the_manifold():
    assert manifold_dimension(0.076) == pytest.approx(52.631578947368425, rel=1e-6)
    assert manifold_dimension(0.348) == pytest.approx(11.5, abs=0.05)
    assert manifold_exponent(manifold_dimension(0.2, 2.0), 2.0) == pytest.approx(0.2)


# bahri_variance_limited: averaging n noisy readings leaves a squared error that falls as 1/n
def test_variance_limited_exponent_is_that_of_a_mean():
    n = np.array([10, 100, 1000])
    noise = np.random.default_rng(0).normal(size=(4000, 1000))
    errors = [np.mean(noise[:, :size].mean(axis=1) ** 2) for size in n]
    assert -slope(n, errors) == pytest.approx(longtail.VARIANCE_LIMITED_EXPONENT, abs=0.02)


def test_one_neighbour_on_a_ring_is_up_to_half_a_turn_away():
    assert nearest_neighbour_error(1, 1, queries=200_000) == pytest.approx(1 / 12, rel=6e-3)


@pytest.mark.parametrize("dimension", [1, 2, 4, 8])
def test_nearest_neighbour_error_falls_as_the_dimension_allows(dimension):
    n = np.array([300, 3000, 30_000])
    errors = nearest_neighbour_error(n, dimension)
    assert slope(n, errors) == pytest.approx(-manifold_exponent(dimension, 2.0), rel=0.05)
    ball = np.pi ** (dimension / 2) / special.gamma(dimension / 2 + 1)
    expected = special.gamma(1 + 2 / dimension) * (n * ball) ** (-2 / dimension)
    np.testing.assert_allclose(errors[1:], expected[1:], rtol=0.15)


# quanta_restriction_on_chinchilla
def test_what_the_theories_predict_of_chinchilla():
    assert predicted_data_exponent(0.3478) == pytest.approx(0.25805, rel=1e-4)
    assert predicted_data_exponent(0.3478, "spectral") == 0.3478
    a = 0.366 / (1 - 0.366)
    assert a == pytest.approx(0.577, abs=0.0005)
    assert predicted_data_exponent(a) == pytest.approx(0.366)


def test_a_theory_is_rejected_only_where_the_samples_say_so():
    rng = np.random.default_rng(0)
    alpha = rng.normal(0.3478, 0.02, 4000)
    beta = rng.normal(0.3658, 0.02, 4000)
    quanta = compare_with_theory(alpha, beta)
    assert quanta.mean == pytest.approx(0.3658 - 0.25805, abs=0.002)
    spread = np.hypot(0.02, 0.02 / 1.3478**2)
    assert quanta.standard_error == pytest.approx(spread, rel=0.05)
    assert quanta.rejected()
    assert quanta.share_below == 0
    spectral = compare_with_theory(alpha, beta, "spectral")
    low, high = spectral.interval(0.95)
    assert (low, high) == pytest.approx((0.018 - 1.96 * 0.0283, 0.018 + 1.96 * 0.0283), abs=0.003)
    assert not spectral.rejected()
    assert spectral.share_below == pytest.approx(0.26, abs=0.03)


def test_the_gap_of_a_theory_is_what_its_resamples_say():
    alpha, beta = np.array([0.3, 0.35, 0.4, 0.5]), np.array([0.36, 0.37, 0.4, 0.3])
    gap = compare_with_theory(alpha, beta)
    samples = beta - predicted_data_exponent(alpha, "quanta")
    assert gap.mean == pytest.approx(samples.sum() / 4, rel=1e-12)
    squares = np.sum((samples - samples.mean()) ** 2)
    assert gap.standard_error == pytest.approx(np.sqrt(squares / 3), rel=1e-12)
    assert gap.interval(0.5) == pytest.approx(tuple(np.quantile(samples, [0.25, 0.75])), rel=1e-12)


def test_refits_of_chinchilla_reject_the_quanta_and_not_the_spectrum():
    runs = load_or_skip("chinchilla_runs")
    keep = np.argsort(runs["loss"])[:-5]
    fit = fit_parametric(
        runs["N"][keep], runs["D"][keep], runs["loss"][keep], bootstrap=100, seed=0
    )
    alpha, beta = fit.samples[:, 3], fit.samples[:, 4]
    quanta = compare_with_theory(alpha, beta)
    assert quanta.mean == pytest.approx(0.114, abs=0.01)
    assert quanta.standard_error == pytest.approx(0.024, abs=0.005)
    assert quanta.rejected(0.99)
    spectral = compare_with_theory(alpha, beta, "spectral")
    assert spectral.mean == pytest.approx(0.023, abs=0.01)
    assert not spectral.rejected()


# ---- what a loss hides


# shannon_bits
def test_nats_and_bits():
    assert nats_to_bits(1.69) == pytest.approx(2.438154619102348, rel=1e-9)
    assert bits_to_nats(nats_to_bits(0.3)) == pytest.approx(0.3)


def reducible(C):
    return BESIROGLU_2024.frontier_loss(C) - BESIROGLU_2024.E


def test_bits_left_on_the_frontier():
    left = nats_to_bits(reducible(np.array([1e20, 3.8e25])))
    np.testing.assert_allclose(left, [1.06, 0.107], rtol=6e-3)


# storyboard 4.4
@pytest.mark.parametrize(
    ("frequency", "C", "factor"),
    [
        (1e-3, 3.8e25, 1.26),
        (1e-2, 3.8e25, 18.0),
        (1e-5, 3.8e25, 1.002),
        (1e-3, 1e22, 1.05),
        (1e-3, 1e29, 2.7),
    ],
)
def test_a_new_ability_hides_in_the_third_decimal(frequency, C, factor):
    change = skill_in_average(frequency, 3.0)
    found = equivalent_compute(change, reducible(C), BESIROGLU_2024.frontier_exponent)
    assert found == pytest.approx(factor, rel=0.012)
    moved = BESIROGLU_2024.frontier_loss(C) - BESIROGLU_2024.frontier_loss(C * found)
    assert moved == pytest.approx(change, rel=1e-6)


def test_more_than_all_that_is_left_is_out_of_reach():
    np.testing.assert_array_equal(equivalent_compute(np.array([0.1, 0.2]), 0.1, 0.2), np.inf)
    assert equivalent_compute(0, 0.1, 0.2) == 1


def test_small_differences_are_large_odds():
    gopher, chinchilla = BESIROGLU_2024.loss(np.array([280e9, 70e9]), np.array([300e9, 1.4e12]))
    better = gopher - chinchilla
    assert better == pytest.approx(0.0257, abs=5e-5)
    assert log10_odds(better, 1e5) == pytest.approx(1117, abs=0.5)
    assert log10_odds(better, 116.45) == pytest.approx(np.log10(20), rel=1e-3)


# storyboard 4.5
@pytest.mark.parametrize(("tokens", "half"), [(1, 3.4e20), (10, 7.3e23), (100, 1.6e27)])
def test_a_longer_answer_postpones_the_jump_and_does_not_sharpen_it(tokens, half):
    answer = ExactMatch(tokens)
    assert answer.compute_for(0.5) == pytest.approx(half, rel=0.02)
    assert answer.accuracy(answer.compute_for(0.3)) == pytest.approx(0.3)
    assert answer.width() == pytest.approx(4.465, abs=5e-4)
    decades = np.log10(answer.compute_for(0.9) / answer.compute_for(0.1))
    assert decades == pytest.approx(answer.width(0.1, 0.9))


def test_a_test_of_a_hundred_questions_is_blind_at_first():
    answer = ExactMatch(30)
    first = answer.compute_for(1 / 100)
    assert first == pytest.approx(5.2e22, rel=0.01)
    assert 1 / answer.token_loss(first) == pytest.approx(6.5, rel=0.005)
    assert np.log10(first / answer.compute_for(1 / 10_000)) == pytest.approx(1.0, abs=0.005)
    assert np.log10(ExactMatch(100, 0.2).compute_for(0.9)) == pytest.approx(34.9, abs=0.05)


# ---- contracts

GRID = np.array([1.5, 2.5, 4.0])


@pytest.mark.parametrize(
    ("formula", "arguments"),
    [
        (lambda s: zipf(4, s), (1.2,)),
        (lambda b, m: magnified_noise(np.linspace(0, 1, 5), b, m, modes=8), (1.3, 20.0)),
        (relative_amplitude, (1.3, GRID)),
        (residual_variance, (GRID, 100.0, 1.0)),
        (residual_variance, (GRID, 100.0, 1.4)),
        (missing_share, (GRID, 100.0, 1.4)),
        (lambda a: list(vars(QuantaModel(a).exponents()).values()), (0.3,)),
        (lambda a, k: QuantaModel(a).use(k), (0.3, GRID)),
        (lambda a, b, c, k: QuantaModel(a, b, c).loss(k), (0.3, 2.0, 0.5, GRID)),
        (lambda a, k, d: QuantaModel(a).met(k, d), (0.3, GRID, 10.0)),
        (lambda a, d: QuantaModel(a).learned_from(d).skills, (0.3, GRID)),
        (lambda a, d: QuantaModel(a).learned_from(d).loss, (0.3, GRID)),
        (hutter_error, (GRID, 0.3)),
        (spectral_loss, (GRID, 2.0, 0.3)),
        (manifold_exponent, (GRID, 4.0)),
        (manifold_dimension, (GRID, 4.0)),
        (predicted_data_exponent, (GRID,)),
        (lambda a: predicted_data_exponent(a, "spectral"), (GRID,)),
        (nats_to_bits, (GRID,)),
        (bits_to_nats, (GRID,)),
        (skill_in_average, (0.5, GRID)),
        (equivalent_compute, (GRID, 3.0, 0.2)),
        (log10_odds, (GRID, 100.0)),
        (lambda m, s, C: ExactMatch(m, s).accuracy(C), (30.0, 0.3, 1e22 * GRID)),
        (lambda m, s, y: ExactMatch(m, s).compute_for(y), (30.0, 0.3, 0.2)),
        (lambda s: ExactMatch(30.0, s).width(), (GRID,)),
    ],
)
def test_formulas_can_be_recorded(formula, arguments):
    assert_recordable(formula, *arguments)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: zipf(0, 1.0), "n = 0: allowed is a whole number, 1 or more"),
        (lambda: zipf([3, 4], 1.0), r"n has shape \(2,\): allowed is one number"),
        (lambda: zipf(3, -1.0), "s = -1"),
        (lambda: fit_zipf([1, 2, 3]), r"counts of shape \(3,\)"),
        (lambda: fit_zipf([[1, 2, 3]]), r"counts of shape \(1, 3\)"),
        (lambda: fit_zipf(np.ones((2, 50))), "last = 1000: allowed is at most the number of words"),
        (lambda: fit_zipf(np.eye(2, 1000)), "last = 1000: allowed is at most the number of words"),
        (lambda: fit_zipf(np.ones((2, 50)), first=9, last=10), "last = 10"),
        (lambda: fit_zipf(np.ones((2, 50)), last=40, bootstrap=1), "bootstrap = 1"),
        (lambda: fit_zipf(np.ones((2, 50)), last=40).interval(1.0), "level = 1"),
        (lambda: power_law_noise(np.nan, 8, 0), "exponent = nan"),
        (lambda: power_law_noise(1.0, 3, 0), "n = 3"),
        (lambda: power_law_noise(1.0, 8, -1), "seed = -1"),
        (lambda: power_spectrum([1.0, 2.0, 3.0]), r"x of shape \(3,\)"),
        (lambda: power_spectrum(1.0), r"x of shape \(\)"),
        (lambda: fit_spectrum(np.ones(20)), "x = 1 throughout: allowed is a record that varies"),
        (lambda: fit_spectrum(np.eye(8)), r"x of shape \(8, 8\)"),
        (lambda: fit_spectrum(np.arange(9.0)).interval(0), "level = 0"),
        (lambda: magnified_noise(2.0, 1.0, 1.0), "position = 2"),
        (lambda: magnified_noise(0.5, 1.0, 0.5), "magnification = 0.5"),
        (lambda: relative_amplitude(-1, 1.0), "exponent = -1"),
        (lambda: residual_variance(0, 10, 1), "n = 0"),
        (lambda: residual_variance([1, 2], [1, 2, 3], 1), "shapes do not broadcast"),
        (lambda: missing_share(1, np.inf, 1), "F = inf"),
        (lambda: missing_share(-1, 10, 1), "n = -1"),
        (lambda: QuantaModel(0), "alpha = 0"),
        (lambda: QuantaModel(1, before=-1), "before = -1"),
        (lambda: QuantaModel([1, 2], [1, 2, 3]), "shapes do not broadcast"),
        (lambda: QuantaModel(1).use(0.5), "rank = 0.5"),
        (lambda: QuantaModel(1).loss(-1), "learned = -1"),
        (lambda: QuantaModel(1).met(1, -1), "tokens = -1"),
        (lambda: QuantaModel(1).learned_from(np.inf), "tokens = inf"),
        (lambda: QuantaModel(1).simulate([2.0, 1.0]), "tokens = .* increasing numbers"),
        (lambda: QuantaModel(1).simulate(5.0), "tokens = 5.0: allowed are increasing numbers"),
        (lambda: QuantaModel([1, 2]).simulate([5.0]), "alpha = .* a single number here"),
        (lambda: QuantaModel(1).simulate([5.0], capacity=0), "capacity = 0"),
        (lambda: hutter_error(0, 1), "n = 0"),
        (lambda: spectral_loss(1, 0, 1), "D = 0"),
        (lambda: manifold_exponent(0), "dimension = 0"),
        (lambda: manifold_dimension(0), "exponent = 0"),
        (lambda: nearest_neighbour_error(10, 17), "dimension = 17"),
        (lambda: nearest_neighbour_error(2.5, 2), "n = 2.5: allowed are whole numbers"),
        (lambda: predicted_data_exponent(0.3, "luck"), "theory = 'luck'.*'quanta', 'spectral'"),
        (lambda: compare_with_theory([0.3, 0.4], [0.3]), "of one length"),
        (lambda: compare_with_theory([0.3], [0.3]), "1 resample: allowed are 2 or more"),
        (lambda: nats_to_bits("one"), "x = 'one': allowed are real numbers"),
        (lambda: bits_to_nats([]), "x is empty"),
        (lambda: skill_in_average(1.5, 1), "frequency = 1.5"),
        (lambda: equivalent_compute(1, 0, 1), "reducible = 0"),
        (lambda: log10_odds(-1, 1), "nats_per_token = -1"),
        (lambda: ExactMatch(0), "tokens = 0"),
        (lambda: ExactMatch(1).accuracy(0), "C = 0"),
        (lambda: ExactMatch(1).compute_for(1), "accuracy = 1"),
        (lambda: ExactMatch(1).width(0, 0.5), "low = 0"),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_sources_are_carried():
    assert QuantaModel(0.3).source.key == "michaud2023"
    assert "illustrative" in ExactMatch(3).source.note


def test_a_token_that_costs_beyond_all_numbers_is_never_right():
    law = ExactMatch(100.0, 2.0, 1e20)
    assert law.token_loss(1e-300) == np.inf
    assert law.accuracy(1e-300) == 0.0
    assert equivalent_compute(0.999, 1.0, 1e-3) == np.inf
