"""Power: how much thought a watt buys, and which wall comes first.

Read from top to bottom this is chapter 6: the stack of multipliers from a chip to the meter, from
watts to training compute and back, fleets that answer, the ladder on which a joule is lost, and
four uncertain ceilings of which the lowest binds.

Units: power in W, energy in J, compute in FLOP, durations in days, unless a name says otherwise.
Every formula broadcasts and uses ufuncs and reductions only, so that it can also be recorded
symbolically; samples lie along the last axis.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scaling_core import _special as special
from scaling_core._checks import (
    broadcastable,
    choice,
    column,
    fraction,
    is_traced,
    nonnegative,
    number,
    open_fraction,
    positive,
    same_length,
    seed_number,
    single,
    whole_number,
)
from scaling_core._types import Numbers
from scaling_core.pretraining import Estimate, inference_flops
from scaling_core.sources import SOURCES, Source

DAYS_PER_YEAR = 365.25
"""A Julian year [days].

Source: definition.
"""

HOURS_PER_DAY = 24.0
"""A day [hours].

Source: definition.
"""

SECONDS_PER_HOUR = 3_600.0
"""An hour [s].

Source: definition.
"""

SECONDS_PER_DAY = HOURS_PER_DAY * SECONDS_PER_HOUR
"""A day [s].

Source: definition.
"""

SECONDS_PER_YEAR = DAYS_PER_YEAR * SECONDS_PER_DAY
"""A Julian year [s].

Source: definition.
"""

JOULES_PER_WATT_HOUR = SECONDS_PER_HOUR
"""A watt-hour [J].

Source: definition.
"""

H100_PEAK = 989.4e12
"""Peak of an H100 SXM [FLOP/s].

Limits: dense arithmetic at 16 bits (BF16).
Source: `nvidia_h100`, half of the figure printed with sparsity.
"""

H100_RATED_POWER = 700.0
"""Thermal design power of an H100 SXM [W].

Source: `nvidia_h100`.
"""

DGX_H100_SHARE = 10_200.0 / 8.0
"""An eighth of the nameplate power of a DGX H100 server [W].

Limits: nameplate; the real draw is lower.
Source: `nvidia_dgx_h100`, 10.2 kW for eight.
"""

SERVER_OVERHEAD = DGX_H100_SHARE / H100_RATED_POWER
"""Server, network and storage over the chip's rated power [dimensionless].

Limits: nameplate; the real draw is lower.
Source: `nvidia_dgx_h100` for the server, `nvidia_h100` for the chip.
"""

MEASURED_OVERHEAD = 0.76 * SERVER_OVERHEAD
"""Server over the chip's rated power as measured while training [dimensionless].

Limits: 76 % of the nameplate of a server with eight H100, the network between servers left out.
Source: `newkirk2025`, abstract.
"""

CLUSTER_OVERHEAD = 1_389.0 / H100_RATED_POWER
"""Server and network over the chip's rated power [dimensionless].

Limits: 1,389 W for each of 1,016 H100, as NVIDIA's design guide of a DGX SuperPOD plans it.
Source: `epoch2030`, assumptions on power.
"""

FLOP_PER_JOULE_H100 = H100_PEAK / DGX_H100_SHARE
"""Peak of an H100 over an eighth of a DGX H100's nameplate power [FLOP/J].

Limits: dense arithmetic at 16 bits (BF16); before cooling and conversion.
Source: `nvidia_h100` for the chip, `nvidia_dgx_h100` for the server.
"""

TRAINING_UTILISATION = 0.40
"""Share of the peak that a large training run reaches [dimensionless].

Interval: 0.38 to 0.43: the runs of Llama 3.
Source: `llama2024`, section 3.3.2, rounded.
"""

SERVING_UTILISATION = 0.10
"""Share of the peak that answering reaches [dimensionless].

Limits: an estimate for a chat query of early 2025.
Source: `epoch_query_energy2025`.
"""

POWER_USAGE_EFFECTIVENESS = 1.2
"""Power drawn by a large new site over power drawn by its machines [dimensionless].

