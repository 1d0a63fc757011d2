"""Each lab in small: it runs end to end, goes on after a kill, and its parts do what they say."""

import io
import itertools
import types

import numpy as np
import pytest

from labs import longtail, posttraining, pretraining, runner, testtime
from labs.runner import PLANS, Job, Work, run_lab
from labs.world import STOP, World

LABS = {lab.NAME: lab for lab in (pretraining, longtail, posttraining, testtime)}


@pytest.fixture
def small(monkeypatch):
    """The labs with settings that take a moment."""
    monkeypatch.setattr(pretraining, "TEST_WINDOWS", 256)
    monkeypatch.setattr(longtail, "FACT_STEPS", 1500)
    monkeypatch.setattr(longtail, "SKILLS", 20)
    monkeypatch.setattr(posttraining, "BASE_STEPS", 4)
    monkeypatch.setattr(posttraining, "TEST_PROBLEMS", 200)
    monkeypatch.setattr(posttraining, "EXPERT_SAMPLES", 400)
    monkeypatch.setattr(posttraining, "POOL", (5, 8))
    monkeypatch.setattr(posttraining, "CHOICES", (1, 2, 8))
    monkeypatch.setattr(posttraining, "STUDENT_EXAMPLES", 300)
    monkeypatch.setattr(posttraining, "STUDENT_STEPS", 5)
    monkeypatch.setattr(posttraining, "PROBLEMS", 8)
    monkeypatch.setattr(posttraining, "EXAMPLES", (30, 100))


RUNS = {
    "pretraining": [
        {"table": "pretraining", "budget": 2e7, "width": 4, "layers": 1, "seed": 0},
        {"table": "pretraining_final", "budget": 2e7, "width": 8, "layers": 1, "seed": 0},
    ],
    "longtail": [
        {"part": "skills", "alpha": 0.6, "steps": 30, "seed": 0},
        {"part": "facts", "alpha": 1.0, "width": 16, "seed": 0},
    ],
    "posttraining": [
        {"part": "recipes", "recipe": "policy gradient", "rate": 0.002, "steps": 6, "seed": 0},
        {"part": "recipes", "recipe": "expert iteration", "rate": 0.008, "steps": 2, "seed": 0},
        {"part": "judges", "labels": 50, "width": 16, "seed": 0},
        {"part": "students", "corpus": "teacher, verified", "seed": 0},
        {"part": "students", "corpus": "noisy corpus", "seed": 0},
        {"part": "transfer", "examples": 30, "start": "base", "steps": 20, "seed": 0},
        {"part": "transfer", "examples": 30, "start": "scratch", "steps": 20, "seed": 0},
    ],
    "testtime": [
        {"part": "tries", "width": 12, "steps": 5, "problems": 4, "tries": 6, "seed": 0},
        {"part": "votes", "width": 12, "steps": 5, "problems": 4, "tries": 6, "seed": 0},
        {"part": "direct", "width": 12, "steps": 5, "seed": 0},
    ],
}
CASES = [(name, k) for name, runs in RUNS.items() for k in range(len(runs))]


@pytest.mark.parametrize("name", LABS)
def test_a_tiny_run_of_each_lab_fills_its_tables(name, small, tmp_path):
    lab = types.SimpleNamespace(**vars(LABS[name]))
    lab.jobs = lambda plan: [Job(f"run {k}", s, 1.0) for k, s in enumerate(RUNS[name])]
    run_lab(lab, "quick", tmp_path, processes=0, stream=io.StringIO())
    for table in lab.TABLES:
        found = runner.table(tmp_path / f"{table}.csv")
        assert set(found) == {"run", *lab.TABLES[table]}
        for column, values in found.items():
            if values.dtype.kind in "if":
                assert np.isfinite(values).all(), (table, column)
    runs = runner.table(tmp_path / f"{name}_runs.csv")
    assert len(runs["run"]) == len(RUNS[name])
    assert (runs["cpu_seconds"] >= 0).all()


