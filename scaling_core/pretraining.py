"""Pre-training: what size of model, what amount of text and what compute buy in loss.

Read from top to bottom this is chapter 1: what a token costs, the law of two terms and its
compute-optimal frontier, Kaplan's older laws and why they differ, text read more than once,
models trained to be used, over-training and mixtures of experts.

Units: parameters N, tokens D, compute C in FLOP, loss in nats per token.  Every formula broadcasts
and uses NumPy's ufuncs only, so that it can also be recorded symbolically; arguments are checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from scaling_core._bisection import bisect
from scaling_core._checks import (
    array_fields,
    broadcastable,
    broadcastable_fields,
    check_fields,
    choice,
    fraction,
    nonnegative,
    number,
    positive,
)
from scaling_core._types import Numbers
from scaling_core.sources import SOURCES, Source

# ---- what a token costs ----------------------------------------------------------------------

TRAINING_FLOP_PER_PARAMETER_TOKEN = 6.0
"""Two for the pass forward and four for the pass backward [FLOP/(parameter token)].

Limits: attention over the context is left out, 3 to 10 % for models of usual shape.
Source: `kaplan2020`, section 2.1.
"""

INFERENCE_FLOP_PER_PARAMETER_TOKEN = 2.0
"""One multiplication and one addition for each parameter [FLOP/(parameter token)].

