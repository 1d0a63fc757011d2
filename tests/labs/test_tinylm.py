"""The model against derivatives by differences, its sampler against its forward, its counts."""

import numpy as np
import pytest

from labs.tinylm import LanguageModel, schedule

SHAPES = [(1, 8, 1, 2), (2, 8, 2, 1), (3, 12, 3, 2)]


def shaken(layers, width, heads, rng, dtype=np.float64):
    """A model whose every weight counts: at the start the outputs are zeros."""
    model = LanguageModel(11, width, layers, 6, heads, dtype=dtype)
    model.theta += rng.normal(0, 0.3, model.theta.size).astype(dtype)
    return model


@pytest.mark.parametrize(("layers", "width", "heads"), [s[:3] for s in SHAPES])
@pytest.mark.parametrize("length", [6, 4])
def test_gradient_is_the_slope_of_the_loss(layers, width, heads, length):
    rng = np.random.default_rng(layers)
    model = shaken(layers, width, heads, rng)
    tokens, targets = rng.integers(0, 9, (2, 3, length))  # symbols 9 and 10 are never read
    weights = rng.normal(0, 1, (3, length))
    model.loss(tokens, targets, weights)
    gradient, step = model.gradient.copy(), 1e-5
    some = [rng.choice(table.size) for table in model.w.values() for _ in range(8)]
    begins = np.cumsum([0, *(table.size for table in model.w.values())])[:-1].repeat(8)
    for place in begins + some:
        before = model.theta[place]
        ends = []
        for sign in (1, -1):
            model.theta[place] = before + sign * step
            ends.append(model.loss(tokens, targets, weights, learn=False)[0])
        model.theta[place] = before
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(
            gradient[place], rel=1e-6, abs=1e-8
        )


def test_the_future_is_not_seen():
    rng = np.random.default_rng(1)
    model = shaken(2, 16, 2, rng)
    tokens = rng.integers(0, 11, (1, 6))
    changed = tokens.copy()
    changed[0, 4] = (tokens[0, 4] + 1) % 11
    a, b = (model.forward(t)[0] for t in (tokens, changed))
    np.testing.assert_array_equal(a[:, :4], b[:, :4])
    assert not np.allclose(a[:, 4:], b[:, 4:])


def test_untrained_loss_is_that_of_guessing():
    tokens = np.random.default_rng(0).integers(0, 98, (4, 33))
    loss, each = LanguageModel(98, 16, 2, 32).loss(tokens[:, :-1], tokens[:, 1:])
    assert loss == pytest.approx(np.log(98), rel=1e-6)
    assert each.shape == (4, 32)


@pytest.mark.parametrize("heads", [1, 2])
def test_cached_sampler_writes_what_forward_would(heads):
    rng = np.random.default_rng(2)
    model = shaken(3, 16, heads, rng)
    model.context = 12
    model.w["place"] = rng.normal(0, 0.3, (16, 12))
    prompts = rng.integers(0, 11, (50, 5))
    written = model.generate(prompts, 7, rng, temperature=0)
    text = np.concatenate([prompts, written], axis=1)
    logits = model.forward(text[:, :-1])[0].reshape(11, 50, 11)
    np.testing.assert_array_equal(logits.argmax(0)[:, 4:], written)


def test_sampler_draws_with_the_probabilities_of_forward():
    rng = np.random.default_rng(3)
    model = shaken(2, 8, 1, rng)
    n, prompt = 40_000, np.array([[3, 1, 4]])
    written = model.generate(prompt.repeat(n, axis=0), 2, rng, temperature=0.7)
    z = model.forward(np.array([[3, 1, 4, s] for s in range(11)]))[0].reshape(11, 11, 4) / 0.7
    p = np.exp(z) / np.exp(z).sum(0)
    expected = p[:, 0, 2, None] * p[:, :, 3].T  # first symbol, second symbol
    counts = np.bincount(written[:, 0] * 11 + written[:, 1], minlength=121).reshape(11, 11)
    error = (counts / n - expected) / np.sqrt(expected * (1 - expected) / n)
    assert np.abs(error).max() < 5