@pytest.mark.parametrize(("name", "k"), CASES)
def test_stopped_in_the_middle_a_run_ends_with_the_same_rows(name, k, small, tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 0.0)
    job = Job("run", RUNS[name][k], 1.0)
    calls = []
    whole, *_ = runner.perform(LABS[name], job, None, lambda share, words: calls.append(share))

    def stop_half_way(share, words):
        calls.pop()
        if len(calls) < half:
            raise KeyboardInterrupt

    half = len(calls) // 2
    folder = tmp_path / "unfinished"
    folder.mkdir()
    with pytest.raises(KeyboardInterrupt):
        runner.perform(LABS[name], job, folder, stop_half_way)
    again, *_ = runner.perform(LABS[name], job, folder, lambda share, words: None)
    assert [*again] == [*whole]
    for table, rows in whole.items():
        for row, same in zip(rows, again[table], strict=True):
            assert {k: runner.shown(v) for k, v in row.items()} == {
                k: runner.shown(v) for k, v in same.items()
            }


@pytest.mark.parametrize("name", LABS)
def test_plans_grow_and_names_say_what_runs(name):
    lab = LABS[name]
    jobs = {plan: {job.run: job.settings for job in lab.jobs(plan)} for plan in PLANS}
    for plan in PLANS:
        assert len(jobs[plan]) == len(lab.jobs(plan))
    assert len(jobs["quick"]) < len(jobs["standard"]) < len(jobs["full"])
    for small_plan, large_plan in itertools.pairwise(PLANS):
        for run in jobs[small_plan].keys() & jobs[large_plan].keys():
            assert jobs[small_plan][run] == jobs[large_plan][run]
    seeds = {settings["seed"] for settings in jobs["standard"].values()}
    assert len(seeds) >= 3


# ---- lab 1 -----------------------------------------------------------------------------------


def test_the_text_is_folded_and_split_by_file():
    learn, held_out = pretraining.text()
    assert max(learn.max(), held_out.max()) < pretraining.SYMBOLS
    assert len(learn) > 5e6
    assert 0.02 < len(held_out) / len(learn) < 0.15
    line = np.frombuffer(b"from __future__ import annotations\n", np.uint8)
    folded = np.where(line == 10, pretraining.NEWLINE, line - 32).astype(np.uint8).tobytes()
    assert folded in learn.tobytes()


def test_windows_hold_what_comes_next():
    read, target = pretraining.windows(np.arange(98, dtype=np.uint8), np.array([3, 50]))
    np.testing.assert_array_equal(read[:, 1:], target[:, :-1])
    np.testing.assert_array_equal(target[:, -1], [3 + 32, 50 + 32])


@pytest.mark.parametrize(
    ("budget", "message"), [(0, "one step of this model takes"), (1e14, "would read .* characters")]
)
def test_budgets_that_buy_nothing_or_more_text_than_there_is(budget, message):
    settings = {"table": "pretraining", "budget": budget, "width": 4, "layers": 1, "seed": 0}
    with pytest.raises(ValueError, match=f"budget = .*: {message}"):
        pretraining.run(settings, Work())


def test_no_run_of_the_plans_reads_text_twice():
    characters = len(pretraining.text()[0])
    for job in pretraining.jobs("full"):
        width, layers = job.settings["width"], job.settings["layers"]
        model = pretraining.LanguageModel(98, width, layers, 32)
        assert job.settings["budget"] * 32 / model.training_flop(32) < characters


# ---- lab 2 -----------------------------------------------------------------------------------


def test_gradient_of_the_skills():
    rng = np.random.default_rng(0)
    weights = [rng.normal(0, 1, shape) for shape in ((6, 4), (6, 24), (6,))]
    skills = np.repeat([0, 1, 3], [3, 1, 4])
    pairs = np.array([[0, 1], [2, 3], [4, 5], [6, 7]])
    bits, parity = longtail.examples(skills, pairs, rng)
    np.testing.assert_array_equal(parity[3], bits[2, 3] * bits[3, 3])
    gradients = [np.zeros_like(w) for w in weights]
    longtail.skill_losses(weights, skills, bits, parity, gradients)
    for table, gradient in zip(weights, gradients, strict=True):
        for place in np.ndindex(table.shape):
            before, ends = table[place], []
            for sign in (1, -1):
                table[place] = before + sign * 1e-6
                ends.append(longtail.skill_losses(weights, skills, bits, parity).mean())
            table[place] = before
            assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(gradient[place], abs=1e-7)