Limits: attention over the context is left out, which short answers hardly need.
Source: `kaplan2020`, section 2.1.
"""


def training_flops(N: Numbers, D: Numbers) -> Numbers:
    """Compute that training takes.

    ``C = 6 N D``; attention over the context is left out (3 to 10 % for models of usual shape).

    Args:
        N: parameters (for a mixture of experts: active parameters), any shape.
        D: training tokens, any shape that broadcasts with N.

    Returns:
        Compute in FLOP.

    Raises:
        ValueError: if N or D is not positive and finite, or their shapes do not broadcast.

    Source: Kaplan et al. 2020, section 2.1.

    >>> float(training_flops(70e9, 1.4e12))
    5.88e+23
    """
    N, D = positive("N", N), positive("D", D)
    broadcastable(N=N, D=D)
    return TRAINING_FLOP_PER_PARAMETER_TOKEN * N * D


def inference_flops(N: Numbers, tokens: Numbers) -> Numbers:
    """Compute that reading or writing takes once the model is trained.

    ``C = 2 N T``; attention over the context is left out.

    Args:
        N: parameters (for a mixture of experts: active parameters), any shape.
        tokens: tokens read and written, any shape that broadcasts with N; 0 is allowed.

    Returns:
        Compute in FLOP.

    Raises:
        ValueError: if N is not positive, tokens are negative, either is not finite, or their
            shapes do not broadcast.

    Source: Kaplan et al. 2020, section 2.1.
    """
    N, tokens = positive("N", N), nonnegative("tokens", tokens)
    broadcastable(N=N, tokens=tokens)
    return INFERENCE_FLOP_PER_PARAMETER_TOKEN * N * tokens


# ---- the law of two terms --------------------------------------------------------------------


@dataclass(frozen=True)
class Allocation:
    """One way to spend a training budget: parameters `N`, tokens `D` and the `loss` they reach."""

    N: Numbers
    D: Numbers
    loss: Numbers


@dataclass(frozen=True)
class PerReagent:
    """One number for each of the two things that compute buys: parameters `N` and tokens `D`."""

    N: Numbers
    D: Numbers


@dataclass(frozen=True)
class ParametricLaw:
    """Loss as a floor and two power laws: ``L(N, D) = E + A / N^alpha + B / D^beta``.

    The fields may be numbers or arrays that broadcast with the arguments: a law whose fields are
    columns of bootstrap samples gives one curve a sample.

    Attributes:
        E: loss that no model and no text removes, 0 or more [nats/token].
        A: coefficient of the size term, above 0 [nats/token parameters^alpha].
        B: coefficient of the text term, above 0 [nats/token tokens^beta].
        alpha: exponent of the size term, above 0 [dimensionless].
        beta: exponent of the text term, above 0 [dimensionless].
        source: where the numbers were printed.

    Raises:
        ValueError: if a number is out of its range or the fields do not broadcast.

    Source: Hoffmann et al. 2022, eq. 2.
    """

    E: Numbers
    A: Numbers
    B: Numbers
    alpha: Numbers
    beta: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(self, E=nonnegative, A=positive, B=positive, alpha=positive, beta=positive)

    @property
    def size_exponent(self) -> Numbers:
        """Exponent of the best size: ``N* ~ C^a`` with ``a = beta / (alpha + beta)``."""
        return self.beta / (self.alpha + self.beta)

    @property
    def frontier_exponent(self) -> Numbers:
        """Exponent of the frontier: ``gamma = alpha beta / (alpha + beta)``."""
        return self.alpha * self.beta / (self.alpha + self.beta)

    @property
    def frontier_coefficient(self) -> Numbers:
        """Coefficient of the frontier.

        ``K = (alpha + beta) (A / beta)^a (B / alpha)^(1 - a)``, with `a` the `size_exponent`.
        """
        a = self.size_exponent
        size, text = (self.A / self.beta) ** a, (self.B / self.alpha) ** (1.0 - a)
        return (self.alpha + self.beta) * size * text

    @property
    def balanced_text_share(self) -> Numbers:
        """Share of the reducible loss that waits for text on the best split of any budget.

        ``alpha / (alpha + beta)``.
        """
        return self.alpha / (self.alpha + self.beta)

    @np.errstate(over="ignore", divide="ignore")
    def loss(self, N: Numbers, D: Numbers) -> Numbers:
        """Loss of a model of N parameters that has read D tokens.

        ``L = E + A / N^alpha + B / D^beta``.

        Args:
            N: parameters, any shape.
            D: training tokens, any shape that broadcasts with N.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if N or D is not positive and finite, or the shapes do not broadcast.

        Source: Hoffmann et al. 2022, eq. 2.
        """
        left = self.shortfall(N, D)
        return self.E + left.N + left.D

    @np.errstate(over="ignore", divide="ignore")
    def shortfall(self, N: Numbers, D: Numbers) -> PerReagent:
        """The reducible loss in two parts: what a larger model and what more text could remove.

        ``A / N^alpha`` and ``B / D^beta``.

        Args:
            N: parameters, any shape.
            D: training tokens, any shape that broadcasts with N.

        Returns:
            `.N` and `.D`, in nats per token; with E they sum to the loss.

        Raises:
            ValueError: if N or D is not positive and finite, or the shapes do not broadcast.

        Source: Hoffmann et al. 2022, eq. 2.
        """
        N, D = positive("N", N), positive("D", D)
        broadcastable_fields(self, N=N, D=D)
        return PerReagent(self.A / N**self.alpha, self.B / D**self.beta)

    @np.errstate(over="ignore", divide="ignore")
    def elasticities(self, N: Numbers, D: Numbers) -> PerReagent:
        """Per cent of the loss that one per cent more of each reagent removes.

        ``-dlnL/dlnN = alpha A N^-alpha / L`` and ``-dlnL/dlnD = beta B D^-beta / L``.  The two are
        equal on the compute-optimal frontier.

        Args:
            N: parameters, any shape.
            D: training tokens, any shape that broadcasts with N.

        Returns:
            `.N` and `.D`, numbers above 0 without unit.

        Raises:
            ValueError: if N or D is not positive and finite, or the shapes do not broadcast.

        Source: derivative of Hoffmann et al. 2022, eq. 2.
        """
        left = self.shortfall(N, D)
        loss = self.E + left.N + left.D
        return PerReagent(self.alpha * left.N / loss, self.beta * left.D / loss)

    def optimal(self, C: Numbers) -> Allocation:
        """The split of a training budget that reaches the lowest loss.

        ``N* = G (C/6)^a``, ``D* = C / (6 N*)`` with ``G = (alpha A / (beta B))^(1/(alpha+beta))``
        and ``a = beta / (alpha + beta)``; the loss is `frontier_loss`.

        Args:
            C: training compute in FLOP, any shape.

        Returns:
            `.N`, `.D` and `.loss`.

        Raises:
            ValueError: if C is not positive and finite, or its shape does not broadcast with the
                law's.

        Source: Hoffmann et al. 2022, eq. 4.
        """
        C = positive("C", C)
        broadcastable_fields(self, C=C)
        product = C / TRAINING_FLOP_PER_PARAMETER_TOKEN
        ratio = self.alpha * self.A / (self.beta * self.B)
        N = ratio ** (1.0 / (self.alpha + self.beta)) * product**self.size_exponent
        return Allocation(N, product / N, self._frontier(product))

    def frontier_loss(self, C: Numbers) -> Numbers:
        """The lowest loss that a training budget can reach.

        ``L* = E + K (C/6)^-gamma`` with `frontier_coefficient` K and `frontier_exponent` gamma.

        Args:
            C: training compute in FLOP, any shape.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if C is not positive and finite, or its shape does not broadcast with the
                law's.

        Source: Hoffmann et al. 2022, eq. 4 put into eq. 2.
        """
        C = positive("C", C)
        broadcastable_fields(self, C=C)
        return self._frontier(C / TRAINING_FLOP_PER_PARAMETER_TOKEN)

    def share_removed(self, compute_factor: Numbers = 10.0) -> Numbers:
        """Share of the reducible loss that multiplying the compute removes, on the frontier.

        ``1 - factor^-gamma``: the same at every budget.

        Args:
            compute_factor: compute after over compute before, above 0, any shape.

        Returns:
            Share of what was left over the floor; negative for a factor below 1.

        Raises:
            ValueError: if the factor is not positive and finite, or its shape does not broadcast
                with the law's.

        Source: Hoffmann et al. 2022, eq. 4 put into eq. 2.
        """
        factor = positive("compute_factor", compute_factor)
        broadcastable_fields(self, compute_factor=factor)
        return 0.0 - np.expm1(-self.frontier_exponent * np.log(factor))

    @np.errstate(over="ignore", divide="ignore")
    def compute_factor(self, share: Numbers) -> Numbers:
        """How many times the compute it takes to remove a share of the reducible loss.

        ``(1 - share)^(-1/gamma)``, on the frontier: the inverse of `share_removed`.

        Args:
            share: share of what is left over the floor, 0 to 1, any shape.

        Returns:
            Compute after over compute before; `inf` for a share of 1.

        Raises:
            ValueError: if the share is outside 0 to 1, or its shape does not broadcast with the
                law's.

        Source: Hoffmann et al. 2022, eq. 4 put into eq. 2.
        """
        share = fraction("share", share)
        broadcastable_fields(self, share=share)
        return (1.0 - share) ** (-1.0 / self.frontier_exponent)

    @np.errstate(over="ignore", divide="ignore")
    def compute_for_loss(self, loss: Numbers) -> Numbers:
        """The smallest training budget that reaches a loss.

        ``C = 6 (K / (loss - E))^(1/gamma)``: the inverse of `frontier_loss`.

        Args:
            loss: loss in nats per token, any shape.

        Returns:
            Compute in FLOP; `inf` where the loss is at or under the floor E.

        Raises:
            ValueError: if the loss is not positive and finite, or its shape does not broadcast
                with the law's.

        Source: Hoffmann et al. 2022, eq. 4 put into eq. 2.
        """
        left = self._reducible(loss)
        product = (self.frontier_coefficient / left) ** (1.0 / self.frontier_exponent)
        return TRAINING_FLOP_PER_PARAMETER_TOKEN * product

    @np.errstate(over="ignore", divide="ignore")
    def tokens_for_loss(self, loss: Numbers, N: Numbers) -> Numbers:
        """Tokens that a model of N parameters has to read to reach a loss.

        ``D = (B / (loss - E - A / N^alpha))^(1/beta)``.

        Args:
            loss: loss in nats per token, any shape.
            N: parameters, any shape that broadcasts with the loss.

        Returns:
            Tokens; `inf` where the loss is at or under ``E + A / N^alpha``, which no amount of
            text brings a model of this size below.

        Raises:
            ValueError: if the loss or N is not positive and finite, or the shapes do not
                broadcast.

        Source: Hoffmann et al. 2022, eq. 2 solved for D.
        """
        loss, N = positive("loss", loss), positive("N", N)
        broadcastable_fields(self, loss=loss, N=N)
        left = np.maximum(loss - self.E - self.A / N**self.alpha, 0.0)
        return (self.B / left) ** (1.0 / self.beta)

    @np.errstate(over="ignore", divide="ignore")
    def smallest_size(self, loss: Numbers) -> Numbers:
        """The size that would reach a loss with endless text: no smaller model can.

        ``N = (A / (loss - E))^(1/alpha)``; over the compute-optimal size for the same loss it is
        ``(beta / (alpha + beta))^(1/alpha)`` whatever the loss.

        Args:
            loss: loss in nats per token, any shape.

        Returns:
            Parameters; `inf` where the loss is at or under the floor E.

        Raises:
            ValueError: if the loss is not positive and finite, or its shape does not broadcast
                with the law's.

        Source: Hoffmann et al. 2022, eq. 2 with D without limit.
        """
        return (self.A / self._reducible(loss)) ** (1.0 / self.alpha)

    @np.errstate(over="ignore", divide="ignore")
    def balanced_size(self, D: Numbers) -> Numbers:
        """The size for which D tokens are the compute-optimal amount of text.

        ``N = (alpha A / (beta B))^(1/alpha) D^(beta/alpha)``.

        Args:
            D: training tokens, any shape.

        Returns:
            Parameters.

        Raises:
            ValueError: if D is not positive and finite, or its shape does not broadcast with the
                law's.

        Source: Hoffmann et al. 2022, eq. 4 solved for N at given D.
        """
        D = positive("D", D)
        broadcastable_fields(self, D=D)
        return self._balanced_size(D)

    @np.errstate(over="ignore", divide="ignore")
    def waste_factor(self, size_factor: Numbers) -> Numbers:
        """Compute spent over compute needed for the same loss, when the split is off.

        ``((beta s^-alpha + alpha s^beta) / (alpha + beta))^(1/gamma)``, where the model has s
        times the best size for its compute, and reads 1/s of the best amount of text.  The budget
        cancels: the valley is the same at every compute.

        Args:
            size_factor: s, above 0, any shape.

        Returns:
            1 at s = 1 and more elsewhere.

        Raises:
            ValueError: if s is not positive and finite, or its shape does not broadcast with the
                law's.

        Source: Hoffmann et al. 2022, eq. 2 over its own frontier.
        """
        s = positive("size_factor", size_factor)
        broadcastable_fields(self, size_factor=s)
        mean = (self.beta / s**self.alpha + self.alpha * s**self.beta) / (self.alpha + self.beta)
        return mean ** (1.0 / self.frontier_exponent)

    def _balanced_size(self, D: Any) -> Any:
        return (self.alpha * self.A / (self.beta * self.B) * D**self.beta) ** (1.0 / self.alpha)

    def _frontier(self, product: Any) -> Any:
        return self.E + self.frontier_coefficient / product**self.frontier_exponent

    def _reducible(self, loss: Any) -> Any:
        loss = positive("loss", loss)
        broadcastable_fields(self, loss=loss)
        return np.maximum(loss - self.E, 0.0)


def _law(law: Any, name: str = "law") -> None:
    if not isinstance(law, ParametricLaw):
        raise ValueError(f"{name} = {law!r}: allowed is a ParametricLaw")


HOFFMANN_2022 = ParametricLaw(
    E=1.69337368,
    A=406.401018,
    B=410.722827,
    alpha=0.33917084,
    beta=0.2849083,
    source=SOURCES["hoffmann2022"].at(
        "approach 3, unrounded",
        "from the logarithms .5267228, 6.0073404, 6.0179186 in the TeX source",
    ),
)
"""Hoffmann's third approach, unrounded: the set that gives the paper's own 40B at 5.76e23 FLOP.