Source: `thisbook`, illustrative.
"""


def _printed(value: float, key: str, locator: str) -> Estimate:
    return Estimate(value, np.nan, np.nan, SOURCES[key].at(locator))


PUBLISHED_PUE = {
    "Google's fleet, 2025": _printed(
        1.09, "google_pue", "fleet-wide, trailing twelve months; second-hand"
    ),
    "by capacity, 2026": _printed(1.36, "uptime2026", "weighted by capacity; second-hand"),
    "by site, 2026": _printed(1.52, "uptime2026", "each operator's largest site; second-hand"),
    "by site, 2025": _printed(1.54, "uptime2025", "a weighted average of each operator's largest"),
}
"""Power usage effectiveness as printed: averages over sites or over megawatts [dimensionless].

Limits: each for its own sites, year and way of averaging; the survey asks every operator for its
largest site, and the two figures of 2026 were read second-hand.
"""

QUERY_WATT_HOURS = {
    "Epoch AI": _printed(0.30, "epoch_query_energy2025", "typical query, estimate"),
    "OpenAI": _printed(0.34, "altman2025", "average query, by the vendor"),
    "Google": _printed(0.24, "elsworth2025", "median text prompt, by the vendor"),
    "Google, chips alone": _printed(0.10, "elsworth2025", "median text prompt, active chips"),
    "GPT-4o, from outside": _printed(0.42, "jegham2025", "short query, estimate"),
}
"""Energy of one answer as printed: medians and averages of unlike prompts [Wh].

Limits: text of usual length in 2025, each vendor's own way of counting.
"""

US_HOME_POWER = 10_791e3 / (365.0 * HOURS_PER_DAY)
"""Average electric power of a home in the United States [W].

Limits: 10,791 kWh bought by a residential customer in 2022.
Source: `eia_home`.
"""

US_AVERAGE_LOAD = 477e9
"""Average electric power of the United States [W].

Limits: 2023.
Source: `epoch2030`, power.
"""

POWER_LADDER = {
    "Llama 3.1, 2024": 16_000 * 1_700.0,
    "New Carlisle, 2026": 1.092e9,
    "a campus, 2030": 5e9,
    "US sites, 2030": 45e9,
    "all US, 2023": US_AVERAGE_LOAD,
}
"""Powers to compare with: a training cluster, a site, two plans, a country [W].

16,000 accelerators at 1,700 W each, overheads included; New Carlisle in May 2026; the tops of the
ranges foreseen for one campus and for sites spread over the United States; the United States'
average.

