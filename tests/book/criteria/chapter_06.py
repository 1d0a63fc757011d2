"""Criteria of chapter 06 (00 is the landing page)."""

from __future__ import annotations

import csv
from functools import cache

import numpy as np
from scipy.stats import norm

from tests.book.verdicts import criterion
from tests.conftest import ROOT


@criterion("campus")
def campus(n, W, grid, o, pue):
    share = n * W * o * pue / (grid * 1e6)
    if abs(share - 1) < 1e-9:
        return None
    return ("**fits**", "with room for") if share < 1 else ("**does not fit**", "and leaves out")


# ---- four walls: the published ranges, drawn afresh by another generator -----------------------

# Epoch AI 2024, FLOP: low end, median, high end of a run in 2030
RANGES = {
    "Power": {"all of the US": (2e28, 2e29, 2e30), "one campus": (1e28, np.sqrt(3e57), 3e29)},
    "Chips": (1e29, 9e29, 5e30),
    "Data": (6e28, 2e30, 2e32),
    "Latency": (3e30, 3e31, 1e32),
}
FUTURES = 100_000


@cache
def scores() -> np.ndarray:
    return np.random.default_rng(6).standard_normal((4, FUTURES))


def wall(score, low, middle, high, held):
    """Half a log-normal on either side of the median: so many cases between the ends."""
    reach = norm.ppf((1 + held) / 2)
    below, above = np.log(middle / low) / reach, np.log(high / middle) / reach
    return np.log(middle) + score * np.where(score < 0, below, above)


@criterion("first_wall")
def first_wall(watts, texts, run, made, rho, reading, site):
    power, chips, data, latency = scores()
    chips = rho * power + np.sqrt(1 - rho**2) * chips
    held = reading / 100
    walls = np.array(
        [
            wall(power, *RANGES["Power"][site], held) + np.log(watts),
            wall(chips, *RANGES["Chips"], held) + np.log(made),
            wall(data, *RANGES["Data"], held) + np.log(texts),
            wall(latency, *RANGES["Latency"], held),
        ]
    )
    first = np.bincount(np.argmin(walls, axis=0), minlength=4) / FUTURES
    fits = np.mean(walls.min(axis=0) > np.log(run))
    # the figure counts 512 futures
    if np.diff(np.sort(first)[-2:])[0] < 0.06 or 0 < abs(fits - 0.5) < 0.03:
        return None
    come = ("Power comes", "Chips come", "Data come", "Latency comes")[int(np.argmax(first))]
    odds = "less likely than not" if fits < 0.5 else "more likely than not"
    return f"**{come}** first most often", f"**{odds}**"


# ---- the joule: mend one loss at a time --------------------------------------------------------


@criterion("joule")
def joule(pue, o, u):
    def useful(pue, o, u):
        return u / (pue * o)

    now = useful(pue, o, u)
    gains = {
        "better cooling": useful(1, o, u) / now,
        "a leaner server": useful(pue, 1, u) / now,
        "better use of the chips": useful(pue, o, 1) / now,
    }
    best, second = sorted(gains, key=gains.get, reverse=True)[:2]
    if gains[best] - gains[second] < 1e-6:
        return None
    return f"**{best}** has most to give"


# ---- answers against training ------------------------------------------------------------------


@criterion("fleet")
def fleet(Q, T, u, C, N):
    # an H100 answers with 1,050 W at its meter; in training it has an eighth of 10.2 kW and a PUE
    # of 1.09, at a utilisation of 0.35, over a year
    answers = Q / 86_400 * 2 * N * T * 1_050 / (u * 989.4e12)
    training = C / (0.35 * 989.4e12) * (10_200 / 8 * 1.09) / (365.25 * 86_400)
    if abs(answers / training - 1) < 1e-3:
        return None
    return "**more**" if answers > training else "**less**"


# ---- the record: utilisations by hand ----------------------------------------------------------

PEAKS = {
    "Google TPU v3": 1.23e14,
    "Google TPU v4": 2.75e14,
    "NVIDIA A100 SXM4 40 GB": 3.12e14,
    "NVIDIA A100 SXM4 80 GB": 3.12e14,
    "NVIDIA H100 SXM5 80GB": 9.894e14,
}
SLIPS = ("Minerva (540B)", "U-PaLM (540B)", "Flan-PaLM 540B", "GPT-4 (Jun 2023)")


@cache
def utilisations() -> tuple[float, ...]:
    path = ROOT / "scaling_core" / "data" / "training_runs.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            float(row["training_flop"])
            / (float(row["hardware_count"]) * float(row["hours"]) * 3_600)
            / PEAKS[row["hardware"]]
            for row in csv.DictReader(file)
            if row["hardware"] in PEAKS and row["model"] not in SLIPS
        )


@criterion("record")
def record(P, t, u, chip, rows):
    held = utilisations()
    if min(abs(x - u) for x in held) < 1e-4:
        return None
    better = sum(x > u for x in held)
    if better == len(held):
        return f"**all {better} reached more**"
    return f"**{better} of {len(held)} reached more**" if better else "**none reached more**"