Limits: over 400 runs of 70 million to over 16 billion parameters and 5 to 500 billion tokens.
"""

HOFFMANN_2022_ROUNDED = ParametricLaw(
    E=1.69,
    A=406.4,
    B=410.7,
    alpha=0.34,
    beta=0.28,
    source=SOURCES["hoffmann2022"].at("eq. 10", "rounded: the optimum moves to 32B at 5.76e23"),
)
"""Hoffmann's third approach as printed: the rounding of beta alone moves the optimum by a fifth.

Limits: the runs of `HOFFMANN_2022`; not for budgets, since rounding moves the optimum.
"""

BESIROGLU_2024 = ParametricLaw(
    E=1.8172,
    A=482.01,
    B=2085.43,
    alpha=0.3478,
    beta=0.3658,
    source=SOURCES["besiroglu2024"].at("Table 1"),
)
"""The refit of the points in Hoffmann's figure 4, without the five highest losses.

Interval: E 1.769 to 1.871, A 285 to 744, B 1,042 to 5,810, alpha 0.317 to 0.373, beta 0.331 to
    0.415: 95 %, by the notebook that comes with the paper.
Limits: 240 runs of 57 million to 16 billion parameters, up to 1.3e22 FLOP.
"""


# ---- another form ------------------------------------------------------------------------------


@dataclass(frozen=True)
class JointLaw:
    """Loss as a floor and one power of two: ``L(N, D) = E + (A / N^alpha + B / D^beta)^gamma``.

    With gamma = 1 it is a `ParametricLaw`.  Fitted to the same runs the two tell how much of a
    forecast is the form's and not the runs'.

    Attributes:
        E: loss that no model and no text removes, 0 or more [nats/token].
        A: coefficient of the size term, above 0 [nats^(1/gamma)/token^(1/gamma)
            parameters^alpha].
        B: coefficient of the text term, above 0 [nats^(1/gamma)/token^(1/gamma) tokens^beta].
        alpha: exponent of the size term, above 0 [dimensionless].
        beta: exponent of the text term, above 0 [dimensionless].
        gamma: power that joins the two, above 0 [dimensionless].
        source: where the numbers were printed.

    Raises:
        ValueError: if a number is out of its range or the fields do not broadcast.

    Source: Busbridge et al. 2025, the law of supervised training.
    """

    E: Numbers
    A: Numbers
    B: Numbers
    alpha: Numbers
    beta: Numbers
    gamma: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        above_zero = dict.fromkeys(("A", "B", "alpha", "beta", "gamma"), positive)
        check_fields(self, E=nonnegative, **above_zero)

    def loss(self, N: Numbers, D: Numbers) -> Numbers:
        """Loss of a model of N parameters that has read D tokens.

        ``L = E + (A / N^alpha + B / D^beta)^gamma``.

        Args:
            N: parameters, any shape.
            D: training tokens, any shape that broadcasts with N.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if N or D is not positive and finite, or the shapes do not broadcast.

        Source: Busbridge et al. 2025, the law of supervised training.
        """
        N, D = positive("N", N), positive("D", D)
        broadcastable_fields(self, N=N, D=D)
        return self.E + self._inner.loss(N, D) ** self.gamma

    def optimal(self, C: Numbers) -> Allocation:
        """The split of a training budget that reaches the lowest loss.

        ``N* = G (C/6)^a`` as in `ParametricLaw.optimal`: a power of the sum moves no minimum.

        Args:
            C: training compute in FLOP, any shape.

        Returns:
            `.N`, `.D` and `.loss`.

        Raises:
            ValueError: if C is not positive and finite, or its shape does not broadcast with the
                law's.

        Source: Hoffmann et al. 2022, eq. 4.
        """
        C = positive("C", C)
        broadcastable_fields(self, C=C)
        best = self._inner.optimal(C)
        return Allocation(best.N, best.D, self.E + best.loss**self.gamma)

    def frontier_loss(self, C: Numbers) -> Numbers:
        """The lowest loss that a training budget can reach.

        ``L* = E + (K (C/6)^-c)^gamma`` with K and c of the sum inside the power.

        Args:
            C: training compute in FLOP, any shape.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if C is not positive and finite, or its shape does not broadcast with the
                law's.

        Source: Hoffmann et al. 2022, eq. 4.
        """
        return self.optimal(C).loss

    @property
    def _inner(self) -> ParametricLaw:
        """What the power is taken of: ``A / N^alpha + B / D^beta``."""
        return ParametricLaw(0.0, self.A, self.B, self.alpha, self.beta, self.source)


JOINT_REFIT = JointLaw(
    E=1.7571,
    A=2305.0,
    B=9957.0,
    alpha=0.42436,
    beta=0.43053,
    gamma=0.77414,
    source=SOURCES["besiroglu2024"].at(
        "data/svg_extracted_data.csv", "our fit of these runs, by Huber's loss"
    ),
)
"""Another form, fitted to the runs of `BESIROGLU_2024`: it misses them by less, and says less loss.

Limits: as `BESIROGLU_2024`; how far the two differ beyond 1.3e22 FLOP is what it is for.
"""


# ---- Kaplan's laws ---------------------------------------------------------------------------

PF_DAY = 1e15 * 86_400.0
"""One petaflop/s-day, Kaplan's unit of compute [FLOP].

