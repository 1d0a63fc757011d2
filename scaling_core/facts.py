"""The small tables that the book brings along: machines, models, bills and sites, each row sourced.

Facts, a few dozen rows a table, so that every chapter builds without the optional data.  A row
names where its facts were published and, as its locator, the place there.  What was not read there
but in a copy, or in a table that cites it, is called second-hand in the locator; what is an
estimate, and whose, is said there or in `.description`.
"""

from __future__ import annotations

from importlib import resources

from scaling_core._tables import Column, Table, date, text
from scaling_core.datasets import Dataset, _dataset, _Found, _known
from scaling_core.sources import SOURCES

_FACTS = "facts, each with its source in the row; Epoch AI's estimates under CC BY 4.0"
_SOURCE = Column("source", "source", "where it was published", text)
_LOCATOR = Column("locator", "locator", "place in the source, or what to know", text)
_MODEL = Column("model", "model", "name", text)
_DATE = Column("date", "date", "day of publication", date)
_ORGANIZATION = Column("organization", "organization", "who made it", text)

_TABLES = {
    "landmark_models": Table(
        name="landmark_models.csv",
        description="Models that marked their time; sizes and text as the makers printed them, "
        "compute as the makers or Epoch AI count it: in spring 2025, or in 2026 where it was "
        "changed since.  Of 2026 only models are here whose size and text are public.",
        source=SOURCES["epoch_models"].at("compute and confidence, spring 2025 and 2026"),
        licence=_FACTS,
        columns=(
            _MODEL,
            _DATE,
            _ORGANIZATION,
            Column("N", "parameters", "parameters"),
            Column("active_N", "active_parameters", "parameters that work on one token"),
            Column("D", "tokens", "tokens read, with repeats"),
            Column("C", "training_flop", "training compute, FLOP"),
            Column("confidence", "confidence", "Epoch AI's confidence in the compute", text),
            _SOURCE,
            _LOCATOR,
        ),
    ),
    "training_runs": Table(
        name="training_runs.csv",
        description="Runs whose compute, power and hours are on record, for most the cost too, "
        "with the mistakes of the record: fine-tunes that carry the compute of their base, a "
        "model twice.  All rows are second-hand, from Epoch AI's table of 2026, which has no run "
        "after February 2025 with all three; the power of TPU runs is that of spring 2025.",
        source=SOURCES["epoch_models"].at("frontier models, 2026: compute, power, hours, cost"),
        licence=_FACTS,
        columns=(
            _MODEL,
            _DATE,
            _ORGANIZATION,
            Column("C", "training_flop", "training compute, FLOP"),
            Column("power", "power_w", "power while training, estimated, W"),
            Column("hours", "hours", "training time, hours"),
            Column("hardware", "hardware", "accelerators", text),
            Column("hardware_count", "hardware_count", "number of accelerators"),
            Column("utilisation", "utilisation", "model FLOP over peak FLOP"),
            Column("cost", "cost_usd", "wear of the machines and energy, dollars of 2023"),
            _SOURCE,
            _LOCATOR,
        ),
    ),
    "accelerators": Table(
        name="accelerators.csv",
        description="Accelerators: dense peak performance, rated power (of TPUs as Epoch AI lists "
        "it, of TPU v4 the most that its makers measured) and memory.  Four slips of that list are "
        "mended: the K80's memory bandwidth, which is of both its chips, the MI355X's peak at 8 "
        "bits, the B200's at 32 bits and the power of TPU v4.",
        source=SOURCES["epoch_hardware"],
        licence=_FACTS,
        columns=(
            Column("name", "name", "name", text),
            Column("manufacturer", "manufacturer", "who made it", text),
            Column("date", "date", "day of release", date),
            Column("fp32", "fp32_flop_per_s", "peak FLOP/s at 32 bits"),
            Column("tensor16", "tensor16_flop_per_s", "peak tensor FLOP/s at 16 bits"),
            Column("fp8", "fp8_flop_per_s", "peak FLOP/s at 8 bits"),
            Column("power", "rated_power_w", "thermal design power, or the most measured, W"),
            Column("memory", "memory_bytes", "bytes"),
            Column("memory_bandwidth", "memory_bytes_per_s", "bytes/s"),
            _SOURCE,
            _LOCATOR,
        ),
    ),
    "transistors": Table(
        name="transistors.csv",
        description="Transistors on processors and accelerators, 1971 to 2026, as their makers "
        "state them; where a row says so, as others quote the makers.",
        source=SOURCES["thisbook"].at("compiled from what the makers state, a source in each row"),
        licence=_FACTS,
        columns=(
            Column("processor", "processor", "name", text),
            Column("designer", "designer", "who designed it", text),
            Column("year", "year", "year"),
            Column("transistors", "transistors", "transistors"),
            _SOURCE,
            _LOCATOR,
        ),
    ),
    "training_costs": Table(
        name="training_costs.csv",
        description="What training cost, in dollars of 2023, by three methods that differ tenfold: "
        "wear of the machines and energy, buying the machines, or rent.",
        source=SOURCES["cottier2024"].at("model_costs.csv"),
        licence=_FACTS,
        columns=(
            _MODEL,
            _DATE,
            Column("amortised", "amortised_usd", "wear and energy, dollars"),
            Column("acquisition", "acquisition_usd", "buying the machines, dollars"),
            Column("cloud", "cloud_usd", "rent, dollars"),
            Column("kind", "kind", "an estimate, or stated by the maker", text),
            _SOURCE,
            _LOCATOR,
        ),
    ),
    "power_sites": Table(
        name="power_sites.csv",
        description="Large sites: power of the whole facility or of the machines alone, now or "
        "planned, estimated from permits and satellite images.  The rows of August 2026 are "
        "second-hand.",
        source=SOURCES["epoch_data_centers"],
        licence=_FACTS,
        columns=(
            Column("site", "site", "name", text),
            Column("owner", "owner", "who builds or uses it", text),
            Column("date", "date", "day that the power is for", date),
            Column("power", "power_w", "power, W"),
            Column("power_of", "power_of", "facility, or machines alone", text),
            Column("state", "state", "operating or planned", text),
            Column("capital", "capital_usd", "capital, dollars"),
            _SOURCE,
            _LOCATOR,
        ),
    ),
    "data_centre_electricity": Table(
        name="data_centre_electricity.csv",
        description="Electricity of all data centres, of the world and of the United States: no "
        "row is metered, and for the United States in 2030 two forecasts are 426 and 649 TWh.",
        source=SOURCES["iea2025"].at("and the sources in the rows"),
        licence=_FACTS,
        columns=(
            Column("region", "region", "United States or world", text),
            Column("year", "year", "year"),
            Column("energy", "twh", "TWh a year"),
            Column("low", "low_twh", "low end of a range, TWh a year"),
            Column("high", "high_twh", "high end of a range, TWh a year"),
            Column("kind", "kind", "estimated or projected", text),
            _SOURCE,
            _LOCATOR,
        ),
    ),
    "pythia_math": Table(
        name="pythia_math.csv",
        description="Coverage of 128 MATH problems by seven models, read from 10,000 tries each: "
        "means over problems, with 95 % intervals from resampling them.",
        source=SOURCES["brown2024"].at("the published counts of right tries"),
        licence=_FACTS,
        columns=(
            _MODEL,
            Column("N", "parameters", "parameters"),
            Column("tries", "tries", "tries a problem"),
            Column("coverage", "coverage", "share of problems with a right try among them"),
            Column("low", "low", "low end of the interval"),
            Column("high", "high", "high end of the interval"),
            _SOURCE,
            _LOCATOR,
        ),
    ),
    "repeated_text": Table(
        name="repeated_text.csv",
        description="Runs of six sizes that read the same 100 million tokens of C4 again and "
        "again, and whether the published law was fitted to them.",
        source=SOURCES["muennighoff2023"].at("utils/parametric_fit.ipynb, cells 1 and 25"),
        licence="facts, each with its source in the row; the notebook is under Apache-2.0",
        columns=(
            _MODEL,
            Column("N", "parameters", "parameters"),
            Column("unique_tokens", "unique_tokens", "different tokens"),
            Column("passes", "passes", "passes over them"),
            Column("loss", "loss", "loss on text held out, nats per token"),
            Column("fitted", "fitted", "yes if the published law was fitted to it, or no", text),
            _SOURCE,
            _LOCATOR,
        ),
    ),
}


def names() -> tuple[str, ...]:
    """The names that `table` knows, in alphabetical order."""
    return tuple(sorted(_TABLES))


def table(name: str) -> Dataset:
    """Read a table of facts.

    Args:
        name: one of `names()`.

    Returns:
        The columns as one-dimensional arrays, with `.units`, `.source`, `.licence` and the column
        `source` for each row; what is not known is NaN.

    Raises:
        UnknownDatasetError: if there is no table of that name; it is a `ValueError`.
    """
    file = _known(name, _TABLES)
    data = (resources.files("scaling_core") / "data" / file.name).read_bytes()
    return _dataset(name, file, _Found(f"scaling_core/data/{file.name}", table=data))