Source: `epoch2030`, power; `epoch_data_centers` for New Carlisle.
"""


# ---- a campus is a stack of multipliers --------------------------------------------------------


def sustained_power(
    accelerators: Numbers, watts_each: Numbers, overhead: Numbers = 1.0, pue: Numbers = 1.0
) -> Numbers:
    """Power that a campus draws.

    ``P = n W o PUE``.

    Args:
        accelerators: how many run, n, 0 or more.
        watts_each: rated power of one, W, above 0.
        overhead: server, network and storage over the accelerator, at least 1.
        pue: power usage effectiveness, site over machines, at least 1.

    Returns:
        Power in W.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: definition of the factors; values in this module's constants.
    """
    n = nonnegative("accelerators", accelerators)
    each = _wall_power(watts_each, overhead, pue, accelerators=n)
    return n * each


def accelerators_powered(
    connection: Numbers, watts_each: Numbers, overhead: Numbers = 1.0, pue: Numbers = 1.0
) -> Numbers:
    """How many accelerators a grid connection feeds: the inverse of `sustained_power`.

    ``n = P / (W o PUE)``, not rounded.

    Args:
        connection: power of the connection in W, 0 or more.
        watts_each: rated power of one accelerator, W, above 0.
        overhead: server, network and storage over the accelerator, at least 1.
        pue: power usage effectiveness, at least 1.

    Returns:
        A number of accelerators.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: definition of the factors.
    """
    connection = nonnegative("connection", connection)
    return connection / _wall_power(watts_each, overhead, pue, connection=connection)


def _wall_power(watts_each: Any, overhead: Any, pue: Any, **others: Any) -> Any:
    watts = positive("watts_each", watts_each)
    overhead, pue = number("overhead", overhead, low=1.0), number("pue", pue, low=1.0)
    broadcastable(watts_each=watts, overhead=overhead, pue=pue, **others)
    return watts * overhead * pue


@dataclass(frozen=True)
class EnergyLadder:
    """Shares of a joule at the meter that reach each step.

    Attributes:
        servers: past cooling and conversion.
        accelerators: past the rest of the server, network and storage.
        arithmetic: spent while useful sums are done.
    """

    servers: Numbers
    accelerators: Numbers
    arithmetic: Numbers


def energy_ladder(pue: Numbers, overhead: Numbers, utilisation: Numbers) -> EnergyLadder:
    """Share of each joule at the meter that is left after each loss.

    ``1 / PUE``, ``1 / (PUE o)`` and ``u / (PUE o)``.

    Args:
        pue: power usage effectiveness, at least 1.
        overhead: server, network and storage over the accelerator, at least 1.
        utilisation: useful FLOP over peak FLOP, 0 to 1.

    Returns:
        `EnergyLadder` with `.servers .accelerators .arithmetic`, each 0 to 1.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: definition of the factors.
    """
    pue, overhead = number("pue", pue, low=1.0), number("overhead", overhead, low=1.0)
    utilisation = fraction("utilisation", utilisation)
    broadcastable(pue=pue, overhead=overhead, utilisation=utilisation)
    servers = 1.0 / pue
    accelerators = servers / overhead
    return EnergyLadder(servers, accelerators, accelerators * utilisation)


@dataclass(frozen=True)
class AveragePUE:
    """One set of sites, two averages: each site counts once, or each watt does."""

    by_site: Numbers
    by_power: Numbers


def average_pue(pue: Numbers, power: Numbers) -> AveragePUE:
    """Average power usage effectiveness of some sites, by site and by power.

    ``sum PUE_i / n`` and ``sum PUE_i P_i / sum P_i``.

    Args:
        pue: power usage effectiveness of each site, at least 1, shape (sites,).
        power: power of the machines of each site, above 0, in any one unit, shape (sites,).

    Returns:
        `AveragePUE` with `.by_site .by_power`.

    Raises:
        ValueError: if an argument is out of its range or the lengths differ.

    Source: definition.
    """
    pue, power = number("pue", pue, low=1.0), positive("power", power)
    if not is_traced(pue) and not is_traced(power):
        same_length(pue=pue, power=power)
    return AveragePUE(np.mean(pue), np.sum(pue * power) / np.sum(power))  # type: ignore[arg-type]


def average_power(terawatt_hours: Numbers) -> Numbers:
    """Average power of a year's energy.

    ``P = E / year``.

    Args:
        terawatt_hours: energy of one year in TWh, 0 or more.

    Returns:
        Power in W.

    Raises:
        ValueError: if the energy is negative or not finite.

    Source: identity of units.
    """
    energy = nonnegative("terawatt_hours", terawatt_hours) * (1e12 * JOULES_PER_WATT_HOUR)
    return energy / SECONDS_PER_YEAR


# ---- from watts to training compute and back ---------------------------------------------------


@dataclass(frozen=True)
class Chip:
    """An accelerator as it stands in a hall.

    Attributes:
        peak: dense arithmetic at 16 bits [FLOP/s].
        wall_power: power at the meter for each, with its server and cooling [W].
        source: where the two were printed.
    """

    peak: float
    wall_power: float
    source: Source

    @property
    def flop_per_joule(self) -> float:
        """Peak FLOP for each joule at the meter: ``peak / wall_power``."""
        return self.peak / self.wall_power


CHIPS = {
    "V100": Chip(125e12, 510.0, SOURCES["epoch_models"].at("GPT-3: power over 10,000 V100")),
    "A100": Chip(312e12, 797.6, SOURCES["epoch_models"].at("GPT-4: power over 25,000 A100")),
    "H100": Chip(
        H100_PEAK,
        DGX_H100_SHARE * PUBLISHED_PUE["Google's fleet, 2025"].value,
        SOURCES["nvidia_dgx_h100"].at("10.2 kW for eight, times a PUE of 1.09"),
    ),
}
"""Three generations of accelerators by name.

