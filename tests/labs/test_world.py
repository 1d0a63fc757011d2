"""The button world: what it writes is true, and the verifier knows it from what is not."""

import numpy as np
import pytest

from labs.world import BUTTONS, DIRECT, PAD, STOP, World

WORLD = World()


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_problem_worked_by_hand():
    world = World(buttons=2, presses=3)
    world.rules = np.array([(np.arange(10) + 1) % 10, (3 * np.arange(10)) % 10])
    problem = np.array([[7, BUTTONS + 1, BUTTONS, PAD, 11]])  # times 3, plus 1
    assert world.spell(problem[0]) == "7ba_="
    np.testing.assert_array_equal(world.chains(problem), [[1, 2, 2]])
    document = world.documents(problem, np.random.default_rng(0))
    assert world.spell(document[0]) == "7ba_=12._"
    direct = world.documents(problem, np.random.default_rng(0), written=0)
    assert world.spell(direct[0]) == "7ba_=>2._"[:9]


def test_truth_is_verified_written_out(rng):
    problems = WORLD.problems(2000, rng)
    written = WORLD.documents(problems, rng)[:, WORLD.prompt :]
    assert WORLD.verified(problems, written).all()
    assert WORLD.right(problems, written).all()


def test_direct_answers_are_right_but_not_verified(rng):
    problems = WORLD.problems(2000, rng)
    written = WORLD.documents(problems, rng, written=0)[:, WORLD.prompt :]
    assert WORLD.right(problems, written).all()
    assert not WORLD.verified(problems, written).any()


def test_one_wrong_digit_anywhere_breaks_a_chain(rng):
    problems = WORLD.problems(500, rng)
    written = WORLD.documents(problems, rng)[:, WORLD.prompt :]
    count = WORLD.counts(problems)
    for place in range(WORLD.presses):
        broken = written.copy()
        broken[:, place] = (broken[:, place] + 1) % 10
        within = place < count
        assert not WORLD.verified(problems, broken)[within].any()
        last = place == count - 1
        assert not WORLD.right(problems, broken)[last].any()
        assert WORLD.right(problems, broken)[place < count - 1].all()


@pytest.mark.parametrize("stop", ["missing", "early", "late"])
def test_a_chain_that_does_not_stop_where_it_should(rng, stop):
    problems = WORLD.problems(500, rng)
    problems = problems[(WORLD.counts(problems) > 1) & (WORLD.counts(problems) < WORLD.presses)]
    written = WORLD.documents(problems, rng)[:, WORLD.prompt :]
    row, count = np.arange(len(problems)), WORLD.counts(problems)
    last = written[row, count - 1]
    if stop == "early":
        written[row, count - 1] = STOP
    else:
        written[row, count] = last
        if stop == "late":
            written[row, count + 1] = STOP
    assert not WORLD.verified(problems, written).any()


def test_no_answer_is_not_a_right_answer():
    problems = WORLD.problems(3, np.random.default_rng(1))
    nothing = np.full((3, WORLD.answer_length), PAD)
    nothing[1, 0] = STOP  # the digit before it would be that of the prompt
    nothing[2, :2] = DIRECT, STOP
    np.testing.assert_array_equal(WORLD.answers(nothing), -1)
    assert not WORLD.right(problems, nothing).any()
    assert not WORLD.verified(problems, nothing).any()


def test_slips_carry_on_from_the_wrong_digit(rng):
    problems = WORLD.problems(20_000, rng, fewest=6)
    written = WORLD.documents(problems, rng, slips=0.1)[:, WORLD.prompt :]
    # a slip lands on the right digit one time in ten, so a step holds with 0.9 + 0.1 / 10
    assert WORLD.verified(problems, written).mean() == pytest.approx(0.91**6, abs=0.01)
    previous = np.concatenate([problems[:, :1], written[:, :5]], axis=1)
    step = WORLD.rules[problems[:, 1:-1] - BUTTONS, previous] == written[:, :6]
    assert step.mean() == pytest.approx(0.91, abs=0.005)


def test_shares_of_the_corpus(rng):
    problems = WORLD.problems(20_000, rng)
    documents = WORLD.documents(problems, rng, written=0.3, wrong=0.3)
    direct = documents[:, WORLD.prompt] == DIRECT
    assert direct.mean() == pytest.approx(0.7, abs=0.01)
    right = WORLD.right(problems, documents[:, WORLD.prompt :])
    assert right[direct].mean() == pytest.approx(0.73, abs=0.01)
    assert right[~direct].all()


def test_problems_follow_zipf(rng):
    problems = WORLD.problems(20_000, rng)
    pressed = problems[problems >= BUTTONS] - BUTTONS
    shares = np.bincount(pressed, minlength=40) / pressed.size
    np.testing.assert_allclose(shares, WORLD.frequency, atol=0.01)
    assert shares[0] / shares[3] == pytest.approx(4**1.2, rel=0.05)
    counts = np.bincount(WORLD.counts(problems), minlength=7)
    np.testing.assert_allclose(counts[1:] / 20_000, 1 / 6, atol=0.01)


def test_weights_end_with_the_stop(rng):
    problems = WORLD.problems(500, rng)
    documents = WORLD.documents(problems, rng, written=0.5)
    weights = WORLD.weights(documents)
    stops = np.argmax(documents == STOP, axis=1)
    np.testing.assert_array_equal(weights.sum(axis=1), stops - WORLD.prompt + 1)
    np.testing.assert_array_equal(weights[np.arange(500), stops - 1], 1)
    assert not weights[:, : WORLD.prompt - 1].any()


def test_tidy_pads_after_the_first_stop():
    problems = WORLD.problems(1, np.random.default_rng(2))
    written = np.array([[1, 2, STOP, 4, STOP, 5, 6]])
    np.testing.assert_array_equal(
        WORLD.tidy(problems, written)[0, WORLD.prompt :], [1, 2, STOP, PAD, PAD, PAD, PAD]
    )
