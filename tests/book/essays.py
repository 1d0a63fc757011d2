"""Fingerprints of the essays behind this book, so that no sentence of theirs slips into it.

The essays are not part of the repository; `essays.bin` holds five bytes of SHA-256 for every eight
words in a row of one of their sentences, and for every whole sentence of five to seven words.
``python -m tests.book.essays FILE...`` writes it anew from the texts.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

WORDS = 8  # in a row, to count as copied
FEWEST_WORDS = 5  # of a whole sentence; a shorter one may be anybody's
BYTES = 5  # of each digest: a chance hit among 100,000 runs of words has odds of one in 7,000
FILE = Path(__file__).with_name("essays.bin")

# A sentence ends at a full stop and the like, a blank line, a cell of a table, an item of a list.
_END = re.compile(r"[.!?:;…]+(?=\W*\s|\W*$)|\n\s*\n|\||\n\s*(?=[-*+#>]|\d+\.)")

Digests = frozenset[bytes]


def sentences(text: str) -> Iterator[list[str]]:
    """The words of each sentence, without case, punctuation and apostrophes.

    >>> list(sentences("One's sentence.  Another\\none: 0.5 of it."))
    [['ones', 'sentence'], ['another', 'one'], ['0', '5', 'of', 'it']]
    """
    plain = re.sub(r"['’‘`]", "", text.lower())
    for sentence in _END.split(plain):
        words = re.findall(r"[^\W_]+", sentence)
        if words:
            yield words


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """Every eight words in a row within a sentence, and the whole of one that is shorter."""
    for words in sentences(text):
        if FEWEST_WORDS <= len(words) < WORDS:
            yield tuple(words)
        for start in range(len(words) - WORDS + 1):
            yield tuple(words[start : start + WORDS])


def digest(run: tuple[str, ...]) -> bytes:
    """The fingerprint of a run of words."""
    return hashlib.sha256(" ".join(run).encode()).digest()[:BYTES]


def digests(texts: Iterable[str]) -> Digests:
    """The fingerprints of all runs of words in some texts."""
    return frozenset(digest(run) for text in texts for run in runs(text))


def stored() -> Digests:
    """The fingerprints of the essays."""
    data = FILE.read_bytes()
    return frozenset(data[start : start + BYTES] for start in range(0, len(data), BYTES))


def unquoted(text: str, allowed: Iterable[str]) -> str:
    """The text without its marked quotations, as far as they are allowed.

    A quotation stands between double quotation marks, straight or curly, and is allowed if it is a
    part, at least a few words in a row, of one of the texts given.
    """
    words = [_joined(quotation) for quotation in allowed]

    def replaced(found: re.Match[str]) -> str:
        quoted = _joined(found[1])
        return " … . " if any(quoted in whole for whole in words) else found[0]

    return re.sub(r'["“]([^"“”]+)["”]', replaced, text)


def copied(text: str, essays: Digests) -> list[str]:
    """The runs of words in a text that stand in the essays."""
    return [" ".join(run) for run in runs(text) if digest(run) in essays]


def _joined(text: str) -> str:
    return f" {' '.join(word for words in sentences(text) for word in words)} "


def main(names: list[str]) -> None:
    """Write the fingerprints of the texts named, in which every line is a paragraph."""
    texts = (Path(name).read_text("utf-8").replace("\n", "\n\n") for name in names)
    FILE.write_bytes(b"".join(sorted(digests(texts))))


if __name__ == "__main__":
    main(sys.argv[1:])