Limits: the power of the first two is that of one cluster each, estimated.
"""


def training_flop_budget(
    power: Numbers, days: Numbers, flop_per_joule: Numbers, utilisation: Numbers, pue: Numbers
) -> Numbers:
    """Compute that a power, held for some days, trains with.

    ``C = P t e u / PUE``.

    Args:
        power: power at the meter in W, 0 or more.
        days: duration in days, 0 or more.
        flop_per_joule: peak FLOP for each joule that the machines get, e, above 0.
        utilisation: useful FLOP over peak FLOP, u, above 0 and at most 1.
        pue: power usage effectiveness, at least 1 (1 where e already counts it).

    Returns:
        Training compute in FLOP.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Epoch AI 2024, power constraints.
    """
    power, days = nonnegative("power", power), nonnegative("days", days)
    energy = _joules_per_flop(flop_per_joule, utilisation, pue, power=power, days=days)
    return power * days * SECONDS_PER_DAY / energy


def training_energy(
    C: Numbers, flop_per_joule: Numbers, utilisation: Numbers, pue: Numbers
) -> Numbers:
    """Energy at the meter that a training run takes: `training_flop_budget` solved for ``P t``.

    ``E = C PUE / (e u)``; over a duration it is the power needed.

    Args:
        C: training compute in FLOP, 0 or more.
        flop_per_joule: peak FLOP for each joule that the machines get, e, above 0.
        utilisation: useful FLOP over peak FLOP, u, above 0 and at most 1.
        pue: power usage effectiveness, at least 1.

    Returns:
        Energy in J.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Epoch AI 2024, power constraints.
    """
    C = nonnegative("C", C)
    return C * _joules_per_flop(flop_per_joule, utilisation, pue, C=C)


def _joules_per_flop(flop_per_joule: Any, utilisation: Any, pue: Any, **others: Any) -> Any:
    e, pue = positive("flop_per_joule", flop_per_joule), number("pue", pue, low=1.0)
    u = fraction("utilisation", utilisation, open_low=True)
    broadcastable(flop_per_joule=e, utilisation=u, pue=pue, **others)
    return pue / (e * u)


def implied_utilisation(
    C: Numbers, accelerator_hours: Numbers, peak: Numbers = H100_PEAK
) -> Numbers:
    """Utilisation that a run must have had, from its compute and its machine time.

    ``u = C / (hours 3600 peak)``: above 1 the compute and the hours cannot be of one run.

    Args:
        C: training compute in FLOP, 0 or more.
        accelerator_hours: hours times accelerators, above 0.
        peak: FLOP/s of one accelerator, above 0.

    Returns:
        Useful FLOP over peak FLOP; not capped, so that impossible records show.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: definition.
    """
    C, hours = nonnegative("C", C), positive("accelerator_hours", accelerator_hours)
    peak = positive("peak", peak)
    broadcastable(C=C, accelerator_hours=hours, peak=peak)
    return C / (hours * SECONDS_PER_HOUR * peak)


def useful_flop_per_joule(C: Numbers, power: Numbers, hours: Numbers) -> Numbers:
    """Compute for each joule at the meter, from the record of a run.

    ``C / (P t)``: above the peak FLOP a joule of its chip, the record is of two different runs.

    Args:
        C: training compute in FLOP, 0 or more.
        power: power at the meter in W, above 0.
        hours: duration in hours, above 0.

    Returns:
        FLOP for each joule.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: definition.
    """
    C, power, hours = nonnegative("C", C), positive("power", power), positive("hours", hours)
    broadcastable(C=C, power=power, hours=hours)
    return C / (power * hours * SECONDS_PER_HOUR)


# ---- fleets that answer ------------------------------------------------------------------------

SERVING_WATTS = 1_500.0 * 0.7
"""Power at the meter for each H100 that answers [W].

Source: `epoch_query_energy2025`, 70 % of 1,500 W.
"""

TYPICAL_ACTIVE_PARAMETERS = 1e11
"""Active parameters behind a chat answer [parameters].

Limits: an assumption of the source about a model of 2024.
Source: `epoch_query_energy2025`.
"""

TYPICAL_ANSWER_TOKENS = 500.0
"""A long chat answer [tokens].