def test_a_text_stops_and_a_banned_symbol_is_not_first():
    rng = np.random.default_rng(4)
    model = LanguageModel(11, 8, 1, 30)
    written = model.generate(np.zeros((200, 1), int), 20, rng, stop=7, ban=7)
    assert (written[:, 0] != 7).all()
    ended = np.cumsum(written == 7, axis=1) > 0
    assert (written[ended] == 7).all()
    assert ended[:, -1].mean() > 0.5


class Counted(np.ndarray):
    """An array that counts the FLOP of every matrix product it takes part in."""

    flop = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        if ufunc is np.matmul:
            a, b = (np.asarray(x) for x in inputs)
            products = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
            Counted.flop += 2 * int(np.prod(products)) * a.shape[-2] * a.shape[-1] * b.shape[-1]
        plain = [np.asarray(x) for x in inputs]
        if out is not None:
            options["out"] = tuple(np.asarray(x) for x in out)
        result = getattr(ufunc, method)(*plain, **options)
        return out[0] if out is not None else np.asarray(result).view(Counted)

    def __array_function__(self, function, types, args, options):
        if function is np.einsum:
            _, a, b = args
            Counted.flop += 2 * max(np.asarray(a).size, np.asarray(b).size)
            return np.einsum(args[0], np.asarray(a), np.asarray(b)).view(Counted)
        return super().__array_function__(function, types, args, options)


@pytest.fixture
def counted():
    def make(*shape):
        model = LanguageModel(*shape)
        for table in (model.w, model.g):
            for name in table:
                table[name] = table[name].view(Counted)
        Counted.flop = 0
        return model

    return make


@pytest.mark.parametrize("shape", [(98, 16, 1, 32), (98, 48, 2, 32), (56, 12, 3, 14)])
def test_flop_is_what_the_matrix_products_execute(counted, shape):
    model = counted(*shape)
    length = shape[-1]
    tokens = np.random.default_rng(0).integers(0, shape[0], (5, length + 1))
    model.loss(tokens[:, :-1], tokens[:, 1:], learn=False)
    assert Counted.flop == 5 * model.forward_flop(length)
    Counted.flop = 0
    model.loss(tokens[:, :-1], tokens[:, 1:])
    assert Counted.flop == 5 * model.training_flop(length)


def test_flop_of_a_sample_is_what_the_sampler_executes(counted):
    model = counted(56, 16, 2, 14)
    model.generate(np.zeros((3, 8), int), 7, np.random.default_rng(0))
    assert Counted.flop == 3 * (model.forward_flop(8) + model.forward_flop(14, cached=8))


def test_parameters_are_counted_by_hand():
    model = LanguageModel(98, 64, 3, 32)
    assert model.N == 98 * 64 + 3 * 12 * 64**2
    assert model.theta.size == model.N + (98 + 32) * 64


def test_a_step_is_adamw():
    """One weight matrix against the textbook's lines, in double precision, three steps."""
    rng = np.random.default_rng(5)
    model = shaken(1, 8, 1, rng)
    theta, m, v = model.theta.copy(), 0.0, 0.0
    for t in range(1, 4):
        g = rng.normal(0, 1, theta.size)
        model.gradient[...] = g
        model.step(0.01, decay=0.1)
        g = g / max(1, np.linalg.norm(g))
        m, v = 0.9 * m + 0.1 * g, 0.95 * v + 0.05 * g**2
        adam = (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-8)
        theta = theta * (1 - 0.01 * 0.1) - 0.01 * model.rate * adam
    np.testing.assert_allclose(model.theta, theta, rtol=1e-10)


def test_learning_rate_rises_then_falls_to_zero():
    rates = [schedule(i, 200) for i in range(200)]
    assert np.argmax(rates) in (9, 10)
    assert max(rates) == 1
    assert rates[0] == pytest.approx(0.1)
    assert rates[-1] == pytest.approx(1 / 190)


def test_a_width_that_heads_do_not_divide():
    with pytest.raises(ValueError, match="width = 9: allowed are multiples of the 2 heads"):
        LanguageModel(5, 9, 1, 4, heads=2)
