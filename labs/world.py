"""The button world: a task whose steps can be written out, and a verifier that checks each step.

There are 40 buttons.  Each exchanges the ten digits by a fixed rule of its own, and some are
pressed far more often than others.  A problem is a digit and one to six buttons:
``7qcaf__=`` asks what becomes of 7 when q, c, a and f are pressed.  It is answered directly,
``>3.``, or written out, ``8053.``: the digit after each button, the last of which is the answer.

Problems and answers are arrays of symbols, one row a text; ``_`` pads them to one length.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray

PAD, EQUALS, DIRECT, STOP, YES, NO, BUTTONS = 10, 11, 12, 13, 14, 15, 16
"""The symbols after the digits 0 to 9; YES and NO are for a judge; buttons begin at BUTTONS."""


class World:
    """Draws problems, writes answers and verifies them.

    Args:
        buttons: how many there are; button i is pressed with a probability of ``i^-zipf``.
        presses: the most presses of a problem, K.
        zipf: how much rarer each button is than the one before.
        seed: of the buttons' rules.
    """

    def __init__(self, buttons: int = 40, presses: int = 6, zipf: float = 1.2, seed: int = 0):
        self.buttons, self.presses, self.symbols = buttons, presses, BUTTONS + buttons
        self.prompt, self.answer_length = presses + 2, presses + 1
        self.length = self.prompt + self.answer_length
        rng = np.random.default_rng(seed)
        self.rules = np.array([rng.permutation(10) for _ in range(buttons)])
        self.frequency = np.arange(1.0, buttons + 1) ** -zipf
        self.frequency /= self.frequency.sum()

    def problems(self, n: int, rng: np.random.Generator, fewest: int = 1) -> Array:
        """Draw n problems of `fewest` or more presses, shape (n, prompt)."""
        count = rng.integers(fewest, self.presses + 1, n)
        problems = np.full((n, self.prompt), PAD)
        problems[:, 0] = rng.integers(0, 10, n)
        buttons = BUTTONS + rng.choice(self.buttons, (n, self.presses), p=self.frequency)
        pressed = np.arange(self.presses) < count[:, None]
        problems[:, 1:-1] = np.where(pressed, buttons, PAD)
        problems[:, -1] = EQUALS
        return problems

    def counts(self, problems: Array) -> Array:
        """How many buttons each problem presses."""
        return (problems >= BUTTONS).sum(axis=1)

    def chains(self, problems: Array, slips: float = 0.0, rng: np.random.Generator | None = None):
        """The digit after each press, shape (n, presses); after the last press it stays.

        Args:
            problems: shape (n, prompt).
            slips: chance that a step ends at a random digit, from which the chain goes on.
            rng: needed where there are slips.
        """
        digit, chain = problems[:, 0], []
        for column in problems[:, 1:-1].T:
            button = np.maximum(column - BUTTONS, 0)  # a pad presses none
            digit = np.where(column >= BUTTONS, self.rules[button, digit], digit)
            if rng is not None and slips:
                slip = rng.random(len(digit)) < slips
                digit = np.where(slip, rng.integers(0, 10, len(digit)), digit)
            chain.append(digit)
        return np.stack(chain, axis=1)

    def documents(
        self,
        problems: Array,
        rng: np.random.Generator,
        written: float = 1.0,
        slips: float = 0.0,
        wrong: float = 0.0,
    ) -> Array:
        """Problems with answers as a corpus has them, shape (n, length).

        Args:
            problems: shape (n, prompt).
            rng: where chance comes from.
            written: the share of answers that is written out; the others are direct.
            slips: chance that a written step goes to a random digit.
            wrong: chance that a direct answer is a random digit.
        """
        n, count = len(problems), self.counts(problems)[:, None]
        chain = np.pad(self.chains(problems, slips, rng), ((0, 0), (0, 1)))
        place = np.arange(self.answer_length)
        long = np.where(place < count, chain, np.where(place == count, STOP, PAD))
        digit = self.chains(problems)[:, -1]
        digit = np.where(rng.random(n) < wrong, rng.integers(0, 10, n), digit)
        short = np.full_like(long, PAD)
        short[:, 0], short[:, 1], short[:, 2] = DIRECT, digit, STOP
        answers = np.where(rng.random((n, 1)) < written, long, short)
        return np.concatenate([problems, answers], axis=1)

    def weights(self, documents: Array) -> Array:
        """1 where the answer up to its stop is predicted, else 0, shape (n, length - 1)."""
        answer = documents[:, self.prompt :]
        before = np.cumsum(answer == STOP, axis=1) - (answer == STOP)
        weights = np.zeros((len(documents), self.length - 1), np.float32)
        weights[:, self.prompt - 1 :] = before == 0
        return weights

    def answers(self, written: Array) -> Array:
        """The digit right before the first stop of what was written, or -1."""
        stop = (written == STOP).argmax(axis=1)
        digit = written[np.arange(len(written)), stop - 1]
        stopped = (written == STOP).any(axis=1) & (stop > 0)
        return np.where(stopped & (digit < 10), digit, -1)

    def right(self, problems: Array, written: Array) -> Array:
        """Whether each answer is right, however it was reached."""
        return self.answers(written) == self.chains(problems)[:, -1]

    def verified(self, problems: Array, written: Array) -> Array:
        """Whether each answer is written out and every step of it is right.

        With ten digits a guess is right one time in ten: only a whole chain shows knowledge.
        """
        count = self.counts(problems)
        stops = written[np.arange(len(written)), count] == STOP
        steps = (written[:, :-1] == self.chains(problems)) | (
            np.arange(self.presses) >= count[:, None]
        )
        return stops & steps.all(axis=1)

    def tidy(self, problems: Array, written: Array) -> Array:
        """Problems with what was written after them, padded after the first stop."""
        before = np.cumsum(written == STOP, axis=1) - (written == STOP)
        return np.concatenate([problems, np.where(before, PAD, written)], axis=1)

    def spell(self, text: Array) -> str:
        """One text as characters: buttons are letters, those from the 27th on capitals."""
        signs = "0123456789_=>.YN" + "".join(chr(97 + i) for i in range(26)) + "ABCDEFGHIJKLMN"
        return "".join(signs[symbol] for symbol in text)