Limits: an assumption of the source.
Source: `epoch_query_energy2025`.
"""

WORDS_PER_TOKEN = 0.75
"""Words of English text for each token [words/token].

Limits: a rule of thumb for everyday English; other languages and code take more tokens a word.
Source: `openai_tokens`, 100 tokens for 75 words.
"""

LONG_PROMPT_WATT_HOURS = {1e4: 2.5, 1e5: 40.0}
"""Energy of a typical answer to a long prompt, by the tokens of the prompt [Wh].

Limits: up to 100,000 tokens of prompt.
Source: `epoch_query_energy2025`, long inputs.
"""


def energy_per_query(
    N: Numbers,
    tokens: Numbers,
    *,
    prompt_tokens: Numbers = 0.0,
    utilisation: Numbers = SERVING_UTILISATION,
    watts: Numbers = SERVING_WATTS,
    peak: Numbers = H100_PEAK,
) -> Numbers:
    """Energy that one answer takes.

    ``E = 2 N T W / (u peak) + N / N_0 (a p + b p^2)``, p tokens of prompt; a and b pass through
    Epoch's two answers to long prompts by a model of N_0 active parameters.

    Args:
        N: active parameters.
        tokens: tokens written, T, 0 or more.
        prompt_tokens: tokens read, p, 0 or more; Epoch's figures reach to 100,000.
        utilisation: useful FLOP over peak FLOP while writing, u, above 0 and at most 1.
        watts: power at the meter for each accelerator, W, above 0.
        peak: FLOP/s of one accelerator, above 0.

    Returns:
        Energy in J (3,600 J are 1 Wh).

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Epoch AI 2025 (calibration); the scaling of the prompt's part with N is ours.
    """
    N, tokens = positive("N", N), nonnegative("tokens", tokens)
    prompt = nonnegative("prompt_tokens", prompt_tokens)
    u = fraction("utilisation", utilisation, open_low=True)
    watts, peak = positive("watts", watts), positive("peak", peak)
    broadcastable(N=N, tokens=tokens, prompt_tokens=prompt, utilisation=u, watts=watts, peak=peak)
    reading = prompt * (_PROMPT_LINEAR + _PROMPT_SQUARE * prompt) * (N / TYPICAL_ACTIVE_PARAMETERS)
    return inference_flops(N, tokens) * watts / (u * peak) + reading


def _prompt_coefficients() -> tuple[float, float]:
    """The linear and the quadratic coefficient, J a token, that the two long prompts fix."""
    prompts = np.array(list(LONG_PROMPT_WATT_HOURS))
    answer = inference_flops(TYPICAL_ACTIVE_PARAMETERS, TYPICAL_ANSWER_TOKENS) * SERVING_WATTS
    reading = np.array(list(LONG_PROMPT_WATT_HOURS.values())) * JOULES_PER_WATT_HOUR
    reading -= answer / (SERVING_UTILISATION * H100_PEAK)
    square, linear = np.polyfit(prompts, reading / prompts, 1)
    return float(linear), float(square)


_PROMPT_LINEAR, _PROMPT_SQUARE = _prompt_coefficients()


def fleet_power(queries_per_day: Numbers, joules_per_query: Numbers) -> Numbers:
    """Average power of a fleet that answers.

    ``P = Q E / day``.

    Args:
        queries_per_day: answers a day, Q, 0 or more.
        joules_per_query: energy of one, E in J, 0 or more, as from `energy_per_query`.

    Returns:
        Power in W.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: identity of units.
    """
    queries = nonnegative("queries_per_day", queries_per_day)
    joules = nonnegative("joules_per_query", joules_per_query)
    broadcastable(queries_per_day=queries, joules_per_query=joules)
    return queries * joules / SECONDS_PER_DAY


def matching_tokens(power: Numbers, queries_per_day: Numbers, joules_per_token: Numbers) -> Numbers:
    """Tokens an answer at which a fleet draws a given power, say that of training.

    ``T = P day / (Q E_1)``.

    Args:
        power: the power to match, W, 0 or more.
        queries_per_day: answers a day, Q, above 0.
        joules_per_token: energy of one token written, E_1 in J, above 0.

    Returns:
        Tokens an answer.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: identity of units.
    """
    power, queries = nonnegative("power", power), positive("queries_per_day", queries_per_day)
    joules = positive("joules_per_token", joules_per_token)
    broadcastable(power=power, queries_per_day=queries, joules_per_token=joules)
    return power * SECONDS_PER_DAY / (queries * joules)


# ---- four ceilings -----------------------------------------------------------------------------

CEILING_YEAR = 2030
"""The year that the published ceilings are for [year].