Source: definition.
"""


@dataclass(frozen=True)
class Decay:
    """A loss that falls as one power and has no floor: ``L = (scale / x)^exponent``.

    Attributes:
        scale: x at which the loss would be 1 nat per token [unit of x].
        exponent: how fast the loss falls [dimensionless].
        source: where the numbers were printed.
    """

    scale: float
    exponent: float
    source: Source

    @np.errstate(over="ignore", divide="ignore")
    def _loss(self, x: Any) -> Any:
        return (self.scale / x) ** self.exponent


@dataclass(frozen=True)
class Growth:
    """A quantity that grows as one power: ``y = coefficient x^exponent``.

    Attributes:
        coefficient: y at x = 1 [unit of y/x^exponent].
        exponent: how fast y grows [dimensionless].
        source: where the numbers were printed.
    """

    coefficient: float
    exponent: float
    source: Source

    @np.errstate(over="ignore")
    def _at(self, x: Any) -> Any:
        return self.coefficient * x**self.exponent


@dataclass(frozen=True)
class KaplanAllocation:
    """Kaplan's way to spend a training budget, from a table of separate fits.

    `N` parameters without embeddings, `D` tokens, `batch` tokens in a batch, serial `steps`, and
    the `loss`.  Each has its own fit, so ``6 N D`` is not the budget.
    """

    N: Numbers
    D: Numbers
    batch: Numbers
    steps: Numbers
    loss: Numbers


@dataclass(frozen=True)
class EarlyStop:
    """What stopping early changes for the same loss: new over old `size`, `updates`, `compute`."""

    size: Numbers
    updates: Numbers
    compute: Numbers


@dataclass(frozen=True)
class KaplanLaw:
    """The laws of Kaplan 2020: N without embeddings, no floor, each law with its own constants.

    ``L = (scale / x)^exponent`` for each of N, D and C alone; `loss` and `loss_steps` join two.

    Attributes:
        size: loss against parameters with enough text (eq. 1.1) [parameters].
        text: loss against tokens with enough parameters (eq. 1.2) [tokens].
        compute: loss against compute, spent in the best way (eq. 1.3) [PF-days].
        joint_size: size part of the law of both (eq. 1.5) [parameters].
        joint_text: text part of the law of both (eq. 1.5) [tokens].
        steps_size: size part of the law of size and steps (eq. 1.6) [parameters].
        steps: part of the steps in the law of size and steps (eq. 1.6) [steps].
        critical_batch_scale: critical batch at a loss of 1 nat per token (eq. 1.4) [tokens].
        critical_batch_exponent: alpha_B of eq. 1.4 [dimensionless].
        enough_text: tokens against parameters that keep over-fitting small (eq. 4.4)
            [tokens parameters^-exponent].
        best_size: parameters against compute (Table 6) [parameters PF-days^-exponent].
        best_text: tokens against compute (Table 6) [tokens PF-days^-exponent].
        best_batch: tokens in a batch against compute (Table 6) [tokens PF-days^-exponent].
        best_steps: serial steps against compute (Table 6) [steps PF-days^-exponent].
        source: the paper.
    """

    size: Decay
    text: Decay
    compute: Decay
    joint_size: Decay
    joint_text: Decay
    steps_size: Decay
    steps: Decay
    critical_batch_scale: float
    critical_batch_exponent: float
    enough_text: Growth
    best_size: Growth
    best_text: Growth
    best_batch: Growth
    best_steps: Growth
    source: Source

    def loss_N(self, N: Numbers) -> Numbers:
        """Loss of a model of N parameters trained to convergence on enough text.

        ``L = (8.8e13 / N)^.076``.

        Args:
            N: parameters without embeddings, any shape.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if N is not positive and finite.

        Source: Kaplan et al. 2020, eq. 1.1.
        """
        return self.size._loss(positive("N", N))

    def loss_D(self, D: Numbers) -> Numbers:
        """Loss of a model that is large enough for D tokens, stopped before it over-fits.

        ``L = (5.4e13 / D)^.095``.

        Args:
            D: training tokens, any shape.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if D is not positive and finite.

        Source: Kaplan et al. 2020, eq. 1.2.
        """
        return self.text._loss(positive("D", D))

    def loss_C(self, C: Numbers) -> Numbers:
        """Loss that compute buys when size, batch and steps are all chosen in the best way.

        ``L = (3.1e8 / C)^.050`` with C in PF-days, converted here from FLOP.

        Args:
            C: training compute in FLOP, any shape.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if C is not positive and finite.

        Source: Kaplan et al. 2020, eq. 1.3.
        """
        return self.compute._loss(positive("C", C) / PF_DAY)

    @np.errstate(over="ignore", divide="ignore")
    def loss(self, N: Numbers, D: Numbers) -> Numbers:
        """Loss of N parameters and D tokens together.

        ``L = [(6.4e13 / N)^(.076/.103) + 1.8e13 / D]^.103``.  These are not the constants of
        `loss_N` and `loss_D`: the paper fitted the joint law on its own (Table 2).

        Args:
            N: parameters without embeddings, any shape.
            D: training tokens, any shape that broadcasts with N.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if N or D is not positive and finite, or their shapes do not broadcast.

        Source: Kaplan et al. 2020, eq. 1.5 and Table 2.
        """
        N, D = positive("N", N), positive("D", D)
        broadcastable(N=N, D=D)
        size, text = self.joint_size, self.joint_text
        missing_size = (size.scale / N) ** (size.exponent / text.exponent)
        return (missing_size + text.scale / D) ** text.exponent

    def loss_steps(self, N: Numbers, steps: Numbers) -> Numbers:
        """Loss of N parameters after a number of steps at a batch far above the critical one.

        ``L = (6.5e13 / N)^.077 + (2.1e3 / S)^.76``.

        Args:
            N: parameters without embeddings, any shape.
            steps: smallest number of steps S, any shape that broadcasts with N.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if N or the steps are not positive and finite, or their shapes do not
                broadcast.

        Source: Kaplan et al. 2020, eq. 1.6 and Table 3.
        """
        N, steps = positive("N", N), positive("steps", steps)
        broadcastable(N=N, steps=steps)
        return self.steps_size._loss(N) + self.steps._loss(steps)

    @np.errstate(over="ignore", divide="ignore")
    def critical_batch(self, loss: Numbers) -> Numbers:
        """Batch beyond which more tokens a batch save few steps.

        ``B = 2.1e8 / L^(1/.21)``; the model's size does not matter, only the loss it has reached.

        Args:
            loss: loss in nats per token, any shape.

        Returns:
            Tokens in a batch.

        Raises:
            ValueError: if the loss is not positive and finite.

        Source: Kaplan et al. 2020, eq. 1.4 with the constants of Table 5.
        """
        power = 1.0 / self.critical_batch_exponent
        return self.critical_batch_scale / positive("loss", loss) ** power

    def tokens_against_overfitting(self, N: Numbers) -> Numbers:
        """Tokens that keep a model of N parameters from over-fitting within the noise of a seed.

        ``D = 5e3 N^.74``.

        Args:
            N: parameters without embeddings, any shape.

        Returns:
            Tokens.

        Raises:
            ValueError: if N is not positive and finite.

        Source: Kaplan et al. 2020, eq. 4.4.
        """
        return self.enough_text._at(positive("N", N))

    def optimal(self, C: Numbers) -> KaplanAllocation:
        """Kaplan's recommended split of a training budget.

        ``N = 1.3e9 C^.73``, ``D = 2e10 C^.27``, batch ``2.0e6 C^.24`` and steps ``5.4e3 C^.03``
        with C in PF-days, converted here from FLOP; the loss is `loss_C`.  The rows of the table
        were fitted one by one: ``6 N D`` is not C.

        Args:
            C: training compute in FLOP, any shape.

        Returns:
            `.N`, `.D`, `.batch`, `.steps` and `.loss`.

        Raises:
            ValueError: if C is not positive and finite.

        Source: Kaplan et al. 2020, Table 6.
        """
        days = positive("C", C) / PF_DAY
        return KaplanAllocation(
            N=self.best_size._at(days),
            D=self.best_text._at(days),
            batch=self.best_batch._at(days),
            steps=self.best_steps._at(days),
            loss=self.compute._loss(days),
        )

    @property
    def best_excess(self) -> float:
        """How far above its converged loss a model is best stopped: ``alpha_N / alpha_S``."""
        return self.steps_size.exponent / self.steps.exponent

    def early_stop(self, excess: Numbers, reference: Numbers = 0.02) -> EarlyStop:
        """What a larger model stopped early costs against one trained close to convergence.

        At the same loss, with f the excess and f' the reference: size ratio
        ``((1+f)/(1+f'))^(1/alpha_N)``, updates ratio ``((1+1/f)/(1+1/f'))^(1/alpha_S)``, compute
        ratio their product.

        Args:
            excess: loss at the stop over converged loss, minus 1, above 0, any shape.
            reference: the same for the model compared with, any shape that broadcasts.

        Returns:
            `.size`, `.updates` and `.compute`: new over old.

        Raises:
            ValueError: if either is not positive and finite, or their shapes do not broadcast.

        Source: Kaplan et al. 2020, eq. B.12 to B.14.
        """
        f, f_old = positive("excess", excess), positive("reference", reference)
        broadcastable(excess=f, reference=f_old)
        size = ((1.0 + f) / (1.0 + f_old)) ** (1.0 / self.steps_size.exponent)
        updates = ((1.0 + 1.0 / f) / (1.0 + 1.0 / f_old)) ** (1.0 / self.steps.exponent)
        return EarlyStop(size, updates, size * updates)


def _kaplan() -> KaplanLaw:
    paper = SOURCES["kaplan2020"]
    eq_5, eq_6, table = paper.at("eq. 1.5, Table 2"), paper.at("eq. 1.6, Table 3"), "Table 6"
    return KaplanLaw(
        size=Decay(8.8e13, 0.076, paper.at("eq. 1.1")),
        text=Decay(5.4e13, 0.095, paper.at("eq. 1.2")),
        compute=Decay(3.1e8, 0.050, paper.at("eq. 1.3")),
        joint_size=Decay(6.4e13, 0.076, eq_5),
        joint_text=Decay(1.8e13, 0.103, eq_5),
        steps_size=Decay(6.5e13, 0.077, eq_6),
        steps=Decay(2.1e3, 0.76, eq_6),
        critical_batch_scale=2.1e8,
        critical_batch_exponent=0.21,
        enough_text=Growth(5e3, 0.74, paper.at("eq. 4.4")),
        best_size=Growth(1.3e9, 0.73, paper.at(table)),
        best_text=Growth(2e10, 0.27, paper.at(table)),
        best_batch=Growth(2.0e6, 0.24, paper.at(table)),
        best_steps=Growth(5.4e3, 0.03, paper.at(table)),
        source=paper.at("eq. 1.1 to 1.6 and 4.4, Tables 2, 3, 5 and 6"),
    )


KAPLAN_2020 = _kaplan()
"""Kaplan's laws: the exponent .73 that made models large and left them under-read.

