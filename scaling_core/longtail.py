"""The long tail: why the loss falls along a power law, and what a smooth average hides.

A signal whose spectrum falls as 1/f leaves a logarithm behind what is resolved; only a steeper
tail leaves a power law.  The quanta model turns a tail of skills into exponents for parameters
and for text; spectra, tables and manifolds give rival exponents, which fits can reject.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scaling_core import _special as special
from scaling_core._bootstrap import intervals, percentiles, times_drawn
from scaling_core._checks import (
    broadcastable,
    broadcastable_fields,
    check_fields,
    choice,
    fraction,
    nonnegative,
    number,
    open_fraction,
    positive,
    random_generator,
    same_length,
    tails,
    whole_number,
)
from scaling_core._types import Numbers
from scaling_core.sources import SOURCES, Source

# ---- ranks and words ---------------------------------------------------------------------------


def zipf(n: int, s: Numbers) -> Numbers:
    """Share of each of the `n` commonest things when shares fall as a power of the rank.

    ``p_k = k^-s / sum_{j=1..n} j^-s``

    Args:
        n: how many ranks, a whole number.
        s: exponent, 0 or more; broadcasts against the ranks, which run along the last axis.

    Returns:
        The shares, which sum to 1 along the last axis.

    Raises:
        ValueError: if `n` is not a whole number above 0 or `s` is negative.

    Source: Zipf 1949 (s = 1 for words).
    """
    ranks = np.arange(1.0, whole_number("n", n, low=1) + 1)
    weights = ranks ** -nonnegative("s", s)
    return weights / np.sum(weights, axis=-1, keepdims=True)


@dataclass(frozen=True, eq=False)
class ZipfFit:
    """The slope of log count against log rank: ``log(count) = constant - s log(rank)``.

    `exponent` is s, minus the slope; `samples` holds the exponents of resampled documents.
    """

    exponent: float
    samples: np.ndarray

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """The bootstrap interval of the exponent over documents.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of `samples`.

        Args:
            level: coverage, between 0 and 1.

        Returns:
            A dict with the entry `exponent`: (low, high).

        Raises:
            ValueError: if `level` is not inside (0, 1).

        Source: the percentile bootstrap.
        """
        return intervals(self.samples[:, np.newaxis], ("exponent",), level)


def fit_zipf(
    counts: Numbers, *, first: int = 10, last: int = 1000, bootstrap: int = 300, seed: int = 0
) -> ZipfFit:
    """Fit Zipf's exponent to word counts, with an interval over documents.

    ``log(count) = constant - s log(rank)``, least squares over the ranks from `first` to `last`.

    Args:
        counts: how often each word occurs in each document, shape (documents, words).
        first: first rank used.
        last: last rank used, `first` + 2 or more; its word must occur in every resample.
        bootstrap: how many times the documents are resampled, 2 or more.
        seed: seed of the resampling.

    Returns:
        A `ZipfFit` with `.exponent` and `.interval(level)`.

    Raises:
        ValueError: if `counts` is not a table of at least 2 documents, if the ranks are not
            0 < first < last - 1, or if fewer than `last` words occur.

    Source: Zipf 1949 (the law); bootstrap over documents.
    """
    table = nonnegative("counts", counts)
    if np.ndim(table) != 2 or len(table) < 2:
        raise ValueError(
            f"counts of shape {np.shape(table)}: allowed is (documents, words), 2 documents or more"
        )
    first, last = whole_number("first", first, low=1), whole_number("last", last, low=first + 2)
    log_rank = np.log(np.arange(first, last + 1))
    centred = log_rank - log_rank.mean()

    def exponent(totals: np.ndarray) -> float:
        ordered = -np.sort(-totals)[first - 1 : last]
        if len(ordered) < len(log_rank) or ordered[-1] == 0:
            raise ValueError(f"last = {last}: allowed is at most the number of words that occur")
        return float(-(centred @ np.log(ordered)) / (centred @ centred))

    rng = random_generator("seed", seed)
    weights = times_drawn(rng, len(table), whole_number("bootstrap", bootstrap, low=2))
    samples = np.array([exponent(drawn @ table) for drawn in weights])
    return ZipfFit(exponent(table.sum(axis=0)), samples)


# ---- noise and spectra -------------------------------------------------------------------------


def power_law_noise(exponent: Numbers, n: int, seed: int) -> np.ndarray:
    """Gaussian noise whose power spectrum falls as f^-exponent.

    ``x = sum_f sqrt(S_f) (a_f cos(2 pi f t) + b_f sin(2 pi f t))`` with standard normal a, b and
    ``S_f ~ f^-exponent``, scaled so that the expected variance is 1 (the mean is 0 exactly).

    Args:
        exponent: tilt of the spectrum: 0 white, 1 pink (1/f), 2 brown; any shape.
        n: length of the record, a whole number of 4 or more.
        seed: seed of the draw.

    Returns:
        Noise of shape `exponent.shape + (n,)`; the record is periodic.

    Raises:
        ValueError: if an argument is out of range.

    Source: Timmer and König 1995.
    """
    n = whole_number("n", n, low=4)
    tilt = number("exponent", exponent, low=-10.0, high=10.0)[..., None]
    modes = np.arange(1.0, n // 2 + 1)
    power = modes**-tilt
    power = power / power.sum(axis=-1, keepdims=True)
    rng = random_generator("seed", seed)
    draw = rng.standard_normal((2, *power.shape))
    transform = np.sqrt(power) * (draw[0] + 1j * draw[1]) * (n / 2)
    if n % 2 == 0:  # the highest mode of an even record has a cosine only
        transform[..., -1] = np.sqrt(power[..., -1]) * draw[0, ..., -1] * n
    zero = np.zeros((*power.shape[:-1], 1))
    return np.fft.irfft(np.concatenate([zero, transform], axis=-1), n)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Power at each frequency (cycles per sample); the powers sum to the record's variance."""

    frequency: np.ndarray
    power: np.ndarray