Source: `epoch2030`.
"""

EFFICIENCY_GROWTH = 1.28
"""Growth of peak FLOP/s for each W [×/year].

Limits: 2010 to 2024.
Source: `epoch2030`, power.
"""

READINGS = (0.80, 0.90, 0.95)
"""Coverages that a printed range may be read as [dimensionless].

The first is what the report says of every range in it; the others show what hangs on it and are
ours.

Source: `epoch2030`, note 4, figures 1 and 7; `thisbook`, illustrative.
"""


@dataclass(frozen=True)
class Ceiling:
    """The largest training run that one resource allows, as a range: ``low < median < high``.

    Attributes:
        low: low end [FLOP].
        median: as likely too low as too high [FLOP].
        high: high end [FLOP].
        source: where the three were printed.

    Raises:
        ValueError: if the three do not rise or are not above 0.
    """

    low: float
    median: float
    high: float
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        for name in ("low", "median", "high"):
            single(name, positive(name, getattr(self, name)))
        if not self.low < self.median < self.high:
            raise ValueError(
                f"low, median, high = {self.low:g}, {self.median:g}, {self.high:g}: "
                "allowed are three numbers that rise"
            )

    def at(self, z: Numbers, reading: Numbers = READINGS[0]) -> Numbers:
        """Value at a standard normal score: a log-normal of two pieces, joined at the median.

        ``median exp(z / z_r ln(median / low))`` below and ``median exp(z / z_r ln(high /
        median))`` above, z_r being the score at the ends of the range.

        Args:
            z: standard normal score, any finite number.
            reading: coverage that the range is read as, inside (0, 1).

        Returns:
            Compute in FLOP.

        Raises:
            ValueError: if an argument is out of its range or the shapes do not broadcast.

        Source: ours, illustrative.
        """
        z, reading = number("z", z), open_fraction("reading", reading)
        broadcastable(z=z, reading=reading)
        steps = z / _end_score(reading)
        down, up = np.log(self.median / self.low), np.log(self.high / self.median)
        return self.median * np.exp(steps * np.where(z < 0, down, up))


_EPOCH_MEDIAN = "range as printed; median read from the chart, second-hand"
EPOCH_2030 = {
    "power": Ceiling(
        2e28, 2e29, 2e30, SOURCES["epoch2030"].at("power, distributed over the United States")
    ),
    "chips": Ceiling(1e29, 9e29, 5e30, SOURCES["epoch2030"].at("chips")),
    "data": Ceiling(6e28, 2e30, 2e32, SOURCES["epoch2030"].at("data", _EPOCH_MEDIAN)),
    "latency": Ceiling(3e30, 3e31, 1e32, SOURCES["epoch2030"].at("latency wall", _EPOCH_MEDIAN)),
}
"""Ceilings of a training run by resource: how large it could be.

Limits: a run in 2030, as seen in 2024.
"""

ONE_CAMPUS_2030 = Ceiling(
    1e28,
    5.5e28,
    3e29,
    SOURCES["epoch2030"].at(
        "power, one campus", "range as printed; median illustrative, its middle on a log axis"
    ),
)
"""The ceiling of power for a run on one site.

Limits: a run in 2030 on 1 to 5 GW, as seen in 2024.
"""

SHARED_INPUTS = {
    "length of the run": 2.33e7 / 5.18e6,
    "share of the stock": 0.40 / 0.16,
    "peak of an accelerator": 4e15 / 1e15,
    "utilisation": 0.60 / 0.20,
}
"""Inputs of both the ceiling of power and that of chips: 90th over 10th percentile [dimensionless].

