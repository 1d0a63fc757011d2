"""The budget game: a purse of FLOP, a few runs to learn from, one forecast and one final run.

Models are trained for real, or drawn from the measured grid of lab 1.  Every run is charged what it
takes, counted exactly, and what cannot be paid is refused.  Who has seen enough writes down a size
and a forecast of its loss; the final run then spends all that is left.

    game = Game()                       # 1e11 FLOP, real training
    game.train(8, 1, 3e9)               # width, layers, FLOP: the loss
    game.forecast(24, 2, 2.0)           # the size of the final run, and the loss you expect
    print(game.final())

The score is the share of the purse with which the best would have reached the same loss: what was
spent on looking around, and what was lost on a wrong size, both lower it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from labs import analysis, runner
from labs.pretraining import CONTEXT, GRID, LADDER, SYMBOLS, job, run
from labs.runner import Work
from labs.tinylm import LanguageModel
from scaling_core.fitting import fit_power_law

PURSE = 1e11
"""FLOP of a game with real training: some seconds on a laptop."""
MEASURED_PURSE = 4e11
FINAL = 3e11
"""FLOP of a game on the grid, and of its final run, which the largest measured budget pays."""
Trainer = Callable[[int, int, float, int], tuple[float, float]]
"""Width, layers, FLOP and a number for chance: the exact FLOP spent, and the loss."""


class GameError(ValueError):
    """A move that the rules do not allow; the message says why."""


def trained(width: int, layers: int, flop: float, seed: int) -> tuple[float, float]:
    """Train a model on the text of lab 1."""
    asked = job("pretraining", float(flop), width, layers, seed).settings
    ((row,),) = run(asked, Work()).values()
    return row["C"], row["loss"]


def measured(width: int, layers: int, flop: float, seed: int) -> tuple[float, float]:
    """A run of the committed grid, of one of its seeds."""
    budgets = np.array([budget for budget in GRID if budget <= FINAL])
    budget = budgets[np.abs(np.log(budgets / flop)).argmin()]
    if not np.isclose(budget, flop, rtol=0.01) or (width, layers) not in GRID[budget]:
        allowed = ", ".join(f"{w} x {n}" for w, n in GRID[budget])
        raise GameError(
            f"{width} wide, {layers} layers, {flop:.3g} FLOP was not measured: with {budget:.0e} "
            f"FLOP there are {allowed} (width x layers)"
        )
    runs = runner.table(Path(__file__).with_name("results") / "pretraining.csv")
    mine = (runs["budget"] == budget) & (runs["width"] == width) & (runs["layers"] == layers)
    seeds = np.flatnonzero(mine)
    row = seeds[seed % len(seeds)]
    return float(runs["C"][row]), float(runs["loss"][row])


@dataclass(frozen=True)
class Score:
    """How a game ended.

    Attributes:
        loss: of the final run, nats a character.
        expected: the forecast of it.
        spent_looking: the share of the purse that went into other runs.
        share: the share of the purse with which the best reach that loss, 1 being the frontier.
        frontier: the loss that the whole purse reaches on the frontier.
    """

    loss: float
    expected: float
    spent_looking: float
    share: float
    frontier: float

    def __str__(self) -> str:
        off = abs(self.expected / self.loss - 1)
        return (
            f"Your final run ends at {self.loss:.3f} nats a character; you said "
            f"{self.expected:.3f}, {off:.1%} off.\n"
            f"You spent {self.spent_looking:.0%} of the purse on looking around.  On the frontier "
            f"the whole purse reaches {self.frontier:.3f},\nand your loss costs {self.share:.0%} "
            "of the purse: that is your score."
        )


@dataclass
class Game:
    """One game, from a full purse to a score.

    Attributes:
        purse: FLOP in all.
        trainer: `trained`, or `measured` without any training.
        seed: of the first run; each further run counts on.
        runs: width, layers, FLOP and loss of each run so far.
    """

    purse: float = PURSE
    trainer: Trainer = trained
    seed: int = 0
    runs: list[tuple[int, int, float, float]] = field(default_factory=list)
    _said: tuple[int, int, float] | None = None
    _ended: bool = False

    def __post_init__(self) -> None:
        if not (np.isfinite(self.purse) and self.purse > 0):
            raise GameError(f"purse = {self.purse!r}: allowed is a positive number of FLOP")

    @property
    def left(self) -> float:
        """FLOP in the purse."""
        return self.purse - sum(flop for _, _, flop, _ in self.runs)

    def train(self, width: int, layers: int, flop: float) -> float:
        """Train a model, pay for it, and return its loss.

        Raises:
            GameError: if the purse does not hold so much, the model is none, the forecast is
                already written down, or the game is over.
        """
        if self._said:
            raise GameError("the forecast is written down: what is left is for the final run")
        return self._train(width, layers, flop)

    def _train(self, width: int, layers: int, flop: float) -> float:
        if self._ended:
            raise GameError("the game is over: begin another")
        for name, value in (("width", width), ("layers", layers)):
            if not isinstance(value, int | np.integer) or not 1 <= value <= 512:
                raise GameError(f"{name} = {value!r}: allowed is a whole number from 1 to 512")
        if width > 16 and width % (width // 16):
            raise GameError(f"width = {width}: allowed are multiples of the {width // 16} heads")
        step = 8 * LanguageModel(SYMBOLS, width, layers, CONTEXT).training_flop(CONTEXT)
        if not flop >= step:
            raise GameError(f"flop = {flop:.3g}: one step of this model takes {step:.3g}")
        # a run is a whole number of steps: half a step more than asked for at most
        price = round(flop / step) * step if self.trainer is trained else flop
        if price > self.left + step:
            raise GameError(
                f"this run costs {price:.3g} FLOP and the purse holds {self.left:.3g}: refused"
            )
        spent, loss = self.trainer(width, layers, flop, self.seed + len(self.runs))
        self.runs.append((width, layers, spent, loss))
        return loss

    def forecast(self, width: int, layers: int, loss: float) -> None:
        """Write down the size of the final run and the loss that it will reach: it stays.

        Raises:
            GameError: if there is a forecast already, or the loss is not a positive number.
        """
        if self._said:
            raise GameError("the forecast is written down already, and stays")
        if not (np.isfinite(loss) and loss > 0):
            raise GameError(f"loss = {loss!r}: allowed is a positive number of nats a character")
        self._said = width, layers, float(loss)

    def final(self) -> Score:
        """Spend what is left on the model of the forecast, and say how good that was.

        Raises:
            GameError: if there is no forecast yet, or its model cannot be paid; it can then be
                neither changed nor trained, and the game is over.
        """
        if not self._said:
            raise GameError("write down a forecast first: game.forecast(width, layers, loss)")
        width, layers, expected = self._said
        looking = 1 - self.left / self.purse
        flop = FINAL if self.trainer is measured else self.left
        loss = self._train(width, layers, flop)
        self._ended = True
        law = frontier()
        share = (loss / law.height) ** (1 / law.exponent) * law.centre / self.purse
        return Score(loss, expected, looking, share, float(law.predict(self.purse)))


def frontier() -> analysis.PowerLawFit:
    """The lowest loss against compute, as measured in lab 1."""
    runs = runner.table(Path(__file__).with_name("results") / "pretraining.csv")
    return analysis.pretraining_law(runs).loss


# ---- three to play against -------------------------------------------------------------------


def blind(game: Game) -> Score:
    """Look at nothing, and take a size from the middle of the ladder."""
    game.forecast(*LADDER[len(LADDER) // 2], 2.0)
    return game.final()


def large(game: Game) -> Score:
    """Believe that larger is better: one small run, then the largest model that was measured."""
    loss = game.train(8, 1, 3e9)
    game.forecast(*GRID[FINAL][-1], loss - 0.5)
    return game.final()


def careful(game: Game) -> Score:
    """Find the best of a few sizes at two small budgets, and extrapolate size and loss."""
    best, lowest, budgets = [], [], (3e9, 1e10) if game.trainer is measured else (1e9, 4e9)
    for budget, sizes in zip(budgets, (LADDER[1:4], LADDER[2:5]), strict=True):
        found = [(game.train(*size, budget), size) for size in sizes]
        loss, size = min(found)
        lowest.append(loss)
        best.append(LanguageModel(SYMBOLS, *size, CONTEXT).N)
    flop = FINAL if game.trainer is measured else game.left
    wanted = best[-1] * (flop / budgets[-1]) ** 0.5  # as the square root, which is usual
    sizes = GRID[FINAL] if game.trainer is measured else LADDER

    def off(size: tuple[int, int]) -> float:
        return abs(np.log(LanguageModel(SYMBOLS, *size, CONTEXT).N / wanted))

    expected = fit_power_law(budgets, lowest).predict(flop)
    game.forecast(*min(sizes, key=off), float(expected))
    return game.final()


STRATEGIES = {"blind": blind, "large": large, "careful": careful}