def power_spectrum(x: Numbers) -> Spectrum:
    """Power spectrum of a record: the one-sided periodogram.

    ``P_f = 2 |X_f|^2 / n^2`` for f = 1/n, 2/n, ... 1/2 (1 instead of 2 at exactly 1/2)

    Args:
        x: the record along the last axis, 4 samples or more.

    Returns:
        A `Spectrum` with `.frequency` (cycles per sample) and `.power`; summed over the
        frequencies the power is the variance of `x`.

    Raises:
        ValueError: if `x` is not finite or too short.

    Source: Schuster 1898.
    """
    x = number("x", x)
    n = np.shape(x)[-1] if np.ndim(x) else 1
    if n < 4:
        raise ValueError(f"x of shape {np.shape(x)}: allowed are 4 samples or more")
    transform = np.fft.rfft(x)
    frequency = np.fft.rfftfreq(n)[1:]
    squared = transform.real**2 + transform.imag**2
    sides = np.where(2 * np.arange(1, n // 2 + 1) == n, 1.0, 2.0)
    return Spectrum(frequency, sides * squared[..., 1:] / n**2)


@dataclass(frozen=True)
class SpectrumFit:
    """The tilt of a spectrum, ``S_f ~ f^-exponent``, and its standard error."""

    exponent: float
    standard_error: float

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """The interval of the exponent from its asymptotic normal distribution.

        ``exponent ± Phi^-1((1 + level) / 2) standard_error``.

        Args:
            level: coverage, between 0 and 1.

        Returns:
            A dict with the entry `exponent`: (low, high).

        Raises:
            ValueError: if `level` is not inside (0, 1).

        Source: Whittle 1953.
        """
        reach = float(special.ndtri(tails(level)[1])) * self.standard_error
        return {"exponent": (self.exponent - reach, self.exponent + reach)}


def fit_spectrum(x: Numbers) -> SpectrumFit:
    """Fit the exponent of a power-law spectrum to a record by Whittle's likelihood.

    Maximises ``-sum_f [ln S_f + P_f / S_f]`` with ``S_f = A f^-exponent``; the standard error is
    ``1 / sqrt(sum_f (ln f - mean ln f)^2)``.

    Args:
        x: one record, shape (n,), 8 samples or more, not constant. It is taken as periodic: a
            record cut out of a longer one leaks power and shows no tilt above 2.

    Returns:
        A `SpectrumFit` with `.exponent`, `.standard_error` and `.interval(level)`.

    Raises:
        ValueError: if `x` is not one record of 8 or more finite samples that vary.

    Source: Whittle 1953.
    """
    from scipy.optimize import brentq  # slow to import, needed by fits only

    x = number("x", x)
    if np.ndim(x) != 1 or len(x) < 8:
        raise ValueError(f"x of shape {np.shape(x)}: allowed is (n,) with n of at least 8")
    if np.ptp(x) == 0:
        raise ValueError(f"x = {x[0]:.6g} throughout: allowed is a record that varies")
    spectrum = power_spectrum(x)
    inside = (spectrum.frequency < 0.5) & (spectrum.power > 0)
    log_f, log_p = np.log(spectrum.frequency[inside]), np.log(spectrum.power[inside])
    centred = log_f - log_f.mean()

    def score(exponent: float) -> float:
        return float(special.softmax(log_p + exponent * log_f) @ centred)

    exponent = brentq(score, -60.0, 60.0)
    return SpectrumFit(exponent, float(1 / np.sqrt(centred @ centred)))


def magnified_noise(
    position: Numbers, exponent: Numbers, magnification: Numbers, *, modes: int = 512, seed: int = 0
) -> Numbers:
    """What is finer than `magnification` modes, seen in a window that much narrower.

    ``y = m^((1 - beta)/2) sum_j j^(-beta/2) cos(2 pi (j x + phase_j)) / rms``, where rms is the
    root mean square of the view at magnification 1.  At beta = 1 the magnification drops out:
    pink noise looks the same at every scale.

    Args:
        position: places x in the window, 0 to 1, one-dimensional.
        exponent: tilt beta of the spectrum; a single number, or shape (..., 1).
        magnification: m, 1 or more; a single number, or shape (..., 1).
        modes: how many modes are drawn.
        seed: seed of the phases.

    Returns:
        The view, in units of the root mean square at magnification 1.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: ours, illustrative: one seeded draw of phases with amplitudes j^(-beta/2).
    """
    position = fraction("position", position)
    exponent = number("exponent", exponent, low=0.0, high=10.0)
    magnification = number("magnification", magnification, low=1.0)
    phases = random_generator("seed", seed).random(whole_number("modes", modes, low=1))
    j = np.arange(1.0, modes + 1)
    broadcastable(position=position, magnification=magnification)
    broadcastable(exponent=exponent, modes=j)
    waves = np.cos(2 * np.pi * (position[..., None] * j + phases))
    amplitudes = j ** (-exponent / 2)
    rms = np.sqrt(np.sum(amplitudes**2, axis=-1, keepdims=True) / 2)
    view = np.sum(waves * (amplitudes / rms)[..., None, :], axis=-1)
    return view * relative_amplitude(exponent, magnification)


def relative_amplitude(exponent: Numbers, magnification: Numbers) -> Numbers:
    """How lively the unresolved detail is under a magnifier, against no magnification.

    ``m^((1 - beta)/2)``: below 1 there is less and less left to learn, at beta = 1 always as much.

    Args:
        exponent: tilt beta of the spectrum.
        magnification: m, 1 or more.

    Returns:
        The ratio of amplitudes.

    Raises:
        ValueError: if an argument is out of range.

    Source: scaling of a power-law spectrum (variance in a band from m f1 to m f2).
    """
    exponent = number("exponent", exponent, low=0.0, high=10.0)
    magnification = number("magnification", magnification, low=1.0)
    broadcastable(exponent=exponent, magnification=magnification)
    return magnification ** ((1 - exponent) / 2)


def residual_variance(n: Numbers, F: Numbers, exponent: Numbers) -> Numbers:
    """Variance left beyond frequency n of a spectrum f^-exponent that ends at F.

    ``integral_n^F f^-beta df``, which is ``ln(F/n)`` at beta = 1 and else
    ``(n^(1-beta) - F^(1-beta)) / (beta - 1)``.

    Exactly 1/f leaves a logarithm; a power law n^-(beta-1) is left only by a steeper spectrum,
    and only while n is far below F.

    Args:
        n: highest frequency resolved, above 0.
        F: highest frequency there is, above 0; `inf` for no end.
        exponent: tilt beta of the spectrum, 0 or more.

    Returns:
        The variance; 0 where n is F or more; `inf` where F is `inf` and beta at most 1.

    Raises:
        ValueError: if an argument is out of range.

    Source: calculus.
    """
    n = positive("n", n)
    F = positive("F", F, high=np.inf)
    exponent = nonnegative("exponent", exponent)
    broadcastable(n=n, F=F, exponent=exponent)
    span = np.maximum(np.log(F) - np.log(n), 0.0)
    # expm1 keeps every digit where beta is close to 1; where it is 1, the limit is the logarithm.
    rise = np.where(exponent == 1, 1.0, 1 - exponent)
    return np.where(exponent == 1, span, n**rise * (np.expm1(rise * span) / rise))[()]


def missing_share(n: Numbers, F: Numbers, exponent: Numbers) -> Numbers:
    """Share of the variance still missing when the first n of F modes are resolved.

    ``sum_{j=n+1..F} j^-beta / sum_{j=1..F} j^-beta``

    The sums are ten terms and then the Euler-Maclaurin formula, right to 1e-6 for every real n.

    Args:
        n: modes resolved, 0 or more.
        F: modes there are, 1 or more, finite.
        exponent: tilt beta of the spectrum, 0 to 10.

    Returns:
        The share, from 1 (n = 0) to 0 (n of F or more).

    Raises:
        ValueError: if an argument is out of range.

    Source: NIST Digital Library of Mathematical Functions, 2.10(i), for the formula of the sums.
    """
    n = nonnegative("n", n)
    F = number("F", F, low=1.0)
    exponent = number("exponent", exponent, low=0.0, high=10.0)
    broadcastable(n=n, F=F, exponent=exponent)
    n = np.minimum(n, F)
    return _power_sum(n, F, exponent) / _power_sum(0.0, F, exponent)


_EXACT_TERMS = 10


def _power_sum(n: Any, F: Any, s: Any) -> Any:
    """sum_{j=n+1..F} j^-s by Euler and Maclaurin, continued to real n and F."""

    def correction(q: Any) -> Any:
        return q**-s * (1 / 2 + s / (12 * q))

    total = 0.0
    for i in range(1, _EXACT_TERMS + 1):
        total = total + (n + i) ** -s - (F + i) ** -s
    start, stop = n + _EXACT_TERMS + 1, F + _EXACT_TERMS + 1
    return total + residual_variance(start, stop, s) + correction(start) - correction(stop)


# ---- quanta ------------------------------------------------------------------------------------


_MICHAUD = SOURCES["michaud2023"].at("section 2")


@dataclass(frozen=True)
class QuantaExponents:
    """Exponents of the loss in parameters, data, steps and compute, all positive."""

    alpha_N: Numbers  # noqa: N815
    alpha_D: Numbers  # noqa: N815
    alpha_S: Numbers  # noqa: N815
    alpha_C: Numbers  # noqa: N815


@dataclass(frozen=True, eq=False)
class LearnedFromText:
    """Skills met in a text and the loss (nats/token) left, for each length `tokens` of it."""

    tokens: Numbers
    skills: Numbers
    loss: Numbers


@dataclass(frozen=True)
class QuantaModel:
    """Skills are learned whole, one by one, the commonest first; their use falls as a power law.

    Skill k is needed for a share ``p_k = k^-(1+alpha) / zeta(1+alpha)`` of the tokens; a token
    costs `before` nats until its skill is learned and `after` nats from then on.

    Attributes:
        alpha: tail exponent, above 0; small is a long tail [dimensionless].
        before: loss on a token whose skill is missing [nats].
        after: loss on a token whose skill is learned [nats].
        source: where the model was printed.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.
    """

    alpha: Numbers
    before: Numbers = 1.0
    after: Numbers = 0.0
    source: Source = _MICHAUD

    def __post_init__(self) -> None:
        check_fields(self, alpha=positive, before=nonnegative, after=nonnegative)

    def exponents(self) -> QuantaExponents:
        """The scaling exponents that the tail implies.

        ``alpha_N = alpha``; ``alpha_D = alpha_S = alpha / (1 + alpha)``;
        ``alpha_C = alpha / (2 + alpha)``, where compute is parameters times data, best split.

        Returns:
            `QuantaExponents` with `.alpha_N .alpha_D .alpha_S .alpha_C`.

        Source: Michaud et al. 2023, section 2; Hutter 2021 for alpha_D; alpha_C follows from both.
        """
        a = self.alpha
        from_data = a / (1 + a)
        return QuantaExponents(a, from_data, from_data, a / (2 + a))

    def use(self, rank: Numbers) -> Numbers:
        """Share of the tokens that need the skill of this rank.

        ``p_k = k^-(1+alpha) / zeta(1+alpha)``

        Args:
            rank: k, 1 or more, any shape that broadcasts with the fields.

        Returns:
            The share, 0 to 1.

        Raises:
            ValueError: if `rank` is below 1 or the shapes do not broadcast.

        Source: Michaud et al. 2023, section 2.
        """
        rank = number("rank", rank, low=1.0)
        broadcastable(rank=rank, alpha=self.alpha)
        return rank ** -(1 + self.alpha) / special.zeta(1 + self.alpha, 1.0)

    def loss(self, learned: Numbers) -> Numbers:
        """Loss with the `learned` commonest skills learned.

        ``L = after + (before - after) sum_{k > learned} p_k``, for many skills close to
        ``after + (before - after) learned^-alpha / (alpha zeta(1+alpha))``.

        Args:
            learned: number of skills learned, 0 or more, any shape that broadcasts with the fields.

        Returns:
            The loss in nats per token, from `before` (none learned) towards `after` (all).

        Raises:
            ValueError: if `learned` is negative or the shapes do not broadcast.

        Source: Michaud et al. 2023, section 2.
        """
        learned = nonnegative("learned", learned)
        broadcastable(learned=learned, alpha=self.alpha, before=self.before, after=self.after)
        return self._loss(_rarer_than(learned, self.alpha))

    def met(self, rank: Numbers, tokens: Numbers) -> Numbers:
        """Chance that a text has shown the skill of this rank at least once.

        ``1 - exp(-tokens p_k)``

        Args:
            rank: k, 1 or more.
            tokens: length of the text, any shape that broadcasts with `rank` and the fields.

        Returns:
            The chance, 0 to 1: a steep step when drawn against log tokens.

        Raises:
            ValueError: if an argument is out of range or the shapes do not broadcast.

        Source: Hutter 2021, in the Poisson limit.
        """
        tokens = nonnegative("tokens", tokens)
        use = self.use(rank)
        broadcastable(rank=use, tokens=tokens)
        return -np.expm1(-tokens * use)

    def learned_from(self, tokens: Numbers, ranks: int = 10_000_000) -> LearnedFromText:
        """Expected number of skills met in a text, and the loss left.

        ``skills = sum_k met_k`` and ``L = after + (before - after) sum_k p_k (1 - met_k)`` over
        the skills up to `ranks`, summed in geometric bins (right to 0.1 %); what is rarer counts as
        unseen.  Loss falls as ``tokens^(-alpha/(1+alpha))`` while the number of skills rises as
        ``tokens^(1/(1+alpha))``: most of what is left to learn hardly shows.

        Args:
            tokens: length of the text, any shape that broadcasts with the fields.
            ranks: how many skills can be met at all.

        Returns:
            `LearnedFromText` with `.tokens .skills .loss`.

        Raises:
            ValueError: if an argument is out of range or the shapes do not broadcast.

        Source: Hutter 2021; Michaud et al. 2023, section 2.
        """
        tokens = nonnegative("tokens", tokens)
        broadcastable(tokens=tokens, alpha=self.alpha, before=self.before, after=self.after)
        alpha = self.alpha[..., None]  # type: ignore[index]
        ranks = whole_number("ranks", ranks, low=1)
        middle, width = _rank_bins(ranks)
        use = middle ** -(1 + alpha) / special.zeta(1 + alpha, 1.0)
        met = -np.expm1(-tokens[..., None] * use)
        unseen = np.sum(width * use * (1 - met), axis=-1) + _rarer_than(ranks, self.alpha)
        return LearnedFromText(tokens, np.sum(width * met, axis=-1), self._loss(unseen))

    def simulate(
        self, tokens: Numbers, *, capacity: int | None = None, ranks: int = 1_000_000, seed: int = 0
    ) -> LearnedFromText:
        """Read a random text and learn each skill where it first turns up.

        From one length to the next, t tokens later, each skill that fits the network and is not
        yet known becomes known with the chance ``1 - exp(-t p_k)``; the loss is
        ``L = after + (before - after) sum_{k not known} p_k``.

        Args:
            tokens: lengths of the text at which to look, shape (n,), increasing.
            capacity: how many skills the network can hold (its size), the commonest first;
                `None` for all of them.
            ranks: how many skills can be met at all; what is rarer counts as unseen.
            seed: seed of the text.

        Returns:
            `LearnedFromText` with `.tokens .skills .loss`; the slope of log(loss - after) is near
            -alpha_D against log(tokens), and near -alpha_N against log(capacity) in a long text.

        Raises:
            ValueError: if an argument is out of range, or a field of the model is an array.

        Source: Michaud et al. 2023, section 2; the Poisson text is ours.
        """
        tokens = nonnegative("tokens", tokens)
        if np.ndim(tokens) != 1 or np.any(np.diff(tokens) <= 0):
            raise ValueError(f"tokens = {tokens}: allowed are increasing numbers, shape (n,)")
        for name in ("alpha", "before", "after"):
            if np.ndim(getattr(self, name)):
                raise ValueError(f"{name} = {getattr(self, name)}: allowed is a single number here")
        ranks = whole_number("ranks", ranks, low=1)
        use = self.use(np.arange(1.0, ranks + 1))
        held = np.arange(ranks) < (
            ranks if capacity is None else whole_number("capacity", capacity, low=1)
        )
        rng = random_generator("seed", seed)
        known = np.zeros(ranks, dtype=bool)
        skills, unseen = [], []
        for stretch in np.diff(tokens, prepend=0.0):
            known |= held & (rng.random(ranks) < -np.expm1(-stretch * use))
            skills.append(float(known.sum()))
            met_never = use[~known].sum()  # type: ignore[index]
            unseen.append(float(met_never + _rarer_than(ranks, self.alpha)))
        return LearnedFromText(tokens, np.array(skills), self._loss(np.array(unseen)))

    def _loss(self, unseen: Any) -> Any:
        """The loss when this share of the tokens needs a skill that is missing."""
        return self.after + (self.before - self.after) * unseen


def _rarer_than(rank: Any, alpha: Any) -> Any:
    """Share of a power-law tail beyond a rank: sum_{k > rank} k^-(1+alpha) / zeta(1+alpha)."""
    return special.zeta(1 + alpha, rank + 1) / special.zeta(1 + alpha, 1.0)


def _rank_bins(ranks: int) -> tuple[np.ndarray, np.ndarray]:
    """The middle rank and the width of bins that cover the ranks from 1 to `ranks`."""
    edges = np.unique(np.rint(np.geomspace(1, ranks + 1, 1 + int(60 * np.log10(ranks + 1)))))
    return (edges[:-1] + edges[1:] - 1) / 2, np.diff(edges)


# ---- rival theories ----------------------------------------------------------------------------


def hutter_error(n: Numbers, alpha: Numbers) -> Numbers:
    """Error of a learner that knows exactly what it has seen, after n draws from a Zipf tail.

    ``sum_k p_k exp(-n p_k)`` with ``p_k = k^-(1+alpha) / zeta(1+alpha)``, for large n:
    ``zeta(1+alpha)^(-1/(1+alpha)) Gamma(b) / (1+alpha) n^-b`` with ``b = alpha / (1+alpha)``.

    The derivation in short: draw n meets what is commoner than 1/n, which is the ranks up to
    n^(1/(1+alpha)); what is rarer weighs (n^(1/(1+alpha)))^-alpha.

    Args:
        n: number of draws, above 0.
        alpha: tail exponent, above 0.

    Returns:
        The expected error, an asymptote: good where n is large and the result well below 1.

    Raises:
        ValueError: if an argument is out of range.

    Source: Hutter 2021 (exponent); the constant is the integral of the same sum.
    """
    n, alpha = positive("n", n), positive("alpha", alpha)
    broadcastable(n=n, alpha=alpha)
    b = alpha / (1 + alpha)
    log_scale = special.gammaln(b) - np.log(special.zeta(1 + alpha, 1.0)) / (1 + alpha)
    return np.exp(log_scale - b * np.log(n)) / (1 + alpha)


def spectral_loss(N: Numbers, D: Numbers, alpha: Numbers) -> Numbers:
    """Share of the variance that a model of N features fitted to D points cannot express.

    ``sum_{j > min(N, D)} j^-(1+alpha) / zeta(1+alpha)``, close to
    ``min(N, D)^-alpha / (alpha zeta(1+alpha))``.

    The derivation in short: with eigenvalues j^-(1+alpha), the scarcer of features and points
    limits how far down the spectrum the fit can reach, so both share one exponent.

    Args:
        N: number of features (parameters).
        D: number of data points.
        alpha: decay of the spectrum beyond 1/j, above 0.

    Returns:
        The share, 0 to 1.

    Raises:
        ValueError: if an argument is out of range.

    Source: Maloney et al. 2022 (the law away from N = D).
    """
    N, D, alpha = positive("N", N), positive("D", D), positive("alpha", alpha)
    broadcastable(N=N, D=D, alpha=alpha)
    return _rarer_than(np.minimum(N, D), alpha)


def manifold_exponent(dimension: Numbers, smoothness: Numbers = 4.0) -> Numbers:
    """Exponent of the loss when data fill a smooth surface of some dimension.

    ``alpha = smoothness / d``: 4/d for a piecewise linear fit under squared error, 2/d for the
    nearest neighbour, at least 1/d.

    Args:
        dimension: d, above 0.
        smoothness: by how many powers of the distance to its data a fit improves [dimensionless].

    Returns:
        The exponent.

    Raises:
        ValueError: if an argument is out of range.

    Source: `sharma2020`, section 2; `bahri2021`, section 2 (between 1/d and 4/d).
    """
    dimension, smoothness = positive("dimension", dimension), positive("smoothness", smoothness)
    broadcastable(dimension=dimension, smoothness=smoothness)
    return smoothness / dimension


def manifold_dimension(exponent: Numbers, smoothness: Numbers = 4.0) -> Numbers:
    """Dimension of the data that an exponent stands for, by the manifold theory.

    ``d = smoothness / alpha``

    Args:
        exponent: alpha, above 0.
        smoothness: 4 by default.

    Returns:
        The dimension.

    Raises:
        ValueError: if an argument is out of range.

    Source: Sharma and Kaplan 2020, section 2.
    """
    exponent, smoothness = positive("exponent", exponent), positive("smoothness", smoothness)
    broadcastable(exponent=exponent, smoothness=smoothness)
    return smoothness / exponent


VARIANCE_LIMITED_EXPONENT = 1.0
"""Exponent of the loss above its limit when noise is what is averaged away [dimensionless].

Limits: for data and for width, whatever the task, where noise and not resolution is the limit.
Source: `bahri2021`, section 2.
"""


def nearest_neighbour_error(
    n: Numbers, dimension: int, *, queries: int = 2000, seed: int = 0
) -> Numbers:
    """Measured mean squared distance to the nearest of n points spread evenly over a unit torus.

    It falls as ``n^(-2/d)``; expected for large n is ``Gamma(1 + 2/d) (n V_d)^(-2/d)`` with V_d the
    volume of the unit ball.

    Args:
        n: numbers of points, whole numbers of 1 or more, any shape.
        dimension: d, a whole number from 1 to 16.
        queries: how many places are asked.
        seed: seed of points and places.

    Returns:
        The mean squared distance for each n.

    Raises:
        ValueError: if an argument is out of range.

    Source: Bahri et al. 2021, section 2 (resolution-limited scaling of the nearest neighbour).
    """
    from scipy.spatial import KDTree  # slow to import, needed here only

    sizes = number("n", n, low=1.0, whole=True)
    dimension = whole_number("dimension", dimension, low=1, high=16)
    rng = random_generator("seed", seed)
    places = rng.random((whole_number("queries", queries, low=1), dimension))
    errors = [
        np.mean(KDTree(rng.random((int(size), dimension)), boxsize=1).query(places)[0] ** 2)
        for size in np.ravel(sizes)
    ]
    return np.reshape(errors, np.shape(sizes))[()]


THEORIES = ("quanta", "spectral")
"""Theories that tie the exponent of data to that of parameters [names].

Source: `michaud2023`; `maloney2022`.
"""


def predicted_data_exponent(alpha: Numbers, theory: str = "quanta") -> Numbers:
    """Exponent of the data term that a theory predicts from the exponent of parameters.

    quanta: ``beta = alpha / (1 + alpha)``; spectral: ``beta = alpha``

    Args:
        alpha: exponent of the parameter term, above 0.
        theory: "quanta" or "spectral".

    Returns:
        The exponent beta.

    Raises:
        ValueError: if `alpha` is not above 0 or `theory` unknown.

    Source: Michaud et al. 2023, section 2 (quanta); Maloney et al. 2022 (spectral).
    """
    alpha = positive("alpha", alpha)
    return alpha / (1 + alpha) if choice("theory", theory, THEORIES) == "quanta" else alpha * 1.0


@dataclass(frozen=True, eq=False)
class TheoryGap:
    """By how much fitted data exponents miss a theory: one difference for each resample.

    ``gap_b = beta_b - predicted_data_exponent(alpha_b, theory)``.
    """

    theory: str
    samples: np.ndarray

    @property
    def mean(self) -> float:
        """Mean difference, fitted minus predicted: ``sum_b gap_b / n``."""
        return float(self.samples.mean())

    @property
    def standard_error(self) -> float:
        """Spread of the difference over the resamples.

        ``sqrt(sum_b (gap_b - mean)^2 / (n - 1))``.
        """
        return float(self.samples.std(ddof=1))

    @property
    def share_below(self) -> float:
        """Share of resamples in which the fitted exponent is below the predicted one.

        ``sum_b [gap_b < 0] / n``.
        """
        return float(np.mean(self.samples < 0))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Percentile interval of the difference.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of `samples`.

        Args:
            level: coverage, between 0 and 1.

        Returns:
            (low, high).

        Raises:
            ValueError: if `level` is not inside (0, 1).

        Source: the percentile bootstrap.
        """
        low, high = percentiles(self.samples, level)
        return float(low), float(high)

    def rejected(self, level: float = 0.95) -> bool:
        """Whether no difference at all lies outside the interval.

        ``low > 0`` or ``high < 0``, with the ends of `interval`.

        Args:
            level: coverage, between 0 and 1.

        Returns:
            True when the theory is rejected at that level.

        Raises:
            ValueError: if `level` is not inside (0, 1).

        Source: the percentile bootstrap.
        """
        low, high = self.interval(level)
        return not low <= 0 <= high


def compare_with_theory(alpha: Numbers, beta: Numbers, theory: str = "quanta") -> TheoryGap:
    """Hold resampled exponents of a fit against a theory that ties them together.

    ``gap = beta - predicted_data_exponent(alpha, theory)``, resample by resample, so that the
    correlation of the two exponents is in the interval.

    Args:
        alpha: exponents of the parameter term, one a resample, shape (n,), 2 or more.
        beta: exponents of the data term of the same resamples.
        theory: "quanta" or "spectral".

    Returns:
        A `TheoryGap` with `.mean .standard_error .interval(level) .rejected(level)`.

    Raises:
        ValueError: if the samples do not pair up or an exponent is not above 0.

    Source: Michaud et al. 2023 and Maloney et al. 2022, the relations; the resamples are the
        caller's.
    """
    alpha, beta = positive("alpha", alpha), positive("beta", beta)
    same_length(alpha=alpha, beta=beta)
    if len(alpha) < 2:
        raise ValueError("alpha has 1 resample: allowed are 2 or more")
    return TheoryGap(theory, beta - predicted_data_exponent(alpha, theory))


# ---- what a loss hides -------------------------------------------------------------------------


def nats_to_bits(x: Numbers) -> Numbers:
    """Convert nats to bits.

    ``bits = nats / ln 2``

    Args:
        x: nats.

    Returns:
        Bits.

    Raises:
        ValueError: if `x` is not finite.

    Source: definition.
    """
    return number("x", x) / np.log(2)


def bits_to_nats(x: Numbers) -> Numbers:
    """Convert bits to nats.

    ``nats = bits ln 2``

    Args:
        x: bits.

    Returns:
        Nats.

    Raises:
        ValueError: if `x` is not finite.

    Source: definition.
    """
    return number("x", x) * np.log(2)


def skill_in_average(frequency: Numbers, gain: Numbers) -> Numbers:
    """Fall of the average loss when a skill comes that matters for some of the tokens.

    ``change = frequency gain``

    Args:
        frequency: share of the tokens for which it matters, 0 to 1.
        gain: what it is worth there, nats.

    Returns:
        The change, nats/token.

    Raises:
        ValueError: if an argument is out of range.

    Source: definition of a mean.
    """
    frequency, gain = fraction("frequency", frequency), nonnegative("gain", gain)
    broadcastable(frequency=frequency, gain=gain)
    return frequency * gain


@np.errstate(over="ignore")
def equivalent_compute(change: Numbers, reducible: Numbers, exponent: Numbers) -> Numbers:
    """How many times more compute would lower the average loss by as much.

    ``(1 - change / reducible)^(-1/gamma)``, from reducible ~ C^-gamma

    Args:
        change: fall of the loss, nats/token.
        reducible: loss above its floor now, nats/token, above 0.
        exponent: gamma, exponent of the reducible loss in compute, above 0.

    Returns:
        The factor, 1 or more; `inf` where the change is all that is left or more.

    Raises:
        ValueError: if an argument is out of range.

    Source: inverse of a power law in compute.
    """
    change = nonnegative("change", change)
    reducible, exponent = positive("reducible", reducible), positive("exponent", exponent)
    broadcastable(change=change, reducible=reducible, exponent=exponent)
    left = 1 - change / reducible
    possible = left > 0
    factor = np.where(possible, left, 1.0) ** (-1 / exponent)
    return np.where(possible, factor, np.inf)[()]


def log10_odds(nats_per_token: Numbers, tokens: Numbers) -> Numbers:
    """How strongly a text tells the better of two models: log10 of the likelihood ratio.

    ``log10(odds) = nats_per_token tokens / ln 10``

    Args:
        nats_per_token: difference in loss, nats/token, 0 or more.
        tokens: length of the text.

    Returns:
        log10 of the odds expected.

    Raises:
        ValueError: if an argument is out of range.

    Source: definition of the log-likelihood.
    """
    nats_per_token = nonnegative("nats_per_token", nats_per_token)
    tokens = nonnegative("tokens", tokens)
    broadcastable(nats_per_token=nats_per_token, tokens=tokens)
    return nats_per_token * tokens / np.log(10)


_SCHAEFFER = SOURCES["schaeffer2023"].at("section 2, the argument", "illustrative numbers")


@dataclass(frozen=True)
class ExactMatch:
    """Share of answers wholly right when every token of them has to be.

    Each of `tokens` tokens costs ``(C/scale)^-exponent`` nats, independently.

    Attributes:
        tokens: how many tokens must all be right, above 0 [tokens].
        exponent: exponent of the loss per token in compute, above 0 [dimensionless].
        scale: compute at which a token costs 1 nat [FLOP].
        source: where the argument was made; the numbers are illustrative.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.
    """

    tokens: Numbers
    exponent: Numbers = 0.3
    scale: Numbers = 1e20
    source: Source = _SCHAEFFER

    def __post_init__(self) -> None:
        check_fields(self, tokens=positive, exponent=positive, scale=positive)

    @np.errstate(over="ignore")
    def token_loss(self, C: Numbers) -> Numbers:
        """Loss per token.

        ``(C / scale)^-exponent``

        Args:
            C: compute in FLOP, above 0, any shape that broadcasts with the fields.

        Returns:
            The loss in nats per token.

        Raises:
            ValueError: if `C` is not above 0 or the shapes do not broadcast.

        Source: Schaeffer et al. 2023, section 2.
        """
        C = positive("C", C)
        broadcastable_fields(self, C=C)
        return (C / self.scale) ** -self.exponent

    @np.errstate(over="ignore")
    def accuracy(self, C: Numbers) -> Numbers:
        """Share of answers wholly right.

        ``exp(-tokens (C / scale)^-exponent)``

        Args:
            C: compute in FLOP, above 0, any shape that broadcasts with the fields.

        Returns:
            The share, 0 to 1.

        Raises:
            ValueError: if `C` is not above 0 or the shapes do not broadcast.

        Source: Schaeffer et al. 2023, section 2.
        """
        return np.exp(-self.tokens * self.token_loss(C))

    def compute_for(self, accuracy: Numbers) -> Numbers:
        """Compute at which a share of the answers is wholly right.

        ``scale (tokens / -ln(accuracy))^(1 / exponent)``

        Args:
            accuracy: the share, inside (0, 1), any shape that broadcasts with the fields.

        Returns:
            The compute in FLOP.

        Raises:
            ValueError: if `accuracy` is not inside (0, 1) or the shapes do not broadcast.

        Source: inverse of `accuracy`.
        """
        accuracy = open_fraction("accuracy", accuracy)
        broadcastable_fields(self, accuracy=accuracy)
        return self.scale * (self.tokens / -np.log(accuracy)) ** (1 / self.exponent)

    def width(self, low: Numbers = 0.1, high: Numbers = 0.9) -> Numbers:
        """Decades of compute between two accuracies, whatever the number of tokens.

        ``log10(ln(low) / ln(high)) / exponent``

        Args:
            low: lower accuracy, inside (0, 1).
            high: upper accuracy, inside (0, 1).

        Returns:
            The width in decades (negative where `low` is above `high`).

        Raises:
            ValueError: if an argument is out of range or the shapes do not broadcast.

        Source: ours; it follows from `accuracy`.
        """
        low = open_fraction("low", low)
        high = open_fraction("high", high)
        broadcastable(low=low, high=high, exponent=self.exponent)
        return np.log10(np.log(low) / np.log(high)) / self.exponent
