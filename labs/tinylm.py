"""A causal transformer language model in NumPy alone: forward, backward, AdamW and a sampler.

Read from top to bottom: the weights, the way forward, the way back, the optimiser, the sampler.
The model has learned positions, RMS norms without gain before each block, squared ReLU, and output
matrices that begin at zero, so that the loss begins at log(symbols).

Activations stand with features in rows and positions in columns, as in ``y = W x``.  Sums over
features then run along whole rows of memory, which makes a narrow model a tenth faster.

Units: FLOP count one multiplication and one addition as two, losses are in nats per symbol.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray

NORM_FLOOR = 1e-6
"""Added to the mean square of a column before its root is taken, so that zeros stay zeros."""
REFERENCE_WIDTH = 32
"""A matrix with this many inputs learns at the plain rate; wider ones more slowly."""


class LanguageModel:
    """Predicts each symbol of a text from the symbols before it.

    Args:
        symbols: how many different symbols there are.
        width: features of a position, d.
        layers: blocks of attention and perceptron, L.
        context: the longest text in symbols, T.
        heads: heads of an attention; one for each 16 features if not given.
        seed: of the initial weights.
        dtype: single precision to train, double to check gradients.
    """

    def __init__(
        self,
        symbols: int,
        width: int,
        layers: int,
        context: int,
        heads: int | None = None,
        seed: int = 0,
        dtype: Any = np.float32,
    ) -> None:
        self.symbols, self.width, self.layers, self.context = symbols, width, layers, context
        self.heads = heads or max(1, width // 16)
        if width % self.heads:
            raise ValueError(f"width = {width}: allowed are multiples of the {self.heads} heads")
        d = width
        shapes = {"embed": (d, symbols), "place": (d, context)}
        for layer in range(layers):
            shapes |= {f"qkv{layer}": (3 * d, d), f"out{layer}": (d, d)}
            shapes |= {f"up{layer}": (4 * d, d), f"down{layer}": (d, 4 * d)}
        shapes["head"] = (symbols, d)

        # All weights are views of one vector, so the optimiser is a few lines on whole vectors.
        sizes = {name: rows * columns for name, (rows, columns) in shapes.items()}
        self.theta, self.gradient, self.mean, self.square = np.zeros(
            (4, sum(sizes.values())), dtype
        )
        self.rate = np.ones_like(self.theta)
        self.steps = 0
        self.w: dict[str, Array] = {}
        self.g: dict[str, Array] = {}
        rng = np.random.default_rng(seed)
        end = 0
        for name, shape in shapes.items():
            begin, end = end, end + sizes[name]
            self.w[name] = self.theta[begin:end].reshape(shape)
            self.g[name] = self.gradient[begin:end].reshape(shape)
            if name in ("embed", "place"):
                self.w[name][...] = rng.normal(0, 0.3 if name == "embed" else 0.1, shape)
                continue
            self.rate[begin:end] = (REFERENCE_WIDTH / shape[1]) ** 0.5
            if name.startswith(("qkv", "up")):
                self.w[name][...] = rng.normal(0, shape[1] ** -0.5, shape)
        looked_up = ("embed", "place")
        self.N = sum(size for name, size in sizes.items() if name not in looked_up)
        """Parameters that are multiplied: all but the two tables that are looked up."""

    def forward_flop(self, length: int, cached: int = 0) -> int:
        """Exact FLOP of the matrix products on one text of `length` symbols.

        ``2 N T + 4 L T^2 d``, and with the first `cached` positions kept from before, where each
        further position attends to those up to itself, ``(T - c) (2 N + 2 L d (T + c + 1))``.
        """
        if not cached:
            return 2 * self.N * length + 4 * self.layers * length**2 * self.width
        pairs = sum(range(cached + 1, length + 1))
        return 2 * self.N * (length - cached) + 4 * self.layers * self.width * pairs

    def training_flop(self, length: int) -> int:
        """Exact FLOP of a step on one text: forward, and twice as many back."""
        return 3 * self.forward_flop(length)

    def forward(self, tokens: Array) -> tuple[Array, list[Any]]:
        """Logits of the next symbol, shape (symbols, texts x length), and what the way back needs.

        Args:
            tokens: whole numbers, shape (texts, length).
        """
        (B, T), d, H, w = tokens.shape, self.width, self.heads, self.w
        future = np.tril(np.full((T, T), -1e9, self.theta.dtype), -1)[:, None, None]
        x = np.take(w["embed"], tokens.ravel(), axis=1)
        x.reshape(d, B, T)[...] += w["place"][:, None, :T]
        kept = []
        for layer in range(self.layers):
            y, scale = normalise(x)
            q, k, v = per_head(w[f"qkv{layer}"] @ y, 3, B, T, H)
            # Row: the position that is looked at.  Column: the text, the head, and who looks.
            p = np.empty((T, B, H, T), x.dtype)
            np.matmul(k.swapaxes(-1, -2), q, out=p.transpose(1, 2, 0, 3))
            p *= p.dtype.type((H / d) ** 0.5)
            p += future
            softmax(p)
            z = np.empty_like(x)
            np.matmul(v, p.transpose(1, 2, 0, 3), out=per_head(z, 1, B, T, H)[0])
            x += w[f"out{layer}"] @ z
            y2, scale2 = normalise(x)
            h = w[f"up{layer}"] @ y2
            np.maximum(h, 0, out=h)
            hh = h * h
            x += w[f"down{layer}"] @ hh
            kept.append((y, scale, q, k, v, p, z, y2, scale2, h, hh))
        y, scale = normalise(x)
        return w["head"] @ y, [kept, y, scale]

    def loss(
        self, tokens: Array, targets: Array, weights: Array | None = None, learn: bool = True
    ) -> tuple[float, Array]:
        """The weighted sum of -log p(target), and -log p of each target, shape (texts, length).

        Args:
            tokens: what is read, shape (texts, length).
            targets: what comes next at each position.
            weights: of each position; 1/(texts x length) if not given.  A negative weight makes a
                target less likely, which is what a policy gradient needs.
            learn: whether to write the gradient of the sum into `self.gradient`.
        """
        z, kept = self.forward(tokens)
        softmax(z)
        chosen = targets.ravel(), np.arange(targets.size)
        surprise = -np.log(np.maximum(z[chosen], 1e-30))
        if weights is None:
            weights = np.full(targets.size, 1 / targets.size)
        weights = weights.ravel().astype(z.dtype)
        if learn:
            z[chosen] -= 1
            z *= weights
            self.backward(tokens, z, kept)
        return float((surprise * weights).sum()), surprise.reshape(targets.shape)

    def backward(self, tokens: Array, dz: Array, kept: list[Any]) -> None:
        """The gradient from that of the logits, `dz`: the lines of `forward` in reverse."""
        (B, T), d, H, w, g = tokens.shape, self.width, self.heads, self.w, self.g
        layers, y, scale = kept
        np.matmul(dz, y.T, out=g["head"])
        dx = normalise_back(w["head"].T @ dz, y, scale)
        for layer in reversed(range(self.layers)):
            y, scale, q, k, v, p, z, y2, scale2, h, hh = layers[layer]
            np.matmul(dx, hh.T, out=g[f"down{layer}"])
            dh = w[f"down{layer}"].T @ dx
            dh *= h
            dh *= 2
            np.matmul(dh, y2.T, out=g[f"up{layer}"])
            dx += normalise_back(w[f"up{layer}"].T @ dh, y2, scale2)
            np.matmul(dx, z.T, out=g[f"out{layer}"])
            (do,) = per_head(w[f"out{layer}"].T @ dx, 1, B, T, H)
            dqkv = np.empty((3 * d, B * T), dx.dtype)
            dq, dk, dv = per_head(dqkv, 3, B, T, H)
            looks = p.transpose(1, 2, 0, 3)
            np.matmul(do, looks.swapaxes(-1, -2), out=dv)
            dp = np.empty_like(p)
            np.matmul(v.swapaxes(-1, -2), do, out=dp.transpose(1, 2, 0, 3))
            dp *= p
            dp -= p * dp.sum(0)
            dp *= dp.dtype.type((H / d) ** 0.5)
            ds = dp.transpose(1, 2, 0, 3)
            np.matmul(k, ds, out=dq)
            np.matmul(q, ds.swapaxes(-1, -2), out=dk)
            np.matmul(dqkv, y.T, out=g[f"qkv{layer}"])
            dx += normalise_back(w[f"qkv{layer}"].T @ dqkv, y, scale)
        g["place"][...] = 0
        dx.reshape(d, B, T).sum(1, out=g["place"][:, :T])
        order = np.argsort(tokens, axis=None, kind="stable")
        seen, first = np.unique(tokens.ravel()[order], return_index=True)
        g["embed"][...] = 0
        g["embed"][:, seen] = np.add.reduceat(dx[:, order], first, axis=1)

    def step(self, rate: float, decay: float = 0.0, clip: float = 1.0) -> None:
        """Move the weights against the gradient: AdamW with momenta 0.9 and 0.95.

        Args:
            rate: how far, for a matrix with 32 inputs; others go by the root of 32 over inputs.
            decay: share of the weights that goes, for each unit of rate.
            clip: a gradient longer than this is shortened to it.
        """
        self.steps += 1
        g, slow, fast = self.gradient, 0.9, 0.95
        length = float(np.sqrt(g @ g))
        if length > clip:
            g *= clip / length
        self.mean += (1 - slow) * (g - self.mean)
        self.square += (1 - fast) * (g * g - self.square)
        unbiased = (1 - fast**self.steps) ** 0.5
        move = self.mean / (np.sqrt(self.square) + 1e-8 * unbiased)
        move *= self.rate
        move *= rate * unbiased / (1 - slow**self.steps)
        if decay:
            self.theta *= 1 - rate * decay
        self.theta -= move

    def generate(
        self,
        prompts: Array,
        length: int,
        rng: np.random.Generator,
        temperature: float = 1.0,
        stop: int | None = None,
        ban: int | None = None,
    ) -> Array:
        """Write on: `length` symbols after each prompt, shape (texts, length).

        Keys and values of the positions read so far are kept, so each symbol costs one position.

        Args:
            prompts: all of one length, shape (texts, prompt length).
            length: how many symbols to write.
            rng: where chance comes from.
            temperature: logits are divided by it; 0 takes the likeliest symbol.
            stop: a text that has written this symbol repeats it to its end.
            ban: a symbol that must not be written first.
        """
        (B, T), d, H, w = prompts.shape, self.width, self.heads, self.w
        logits, (layers, _, _) = self.forward(prompts)
        z = logits.reshape(self.symbols, B, T)[:, :, -1].copy()
        # (head, feature, position, text): text last, as above
        keys, values = [], []
        for _, _, _, k, v, *_ in layers:
            for cache, before in ((keys, k), (values, v)):
                cache.append(np.empty((H, d // H, T + length, B), z.dtype))
                cache[-1][:, :, :T] = before.transpose(1, 2, 3, 0)
        written = np.full((B, length), 0 if stop is None else stop)
        going = np.ones(B, bool)
        for j in range(length):
            if j == 0 and ban is not None:
                z[ban] = -1e9
            if temperature:
                z /= z.dtype.type(temperature)
                softmax(z)
                symbol = (np.cumsum(z, axis=0)[:-1] < rng.random(B, z.dtype)).sum(0)
            else:
                symbol = z.argmax(0)
            written[going, j] = symbol[going]
            if stop is not None:
                going &= symbol != stop
            if j == length - 1 or not going.any():
                break
            at = T + j
            x = w["embed"][:, written[:, j]] + w["place"][:, at, None]
            for layer in range(self.layers):
                y, _ = normalise(x)
                q, k, v = (w[f"qkv{layer}"] @ y).reshape(3, H, d // H, B)
                keys[layer][:, :, at], values[layer][:, :, at] = k, v
                p = np.einsum("hetb,heb->thb", keys[layer][:, :, : at + 1], q)
                p *= p.dtype.type((H / d) ** 0.5)
                softmax(p)
                o = np.einsum("hetb,thb->heb", values[layer][:, :, : at + 1], p)
                x += w[f"out{layer}"] @ o.reshape(d, B)
                y, _ = normalise(x)
                h = np.maximum(w[f"up{layer}"] @ y, 0)
                x += w[f"down{layer}"] @ (h * h)
            z = w["head"] @ normalise(x)[0]
        return written


def normalise(x: Array) -> tuple[Array, Array]:
    """Each column over its root mean square, and what it was multiplied by."""
    scale = 1 / np.sqrt((x * x).sum(0) / len(x) + NORM_FLOOR)
    return x * scale, scale


def normalise_back(dy: Array, y: Array, scale: Array) -> Array:
    """The gradient before `normalise` from that after it."""
    dy -= y * ((dy * y).sum(0) / len(y))
    dy *= scale
    return dy


def softmax(z: Array) -> None:
    """Make logits probabilities, in place: positive, with a sum of one along the first axis."""
    z -= z.max(0)
    np.exp(z, out=z)
    z /= z.sum(0)


def per_head(x: Array, parts: int, B: int, T: int, H: int) -> Array:
    """View features by part, text and head: shape (parts, B, H, features of a head, T)."""
    return x.reshape(parts, H, -1, B, T).transpose(0, 3, 1, 2, 4)


def schedule(step: int, steps: int) -> float:
    """The share of the learning rate: up over the first 20th, then down to zero in a line."""
    rise = max(1, steps // 20)
    return (step + 1) / rise if step < rise else (steps - step) / (steps - rise)


def train(
    model: LanguageModel,
    batch: Callable[[int], tuple[Array, ...]],
    steps: int,
    rate: float,
    work: Any,
    decay: float = 0.0,
) -> LanguageModel:
    """Train in `steps` steps, from where `work` left off if it was killed.

    Args:
        model: what to train.
        batch: for the number of a step its tokens, targets and, if need be, weights.  All chance in
            it hangs on that number, so that a step is the same whether or not training was killed
            before it.
        steps: how many.
        rate: the highest learning rate; the schedule is `schedule`.
        work: a `labs.runner.Work`, which keeps checkpoints and shows progress.
        decay: see `LanguageModel.step`.
    """
    state = {"theta": model.theta, "mean": model.mean, "square": model.square}
    model.steps = work.restore(state)
    while model.steps < steps:
        loss, _ = model.loss(*batch(model.steps))
        model.step(rate * schedule(model.steps, steps), decay)
        work.progress(model.steps, steps, f"loss {loss:.2f}", state)
    return model