Limits: 768 to 1.5 billion parameters without embeddings, 22 million to 23 billion tokens.
"""


@dataclass(frozen=True)
class BatchTradeoff:
    """`steps` over the fewest possible and `examples` over the fewest possible."""

    steps: Numbers
    examples: Numbers


def batch_tradeoff(batch_ratio: Numbers) -> BatchTradeoff:
    """Price in steps and in text of a batch that is not at the limit.

    ``S / S_min = 1 + B_crit / B`` and ``E / E_min = 1 + B / B_crit``, so that
    ``(S / S_min - 1) (E / E_min - 1) = 1``; at the critical batch both double.

    Args:
        batch_ratio: batch over critical batch, above 0, any shape.

    Returns:
        `.steps` and `.examples`, each at least 1.

    Raises:
        ValueError: if the ratio is not positive and finite.

    Source: McCandlish et al. 2018; Kaplan et al. 2020, eq. 5.1.
    """
    ratio = positive("batch_ratio", batch_ratio)
    return BatchTradeoff(1.0 + 1.0 / ratio, 1.0 + ratio)


# ---- why Kaplan and Hoffmann differ ----------------------------------------------------------


@dataclass(frozen=True)
class Estimate:
    """A published number with its interval: NaN where the source gives none.

    Attributes:
        value: the number [unit of the constant].
        low: low end of its interval [unit of the constant].
        high: high end of its interval [unit of the constant].
        source: where the three were printed, and what the interval covers.
    """

    value: float
    low: float
    high: float
    source: Source


def _hoffmann_exponent(value: float, low: float, high: float) -> Estimate:
    locator = "Table 2, 10th to 90th percentile"
    return Estimate(value, low, high, SOURCES["hoffmann2022"].at(locator))


HOFFMANN_2022_EXPONENTS = {
    1: _hoffmann_exponent(0.50, 0.488, 0.502),
    2: _hoffmann_exponent(0.49, 0.462, 0.534),
    3: _hoffmann_exponent(0.46, 0.454, 0.455),
}
"""Exponent of the best size against compute in Hoffmann's three approaches [dimensionless].

Limits: the runs of `HOFFMANN_2022`; the third interval is too narrow to be right.
"""


def _porian_exponent(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, low, high, SOURCES["porian2024"].at("RefinedWeb, 95 %"))


PORIAN_2024_EXPONENTS = {
    "Kaplan's recipe": _porian_exponent(0.835, 0.82, 0.85),
    "count the last layer's compute": _porian_exponent(0.706, 0.69, 0.72),
    "shorten the warm-up": _porian_exponent(0.602, 0.59, 0.62),
    "let the learning rate decay": _porian_exponent(0.571, 0.56, 0.59),
    "tune the optimiser at each size": _porian_exponent(0.497, 0.49, 0.50),
}
"""Exponent of the best size as Porian removes Kaplan's mistakes one after another [dimensionless].

The last step also gives up the decay of the learning rate again.

