"""Post-training: what it costs to turn one schooled model into many useful ones.

Read from top to bottom this is chapter 2: the bill for an ecosystem of derivative models, what
pre-training is worth to a fine-tuner, when a teacher pays, improvement by choosing (best of n,
rejection sampling) and what stops it (over-optimisation, a judge that can be fooled), the ceiling
of reinforcement learning, and the wheel of self-made data.

Units: parameters N, tokens D, compute in FLOP or in shares of pre-training; reinforcement learning
in GPU-hours as its source has it; divergences in nats; quality in standard deviations of one
answer.  Every formula broadcasts and uses ufuncs and reductions only, so that it can also be
recorded symbolically; what fits or draws samples takes a seed and reports intervals.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from scaling_core import _special as special
from scaling_core._bisection import bisect
from scaling_core._bootstrap import intervals, percentiles, resampled
from scaling_core._checks import (
    array_fields,
    broadcastable,
    broadcastable_fields,
    check_fields,
    choice,
    distribution,
    fraction,
    nonnegative,
    number,
    open_fraction,
    positive,
    random_generator,
    same_length,
    single,
    tails,
    whole_number,
)
from scaling_core._quadrature import normal_nodes
from scaling_core._types import Numbers
from scaling_core.pretraining import inference_flops, training_flops
from scaling_core.sources import SOURCES, Source

# ---- the bill for an ecosystem -----------------------------------------------------------------


@dataclass(frozen=True)
class PostTrainingShare:
    """One published figure for post-training compute as a share of pre-training compute.

    The figures are of different quantities and come without intervals.

    Attributes:
        model: name of the model.
        year: when it came out [year].
        share: post-training over pre-training [dimensionless].
        covers: what was counted.
        kind: how the number is known: "disclosed", "estimate" or "claim".
        source: where it was printed.
        bound: "at least" or "at most" where the source gives a bound only.
    """

    model: str
    year: int
    share: float
    covers: str
    kind: str
    source: Source
    bound: str = ""


LLAMA_31_405B_PRETRAINING = 3.8e25
"""Compute of the pre-training of Llama 3.1 405B [FLOP].

Source: `epoch_models`, Llama 3.1 405B.
"""

LLAMA_31_405B_POSTTRAINING = 9.4e22
"""Compute of its post-training, an outside estimate: its makers report none [FLOP].

Source: `epoch_models`, Llama 3.1 405B.
"""

LLAMA_31_405B_PRETRAINING_HOURS = 30.84e6
"""The training of Llama 3.1 405B on H100, by its makers' model card [GPU-hours].

Source: `llama2024`, the model card of Llama 3.1 405B.
"""

PHI_4_PRETRAINING = 9.3e23
"""Compute of the pre-training of Phi-4, the base of Phi-4-reasoning, an estimate [FLOP].

Source: `epoch_models`, Phi-4.
"""

DEEPSEEK_V3_PRETRAINING_HOURS = 2.664e6
"""Pre-training of DeepSeek-V3, the base of R1-Zero and R1, on H800 [GPU-hours].

Source: `deepseek2024`, Table 1.
"""

DEEPSEEK_V3_PRETRAINING = 3.4e24
"""The same in operations, an outside estimate [FLOP].

Source: `epoch_models`, DeepSeek-V3.
"""

_R1_COST = SOURCES["deepseek2025"].at("supplement B.4.4, Table 7, version of January 2026")

R1_HOURS = MappingProxyType({"R1-Zero": 101e3, "samples": 5e3, "R1": 41e3})
"""What DeepSeek counts for R1 on H800: R1-Zero, making samples to learn from, R1 [GPU-hours].

Source: `deepseek2025`, supplement B.4.4, Table 7, version of January 2026.
"""

FINAL_RUN_SHARES = MappingProxyType({"OpenAI, 2024": 0.10, "Z.ai": 0.123, "MiniMax": 0.226})
"""Final training runs over all R&D compute, in dollars: outside estimates [dimensionless].

Limits: three companies, from a budget in the press and two prospectuses; their intervals are wide.
Source: `denain2026`, by a summary of it.
"""

POST_TRAINING_SHARES = (
    PostTrainingShare(
        "Phi-4-reasoning",
        2025,
        1e20 / PHI_4_PRETRAINING,
        "its training to reason, in FLOP",
        "estimate",
        SOURCES["you2025"].at("under 1e20 FLOP", "on answers that another model wrote"),
        bound="at most",
    ),
    PostTrainingShare(
        "DeepSeek-V3",
        2024,
        5e3 / DEEPSEEK_V3_PRETRAINING_HOURS,
        "all post-training, in GPU-hours",
        "disclosed",
        SOURCES["deepseek2024"].at("Table 1"),
    ),
    PostTrainingShare(
        "Llama 3.1 405B",
        2024,
        LLAMA_31_405B_POSTTRAINING / LLAMA_31_405B_PRETRAINING,
        "all post-training, in FLOP",
        "estimate",
        SOURCES["epoch_models"].at("Llama 3.1 405B", "its makers report none"),
    ),
    PostTrainingShare(
        "Llama-Nemotron Ultra",
        2025,
        140e3 / LLAMA_31_405B_PRETRAINING_HOURS,
        "reinforcement learning, in GPU-hours, over those of its base, Llama 3.1 405B",
        "disclosed",
        SOURCES["bercovich2025"].at("section 5.1", "about 140,000 hours on H100"),
    ),
    PostTrainingShare(
        "DeepSeek-R1",
        2025,
        R1_HOURS["R1"] / DEEPSEEK_V3_PRETRAINING_HOURS,
        "its own training on top of DeepSeek-V3, in GPU-hours (512 for 80 hours)",
        "disclosed",
        _R1_COST,
    ),
    PostTrainingShare(
        "DeepSeek-R1-Zero",
        2025,
        R1_HOURS["R1-Zero"] / DEEPSEEK_V3_PRETRAINING_HOURS,
        "reinforcement learning, in GPU-hours (512 for 198 hours)",
        "disclosed",
        _R1_COST,
    ),
    PostTrainingShare(
        "DeepSeek-V3.2",
        2025,
        0.10,
        "reinforcement learning, in cost",
        "disclosed",
        SOURCES["deepseek2025v32"].at("section 4.1", 'it "exceeds 10%" of the pre-training'),
        bound="at least",
    ),
    PostTrainingShare(
        "DeepSeek-R1",
        2025,
        6.1e23 / DEEPSEEK_V3_PRETRAINING,
        "reinforcement learning, in FLOP; most likely that of R1-Zero",
        "estimate",
        SOURCES["epoch_models"].at("DeepSeek-R1", "an outside estimate, before the hours were out"),
    ),
    PostTrainingShare(
        "Grok 4",
        2025,
        1.0,
        "reinforcement learning",
        "claim",
        SOURCES["xai2025"].at("chart of training compute", "the company's claim, no numbers"),
    ),
)
"""How large post-training is said to be: figures of unlike quantities, the smallest first.

Limits: each for its own model and its own way of counting; no trend, and not all there are.
"""

CLAIMED_EXTRA = 30.0
"""Compute that an *ecosystem* of derivatives "could take" over pre-training's [dimensionless].

Limits: a vendor's sentence about all derivatives together; no derivation is given.
Source: `nvidia2025`.
"""

MOST_DERIVATIVES = 1e6
"""The largest number of derivatives that an `Ecosystem` takes [derivatives].

