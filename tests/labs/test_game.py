"""The budget game: it charges exactly, refuses what cannot be paid, and knows good from bad."""

import numpy as np
import pytest

from labs import game as budget_game
from labs.game import MEASURED_PURSE, STRATEGIES, Game, GameError, measured
from labs.tinylm import LanguageModel


def on_the_grid(seed=0):
    return Game(MEASURED_PURSE, measured, seed)


def test_a_run_is_charged_what_it_takes():
    game = Game(1e8)
    loss = game.train(4, 1, 2e7)
    step = 8 * LanguageModel(98, 4, 1, 32).training_flop(32)
    assert game.left == 1e8 - round(2e7 / step) * step
    assert 3 < loss < np.log(98)
    assert game.runs == [(4, 1, 1e8 - game.left, loss)]


def test_what_cannot_be_paid_is_refused_and_costs_nothing():
    game = Game(1e8)
    with pytest.raises(GameError, match=r"costs 2e\+08 FLOP and the purse holds 1e\+08: refused"):
        game.train(4, 1, 2e8)
    with pytest.raises(GameError, match="flop = 0: one step of this model takes"):
        game.train(4, 1, 0)
    with pytest.raises(GameError, match="flop = nan: one step"):
        game.train(4, 1, float("nan"))
    assert game.left == 1e8
    assert not game.runs


@pytest.mark.parametrize(
    ("width", "layers", "message"),
    [
        (0, 1, "width = 0: allowed is a whole number from 1 to 512"),
        (8.5, 1, "width = 8.5: allowed is a whole number"),
        (8, 9999, "layers = 9999: allowed is a whole number"),
        (33, 1, "width = 33: allowed are multiples of the 2 heads"),
    ],
)
def test_models_that_are_none(width, layers, message):
    with pytest.raises(GameError, match=message):
        Game(1e9).train(width, layers, 1e8)


@pytest.mark.parametrize("purse", [0, -1, float("inf"), float("nan")])
def test_a_purse_that_is_none(purse):
    with pytest.raises(GameError, match=r"purse = .*: allowed is a positive number"):
        Game(purse)


def test_the_forecast_comes_first_and_stays():
    game = Game(3e7)
    with pytest.raises(GameError, match="write down a forecast first"):
        game.final()
    with pytest.raises(GameError, match="loss = 0: allowed is a positive number"):
        game.forecast(4, 1, 0)
    game.forecast(4, 1, 3.5)
    with pytest.raises(GameError, match="already, and stays"):
        game.forecast(4, 1, 3.4)
    with pytest.raises(GameError, match="what is left is for the final run"):
        game.train(4, 1, 1e7)
    score = game.final()
    assert score.expected == 3.5
    assert score.spent_looking == 0
    assert abs(game.left) < 0.02 * game.purse
    with pytest.raises(GameError, match="the game is over"):
        game.final()


def test_on_the_grid_only_what_was_measured_can_be_bought():
    game = on_the_grid()
    assert game.train(12, 1, 3e9) == pytest.approx(2.43, abs=0.03)
    with pytest.raises(GameError, match=r"was not measured: with 3e\+09 FLOP there are 4 x 1, 6"):
        game.train(96, 3, 3e9)
    with pytest.raises(GameError, match="was not measured"):
        game.train(12, 1, 5e9)
    seeds = {on_the_grid(seed).train(12, 1, 3e9) for seed in range(6)}
    assert len(seeds) == 3  # the noise of the grid


def test_the_score_is_the_share_of_the_purse_on_the_frontier():
    game = on_the_grid()
    game.forecast(32, 2, 1.8)
    score = game.final()
    law = budget_game.frontier()
    assert law.predict(score.share * MEASURED_PURSE) == pytest.approx(score.loss, rel=1e-9)
    assert 0.6 < score.share < 1
    assert score.frontier == pytest.approx(float(law.predict(MEASURED_PURSE)))
    said = str(score)
    assert f"you said 1.800, {abs(1.8 / score.loss - 1):.1%} off" in said
    assert f"costs {score.share:.0%} of the purse" in said


def test_who_looks_first_beats_who_does_not():
    shares = {
        name: np.mean([play(on_the_grid(seed)).share for seed in range(3)])
        for name, play in STRATEGIES.items()
    }
    assert shares["careful"] > shares["blind"] > shares["large"]
    assert shares["careful"] > 0.6


def test_the_three_can_be_played_with_real_training(monkeypatch):
    """In small: what they ask for is within the purse."""
    asked = []

    def trainer(width, layers, flop, seed):
        asked.append(flop)
        return flop, 2.5 - 0.1 * np.log10(flop / 1e9)

    monkeypatch.setattr(budget_game, "trained", trainer)
    for play in STRATEGIES.values():
        game = Game(trainer=trainer)
        score = play(game)
        assert abs(game.left) < 1e-3 * game.purse
        assert 0 <= score.spent_looking < 0.25