Limits: budgets of 1.25e16 to 2.56e19 FLOP, on RefinedWeb.
"""


@dataclass(frozen=True)
class EmbeddingLaw:
    """Total parameters against those without embeddings: ``N_T = N + coefficient N^exponent``.

    Kaplan counted parameters and compute without embeddings, Hoffmann with them.  For small models
    the two differ several-fold, so that one law of the loss looks like two.

    Attributes:
        coefficient: embedding parameters of a model of one parameter
            [parameters^(1 - exponent)].
        exponent: growth of the embedding with the rest of the model [dimensionless].
        source: where the numbers were printed.

    Source: Pearce and Song 2024.
    """

    coefficient: float
    exponent: float
    source: Source

    def total(self, N: Numbers) -> Numbers:
        """Parameters with embeddings of a model that has N without.

        ``N_T = N + coefficient N^exponent``.

        Args:
            N: parameters without embeddings, any shape.

        Returns:
            Parameters with embeddings.

        Raises:
            ValueError: if N is not positive and finite.

        Source: Pearce and Song 2024.
        """
        N = positive("N", N)
        return N + self.coefficient * N**self.exponent

    def budget(self, law: ParametricLaw, N: Numbers) -> Numbers:
        """The compute, counted without embeddings, for which N is the best size.

        ``C = 6 N D`` with ``D^beta = beta B N_T^alpha / (alpha A s)`` and ``s = dlnN_T/dlnN``:
        the law of the loss counts every parameter, the budget only those without embeddings.

        Args:
            law: law of the loss in all parameters.
            N: parameters without embeddings, any shape.

        Returns:
            Compute in FLOP.

        Raises:
            ValueError: if the law is no `ParametricLaw`, N is not positive and finite, or its
                shape does not broadcast with the law's.

        Source: Pearce and Song 2024, from Hoffmann et al. 2022, eq. 2.
        """
        _law(law)
        N = positive("N", N)
        broadcastable_fields(law, N=N)
        total, slope, _ = self._shape(N)
        ratio = law.beta * law.B * total**law.alpha / (law.alpha * law.A * slope)
        return TRAINING_FLOP_PER_PARAMETER_TOKEN * N * ratio ** (1.0 / law.beta)

    def local_exponent(self, law: ParametricLaw, N: Numbers) -> Numbers:
        """Exponent of the best size against compute, both without embeddings, at one size.

        ``dlnN/dlnC = 1 / (1 + (alpha s - dlns/dlnN) / beta)`` with ``s = dlnN_T/dlnN``; for large
        N it is the law's own ``beta / (alpha + beta)``.

        Args:
            law: law of the loss in all parameters.
            N: parameters without embeddings, any shape.

        Returns:
            Exponent, without unit.

        Raises:
            ValueError: if the law is no `ParametricLaw`, N is not positive and finite, or its
                shape does not broadcast with the law's.

        Source: Pearce and Song 2024, from Hoffmann et al. 2022, eq. 2.
        """
        _law(law)
        N = positive("N", N)
        broadcastable_fields(law, N=N)
        _, slope, bend = self._shape(N)
        return 1.0 / (1.0 + (law.alpha * slope - bend) / law.beta)

    def apparent_exponent(
        self, law: ParametricLaw, low: Numbers = 790.0, high: Numbers = 1.58e9
    ) -> Numbers:
        """Exponent that a straight line through the best sizes of a range would show.

        ``sum_i w_i (ln C_i - mean)(ln N_i - mean) / sum_i w_i (ln C_i - mean)^2``, both without
        embeddings: least squares of ln N against ln C, over 2,001 sizes even in ln N and weighted
        by ``w = dlnC/dlnN``, so that runs are spread evenly over ln C.

        Args:
            law: law of the loss in all parameters; its fields are numbers.
            low: smallest size without embeddings, a number; the default is the source's, for
                Kaplan's 768.
            high: largest size without embeddings, a number; the default is the source's, for
                Kaplan's 1.5 billion.

        Returns:
            Exponent, without unit.

        Raises:
            ValueError: if the law is no `ParametricLaw`, a size is not positive and finite, or
                one of them is an array.

        Source: Pearce and Song 2024 (.78 with Besiroglu's constants, .74 with Hoffmann's).
        """
        _law(law)
        low, high = positive("low", low), positive("high", high)
        for name, value in {"low": low, "high": high, **array_fields(law)}.items():
            if isinstance(value, np.ndarray):
                raise ValueError(f"{name} = {value}: allowed is one number")
        ln_N = np.log(low) + (np.log(high) - np.log(low)) * np.linspace(0.0, 1.0, 2001)
        N = np.exp(ln_N)
        ln_C = np.log(self.budget(law, N))
        # even in ln C: each size counts for the stretch of ln C that it stands for
        weight = 1.0 / self.local_exponent(law, N)
        mean_C, mean_N = np.sum(weight * ln_C), np.sum(weight * ln_N)
        off_C = ln_C - mean_C / np.sum(weight)
        off_N = ln_N - mean_N / np.sum(weight)
        return np.sum(weight * off_C * off_N) / np.sum(weight * off_C * off_C)

    def _shape(self, N: Any) -> tuple[Any, Any, Any]:
        """Total, its logarithmic slope s and dlns/dlnN."""
        embedding = self.coefficient * N**self.exponent
        total = N + embedding
        body, rest = N / total, embedding / total
        slope = body + self.exponent * rest
        curvature = body * rest * (1.0 - self.exponent) ** 2
        return total, slope, curvature / slope


PEARCE_2024 = EmbeddingLaw(
    47_491.0, 1.0 / 3.0, SOURCES["pearce2024"].at("relation of total to non-embedding parameters")
)
"""Embeddings of the models that Hoffmann trained.

Limits: the shapes of those models; used at Kaplan's 768 to 1.5 billion parameters.
"""


# ---- text read more than once ----------------------------------------------------------------

TEXT_STOCK = Estimate(
    3e14, 1e14, 1e15, SOURCES["villalobos2024"].at("effective stock of public human text")
)
"""Human text on the public web, quality and repetition allowed for [tokens].

Limits: the stock of 2024; images, sound and private text are not counted.
"""


@dataclass(frozen=True)
class RepetitionLaw:
    """Loss when text is read more than once and a model is larger than its text deserves.

    ``L = E + A / N'^alpha + B / D'^beta`` with ``D' = U (1 + R_D (1 - exp(-(D/U - 1) / R_D)))``,
    and N' likewise of N over the best size for U tokens.

    Attributes:
        fresh: the law for text read once.
        R_D: passes after which the worth of one more has fallen by e, above 0 [passes].
        R_N: the same for parameters, in best sizes for the text, above 0 [dimensionless].
        source: where the numbers were printed.

    Raises:
        ValueError: if `fresh` is no `ParametricLaw`, R_D or R_N is not positive and finite, or the
            fields do not broadcast.

    Source: Muennighoff et al. 2023, eq. 5 and 6.
    """

    fresh: ParametricLaw
    R_D: Numbers
    R_N: Numbers
    source: Source

    def __post_init__(self) -> None:
        _law(self.fresh, "fresh")
        check_fields(self, R_D=positive, R_N=positive)
        self._broadcastable()

    def effective_tokens(self, D: Numbers, unique_tokens: Numbers) -> Numbers:
        """Fresh tokens that D tokens are worth when only some of them are different.

        ``D' = U (1 + R_D (1 - exp(-(D/U - 1) / R_D)))``; text read less than once is all fresh.

        Args:
            D: tokens read, any shape.
            unique_tokens: different tokens there are, any shape that broadcasts with D.

        Returns:
            Tokens, at most ``U (1 + R_D)``.

        Raises:
            ValueError: if either is not positive and finite, or the shapes do not broadcast.

        Source: Muennighoff et al. 2023, eq. 5.
        """
        D, U = self._text(D, unique_tokens)
        return _worth(D, U, self.R_D)

    def token_worth(self, D: Numbers, unique_tokens: Numbers) -> Numbers:
        """Worth of the next token against a fresh one, after D tokens.

        ``dD'/dD = exp(-(D/U - 1) / R_D)``, and 1 in the first pass.

        Args:
            D: tokens read, any shape.
            unique_tokens: different tokens there are, any shape that broadcasts with D.

        Returns:
            A share from 0 to 1.

        Raises:
            ValueError: if either is not positive and finite, or the shapes do not broadcast.

        Source: derivative of Muennighoff et al. 2023, eq. 5.
        """
        D, U = self._text(D, unique_tokens)
        return np.exp(-(D / U - 1.0) / self.R_D)

    def effective_parameters(self, N: Numbers, unique_tokens: Numbers) -> Numbers:
        """Parameters that N parameters are worth when there is too little text for them.

        ``N' = U_N (1 + R_N (1 - exp(-(N/U_N - 1) / R_N)))`` with U_N the smaller of N and the best
        size for the text; a model no larger than that is worth its size.

        Args:
            N: parameters, any shape.
            unique_tokens: different tokens there are, any shape that broadcasts with N.

        Returns:
            Parameters.

        Raises:
            ValueError: if either is not positive and finite, or the shapes do not broadcast.

        Source: Muennighoff et al. 2023, eq. 6.
        """
        N, U = positive("N", N), positive("unique_tokens", unique_tokens)
        self._broadcastable(N=N, unique_tokens=U)
        return self._effective_parameters(N, U)

    def loss(self, N: Numbers, D: Numbers, unique_tokens: Numbers) -> Numbers:
        """Loss of N parameters that have read D tokens, of which only some were different.

        ``L = E + A / N'^alpha + B / D'^beta``.  More different tokens than D change nothing.

        Args:
            N: parameters, any shape.
            D: tokens read, any shape that broadcasts with N.
            unique_tokens: different tokens there are, any shape that broadcasts with N.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

        Source: Muennighoff et al. 2023, eq. 5 and 6.
        """
        N, D, U = positive("N", N), positive("D", D), positive("unique_tokens", unique_tokens)
        self._broadcastable(N=N, D=D, unique_tokens=U)
        U = np.minimum(U, D)
        return self.fresh.loss(self._effective_parameters(N, U), _worth(D, U, self.R_D))

    def optimal(self, C: Numbers, unique_tokens: Numbers) -> Allocation:
        """The split of a training budget that reaches the lowest loss from limited text.

        Minimises ``E + A / N'^alpha + B / D'^beta`` at ``C = 6 N D``. While the text lasts this is
        the fresh law's split. Beyond, the passes e at which both elasticities are equal lie between
        1 and ``C / C_U``, with C_U the budget that would read all the text once in the best way;
        they are found by halving that interval of ln e, a fixed number of times.

        Args:
            C: training compute in FLOP, any shape.
            unique_tokens: different tokens there are, any shape that broadcasts with C.

        Returns:
            `.N`, `.D` (tokens read, with repeats) and `.loss`.

        Raises:
            ValueError: if either is not positive and finite, or the shapes do not broadcast.

        Source: Muennighoff et al. 2023, eq. 5 and 6, minimised at C = 6ND.
        """
        C, U = positive("C", C), positive("unique_tokens", unique_tokens)
        self._broadcastable(C=C, unique_tokens=U)
        size = self.fresh._balanced_size(U)
        ln_over = np.log(np.maximum(C / (TRAINING_FLOP_PER_PARAMETER_TOKEN * size * U), 1.0))

        def more_text(ln_passes: Any) -> Any:
            # on the frontier of fresh text both terms weigh the same: only the decay differs
            return self._ln_pull(np.exp(ln_passes), self.R_D, self.fresh.beta) > self._ln_pull(
                np.exp(ln_over - ln_passes), self.R_N, self.fresh.alpha
            )

        low, high = bisect(more_text, 0.0 * ln_over, ln_over)
        passes = np.exp(0.5 * (low + high))
        once = self.fresh.optimal(C)
        D = U * np.where(ln_over > 0.0, passes, once.D / U)
        N = C / (TRAINING_FLOP_PER_PARAMETER_TOKEN * D)
        return Allocation(N, D, self.loss(N, D, U))

    @staticmethod
    def _ln_pull(times: Any, decay: Any, exponent: Any) -> Any:
        """Log of a term's elasticity over its elasticity at one time over."""
        excess = (times - 1.0) / decay
        worth = 1.0 - decay * np.expm1(-excess)
        return np.log(times) - (1.0 + exponent) * np.log(worth) - excess

    def _text(self, D: Any, unique_tokens: Any) -> tuple[Any, Any]:
        D, U = positive("D", D), positive("unique_tokens", unique_tokens)
        broadcastable_fields(self, D=D, unique_tokens=U)
        return D, np.minimum(U, D)

    def _broadcastable(self, **arguments: Any) -> None:
        broadcastable_fields(self.fresh, **arguments, **array_fields(self))

    def _effective_parameters(self, N: Any, U: Any) -> Any:
        return _worth(N, np.minimum(self.fresh._balanced_size(U), N), self.R_N)


