"""Criteria of chapter 01: budgets split by brute force, slopes and losses read off."""

from functools import cache

import numpy as np
from scipy import stats

from scaling_core import datasets, facts, fitting
from tests.book.verdicts import criterion

REFIT = (1.8172, 482.01, 2085.43, 0.3478, 0.3658)
HOFFMANN = (1.69337368, 406.401018, 410.722827, 0.33917084, 0.2849083)


def loss(N, D, constants=REFIT):
    E, A, B, alpha, beta = constants
    return E + A / N**alpha + B / D**beta


@cache
def frontier(constants):
    """Budgets, the best size for each and its loss."""
    budgets = 10 ** np.linspace(16, 34, 721)
    sizes = 10 ** np.linspace(5, 18, 6501)[:, np.newaxis]
    losses = loss(sizes, budgets / (6 * sizes), constants)
    best = losses.argmin(axis=0)
    return budgets, sizes[best, 0], losses[best, np.arange(len(budgets))]


@criterion("reagents")
def reagents(N, D):
    size, text = (loss(N, D) - loss(1.001 * N, D)), (loss(N, D) - loss(N, 1.001 * D))
    if min(abs(np.log(size / text / border)) for border in (0.8, 1.25)) < 0.01:
        return None
    if size > 1.25 * text:
        return "**hungry for size**"
    return "**hungry for text**" if size < 0.8 * text else "**in balance**"


@cache
def sizes_drawn(constants):
    """Smallest and largest size over the best one among the runs that are drawn."""
    runs = datasets.load_first("chinchilla_runs", "laptop_pretraining")
    if runs.name == "chinchilla_runs":
        kept = np.argsort(runs["loss"])[:240]
        C, N = 6 * runs["N"][kept] * runs["D"][kept], runs["N"][kept]
        budgets, best, _ = frontier(constants)
        off = np.log(N) - np.interp(np.log(C), np.log(budgets), np.log(best))
        return np.exp([off.min(), off.max()])
    budgets, best = minima(runs["budget"], runs["N"], runs["loss"])
    slope, height = np.polyfit(np.log(budgets), best, 1)
    off = np.log(runs["N"]) - height - slope * np.log(runs["budget"])
    return np.exp([off.min(), off.max()])


def minima(C, N, loss):
    budgets, best = np.unique(C), []
    for budget in budgets:
        x, y = np.log(N[C == budget]), loss[C == budget]
        bend, slope, _ = np.polyfit(x, y, 2)
        lowest = -slope / (2 * bend)
        best.append(lowest if x.min() <= lowest <= x.max() else np.nan)
    best = np.array(best)
    return budgets[~np.isnan(best)], best[~np.isnan(best)]


@criterion("valley")
def valley(s, C, constants):
    constants = REFIT if constants == "Refit" else HOFFMANN
    low, high = sizes_drawn(constants)
    if min(abs(np.log(s / low)), abs(np.log(s / high))) < 0.02:
        return None
    if not low < s < high:
        return "**more lopsided than any of the runs drawn**"
    budgets, best, lowest = frontier(constants)
    N = s * np.exp(np.interp(np.log(C), np.log(budgets), np.log(best)))
    reached = loss(N, C / (6 * N), constants)
    waste = C / np.exp(np.interp(-reached, -lowest, np.log(budgets)))
    if abs(waste - 1.1) < 0.01:
        return None
    return "**close enough**" if waste < 1.1 else "**as lopsided as some of the runs drawn**"