Source: `thisbook`, a limit of the code.
"""

_RANK_EDGES = np.concatenate([np.arange(200.0), np.geomspace(200.0, MOST_DERIVATIVES, 300)])
_BIN_START, _BIN_WIDTH = _RANK_EDGES[:-1], np.diff(_RANK_EDGES)
_TINY = 1e-300
_ROUNDING = 1e-9


def ecosystem_multiplier(derivatives: Numbers, share: Numbers) -> Numbers:
    """Total compute of a model and its derivatives over its pre-training compute.

    ``1 + sum_i n_i s_i`` over groups of derivatives, which run along the last axis.

    Args:
        derivatives: n, how many derivative models a group has, 0 or more; a number for one
            group, otherwise groups along the last axis.
        share: s, compute of one of them over pre-training compute, 0 or more; broadcasts with
            the derivatives.

    Returns:
        Total over pre-training, 1 or more; the last axis is summed away.

    Raises:
        ValueError: if an argument is negative or not finite, or the shapes do not broadcast.

    Source: an identity; the question is Briski 2025's (`CLAIMED_EXTRA`).

    >>> float(ecosystem_multiplier(3000, 0.01))
    31.0
    """
    derivatives = nonnegative("derivatives", derivatives)
    share = nonnegative("share", share)
    broadcastable(derivatives=derivatives, share=share)
    extra = derivatives * share
    return 1.0 + (np.sum(extra, axis=-1) if extra.ndim else extra)


def derivatives_needed(extra: Numbers, share: Numbers) -> Numbers:
    """How many equal derivatives add a given multiple of the pre-training compute.

    ``n = extra / s``.

    Args:
        extra: compute of all derivatives over pre-training compute, 0 or more.
        share: s, compute of one of them over pre-training compute, above 0.

    Returns:
        Number of derivatives, not rounded.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: an identity.
    """
    extra, share = nonnegative("extra", extra), positive("share", share)
    broadcastable(extra=extra, share=share)
    return extra / share


@dataclass(frozen=True)
class Ecosystem:
    """Derivatives of one model whose shares of its pre-training compute are lognormal, and capped.

    The derivative of rank r out of n costs ``s_r = min(1, s 10^(w z_r))`` with
    ``z_r = Phi^-1(1 - (r - 1/2) / n)``: the shares sit at the quantiles of a lognormal
    distribution.  None is dearer than pre-training: a dearer copy is a new pre-training.  Sums run
    over 200 single ranks and 299 bins of ranks, each counted as far as n reaches, so that no
    shape depends on n; they agree with the sum over all ranks within 0.02 %.

    Attributes:
        derivatives: n, 1 to a million (need not be whole) [derivatives].
        median_share: s, the middle derivative's compute over pre-training compute, above 0
            [dimensionless].
        spread: w, one standard deviation of the shares, 0 or more [powers of ten].
        source: a model made for this book.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: ours, illustrative.
    """

    derivatives: Numbers
    median_share: Numbers
    spread: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(
            self,
            derivatives=partial(number, low=1.0, high=MOST_DERIVATIVES),
            median_share=positive,
            spread=nonnegative,
        )

    def share(self, rank: Numbers) -> Numbers:
        """Compute of the derivative of a given rank over pre-training compute.

        ``min(1, s 10^(w Phi^-1(1 - (r - 1/2) / n)))``.

        Args:
            rank: r, 1 for the dearest, at least 1; broadcasts with the fields.

        Returns:
            Share, above 0 and at most 1; 0 for ranks beyond n.

        Raises:
            ValueError: if the rank is under 1 or the shapes do not broadcast.

        Source: ours, illustrative.
        """
        rank = number("rank", rank, low=1.0)
        broadcastable_fields(self, rank=rank)
        share = _share(rank - 0.5, self.derivatives, self.median_share, self.spread)
        return np.where(rank <= self.derivatives, share, 0.0)[()]

    def extra(self) -> Numbers:
        """Compute of all derivatives over pre-training compute.

        ``sum_r s_r`` with ``s_r = min(1, s 10^(w z_r))``.

        Returns:
            Multiples of the pre-training, in the shape of the fields.

        Source: ours, illustrative.
        """
        count, share = self._bins()
        return np.sum(count * share, axis=-1)

    def multiplier(self) -> Numbers:
        """Total compute over pre-training compute: ``1 + sum_r s_r``.

        Returns:
            1 or more, in the shape of the fields.

        Source: ours, illustrative.
        """
        return 1.0 + self.extra()

    def payers(self, part: Numbers = 0.5) -> Numbers:
        """How many of the dearest derivatives pay a given part of the bill for all of them.

        The smallest m with ``sum_{r <= m} s_r >= part sum_r s_r``.

        Args:
            part: share of the derivatives' bill, 0 to 1; broadcasts with the fields.

        Returns:
            A whole number of derivatives.

        Raises:
            ValueError: if the part is outside 0 to 1 or the shapes do not broadcast.

        Source: ours, illustrative.
        """
        part = fraction("part", part)
        broadcastable_fields(self, part=part)
        count, share = self._bins()
        bill = count * share
        target = part[..., np.newaxis] * np.sum(bill, axis=-1, keepdims=True)
        before = np.cumsum(bill, axis=-1) - bill
        paying = np.minimum(np.maximum((target - before) / share, 0.0), count)
        return np.ceil(np.sum(paying, axis=-1) * (1.0 - _ROUNDING))

    def _bins(self) -> tuple[Any, Any]:
        """How many derivatives each bin of ranks counts, and the share of its middle rank."""
        n = self.derivatives[..., np.newaxis]  # type: ignore[index]
        count = np.minimum(np.maximum(n - _BIN_START, 0.0), _BIN_WIDTH)
        median = self.median_share[..., np.newaxis]  # type: ignore[index]
        spread = self.spread[..., np.newaxis]  # type: ignore[index]
        return count, _share(_BIN_START + count / 2.0, n, median, spread)


def _share(position: Any, n: Any, median_share: Any, spread: Any) -> Any:
    """Share at a continuous position 0 to n in the ranking, the dearest first."""
    quantile = np.minimum(position / n, 1.0 - _ROUNDING)
    digits = np.log10(median_share) - spread * special.ndtri(quantile)
    return np.maximum(10.0 ** np.minimum(digits, 0.0), _TINY)


def ecosystem_samples(
    n: int,
    seed: int,
    *,
    derivatives: tuple[float, float] = (1e2, 1e5),
    median_share: tuple[float, float] = (1e-6, 1e-2),
    spread: tuple[float, float] = (0.0, 1.5),
) -> np.ndarray:
    """The multiplier of an `Ecosystem` when its three numbers are known to a range only.

    ``1 + sum_r min(1, s 10^(w z_r))`` with ``log10 n = low + u (high - low)``, likewise log10 s
    and w, for u from a cube.

    Scrambled Sobol points, even in the logarithm of the number of derivatives and of the median
    share, and even in the spread.  `numpy.quantile` of the result is its interval.

    Args:
        n: how many samples, a whole number above 0.
        seed: seeds the scrambling.
        derivatives: lowest and highest number of derivatives [derivatives].
        median_share: lowest and highest share of the middle derivative [dimensionless].
        spread: lowest and highest standard deviation [powers of ten].

    Returns:
        Total compute over pre-training compute, shape (n,).

    Raises:
        ValueError: if n or the seed is not a whole number, or a range is out of bounds or upside
            down.

    Source: ours, illustrative.
    """
    from scipy.stats import qmc  # half a second of import, needed here only

    n = whole_number("n", n, low=1)
    generator = random_generator("seed", seed)
    low, high = np.transpose(
        [
            np.log10(_range("derivatives", derivatives, low=1.0, high=MOST_DERIVATIVES)),
            np.log10(_range("median_share", median_share, low=_TINY, high=1.0)),
            _range("spread", spread, low=0.0, high=100.0),
        ]
    )
    sobol = qmc.Sobol(d=3, seed=generator).random_base2(int(np.ceil(np.log2(n))))[:n]
    points = low + sobol * (high - low)
    blocks = np.array_split(points, max(1, n // 4096))
    return np.concatenate(
        [Ecosystem(10.0 ** x[:, 0], 10.0 ** x[:, 1], x[:, 2]).multiplier() for x in blocks]
    )


def _range(name: str, value: tuple[float, float], *, low: float, high: float) -> np.ndarray:
    ends = number(name, value, low=low, high=high)
    if np.shape(ends) != (2,) or ends[0] > ends[1]:
        raise ValueError(f"{name} = {value!r}: allowed is a pair, the lower end first")
    return ends


# ---- what pre-training is worth to a fine-tuner ------------------------------------------------


@dataclass(frozen=True)
class TransferLaw:
    """Data that pre-training is worth to a model fine-tuned on another kind of text.

    ``D_T = k D_F^alpha N^beta``: what the model would have had to read, beyond its own special
    text, had it started from nothing.  It holds while D_F is under about a tenth of what the
    model needs from nothing.

    Attributes:
        k: coefficient, above 0; the text is counted in characters
            [characters^(1 - alpha) parameters^-beta].
        alpha: exponent of the special text, above 0 and under 1 [dimensionless].
        beta: exponent of the size, above 0 [dimensionless].
        source: where the numbers were printed.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: Hernandez et al. 2021, eq. 1.1.
    """

    k: Numbers
    alpha: Numbers
    beta: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(self, k=positive, alpha=open_fraction, beta=positive)

    def effective_data(self, finetune_data: Numbers, N: Numbers) -> Numbers:
        """Effective data transferred from pre-training.

        ``D_T = k D_F^alpha N^beta``.

        Args:
            finetune_data: D_F, the special text, above 0, in the law's unit (characters).
            N: parameters without embeddings, above 0.

        Returns:
            D_T in the same unit.

        Raises:
            ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

        Source: Hernandez et al. 2021, eq. 1.1.
        """
        data, N = positive("finetune_data", finetune_data), positive("N", N)
        broadcastable_fields(self, finetune_data=data, N=N)
        return self.k * data**self.alpha * N**self.beta

    def worth(self, finetune_data: Numbers, N: Numbers) -> Numbers:
        """How many times over the special text counts, thanks to pre-training.

        ``(D_F + D_T) / D_F``.

        Args:
            finetune_data: D_F, the special text, above 0, in the law's unit (characters).
            N: parameters without embeddings, above 0.

        Returns:
            A factor above 1.

        Raises:
            ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

        Source: Hernandez et al. 2021, eq. 1.1.
        """
        return 1.0 + self.effective_data(finetune_data, N) / finetune_data

    def break_even(self, N: Numbers) -> Numbers:
        """Special text that is worth as much as pre-training adds to it.

        ``D_F = D_T``: ``(k N^beta)^(1 / (1 - alpha))``.  With more, starting from nothing would
        have done nearly as well.

        Args:
            N: parameters without embeddings, above 0.

        Returns:
            D_F in the law's unit (characters).

        Raises:
            ValueError: if N is not positive and finite, or its shape does not broadcast.

        Source: Hernandez et al. 2021, eq. 1.1 solved for D_F = D_T.
        """
        N = positive("N", N)
        broadcastable_fields(self, N=N)
        return (self.k * N**self.beta) ** (1.0 / (1.0 - self.alpha))

    def data_for_size(self, size_factor: Numbers) -> Numbers:
        """How many times the special text a larger model is worth.

        ``factor^(beta / alpha)`` times the text gives the same D_T as factor times the size.

        Args:
            size_factor: parameters after over parameters before, above 0.

        Returns:
            A factor on D_F.

        Raises:
            ValueError: if the factor is not positive and finite, or its shape does not broadcast.

        Source: Hernandez et al. 2021, eq. 1.1; for a tenfold the paper rounds 129 to 100.
        """
        factor = positive("size_factor", size_factor)
        broadcastable_fields(self, size_factor=factor)
        return factor ** (self.beta / self.alpha)


HERNANDEZ_2021 = TransferLaw(
    1.9e4,
    0.18,
    0.38,
    SOURCES["hernandez2021"].at("eq. 1.1, Table 1: text to Python", "in characters"),
)
"""From English text to Python, in characters; no interval was published.