def _worth(total: Any, unique: Any, decay: Any) -> Any:
    return unique * (1.0 - decay * np.expm1(-(total / unique - 1.0) / decay))


def _muennighoff() -> RepetitionLaw:
    paper = SOURCES["muennighoff2023"]
    note = "logarithms of E, A and B as in the code: .6254804, 6.255414, 7.3049974"
    fresh = ParametricLaw(
        E=float(np.exp(0.6254804)),
        A=float(np.exp(6.255414)),
        B=float(np.exp(7.3049974)),
        alpha=0.3526596,
        beta=0.3526596,
        source=paper.at("eq. 16, 17, 19 and 20; README of huggingface/datablations", note),
    )
    return RepetitionLaw(fresh, R_D=15.387756, R_N=5.309743, source=fresh.source)


MUENNIGHOFF_2023 = _muennighoff()
"""Text read again, on C4; the same runs allow R_D = 47 as well as the published 15.4.

The form can say that a pass is worth nothing, not that it harms; the fit leaves out many of the
runs that it harmed (the table `repeated_text` of `facts`).

Interval: R_D 4.6 to inf: what resampling the 182 runs leaves, our own, with no upper end.
Limits: 182 runs of 7 million to 8.7 billion parameters and 0.1 to 900 billion tokens read.
"""


# ---- models trained to be used ---------------------------------------------------------------


@dataclass(frozen=True)
class LifetimePlan:
    """A model and what it costs to train and to use: `N`, `D`, and both bills in FLOP."""

    N: Numbers
    D: Numbers
    training_flops: Numbers
    inference_flops: Numbers

    @property
    def total_flops(self) -> Numbers:
        """Both bills together, in FLOP: ``6 N D + 2 N T``."""
        return self.training_flops + self.inference_flops


_NEWTON_STEPS = 8


@np.errstate(over="ignore", divide="ignore")
def inference_aware_optimum(
    law: ParametricLaw, loss: Numbers, inference_tokens: Numbers
) -> LifetimePlan:
    """The cheapest model of a given quality when its use is paid for too.

    Minimises ``6 N D + 2 N T`` at ``L(N, D) = loss``.  There the elasticity of N over that of D is
    ``1 + T / (3 D)``: with no use this is the compute-optimal model, with much use a smaller one
    that reads more.  The share of the reducible loss that waits for text is found by eight Newton
    steps on its logarithm, which come down on it from one side.

    Args:
        law: law of the loss.
        loss: loss to reach in nats per token, any shape.
        inference_tokens: tokens read and written in the model's life T, 0 or more, any shape that
            broadcasts with the loss.

    Returns:
        `.N`, `.D`, `.training_flops`, `.inference_flops` and `.total_flops`; all `inf` where the
        loss is at or under the law's floor.

    Raises:
        ValueError: if the law is no `ParametricLaw`, the loss is not positive, the tokens are
            negative, either is not finite, or the shapes do not broadcast.

    Source: Sardana et al. 2023, eq. 3; the condition on the elasticities is derived.
    """
    _law(law)
    loss = positive("loss", loss)
    tokens = nonnegative("inference_tokens", inference_tokens)
    broadcastable_fields(law, loss=loss, inference_tokens=tokens)
    left = np.maximum(loss - law.E, 0.0)
    ln_fewest = np.log(law.B / left) / law.beta
    bill_ratio = INFERENCE_FLOP_PER_PARAMETER_TOKEN / TRAINING_FLOP_PER_PARAMETER_TOKEN
    ln_use = np.log(bill_ratio * tokens) - ln_fewest
    ln_share = np.log(law.balanced_text_share)
    for _ in range(_NEWTON_STEPS):
        share = np.exp(ln_share)
        weight = ln_use + ln_share / law.beta
        ln_price = np.logaddexp(0.0, weight)
        off = ln_share + ln_price - np.log1p(-share) - np.log(law.alpha / law.beta)
        slope = 1.0 + np.exp(weight - ln_price) / law.beta + share / (1.0 - share)
        ln_share = ln_share - off / slope
    share = np.exp(ln_share)
    N = (law.A / (left * (1.0 - share))) ** (1.0 / law.alpha)
    D = (law.B / (left * share)) ** (1.0 / law.beta)
    training = TRAINING_FLOP_PER_PARAMETER_TOKEN * N * D
    # no use of a model that cannot be trained: still inf, not inf times 0
    use = np.where(left > 0.0, tokens, 1.0)
    inference = INFERENCE_FLOP_PER_PARAMETER_TOKEN * N * use
    return LifetimePlan(N, D, training, inference)