@criterion("tenfold")
def tenfold(C, view, floor):
    budgets, _, lowest = frontier(REFIT)
    drawn = (budgets >= 1e18) & (budgets <= 1e31)
    x, y = np.log10(budgets[drawn]), lowest[drawn]
    here, after = np.interp(np.log10([C, 10 * C]), np.log10(budgets), lowest)
    if view == "loss, linear":
        if abs(here - after - 0.1) < 0.002:
            return None
        return "**a wall**" if here - after < 0.1 else "**a steep fall**"
    seen = y - floor > 0.005
    slopes = np.diff(np.log(y[seen] - floor)) / np.diff(x[seen])
    bend = slopes[-10:].mean() / slopes[:10].mean()
    if abs(here - floor) < 1e-4 or 0.8 < bend < 0.97 or 1.03 < bend < 1.25:
        return None
    says = ["Here the true loss is below that floor."] * bool(here < floor)
    if 0.97 <= bend <= 1.03:
        return (*says, "**a straight road**")
    way = "down, as in a breakthrough" if bend > 1 else "up, as at a wall"
    return (*says, f"**a road that bends {way}, though nothing happened**")


@criterion("rereading")
def rereading(p, R, U):
    worth = [1 + R * (1 - np.exp(-(passes - 1) / R)) for passes in (p, p + 1e-5)]
    more = (worth[1] - worth[0]) / 1e-5
    if abs(more - 0.5) < 1e-3 or abs(R - 4.6) < 0.01:
        return None
    says = "**go on**" if more > 0.5 else "**stop buying passes, buy text**"
    return (says, "The fitted runs exclude so small an R.") if R < 4.6 else says


@criterion("harm")
def harm(R, model):
    table = facts.table("repeated_text")
    of = table["model"] == model
    rise = table["loss"][of][-1] - table["loss"][of].min()
    return "**reading on did harm**" if rise > 0.1 else "**reading on did no harm**"


@criterion("lifetime")
def lifetime(T, C):
    E, A, B, alpha, beta = REFIT
    budgets, best, lowest = frontier(REFIT)
    goal = np.interp(np.log(C), np.log(budgets), lowest)
    sizes = np.exp(np.interp(np.log(C), np.log(budgets), np.log(best))) * np.geomspace(0.1, 3, 9001)
    left = goal - E - A / sizes**alpha
    D = np.where(left > 0, (B / np.maximum(left, 1e-30)) ** (1 / beta), np.inf)
    bill = 6 * sizes * D + 2 * sizes * T
    alone = np.nanargmin(6 * sizes * D)
    total = bill.min() / bill[alone]
    if abs(total - 0.997) < 0.0005:
        return None
    return "**does not pay**" if total > 0.997 else "**pays**"


@cache
def left_out(k):
    """What the figure shows with the first k runs left out, and the ends of what is allowed."""
    runs = datasets.load_first("chinchilla_runs", "laptop_pretraining")
    if runs.name == "chinchilla_runs":
        rest = np.sort(np.argsort(-runs["loss"])[k:])
        E, A, B, alpha, beta = (
            getattr(fitting.fit_parametric(*(runs[c][rest] for c in ("N", "D", "loss"))).law, name)
            for name in ("E", "A", "B", "alpha", "beta")
        )
        sizes = np.geomspace(1e9, 1e13, 20_001)
        best = loss(sizes, 5.76e23 / (6 * sizes), (E, A, B, alpha, beta)).argmin()
        return 5.76e23 / (6 * sizes[best] ** 2), (7.6, 35)
    C, N, losses = (runs[c] for c in ("budget", "N", "loss"))
    off = np.empty(len(N))
    for budget in np.unique(C):
        of = C == budget
        off[of] = np.polyval(np.polyfit(np.log(N[of]), losses[of], 2), np.log(N[of])) / losses[of]
    rest = np.sort(np.argsort(off)[k:])
    every, some = (
        stats.linregress(np.log(budgets), best)
        for budgets, best in (minima(C, N, losses), minima(C[rest], N[rest], losses[rest]))
    )
    reach = stats.t.ppf(0.975, len(minima(C, N, losses)[0]) - 2) * every.stderr
    return some.slope, (every.slope - reach, every.slope + reach)


@criterion("dropped")
def dropped(k):
    value, (low, high) = left_out(k)
    if min(abs(value / low - 1), abs(value / high - 1)) < 0.02:
        return None
    return "**inside**" if low < value < high else "**outside**"