Limits: special text under about a tenth of what the model would need from nothing.
"""

HERNANDEZ_2021_MIXED = TransferLaw(
    2.1e5,
    0.096,
    0.38,
    SOURCES["hernandez2021"].at("eq. 1.1, Table 1: half text, half other code to Python"),
)
"""From half text and half other code to Python, in characters; no interval was published.

Limits: as `HERNANDEZ_2021`.
"""


# ---- when a teacher pays -----------------------------------------------------------------------


@dataclass(frozen=True)
class DistillationLaw:
    """Loss of a student that learns from a teacher's outputs instead of from text alone.

    ``L_S = L_T + L_T^-c0 (1 + (L_T / (d1 L))^(1/f1))^(-c1 f1) (A'/N^alpha' + B'/D^beta')^gamma'``
    where L is what the student would reach by itself,
    ``L = E + (A/N^alpha + B/D^beta)^gamma``.

    Attributes:
        E: loss that no model and no text removes, 0 or more [nats/token].
        A: coefficient of the size term without a teacher, above 0
            [(nats/token)^(1/gamma) parameters^alpha].
        B: coefficient of the text term without a teacher, above 0
            [(nats/token)^(1/gamma) tokens^beta].
        alpha: exponent of the size term, above 0 [dimensionless].
        beta: exponent of the text term, above 0 [dimensionless].
        gamma: exponent of their sum, above 0 [dimensionless].
        A_taught: A', the coefficient of the size term with a teacher, above 0
            [(nats/token)^((1 + c0)/gamma') parameters^alpha'].
        B_taught: B', the coefficient of the text term with a teacher, above 0
            [(nats/token)^((1 + c0)/gamma') tokens^beta'].
        alpha_taught: alpha', above 0 [dimensionless].
        beta_taught: beta', above 0 [dimensionless].
        gamma_taught: gamma', above 0 [dimensionless].
        c0: how the teacher's loss damps the rest, above 0 [dimensionless].
        c1: how fast a teacher that is too good stops helping, above 0 [dimensionless].
        d1: ratio of the two losses at which that begins, above 0 [dimensionless].
        f1: how sharp the change is, above 0 [dimensionless].
        source: where the numbers were printed.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: Busbridge et al. 2025, eq. 8.
    """

    E: Numbers
    A: Numbers
    B: Numbers
    alpha: Numbers
    beta: Numbers
    gamma: Numbers
    A_taught: Numbers
    B_taught: Numbers
    alpha_taught: Numbers
    beta_taught: Numbers
    gamma_taught: Numbers
    c0: Numbers
    c1: Numbers
    d1: Numbers
    f1: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        above_zero = [field.name for field in fields(self) if field.name not in ("E", "source")]
        check_fields(self, E=nonnegative, **dict.fromkeys(above_zero, positive))

    def supervised_loss(self, N: Numbers, D: Numbers) -> Numbers:
        """Loss of a model that learns from text alone.

        ``L = E + (A/N^alpha + B/D^beta)^gamma``.

        Args:
            N: parameters without embeddings, above 0.
            D: tokens, above 0.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

        Source: Busbridge et al. 2025, the supervised law.
        """
        N, D = positive("N", N), positive("D", D)
        broadcastable_fields(self, N=N, D=D)
        return self.E + (self.A / N**self.alpha + self.B / D**self.beta) ** self.gamma

    def student_loss(self, teacher_loss: Numbers, N: Numbers, D: Numbers) -> Numbers:
        """Loss of a student of N parameters after D tokens of a teacher's outputs.

        ``L_S = L_T + L_T^-c0 (1 + (L_T / (d1 L))^(1/f1))^(-c1 f1)
        (A'/N^alpha' + B'/D^beta')^gamma'``, L being `supervised_loss`.

        Args:
            teacher_loss: L_T, the teacher's own loss in nats per token, above 0.
            N: the student's parameters without embeddings, above 0.
            D: tokens of distillation, above 0.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

        Source: Busbridge et al. 2025, eq. 8.
        """
        teacher, N, D = positive("teacher_loss", teacher_loss), positive("N", N), positive("D", D)
        broadcastable_fields(self, teacher_loss=teacher, N=N, D=D)
        gap = np.log(teacher / (self.d1 * self.supervised_loss(N, D))) / self.f1
        too_good = np.exp(-self.c1 * self.f1 * np.logaddexp(0.0, gap))
        size, text = self.A_taught / N**self.alpha_taught, self.B_taught / D**self.beta_taught
        return teacher + teacher**-self.c0 * too_good * (size + text) ** self.gamma_taught

    def gain(self, teacher_loss: Numbers, N: Numbers, D: Numbers) -> Numbers:
        """What the teacher takes off the student's loss at the same size and number of tokens.

        ``L - L_S``: the supervised loss less the student's loss.

        Args:
            teacher_loss: L_T, the teacher's own loss in nats per token, above 0.
            N: the student's parameters without embeddings, above 0.
            D: tokens, above 0.

        Returns:
            Nats per token; negative where the teacher does harm.

        Raises:
            ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

        Source: Busbridge et al. 2025, eq. 8.
        """
        return self.supervised_loss(N, D) - self.student_loss(teacher_loss, N, D)


BUSBRIDGE_2025 = DistillationLaw(
    E=1.220,
    A=3355.0,
    B=18186.0,
    alpha=0.408,
    beta=0.431,
    gamma=0.452,
    A_taught=2243.0,
    B_taught=24181.0,
    alpha_taught=0.321,
    beta_taught=0.637,
    gamma_taught=0.764,
    c0=2.549,
    c1=522.6,
    d1=1.315,
    f1=0.090,
    source=SOURCES["busbridge2025"].at(
        "eq. 8",
        "illustrative, right in shape only: the digits of the taught part could not be confirmed",
    ),
)
"""The published form; its supervised numbers were seen in one copy, the taught ones in none.

Limits: the form, for students and teachers of 143 million to 12.6 billion parameters and up to 512
    billion tokens; not the digits.
"""


def distillation_flops(
    N_student: Numbers,
    D_student: Numbers,
    N_teacher: Numbers,
    D_teacher: Numbers = 0.0,
    *,
    students: Numbers = 1.0,
) -> Numbers:
    """Compute that one student costs, with its part of the teacher.

    ``6 N_S D_S + (2 N_T D_S + 6 N_T D_T) / m``: the teacher reads along once for all m students
    that share its stored outputs, and is trained for them unless it exists already.

    Args:
        N_student: N_S, parameters of the student, above 0.
        D_student: D_S, tokens of distillation, above 0.
        N_teacher: N_T, parameters of the teacher, above 0.
        D_teacher: D_T, tokens the teacher is trained on for this purpose; 0 if it exists.
        students: m, how many students share the teacher, at least 1.

    Returns:
        Compute in FLOP a student.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Busbridge et al. 2025, eq. 9, with 2N a forward pass.
    """
    N_student, D_student = positive("N_student", N_student), positive("D_student", D_student)
    N_teacher, D_teacher = positive("N_teacher", N_teacher), nonnegative("D_teacher", D_teacher)
    students = number("students", students, low=1.0)
    own = training_flops(N_student, D_student)
    reading = inference_flops(N_teacher, D_student)
    broadcastable(own=own, reading=reading, D_teacher=D_teacher, students=students)
    schooling = 3.0 * inference_flops(N_teacher, D_teacher)
    return own + (reading + schooling) / students


def sharing_students(N_student: Numbers, N_teacher: Numbers) -> Numbers:
    """Students that must share an existing teacher's outputs for it to cost less than one of them.

    ``2 N_T D_S / m = 6 N_S D_S``: ``m = N_T / (3 N_S)``.

    Args:
        N_student: N_S, parameters of the student, above 0.
        N_teacher: N_T, parameters of the teacher, above 0.

    Returns:
        Number of students, not rounded.

    Raises:
        ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

    Source: Busbridge et al. 2025, eq. 9.
    """
    N_student, N_teacher = positive("N_student", N_student), positive("N_teacher", N_teacher)
    broadcastable(N_student=N_student, N_teacher=N_teacher)
    return inference_flops(N_teacher, 1.0) / training_flops(N_student, 1.0)


# ---- choosing the best of n --------------------------------------------------------------------

_NODES, _WEIGHTS = normal_nodes(0.5)


def best_of_n_kl(n: Numbers) -> Numbers:
    """How far the best of n answers lies from the model it was drawn from.

    ``KL = ln n - (n - 1) / n`` nats: exact where no two answers score the same, an upper bound
    where answers repeat (`best_of_n_kl_discrete`).

    Args:
        n: candidates, at least 1 (need not be whole).

    Returns:
        Kullback-Leibler divergence in nats.

    Raises:
        ValueError: if n is under 1 or not finite.

    Source: Stiennon et al. 2020, appendix G.3; the bound: Beirami et al. 2024, theorem 3.1.

    >>> round(float(best_of_n_kl(1000)), 2)
    5.91
    """
    n = number("n", n, low=1.0)
    return np.log(n) - (n - 1.0) / n


def best_of_n_kl_discrete(probabilities: Numbers, n: Numbers) -> Numbers:
    """How far the best of n lies from the model when it has a few possible answers only.

    ``KL = sum_i q_i ln(q_i / p_i)`` with ``q_i = F_i^n - F_(i-1)^n`` and F the running sum of p.

    Args:
        probabilities: p, of the answers from worst to best along the last axis, 0 or more, summing
            to 1.
        n: candidates, at least 1; broadcasts with the leading axes.

    Returns:
        Kullback-Leibler divergence in nats: at most `best_of_n_kl`, and at most ``-ln`` of the
        best answer's probability.

    Raises:
        ValueError: if an argument is out of its range, or a row does not sum to 1.

    Source: the definition; the comparison is Beirami et al. 2024.
    """
    p = distribution("probabilities", probabilities)
    n = number("n", n, low=1.0)[..., np.newaxis]
    upto = np.cumsum(p, axis=-1)
    upto = np.minimum(upto / upto[..., -1:], 1.0)
    below = np.maximum(upto - p, 0.0)
    q = upto**n - below**n
    return np.sum(special.xlogy(q, q) - special.xlogy(q, np.where(p > 0.0, p, 1.0)), axis=-1)


def expected_best_of_n(n: Numbers) -> Numbers:
    """Expected largest of n standard normal numbers.

    ``E[max] = E_Z[Phi^-1(Phi(Z)^(1/n))]``, by the trapezoidal rule over 33 nodes of Z, which is
    exact to rounding.

    Args:
        n: candidates, at least 1 (need not be whole).

    Returns:
        Standard deviations above the mean; 0 for n = 1.

    Raises:
        ValueError: if n is under 1 or not finite.

    Source: the definition of an order statistic.

    >>> round(float(expected_best_of_n(1000)), 2)
    3.24
    """
    return _mean_best(number("n", n, low=1.0))


def _mean_best(n: Any) -> Any:
    return np.sum(_WEIGHTS * _quantiles_of_best(n)[1], axis=-1)


def _quantiles_of_best(n: Any) -> tuple[Any, Any]:
    """Quantiles of the best of n at the nodes: ln Phi(z) / n and Phi^-1(Phi(z)^(1/n))."""
    log_level = special.log_ndtr(_NODES) / n[..., np.newaxis]
    return log_level, -special.ndtri(-np.expm1(log_level))


def _growth_of_best(n: Any) -> Any:
    """``n dE[max]/dn``: what the next factor of e in candidates adds."""
    log_level, best = _quantiles_of_best(n)
    density = np.exp(-(best**2) / 2.0) / np.sqrt(2.0 * np.pi)
    return np.sum(_WEIGHTS * -log_level * np.exp(log_level) / density, axis=-1)


@np.errstate(divide="ignore")
def rejection_sampling_cost(acceptance: Numbers) -> Numbers:
    """Answers drawn for each answer kept.

    ``1 / a``.

    Args:
        acceptance: a, share of answers that pass, 0 to 1.

    Returns:
        Answers; `inf` where none passes.

    Raises:
        ValueError: if the acceptance is outside 0 to 1.

    Source: the mean of a geometric distribution.
    """
    return 1.0 / fraction("acceptance", acceptance)


@np.errstate(divide="ignore")
def rejection_sampling_kl(acceptance: Numbers) -> Numbers:
    """How far the kept answers lie from the model, when all that pass a test are kept.

    ``KL = -ln a``, exactly: the kept answers are the model's own, given that they pass.

    Args:
        acceptance: a, share of answers that pass, 0 to 1.

    Returns:
        Kullback-Leibler divergence in nats; `inf` where none passes.

    Raises:
        ValueError: if the acceptance is outside 0 to 1.

    Source: the definition.
    """
    return -np.log(fraction("acceptance", acceptance))


# ---- what stops choosing -----------------------------------------------------------------------


@dataclass(frozen=True)
class RewardPeak:
    """Where pushing a proxy further begins to cost true reward: `kl` in nats, and the `reward`."""

    kl: Numbers
    reward: Numbers


_GAO_2022 = SOURCES["gao2022"].at(
    "section 1; coefficients in Figure 3",
    "form only: alpha and beta were published in plots, any values are examples",
)


@dataclass(frozen=True)
class Overoptimisation:
    """True reward against the distance a proxy has pushed the model, ``d = sqrt(KL)``.

    ``R = d (alpha - beta d)`` for best of n ("bon"), ``R = d (alpha - beta ln d)`` for
    reinforcement learning ("rl"); the reward of the untouched model is 0.

    Attributes:
        alpha: gain at the start, above 0 [reward/nat^(1/2)].
        beta: how fast the proxy stops being true, above 0 [reward/nat for "bon",
            reward/nat^(1/2) for "rl"].
        method: "bon" or "rl".
        source: where the form was printed; its constants exist in plots only, so set your own.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: Gao et al. 2022, section 1.
    """

    alpha: Numbers
    beta: Numbers
    method: str = "bon"
    source: Source = _GAO_2022

    def __post_init__(self) -> None:
        check_fields(self, alpha=positive, beta=positive)
        choice("method", self.method, ("bon", "rl"))

    def reward(self, kl: Numbers) -> Numbers:
        """True reward at a divergence from the untouched model.

        ``d (alpha - beta d)`` or ``d (alpha - beta ln d)`` with ``d = sqrt(kl)``.

        Args:
            kl: Kullback-Leibler divergence in nats, 0 or more.

        Returns:
            Reward in the unit of alpha; 0 at kl = 0.

        Raises:
            ValueError: if kl is negative or not finite, or its shape does not broadcast.

        Source: Gao et al. 2022, section 1.
        """
        kl = nonnegative("kl", kl)
        broadcastable_fields(self, kl=kl)
        d = np.sqrt(kl)
        penalty = kl if self.method == "bon" else special.xlogy(d, d)
        return self.alpha * d - self.beta * penalty

    @np.errstate(over="ignore")
    def peak(self) -> RewardPeak:
        """The divergence of highest true reward, and that reward.

        Best of n: ``d = alpha / (2 beta)``, ``R = alpha^2 / (4 beta)``.  Reinforcement learning:
        ``d = exp(alpha / beta - 1)``, ``R = beta d``.

        Returns:
            `.kl` in nats and `.reward`; `inf` where the peak lies beyond the largest number.

        Source: derivative of Gao et al. 2022, section 1.
        """
        if self.method == "bon":
            d = self.alpha / (2.0 * self.beta)
            return RewardPeak(d * d, self.alpha * d / 2.0)
        d = np.exp(self.alpha / self.beta - 1.0)
        return RewardPeak(d * d, self.beta * d)


@dataclass(frozen=True)
class SelectionPeak:
    """The number of candidates `n` at which choosing is worth most, and the `quality` there."""

    n: Numbers
    quality: Numbers


_MOST_CANDIDATES = 1e15


@dataclass(frozen=True)
class NoisyJudge:
    """A judge that mostly sees quality through noise, and that a rare answer fools completely.

    An ordinary answer's quality and the judge's score are normal with correlation rho.  One answer
    in 1/epsilon is a trap: the judge scores it above all others, and its true quality is h.  The
    best of n by this judge has the expected quality
    ``(1 - epsilon)^n rho E[max of n] + (1 - (1 - epsilon)^n) h``.

    Attributes:
        correlation: rho, of quality and score, 0 to 1 [dimensionless].
        trap_rate: epsilon, share of answers that fool the judge, 0 to under 1 [dimensionless].
        trap_quality: h, of one answer, 0 or less [standard deviations].
        source: a model made for this book.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: ours, illustrative.
    """

    correlation: Numbers
    trap_rate: Numbers
    trap_quality: Numbers = -1.0
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(
            self,
            correlation=fraction,
            trap_rate=partial(fraction, open_high=True),
            trap_quality=partial(number, high=0.0),
        )

    def believed(self, n: Numbers) -> Numbers:
        """The judge's own score for its choice, were there no traps: it rises for ever.

        ``E[max of n] = E_Z[Phi^-1(Phi(Z)^(1/n))]``, in standard deviations of the judge's scores.

        Args:
            n: candidates, at least 1.

        Returns:
            Standard deviations above the mean score.

        Raises:
            ValueError: if n is under 1 or its shape does not broadcast.

        Source: ours, illustrative.
        """
        n = number("n", n, low=1.0)
        broadcastable_fields(self, n=n)
        return _mean_best(n)

    def trapped(self, n: Numbers) -> Numbers:
        """Probability that the judge's choice is a trap.

        ``1 - (1 - epsilon)^n``.

        Args:
            n: candidates, at least 1.

        Returns:
            A probability.

        Raises:
            ValueError: if n is under 1 or its shape does not broadcast.

        Source: ours, illustrative.
        """
        n = number("n", n, low=1.0)
        broadcastable_fields(self, n=n)
        return -np.expm1(n * np.log1p(-self.trap_rate))

    def quality(self, n: Numbers) -> Numbers:
        """Expected true quality of the answer the judge picks out of n.

        ``(1 - epsilon)^n rho E[max of n] + (1 - (1 - epsilon)^n) h``.

        Args:
            n: candidates, at least 1 (need not be whole).

        Returns:
            Standard deviations of one answer; 0 is the quality of an unpicked ordinary answer.

        Raises:
            ValueError: if n is under 1 or its shape does not broadcast.

        Source: ours, illustrative.
        """
        trapped = self.trapped(n)
        clean = self.correlation * self.believed(n)
        return (1.0 - trapped) * clean + trapped * self.trap_quality

    def peak(self) -> SelectionPeak:
        """The number of candidates that gives the best expected quality.

        Solves ``rho n dE[max]/dn = -n ln(1 - epsilon) (rho E[max] - h)`` by 60 bisections of ln n.

        Returns:
            `.n` (not rounded) and `.quality`; both `inf` where nothing ever fools a judge that
            sees anything (epsilon = 0, rho > 0).

        Source: ours, illustrative.
        """
        rate = -np.log1p(-self.trap_rate)

        def rising(n: Any) -> Any:
            prize = self.correlation * _mean_best(n) - self.trap_quality
            return self.correlation * _growth_of_best(n) > n * rate * prize

        n = self._bisect(rising, 0.0 * self.trap_quality)
        endless = (self.trap_rate == 0.0) & (self.correlation > 0.0)
        quality = np.where(endless, np.inf, self.quality(n))[()]
        return SelectionPeak(np.where(endless, np.inf, n)[()], quality)

    def break_even(self) -> Numbers:
        """The number of candidates from which the choice is no better than an ordinary answer.

        Solves ``(1 - epsilon)^n rho E[max of n] + (1 - (1 - epsilon)^n) h = 0`` past the peak, by
        60 bisections of ln n.

        Returns:
            Candidates (not rounded); `inf` where that never happens, or not below 1e15, and 1 where
            the judge never helps.

        Source: ours, illustrative.
        """
        peak = np.minimum(self.peak().n, _MOST_CANDIDATES)
        n = self._bisect(lambda n: self.quality(n) > 0.0, np.log(peak))
        beyond = self.quality(_MOST_CANDIDATES + 0.0 * n) > 0.0
        harmless = (self.trap_quality == 0.0) & (self.correlation > 0.0)
        return np.where(beyond | harmless, np.inf, n)[()]

    def _bisect(self, holds: Any, low: Any) -> Any:
        """The largest n, from exp(low) up, below which the condition holds."""
        low = low + 0.0 * (self.correlation + self.trap_rate + self.trap_quality)
        high = 0.0 * low + np.log(_MOST_CANDIDATES)
        last, _ = bisect(lambda log_n: holds(np.exp(log_n)), low, high)
        return np.exp(last)


@dataclass(frozen=True, eq=False)
class SimulatedSelection:
    """True quality of the best of n by a judge, from seeded draws.

    ``quality = sum_t q_t / trials``, q_t being the true quality of the answer picked in trial t.

    Attributes:
        n: candidates, shape (sizes,).
        quality: mean true quality in standard deviations of one answer, shape (sizes,).
        standard_error: of that mean, shape (sizes,).
    """

    n: np.ndarray
    quality: np.ndarray
    standard_error: np.ndarray

    def interval(self, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper end of the interval of the mean quality, by the normal approximation.

        ``quality ± Phi^-1((1 + level) / 2) standard_error``.

        Args:
            level: coverage, between 0 and 1.

        Returns:
            Two arrays of shape (sizes,), in standard deviations of one answer.

        Raises:
            ValueError: if the level is not between 0 and 1.

        Source: the central limit theorem.
        """
        half = special.ndtri(tails(level)[1]) * self.standard_error
        return self.quality - half, self.quality + half


def simulate_best_of_n(
    n: Numbers, correlation: float, seed: int, *, degrees: float = np.inf, trials: int = 4000
) -> SimulatedSelection:
    """True quality of the best of n by a judge whose errors may have heavy tails.

    The judge sees quality plus ``sqrt(1 / rho^2 - 1)`` times noise: normal, or Student's t, whose
    tails of few degrees of freedom make the judge's favourites its worst mistakes.  The same draws
    serve all n.

    Args:
        n: candidates, whole numbers of at least 1, one-dimensional or a number.
        correlation: rho, correlation of score and quality under normal noise, above 0, up to 1.
        seed: seeds the draws.
        degrees: degrees of freedom of Student's t, above 0; `inf` for normal noise.
        trials: how many times the best of n is chosen, at least 2.

    Returns:
        Mean quality for each n with its standard error.

    Raises:
        ValueError: if an argument is out of its range.

    Source: ours, illustrative; the normal case is ``rho E[max of n]``.
    """
    sizes = np.atleast_1d(number("n", n, low=1.0, whole=True)).astype(int)
    if sizes.ndim != 1:
        raise ValueError(f"n has shape {sizes.shape}: allowed is a number or one dimension")
    checked = number("correlation", correlation, low=0.0, high=1.0, open_low=True)
    rho = single("correlation", checked)
    degrees = single("degrees", positive("degrees", degrees, high=np.inf))
    trials = whole_number("trials", trials, low=2)
    generator = random_generator("seed", seed)
    scale = np.sqrt(1.0 / rho**2 - 1.0)
    block = max(1, 2_000_000 // int(sizes.max()))
    heavy = np.isfinite(degrees)
    picked = []
    for start in range(0, trials, block):
        shape = (min(block, trials - start), int(sizes.max()))
        quality = generator.standard_normal(shape)
        noise = generator.standard_t(degrees, shape) if heavy else generator.standard_normal(shape)
        score, rows = quality + scale * noise, np.arange(shape[0])
        picked.append([quality[rows, np.argmax(score[:, :size], axis=1)] for size in sizes])
    qualities = np.concatenate(picked, axis=1)
    error = qualities.std(axis=1, ddof=1) / np.sqrt(trials)
    return SimulatedSelection(sizes, qualities.mean(axis=1), error)


# ---- reinforcement learning --------------------------------------------------------------------


@dataclass(frozen=True)
class RLComputeLaw:
    """Reward of a reinforcement-learning recipe against its compute: a sigmoid to a ceiling.

    ``R(C) = R0 + (A - R0) / (1 + (C_mid / C)^B)``.

    Attributes:
        R0: reward before training, any number [dimensionless].
        A: ceiling, any number [dimensionless].
        C_mid: compute at which half of the gain is reached, above 0 [unit of C].
        B: steepness, above 0 [dimensionless].
        source: where the numbers were printed.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: Khatri et al. 2025, eq. 1.
    """

    R0: Numbers
    A: Numbers
    C_mid: Numbers
    B: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(self, R0=number, A=number, C_mid=positive, B=positive)

    def gain_share(self, C: Numbers) -> Numbers:
        """Share of the whole gain that a budget reaches.

        ``1 / (1 + (C_mid / C)^B)``.

        Args:
            C: compute, above 0, in the unit of C_mid.

        Returns:
            Between 0 and 1.

        Raises:
            ValueError: if C is not positive and finite, or its shape does not broadcast.

        Source: Khatri et al. 2025, eq. 1.
        """
        C = positive("C", C)
        broadcastable_fields(self, C=C)
        return special.expit(self.B * np.log(C / self.C_mid))

    def reward(self, C: Numbers) -> Numbers:
        """Reward after a budget.

        ``R0 + (A - R0) / (1 + (C_mid / C)^B)``.

        Args:
            C: compute, above 0, in the unit of C_mid.

        Returns:
            Reward, for example the pass rate on held-out problems.

        Raises:
            ValueError: if C is not positive and finite, or its shape does not broadcast.

        Source: Khatri et al. 2025, eq. 1.
        """
        return self.R0 + (self.A - self.R0) * self.gain_share(C)

    def compute_for(self, share: Numbers) -> Numbers:
        """Budget that reaches a share of the whole gain.

        ``C_mid (share / (1 - share))^(1/B)``: the inverse of `gain_share`.

        Args:
            share: 0 to 1.

        Returns:
            Compute in the unit of C_mid; 0 for a share of 0, `inf` for a share of 1.

        Raises:
            ValueError: if the share is outside 0 to 1, or its shape does not broadcast.

        Source: Khatri et al. 2025, eq. 1 solved for C.
        """
        share = fraction("share", share)
        broadcastable_fields(self, share=share)
        return self.C_mid * np.exp(special.logit(share) / self.B)


ILLUSTRATIVE_START = 0.40
"""Pass rate before training, where the source prints none [dimensionless].

Source: `thisbook`, illustrative.
"""

CEILING_ERROR = 0.01
"""One standard deviation of a fitted ceiling A [dimensionless].

Limits: three repeats of one recipe, which agree within 0.02; taken for the other recipes too.
Source: `khatri2025`, three repeated runs.
"""


def _khatri(A: float, C_mid: float, B: float) -> RLComputeLaw:
    note = "C_mid in GPU-hours and B from two transcriptions; R0 illustrative, it is not tabulated"
    return RLComputeLaw(
        ILLUSTRATIVE_START,
        A,
        C_mid,
        B,
        SOURCES["khatri2025"].at("eq. 1; Table 1, appendix A.13", note),
    )


KHATRI_2025 = {
    "8B": _khatri(0.610, 2542.0, 1.92),
    "8B, 32k context": _khatri(0.645, 11272.0, 1.89),
    "8B, batch 512": _khatri(0.605, 2818.0, 1.77),
    "8B, batch 2048": _khatri(0.645, 10909.0, 1.70),
    "17Bx16 mixture of experts": _khatri(0.710, 4242.0, 1.65),
}
"""Runs of one recipe by name: pass rate on held-out problems against compute [GPU-hours].

Interval: A ± 0.02: twice `CEILING_ERROR`, 95 %.
Limits: fitted from about 1,500 GPU-hours on; the longest run with an 8B model took 100,000.
"""

_LEAD_GRID = np.geomspace(1.0, 1e9, 181)


def lead_change(first: RLComputeLaw, second: RLComputeLaw) -> Numbers:
    """The budget from which the second recipe leads for good.

    Where ``second.reward = first.reward`` for the last time: the last sign change on a grid of 180
    steps from 1 to 1e9, refined by 60 bisections.

    Args:
        first: the recipe that leads before.
        second: the recipe that leads after; its fields broadcast with the first's.

    Returns:
        Compute in the laws' unit; `inf` where the second does not lead at 1e9, 0 where it leads
        all along.

    Raises:
        ValueError: if the fields of the two laws do not broadcast.

    Source: Khatri et al. 2025, eq. 1.
    """
    of_second = array_fields(_recipe("second", second)).items()
    broadcastable_fields(_recipe("first", first), **{f"second.{name}": x for name, x in of_second})

    def ahead(C: Any) -> Any:
        return second.reward(C) > first.reward(C)

    behind = 0.0 * (first.reward(1.0) + second.reward(1.0))
    for C in _LEAD_GRID:
        behind = np.where(ahead(C), behind, C)
    low = np.log(np.maximum(behind, _LEAD_GRID[0]))
    high = low + np.log(_LEAD_GRID[1] / _LEAD_GRID[0])
    first_ahead, _ = bisect(lambda log_C: ahead(np.exp(log_C)), high, low)
    change = np.where(behind == 0.0, 0.0, np.exp(first_ahead))
    return np.where(behind == _LEAD_GRID[-1], np.inf, change)[()]


def _recipe(name: str, law: Any) -> RLComputeLaw:
    if not isinstance(law, RLComputeLaw):
        raise ValueError(f"{name} = {law!r}: allowed is an RLComputeLaw")
    return law


@dataclass(frozen=True)
class LeadChange:
    """When a rival takes the lead: `low` and `high` end of the interval, and `never`.

    `never` is the share of draws in which the lead does not change.
    """

    low: float
    high: float
    never: float


def lead_change_interval(
    first: RLComputeLaw,
    second: RLComputeLaw,
    *,
    ceiling_error: float = CEILING_ERROR,
    level: float = 0.95,
    draws: int = 4000,
    seed: int = 0,
) -> LeadChange:
    """Interval of `lead_change` when both ceilings are uncertain.

    ``A_d = A + ceiling_error z_d`` with a standard normal z_d for each draw d: each A is drawn from
    a normal distribution around its value; the other numbers stay.

    Args:
        first: the recipe that leads before, with numbers as fields.
        second: the recipe that leads after, with numbers as fields.
        ceiling_error: standard deviation of each ceiling, 0 or more.
        level: coverage, between 0 and 1.
        draws: how many pairs of ceilings, a whole number of at least 1.
        seed: seeds the draws.

    Returns:
        `.low` and `.high` in the laws' unit (`inf` counts as a late change), and `.never`.

    Raises:
        ValueError: if an argument is out of its range.

    Source: Khatri et al. 2025, eq. 1; the error of A from its three repeated runs.
    """
    error = single("ceiling_error", nonnegative("ceiling_error", ceiling_error))
    ends = tails(level)
    draws = whole_number("draws", draws, low=1)
    generator = random_generator("seed", seed)
    laws = []
    for law in (_recipe("first", first), _recipe("second", second)):
        for name in ("R0", "A", "C_mid", "B"):
            single(name, getattr(law, name))
        ceiling = law.A + error * generator.standard_normal(draws)
        laws.append(RLComputeLaw(law.R0, ceiling, law.C_mid, law.B, law.source))
    changes = lead_change(*laws)
    low, high = np.quantile(changes, ends, method="nearest")
    return LeadChange(float(low), float(high), float(np.mean(np.isinf(changes))))


@dataclass(frozen=True, eq=False)
class RLFit:
    """A fitted sigmoid of reinforcement learning.

    ``R0 + (A - R0) / (1 + (C_mid / C_i)^B) = R_i + r_i`` with the lowest ``sum_i r_i^2``.

    Attributes:
        law: the fitted law.
        residual_error: standard deviation of the residuals.
        samples: the law refitted to resampled residuals, columns R0, A, C_mid, B.
    """

    law: RLComputeLaw
    residual_error: float
    samples: np.ndarray

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Lower and upper end for each parameter, from the resampled fits.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of each column of `samples`.

        Args:
            level: coverage, between 0 and 1.

        Returns:
            A pair for each of "R0", "A", "C_mid", "B", in its unit.

        Raises:
            ValueError: if the level is not between 0 and 1, or there are no samples.

        Source: the bootstrap of residuals.
        """
        return intervals(self.samples, ("R0", "A", "C_mid", "B"), level)

    def reward_interval(self, C: Numbers, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper end of the fitted curve at each budget, from the resampled fits.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of
        ``R0_b + (A_b - R0_b) / (1 + (C_mid_b / C)^B_b)`` over the resamples b.

        Args:
            C: compute, above 0, a number or one-dimensional, in the unit of the fit.
            level: coverage, between 0 and 1.

        Returns:
            Two arrays of rewards in the shape of C.

        Raises:
            ValueError: if an argument is out of its range, or there are no samples.

        Source: the bootstrap of residuals.
        """
        C, samples = positive("C", C), resampled(self.samples)
        curves = RLComputeLaw(*(samples.T.reshape(4, -1, *[1] * np.ndim(C)))).reward(C)
        return percentiles(curves, level)  # type: ignore[arg-type]


def fit_rl_compute(
    C: Numbers, reward: Numbers, *, R0: float | None = None, bootstrap: int = 200, seed: int = 0
) -> RLFit:
    """Fit the sigmoid of reinforcement learning to a run.

    Minimises ``sum_i (R0 + (A - R0) / (1 + (C_mid / C_i)^B) - R_i)^2`` over A, ln C_mid, ln B and,
    unless it is given, R0, from several starts; each resample adds the residuals, enlarged for the
    degrees of freedom spent and drawn with replacement, to the fitted curve and fits again.

    Args:
        C: compute, above 0, shape (points,).
        reward: measured reward, shape (points,).
        R0: reward before training, if it is known.
        bootstrap: how many resamples, 0 for none.
        seed: seeds the resampling.

    Returns:
        The law, the residual error, the resampled parameters and `.interval`.

    Raises:
        ValueError: if the arrays differ in length, hold fewer points than parameters plus one, or
            an argument is out of its range.

    Source: Khatri et al. 2025, eq. 1.
    """
    C, reward = positive("C", C), number("reward", reward)
    same_length(C=C, reward=reward)
    free = 3 if R0 is not None else 4
    if C.size <= free:
        raise ValueError(f"C has {C.size} points: allowed are at least {free + 1}")
    start = single("R0", number("R0", R0)) if R0 is not None else None
    resamples = whole_number("bootstrap", bootstrap)
    generator = random_generator("seed", seed)
    order = reward[np.argsort(C)]
    height = order[-1] - order[0]
    starts = [
        [order[-1] + 0.1 * height, np.log(mid), 0.0, order[0]][:free]
        for mid in np.quantile(C, [0.1, 0.5, 0.9])
    ]
    best = min((_sigmoid_fit(C, reward, x, start) for x in starts), key=lambda fit: fit.cost)
    fitted = reward + best.fun
    # A fit draws the curve towards its points: residuals are smaller than errors by this factor.
    errors = best.fun * np.sqrt(C.size / (C.size - free))
    refits = [
        _sigmoid_fit(C, fitted + generator.choice(errors, C.size), best.x, start).x
        for _ in range(resamples)
    ]
    samples = np.array([_sigmoid_law(x, start) for x in refits]).reshape(-1, 4)
    spread = float(np.sqrt(2.0 * best.cost / (C.size - free)))
    return RLFit(RLComputeLaw(*_sigmoid_law(best.x, start)), spread, samples)


def _sigmoid_law(x: np.ndarray, R0: float | None) -> tuple[float, float, float, float]:
    return (x[3] if R0 is None else R0, x[0], np.exp(x[1]), np.exp(x[2]))


def _sigmoid_fit(C: np.ndarray, reward: np.ndarray, x: Any, R0: float | None) -> Any:
    from scipy.optimize import least_squares  # slow to import, needed by fits only

    middle = np.log(C).mean()
    low = np.array([-np.inf, middle - 30.0, -3.0, -np.inf])[: len(x)]
    high = np.array([np.inf, middle + 30.0, 3.0, np.inf])[: len(x)]
    return least_squares(
        lambda x: RLComputeLaw(*_sigmoid_law(x, R0)).reward(C) - reward,
        np.clip(x, low, high),
        bounds=(low, high),
        x_scale="jac",
    )


# ---- self-made data ----------------------------------------------------------------------------


def select_by_judge(share_right: Numbers, judge_accuracy: Numbers) -> Numbers:
    """Share of right answers among those a judge keeps.

    ``q a / (q a + (1 - q)(1 - a))``: the odds of an answer times the odds of the judge.

    Args:
        share_right: q, share of right answers before, 0 to 1.
        judge_accuracy: a, how often the judge is right, on right and on wrong answers alike.

    Returns:
        Share of right answers after; q itself where the judge keeps nothing.

    Raises:
        ValueError: if an argument is outside 0 to 1 or the shapes do not broadcast.

    Source: Bayes' rule.
    """
    q, a = fraction("share_right", share_right), fraction("judge_accuracy", judge_accuracy)
    broadcastable(share_right=q, judge_accuracy=a)
    kept_right, kept_wrong = q * a, (1.0 - q) * (1.0 - a)
    kept = kept_right + kept_wrong
    return np.where(kept > 0.0, kept_right / np.maximum(kept, _TINY), q)[()]


_ON_THRESHOLD = 1e-12
_MOST_TURNS = 1000.0


@dataclass(frozen=True)
class Flywheel:
    """A model that learns from its own answers, kept by a judge that improves with it.

    The judge's odds of being right are kappa times the generator's, so that each turn
    (`select_by_judge`) makes ``logit q_(t+1) = 2 logit q_t + ln kappa``: the distance from the
    threshold ``q = 1 / (1 + kappa)``, where the judge is right half of the time, doubles.  Blind
    spots are questions the judge cannot judge: they stay wrong.

    Attributes:
        start: q_0, share of judgeable questions answered right at the start, between 0 and 1
            [dimensionless].
        edge: kappa, odds of the judge over odds of the generator, above 0 [dimensionless].
        blind_spots: b, share of questions the judge cannot judge, 0 to 1 [dimensionless].
        source: a model made for this book.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: ours, illustrative; real wheels turn more slowly, the threshold is the same.
    """

    start: Numbers
    edge: Numbers
    blind_spots: Numbers = 0.0
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(self, start=open_fraction, edge=positive, blind_spots=fraction)

    @property
    def threshold(self) -> Numbers:
        """Share of judgeable questions above which the wheel lifts: ``1 / (1 + kappa)``."""
        return 1.0 / (1.0 + self.edge)

    @property
    def ceiling(self) -> Numbers:
        """What the wheel can lift to: ``1 - b``."""
        return 1.0 - self.blind_spots

    def judgeable(self, turns: Numbers) -> Numbers:
        """Share right of the questions the judge can judge, after some turns.

        ``logit q_t = 2^t (logit q_0 + ln kappa) - ln kappa``.

        Args:
            turns: t, 0 to 1,000 (need not be whole).

        Returns:
            A share; a start within rounding of the threshold stays there.

        Raises:
            ValueError: if the turns are out of range or their shape does not broadcast.

        Source: ours, illustrative.
        """
        turns = nonnegative("turns", turns, high=_MOST_TURNS)
        broadcastable_fields(self, turns=turns)
        distance = special.logit(self.start) + np.log(self.edge)
        distance = np.where(np.abs(distance) < _ON_THRESHOLD, 0.0, distance)
        return special.expit(2.0**turns * distance - np.log(self.edge))

    def right(self, turns: Numbers) -> Numbers:
        """Share right of all questions, after some turns.

        ``(1 - b) q_t``.

        Args:
            turns: t, 0 to 1,000 (need not be whole).

        Returns:
            A share.

        Raises:
            ValueError: if the turns are out of range or their shape does not broadcast.

        Source: ours, illustrative.
        """
        return self.ceiling * self.judgeable(turns)

    def judge_accuracy(self, turns: Numbers) -> Numbers:
        """How often the judge is right, after some turns.

        ``logit a_t = logit q_t + ln kappa``.

        Args:
            turns: t, 0 to 1,000 (need not be whole).

        Returns:
            A share; one half on the threshold.

        Raises:
            ValueError: if the turns are out of range or their shape does not broadcast.

        Source: ours, illustrative.
        """
        q = self.judgeable(turns)
        return self.edge * q / (1.0 + (self.edge - 1.0) * q)


def collapse_factor(generations: Numbers, policy: str) -> Numbers:
    """Test error after some generations of training on own outputs, over that of the first.

    ``t`` if each generation's data replace the old ("replace"); at most
    ``sum_{i=1..t} 1 / i^2 < pi^2 / 6`` if they are added to it ("accumulate").  Linear regression
    with isotropic inputs, where the first error is ``sigma^2 d / (T - d - 1)``.

    Args:
        generations: t, at least 1 (need not be whole).
        policy: "replace" or "accumulate".

    Returns:
        A factor of at least 1: exact for "replace", an upper bound for "accumulate".

    Raises:
        ValueError: if the generations are under 1, or the policy is unknown.

    Source: Gerstgrasser et al. 2024: its bound for added data; for replaced data the result of
        Dohmatob et al. that it cites.
    """
    t = number("generations", generations, low=1.0)
    if choice("policy", policy, ("replace", "accumulate")) == "replace":
        return t
    return special.zeta(2.0, 1.0) - special.zeta(2.0, t + 1.0)


def diversity_left(generations: Numbers, samples: Numbers) -> Numbers:
    """Expected variance of a normal model refitted to its own samples, over the first variance.

    ``(1 - 1/n)^t`` with the maximum-likelihood variance.

    Args:
        generations: t, 0 or more.
        samples: n, samples a generation learns from, at least 1.

    Returns:
        A share of the first variance.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: the bias of the maximum-likelihood variance, compounded.
    """
    t, n = nonnegative("generations", generations), number("samples", samples, low=1.0)
    broadcastable(generations=t, samples=n)
    return (1.0 - 1.0 / n) ** t