SARDANA_2023 = ParametricLaw(
    E=1.45,
    A=33.66,
    B=138.9,
    alpha=0.18,
    beta=0.24,
    source=SOURCES["sardana2023"].at("Table 1, all data", "from one transcription"),
)
"""Fitted to runs of up to 10,000 tokens a parameter: lower exponents than Hoffmann's.

Limits: 47 models of 150 million to 6 billion parameters, 10 to 10,000 tokens for each.
"""

SARDANA_2023_UP_TO_100 = ParametricLaw(
    E=0.17,
    A=7.199,
    B=25.97,
    alpha=0.08,
    beta=0.13,
    source=SOURCES["sardana2023"].at(
        "Table 1, at most 100 tokens a parameter", "from one transcription"
    ),
)
"""The same runs without the over-trained ones: what is fitted depends on where one looks.

Limits: 150 million to 6 billion parameters, 10 to 100 tokens for each.
"""


@dataclass(frozen=True)
class OvertrainingLaw:
    """Loss against compute and tokens per parameter.

    ``L(C, M) = E + (a M^eta + b M^-eta) C^-eta``, which is the law of two terms with
    ``alpha = beta = 2 eta`` written in ``C = 6ND`` and ``M = D/N``.

    Attributes:
        E: loss that no compute removes [nats/token].
        a: coefficient of the size term [nats/token FLOP^eta].
        b: coefficient of the text term [nats/token FLOP^eta].
        eta: exponent of compute [dimensionless].
        source: where the numbers were printed.

    Raises:
        ValueError: if a number is out of its range or the fields do not broadcast.

    Source: Gadre et al. 2024, eq. 4.
    """

    E: Numbers
    a: Numbers
    b: Numbers
    eta: Numbers
    source: Source

    def __post_init__(self) -> None:
        check_fields(self, E=nonnegative, a=positive, b=positive, eta=positive)

    @np.errstate(over="ignore", divide="ignore")
    def loss(self, C: Numbers, tokens_per_parameter: Numbers) -> Numbers:
        """Loss of a model trained with compute C on M tokens for each parameter.

        ``L = E + (a M^eta + b M^-eta) C^-eta``.

        Args:
            C: training compute in FLOP, any shape.
            tokens_per_parameter: M = D/N, any shape that broadcasts with C.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if either is not positive and finite, or the shapes do not broadcast.

        Source: Gadre et al. 2024, eq. 4.
        """
        C, M = positive("C", C), positive("tokens_per_parameter", tokens_per_parameter)
        broadcastable_fields(self, C=C, tokens_per_parameter=M)
        power = M**self.eta
        return self.E + (self.a * power + self.b / power) / C**self.eta


class _ByName(dict):
    """A table that knows second names and, for an unknown one, says which it knows."""

    def __init__(self, laws: dict[str, Any], second_names: dict[str, str]) -> None:
        super().__init__(laws)
        self._second_names = second_names

    def __missing__(self, name: Any) -> Any:
        return self[self._second_names[choice("dataset", name, [*self._second_names, *self])]]


def _gadre(E: float, a: float, b: float, eta: float) -> OvertrainingLaw:
    return OvertrainingLaw(E, a, b, eta, SOURCES["gadre2024"].at("eq. 4, fits to the loss on C4"))


GADRE_2024: Mapping[str, OvertrainingLaw] = MappingProxyType(
    _ByName(
        {
            "c4_original": _gadre(1.51, 141.0, 190.0, 0.121),
            "rpj": _gadre(1.84, 212.0, 367.0, 0.136),
            "rw_original": _gadre(1.73, 157.0, 246.0, 0.127),
        },
        {"C4": "c4_original", "RedPajama": "rpj", "RefinedWeb": "rw_original"},
    )
)
"""One `OvertrainingLaw` a training set, by the names in the data and by those in the paper.

Limits: 104 models of 11 million to 6.9 billion parameters, 5 to 640 tokens for each; the loss is
    that on C4.
"""


# ---- mixtures of experts ---------------------------------------------------------------------


@dataclass(frozen=True)
class GranularityLaw:
    """Loss of a mixture of experts, 64 times the feed-forward size of its dense twin.

    ``L = c + (g / G^gamma + a) / N^alpha + b / D^beta``.

    Attributes:
        c: loss that no size and no text removes [nats/token].
        a: coefficient of the size term with infinitely fine experts
            [nats/token parameters^alpha].
        alpha: exponent of the size term [dimensionless].
        b: coefficient of the text term [nats/token tokens^beta].
        beta: exponent of the text term [dimensionless].
        g: what the coarsest experts add to a [nats/token parameters^alpha].
        gamma: how fast finer experts remove it [dimensionless].
        source: where the numbers were printed.

    Raises:
        ValueError: if a number is out of its range or the fields do not broadcast.

    Source: Krajewski et al. 2024, eq. 9.
    """

    c: Numbers
    a: Numbers
    alpha: Numbers
    b: Numbers
    beta: Numbers
    g: Numbers
    gamma: Numbers
    source: Source

    def __post_init__(self) -> None:
        above_zero = dict.fromkeys(("a", "alpha", "b", "beta", "g", "gamma"), positive)
        check_fields(self, c=nonnegative, **above_zero)

    def at(self, granularity: Numbers) -> ParametricLaw:
        """The law of two terms that holds at one granularity: ``A = g / G^gamma + a``.

        Args:
            granularity: G, into how many experts a feed-forward layer's worth is cut, at least 1,
                any shape.

        Returns:
            A law of total parameters N and tokens D; `.A` is the size coefficient.

        Raises:
            ValueError: if the granularity is under 1 or not finite, or its shape does not
                broadcast with the law's.

        Source: Krajewski et al. 2024, eq. 9.
        """
        G = number("granularity", granularity, low=1.0)
        broadcastable_fields(self, granularity=G)
        A = self.g / G**self.gamma + self.a
        return ParametricLaw(self.c, A, self.b, self.alpha, self.beta, self.source)

    def loss(self, N: Numbers, D: Numbers, granularity: Numbers) -> Numbers:
        """Loss of a mixture of experts.

        ``L = c + (g / G^gamma + a) / N^alpha + b / D^beta``.

        Args:
            N: all parameters without embeddings, used or not at a token, any shape.
            D: training tokens, any shape that broadcasts with N.
            granularity: G, at least 1, any shape that broadcasts with N.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if N or D is not positive, the granularity is under 1, any is not finite,
                or the shapes do not broadcast.

        Source: Krajewski et al. 2024, eq. 9 and Table 1.
        """
        law, N, D = self.at(granularity), positive("N", N), positive("D", D)
        broadcastable_fields(self, N=N, D=D, granularity=granularity)
        return law.loss(N, D)


KRAJEWSKI_2024 = GranularityLaw(
    c=0.47,
    a=18.1,
    alpha=0.115,
    b=30.8,
    beta=0.147,
    g=2.1,
    gamma=0.58,
    source=SOURCES["krajewski2024"].at("Table 1, mixture of experts"),
)
"""Mixtures of experts on C4, 64 experts' worth: finer experts help, and soon help no more.

Limits: 129 million to 3.7 billion parameters, 16 to 130 billion tokens, granularity 1 to 16.
"""

KRAJEWSKI_2024_DENSE = ParametricLaw(
    E=0.47,
    A=16.3,
    B=26.7,
    alpha=0.126,
    beta=0.127,
    source=SOURCES["krajewski2024"].at("Table 1, dense"),
)
"""The dense models that they are compared with.

Limits: as `KRAJEWSKI_2024`.
"""