Source: `epoch2030`, assumptions under its figures 3 and 4.
"""


def shared_correlation(first: Ceiling, second: Ceiling, shared: Numbers) -> Numbers:
    """Correlation that two ceilings get from the inputs that they share.

    ``sum ln(r_i)^2 / (ln(high_1 / low_1) ln(high_2 / low_2))``: products of log-normals, of which
    the shared factors add the same variance to both logarithms.

    Args:
        first: a ceiling.
        second: another one, its range of the same coverage.
        shared: high over low end of each shared factor, r_i, at least 1, same coverage, along the
            last axis.

    Returns:
        The correlation of the logarithms; above 1 the factors cannot all be shared.

    Raises:
        ValueError: if a ceiling is not a `Ceiling` or a ratio is below 1 or not finite.

    Source: definition; that the ranges are log-normal is ours, illustrative.
    """
    spans = []
    for name, ceiling in {"first": first, "second": second}.items():
        if not isinstance(ceiling, Ceiling):
            raise ValueError(f"{name} = {ceiling!r}: allowed is a Ceiling")
        spans.append(np.log(ceiling.high / ceiling.low))
    ratios = number("shared", shared, low=1.0)
    return np.sum(np.log(ratios) ** 2, axis=-1) / (spans[0] * spans[1])


@dataclass(frozen=True, eq=False)
class Ceilings:
    """Joint samples of the largest run that each resource allows, in FLOP, along the last axis.

    Attributes:
        power: samples above 0 of what power allows.
        chips: of what the supply of accelerators allows.
        data: of what text and other data allow.
        latency: of what the time of one pass over the data allows.
        others: samples of further resources by name.

    Raises:
        ValueError: if a sample is not above 0, a single number, or the shapes do not broadcast.
    """

    power: Numbers
    chips: Numbers
    data: Numbers
    latency: Numbers
    others: Mapping[str, Numbers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "others", _mapping("others", self.others))
        for name, values in self.samples.items():
            values = positive(name, values)
            if not is_traced(values) and np.ndim(values) == 0:
                raise ValueError(f"{name} = {values:g}: allowed are samples along the last axis")
        broadcastable(**self.samples)

    @property
    def samples(self) -> dict[str, Numbers]:
        """The samples by resource."""
        return {**{name: getattr(self, name) for name in EPOCH_2030}, **self.others}

    @property
    def lowest(self) -> Numbers:
        """The largest run that fits under all of them, in FLOP, for each sample.

        ``min(power, chips, data, latency, ...)``.
        """
        return functools.reduce(np.minimum, self.samples.values())


def ceilings(
    year: Numbers = CEILING_YEAR,
    n: int = 512,
    seed: int = 0,
    *,
    ranges: Mapping[str, Ceiling] | None = None,
    factors: Mapping[str, Numbers] | None = None,
    correlation: Numbers = 0.0,
    reading: Numbers = READINGS[0],
) -> Ceilings:
    """Joint samples of the largest training run that power, chips, data and latency allow.

    ``factor ceiling.at(z)`` for each resource, with normal scores z from scrambled Sobol points,
    independent but for ``z_chips = rho z_power + sqrt(1 - rho^2) z'``.  In years other than 2030
    the ceiling of power moves with the efficiency of chips, by ``1.28^(year - 2030)``; the others
    stay, for want of a printed rate.

    Args:
        year: year of the run, 2025 to 2035, shape s.
        n: how many samples, a power of 2.
        seed: seeds the scrambling of the quasi-random points.
        ranges: ceilings by resource that replace the published ones or are added to them.
        factors: by resource, how many times more of it there is, above 0, shape s.
        correlation: of power and chips, above -1 and below 1, shape s.
        reading: coverage that a printed range is read as, inside (0, 1), shape s.

    Returns:
        `Ceilings` with `.power .chips .data .latency .others .samples .lowest`, samples of shape
        s + (n,).

    Raises:
        ValueError: if an argument is out of its range or a resource is unknown.

    Source: Epoch AI 2024 (ranges and their coverage); the form and the independence are ours (the
    report's own simulation shares inputs: `shared_correlation`).
    """
    year = number("year", year, low=2025.0, high=2035.0)
    rho = number("correlation", correlation, low=-1.0, high=1.0, open_low=True, open_high=True)
    reading = open_fraction("reading", reading)
    ranges = {**EPOCH_2030, **_mapping("ranges", ranges)}
    for name, ceiling in ranges.items():
        if not isinstance(ceiling, Ceiling):
            raise ValueError(f"ranges[{name!r}] = {ceiling!r}: allowed is a Ceiling")
    scale: dict[str, Numbers] = dict.fromkeys(ranges, 1.0)
    for name, factor in _mapping("factors", factors).items():
        scale[choice("factors: resource", name, ranges)] = positive(f"factors[{name!r}]", factor)
    broadcastable(year=year, correlation=rho, reading=reading, **scale)
    scale["power"] = scale["power"] * EFFICIENCY_GROWTH ** (year - CEILING_YEAR)
    scores = dict(zip(ranges, _scores(n, seed, len(ranges)), strict=True))
    rho = column(rho)
    scores["chips"] = rho * scores["power"] + np.sqrt(1.0 - rho**2) * scores["chips"]
    drawn = {
        name: column(scale[name]) * ceiling.at(scores[name], column(reading))
        for name, ceiling in ranges.items()
    }
    four = {name: drawn.pop(name) for name in EPOCH_2030}
    return Ceilings(**four, others=drawn)


def binding(draw: Ceilings) -> dict[str, Numbers]:
    """Probability that each resource is the one that stops the run.

    ``sum_i [X_i = min over resources of X_i] / n``: the share of samples in which its ceiling is
    the lowest.

    Args:
        draw: joint samples, as from `ceilings`.

    Returns:
        A dict from resource to probability; they sum to 1 unless two ceilings tie.

    Raises:
        ValueError: if `draw` is not a `Ceilings`.

    Source: definition; ours, illustrative, as the samples are.
    """
    lowest = _drawn(draw).lowest
    return {
        name: np.mean(np.where(values <= lowest, 1.0, 0.0), axis=-1)
        for name, values in draw.samples.items()
    }


def fit_probability(draw: Ceilings, demand: Numbers) -> Numbers:
    """Probability that a run fits under all ceilings.

    ``sum_i [lowest_i >= demand] / n``: the share of samples whose lowest ceiling is at least the
    demand.

    Args:
        draw: joint samples, as from `ceilings`.
        demand: training compute of the run in FLOP, above 0, shape s.

    Returns:
        Probability, shape s.

    Raises:
        ValueError: if `draw` is not a `Ceilings`, the demand is not above 0 and finite, or the
            shapes do not broadcast.

    Source: definition; ours, illustrative, as the samples are.
    """
    lowest = _drawn(draw).lowest
    demand = column(positive("demand", demand))
    broadcastable(draw=lowest, demand=demand)
    return np.mean(np.where(lowest >= demand, 1.0, 0.0), axis=-1)


def _drawn(draw: Any) -> Ceilings:
    if not isinstance(draw, Ceilings):
        raise ValueError(f"draw = {draw!r}: allowed are Ceilings")
    return draw


def _mapping(name: str, value: Any) -> Mapping[str, Any]:
    value = {} if value is None else value
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ValueError(f"{name} = {value!r}: allowed is a mapping from resource to value")
    return value


def _scores(n: int, seed: int, dimensions: int) -> np.ndarray:
    """Standard normal scores of scrambled Sobol points, shape (dimensions, n), to four decimals.

    That is finer than any of these ranges are known, and a page can hold such numbers.
    """
    from scipy.stats import qmc  # seconds of import: only who samples pays for it

    n, seed = whole_number("n", n), seed_number("seed", seed)
    if n < 2 or n & (n - 1):
        raise ValueError(f"n = {n}: allowed is a power of 2 from 2 on")
    points = qmc.Sobol(dimensions, scramble=True, seed=seed).random(n)
    # a scrambled point can fall on 0
    return np.round(special.ndtri(np.maximum(points.T, np.finfo(float).tiny)), 4)


def _end_score(reading: Any) -> Any:
    return special.ndtri(0.5 + 0.5 * reading)
