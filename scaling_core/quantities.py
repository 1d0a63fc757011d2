"""Quantities that stand on several pages: each with one value, one basis and one wording.

A number is stated once, in the module that computes with it; what it is a share or a multiple *of*,
and the words in which the pages say it, are stated here.  Pages quote from `QUANTITIES`, and a test
of the book finds a page that prints another value, another basis or another grade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scaling_core.claims import CLAIMS
from scaling_core.posttraining import (
    CLAIMED_EXTRA,
    LLAMA_31_405B_POSTTRAINING,
    LLAMA_31_405B_PRETRAINING,
)
from scaling_core.power import SERVING_UTILISATION, TRAINING_UTILISATION
from scaling_core.prophecy import DEAREST_RUN
from scaling_core.sources import SOURCES, Source


@dataclass(frozen=True)
class Quantity:
    """One number that several pages quote, and how they say it.

    Attributes:
        value: the number, in `unit`.
        unit: its unit.
        basis: what it is counted per, of or by, and who counted.
        wording: the words in which a page says it.
        source: where it was printed.
        claim: the claim of the ledger whose grade it carries, or nothing.
    """

    value: float
    unit: str
    basis: str
    wording: str
    source: Source
    claim: str = ""

    @property
    def grade(self) -> str:
        """The grade of its claim in the ledger, or nothing."""
        return next((claim.grade for claim in CLAIMS if claim.id == self.claim), "")

    def __str__(self) -> str:
        return self.wording


QUANTITIES: Mapping[str, Quantity] = MappingProxyType(
    {
        "training utilisation": Quantity(
            TRAINING_UTILISATION,
            "dimensionless",
            "of the chip's peak at 16 bits, in the main stage of the pre-training of Llama 3.1; "
            "counted over all recorded hours, with the stops, it is lower",
            "40 % of the peak",
            SOURCES["llama2024"].at("section 3.3.2: 38 to 43 %, rounded"),
        ),
        "serving utilisation": Quantity(
            SERVING_UTILISATION,
            "dimensionless",
            "of the chip's peak at 16 bits, in answering a chat query of early 2025; an estimate",
            "10 % of the peak",
            SOURCES["epoch_query_energy2025"],
        ),
        "derivatives": Quantity(
            CLAIMED_EXTRA,
            "pre-trainings",
            "per pre-training of one foundation model, for all its derivatives together; a "
            'vendor\'s "could", without a derivation',
            "thirty times its pre-training",
            SOURCES["nvidia2025"],
            claim="A20",
        ),
        "long thinking": Quantity(
            100.0,
            "ordinary answers",
            'per plain answer to the same question, for hard questions; a vendor\'s "can", an '
            "upper tail and not the rule",
            "over a hundred times the compute of a plain answer",
            SOURCES["nvidia2025"],
            claim="A32",
        ),
        "Llama 3.1's post-training": Quantity(
            LLAMA_31_405B_POSTTRAINING / LLAMA_31_405B_PRETRAINING,
            "dimensionless",
            "of the FLOP of its pre-training; Epoch AI's estimate, which Meta does not report",
            "a quarter of a per cent of its pre-training",
            SOURCES["epoch_models"].at("Llama 3.1-405B, post-training compute"),
        ),
        "Chinchilla ratio": Quantity(
            20.0,
            "tokens/parameter",
            "per parameter of the model that is best for its training compute, as a rule of thumb; "
            "the refit gives 18 at Chinchilla's own budget",
            "about 20 tokens per parameter",
            SOURCES["hoffmann2022"],
        ),
        "Llama 3 8B's ratio": Quantity(
            15e12 / 8e9,
            "tokens/parameter",
            "per parameter, from the 15 trillion tokens and 8 billion parameters of its makers",
            "1,875 tokens per parameter",
            SOURCES["llama2024"],
        ),
        "dearest run": Quantity(
            DEAREST_RUN,
            "dollars of 2023",
            "by wear of the machines and energy, for Grok 4; an estimate that its source calls "
            "speculative; by the hire of its chips the smaller Grok 3 comes to 1.16 billion",
            "0.39 billion dollars by wear and energy",
            SOURCES["epoch_models"].at("Grok 4, April 2026"),
        ),
        "break-even": Quantity(
            TRAINING_UTILISATION / SERVING_UTILISATION,
            "dimensionless",
            "energy or chip-hours per FLOP of answering, over the same per FLOP of training",
            "Break-evens in this book count operations (FLOP), as if training and answering used "
            "a chip equally well. "
            "In energy or in chips they come four times sooner, because training reaches about "
            "40 % of the peak and answering about 10 %. "
            "What a long answer reads again from memory is not counted.",
            SOURCES["thisbook"].at("the convention of all break-evens", "follows from the two"),
        ),
    }
)
"""The quantities by name; the last one is the convention of every break-even.

Source: the works themselves.
"""