def test_facts_that_fit_are_known(monkeypatch):
    monkeypatch.setattr(longtail, "KEYS", 8)
    monkeypatch.setattr(longtail, "FACT_STEPS", 400)
    assert longtail.learn_facts(0.3, 64, 0, Work()) < 0.05 < np.log(32)


def test_frequencies_follow_the_tail():
    p = longtail.frequencies(0.6, 1000)
    assert p.sum() == pytest.approx(1)
    assert p[0] / p[9] == pytest.approx(10**1.6)


# ---- lab 3 -----------------------------------------------------------------------------------


def test_best_of_n_is_what_drawing_gives():
    """Against every draw of three out of four, with replacement."""
    scores, right = np.array([[0.3, -1.0, 2.0, 0.9]]), np.array([[1, 0, 0, 1]])
    draws = list(itertools.product(range(4), repeat=3))
    best = [max(draw, key=lambda i: scores[0, i]) for draw in draws]
    truth = np.mean([right[0, i] for i in best]), np.mean([scores[0, i] for i in best])
    assert posttraining.best_of(scores, right, 3) == pytest.approx(truth)
    assert posttraining.best_of(scores, right, 1) == pytest.approx((0.5, scores.mean()))


def test_policy_gradient_raises_a_reward(small, monkeypatch):
    """A model that knows nothing soon gives the answer that is always rewarded."""
    monkeypatch.setattr(posttraining, "PROBLEMS", 32)
    monkeypatch.setattr(
        posttraining.World, "right", lambda world, problems, written: written[:, 0] == 3
    )
    world = posttraining.WORLD
    model = posttraining.LanguageModel(world.symbols, 16, 2, world.length - 1)
    found = posttraining.policy_gradient(model, 40, 0.01, 0, Work())
    assert found[0]["accuracy"] < 0.1
    assert found[-1]["accuracy"] > 0.9
    texts = posttraining.PROBLEMS * posttraining.GROUP
    step = model.forward_flop(8) + model.forward_flop(14, cached=8) + model.training_flop(14)
    assert found[-1]["flop"] == 40 * texts * step


def test_a_judge_begins_with_what_its_base_knows(small):
    world = posttraining.WORLD
    texts = world.documents(world.problems(100, np.random.default_rng(0)), np.random.default_rng(1))
    right = np.arange(100) % 2 == 0
    judge = posttraining.make_judge(texts, right, 16, 0, Work())
    assert judge.context == world.length
    assert posttraining.judged(judge, texts).shape == (100,)


# ---- lab 4 -----------------------------------------------------------------------------------


def test_the_most_frequent_of_many_answers():
    rng = np.random.default_rng(0)
    answers = rng.choice([3, 4, -1], (50, 2000), p=[0.5, 0.3, 0.2])
    truth = np.full(50, 3)
    assert testtime.majority(answers, truth, 1, rng) == pytest.approx(0.5, abs=0.05)
    assert testtime.majority(answers, truth, 512, rng) > 0.99
    assert testtime.majority(answers, np.full(50, 4), 512, rng) < 0.01


def test_samples_are_of_the_problems_asked():
    world, rng = World(), np.random.default_rng(0)
    problems = world.problems(6, rng)

    class Solver:
        """Writes the truth to even problems and a broken chain to odd ones."""

        def generate(self, asked, length, rng, stop, ban):
            np.testing.assert_array_equal(asked, problems)
            assert (length, stop) == (7, STOP)
            written = world.documents(problems, rng)[:, world.prompt :]
            written[1::2, 0] = (written[1::2, 0] + 1) % 10
            return written

    answers, verified = testtime.sample(world, Solver(), problems, 3, 0, Work())
    np.testing.assert_array_equal(verified.all(axis=1), [True, False] * 3)
    np.testing.assert_array_equal(answers[::2, 0], world.chains(problems)[::2, -1])
