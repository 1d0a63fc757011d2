"""The tables behind the figures: real runs, models, machines and chips, with source and licence.

None of these files is part of the book.  `load` looks for a file in the folder that the environment
variable ``SCALING_CORE_DATA`` names, then in the cache.  Files that exist unchanged at their origin
are downloaded at a fixed commit; wherever such a file comes from, its SHA-256 has to be the known
one.  The others are exports of other formats or trimmed tables, and come from the folder only.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from scaling_core.pretraining import TRAINING_FLOP_PER_PARAMETER_TOKEN
from scaling_core.sources import SOURCES, Source

FOLDER_VARIABLE = "SCALING_CORE_DATA"
"""The environment variable that names a folder with the files [names].

Source: `thisbook`, a setting of the code.
"""

_TIMEOUT_SECONDS = 30


class DatasetError(ValueError):
    """A data set cannot be had; the message says what to do."""


class UnknownDatasetError(DatasetError):
    """There is no data set of that name."""


class UnknownColumnError(DatasetError, KeyError):
    """The data set has no column of that name."""

    __str__ = ValueError.__str__


class MissingFileError(DatasetError):
    """The file is not in the folder, and it cannot be downloaded."""


class DownloadError(DatasetError):
    """The file is not here and its origin cannot be reached."""


class ChecksumError(DatasetError):
    """The file is not the one that the book was written with."""


class FormatError(DatasetError):
    """The file has not the columns or the values that it should have."""


@dataclass(frozen=True, eq=False)
class Dataset(Mapping):
    """A read-only table: column name to one-dimensional array, rows in the file's order.

    Numbers that the file leaves empty are NaN, dates NaT.

    Attributes:
        name: what `load` knows it by.
        description: what a row is.
        units: for each column, what it is and its unit.
        licence: the terms of the file.
        source: where the numbers were published.
    """

    name: str
    description: str
    units: Mapping[str, str]
    licence: str
    source: Source
    _columns: Mapping[str, np.ndarray]

    def __getitem__(self, column: str) -> np.ndarray:
        if column not in self._columns:
            raise UnknownColumnError(
                f"column = {column!r}: {self.name} has {', '.join(map(repr, self._columns))}"
            )
        return self._columns[column]

    # two tables are the same if they are one object: comparing arrays gives no yes or no
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        rows = len(next(iter(self._columns.values())))
        return f"<data set {self.name}: {rows} rows of {', '.join(self._columns)}>"

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def names() -> tuple[str, ...]:
    """The names that `load` knows, in alphabetical order."""
    return tuple(sorted(_FILES))


def load(name: str) -> Dataset:
    """Read a data set.

    Args:
        name: one of `names()`.

    Returns:
        The columns as one-dimensional arrays, with `.source`, `.licence` and `.units`.

    Raises:
        UnknownDatasetError: if there is no data set of that name.
        MissingFileError: if the file is in neither place and cannot be downloaded.
        DownloadError: if the file would have to be downloaded and its origin cannot be reached.
        ChecksumError: if a file that exists unchanged at its origin differs from it.
        FormatError: if a column is missing or a value cannot be read.
        All are `DatasetError`, which is a `ValueError`.
    """
    file = _known(name, _FILES)
    return _dataset(name, file, _measured(file) if file.package else _locate(file))


def load_first(*names: str) -> Dataset:
    """Read the first data set that can be had, for a figure that has to stand either way.

    Put what is wanted first and one of the book's own measurements last: these are always there.

        runs = datasets.load_first("chinchilla_runs", "laptop_pretraining")
        ours = runs.name == "laptop_pretraining"

    Args:
        names: one or more of `names()`, in the order of preference.

    Returns:
        The first of them that `load` can read; `.name` says which it is.

    Raises:
        UnknownDatasetError: if any of the names is unknown, even one that is not reached.
        DatasetError: if none can be had: the error of the first, the others' messages added.
    """
    if not names:
        raise UnknownDatasetError("names = (): name one data set or more")
    for name in names:
        _known(name, _FILES)
    failures: list[DatasetError] = []
    for name in names:
        try:
            return load(name)
        except DatasetError as error:
            failures.append(error)
    raise type(failures[0])("; ".join(map(str, failures))) from failures[0]


def _known(name: Any, files: Mapping[str, _File]) -> _File:
    if not isinstance(name, str) or name not in files:
        raise UnknownDatasetError(f"name = {name!r}: allowed is one of {', '.join(sorted(files))}")
    return files[name]


def _dataset(name: str, file: _File, path: Path) -> Dataset:
    columns = file.finish(_read(file, path))
    for values in columns.values():
        values.flags.writeable = False
    return Dataset(
        name=name,
        description=file.description,
        units=MappingProxyType({**{c.name: c.unit for c in file.columns}, **file.derived}),
        licence=file.licence,
        source=file.source,
        _columns=MappingProxyType(columns),
    )


# ---- where a file is -------------------------------------------------------------------------


def _locate(file: _File) -> Path:
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        if not Path(folder).is_dir():
            raise MissingFileError(
                f"{FOLDER_VARIABLE} = {folder!r} is not a folder: name the one that holds "
                f"{file.name}, or unset it"
            )
        path = Path(folder) / file.name
        if path.is_file():
            _check(file, path)
            return path
    if file.url:
        return _download(file)
    raise MissingFileError(
        f"{file.name} is not in {folder or 'any folder'} and cannot be downloaded, because it is "
        f"{file.origin}: put it into a folder and let {FOLDER_VARIABLE} name that folder"
    )


def _measured(file: _File) -> Path:
    """A file of the book's own measurements, which stand in a package of the book."""
    try:
        path = resources.files(file.package) / file.name
    except ModuleNotFoundError as error:
        raise MissingFileError(
            f"{file.name} is in the package {file.package}, which is not installed: install the "
            "book again (make book, or python -m pip install -r requirements.txt)"
        ) from error
    if not path.is_file():
        raise MissingFileError(f"{path} is missing: install the book again")
    return Path(str(path))


def _check(file: _File, path: Path) -> None:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if file.sha256 and found != file.sha256:
        raise ChecksumError(
            f"{path} has SHA-256 {found}, not {file.sha256}: replace it by {file.url}, or delete it"
        )


def _download(file: _File) -> Path:
    import pooch  # it brings requests along: only who downloads pays for it

    cache = pooch.os_cache("scaling_core")
    try:
        path = pooch.retrieve(
            file.url,
            known_hash=f"sha256:{file.sha256}",
            fname=file.name,
            path=cache,
            downloader=pooch.HTTPDownloader(timeout=_TIMEOUT_SECONDS),
        )
    except OSError as error:
        raise DownloadError(
            f"{file.url} cannot be fetched into {cache} ({type(error).__name__}): connect to the "
            f"network once, or get the file in another way, put it as {file.name} into a folder "
            f"and let {FOLDER_VARIABLE} name that folder"
        ) from error
    except ValueError as error:
        raise ChecksumError(
            f"{file.url} has not the SHA-256 {file.sha256}: try again later; if the file has "
            f"changed for good, an old copy in the folder that {FOLDER_VARIABLE} names will do"
        ) from error
    return Path(path)


# ---- what a file says ------------------------------------------------------------------------


def _read(file: _File, path: Path) -> dict[str, np.ndarray]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header, *rows = csv.reader(stream)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise FormatError(f"{path} is not a table of comma-separated text: {error}") from error
    columns = {}
    for column in file.columns:
        if column.header not in header:
            raise FormatError(f"{path} has no column {column.header!r}: it has {header}")
        at = header.index(column.header)
        try:
            columns[column.name] = column.read([row[at].strip() for row in rows])
        except (IndexError, ValueError) as error:
            raise FormatError(f"{path}, column {column.header!r}: {error}") from error
    return columns


def _number(cells: Iterable[str]) -> np.ndarray:
    return np.array([float(cell) if cell else np.nan for cell in cells])


def _text(cells: Iterable[str]) -> np.ndarray:
    return np.array(list(cells), dtype=str)


def _date(cells: Iterable[str]) -> np.ndarray:
    return np.array([cell or "NaT" for cell in cells], dtype="datetime64[D]")


def _first_number(cells: Iterable[str]) -> np.ndarray:
    """The first number of each cell: "10,000 nm[29]" is 10000, "?" is NaN."""
    found = (re.search(r"\d[\d,]*(\.\d+)?", cell) for cell in cells)
    return np.array([float(match[0].replace(",", "")) if match else np.nan for match in found])


@dataclass(frozen=True)
class _Column:
    name: str
    header: str
    unit: str
    read: Callable[[Iterable[str]], np.ndarray] = _number


@dataclass(frozen=True)
class _File:
    name: str
    description: str
    source: Source
    licence: str
    columns: tuple[_Column, ...]
    url: str = ""
    sha256: str = ""
    origin: str = ""
    package: str = ""  # of the book, for what it has measured itself
    derived: Mapping[str, str] = field(default_factory=dict)
    finish: Callable[[dict[str, Any]], dict[str, Any]] = lambda columns: columns


def _raw(repository: str, commit: str, path: str) -> str:
    return f"https://raw.githubusercontent.com/{repository}/{commit}/{path}"


def _with_tokens(columns: dict[str, Any]) -> dict[str, Any]:
    """Tokens are not in the figure that the points were read from: ``D = C / (6 N)``."""
    N, C = columns["N"], columns["C"]
    return {
        "N": N,
        "D": C / (TRAINING_FLOP_PER_PARAMETER_TOKEN * N),
        "C": C,
        "loss": columns["loss"],
    }


_EPOCH = "CC BY 4.0 (Epoch AI)"
_NO_LICENCE = "no licence file: facts only, cite the source"

_REPETITION_COLUMNS = (
    _Column("name", "name", "size, tokens and unique tokens", _text),
    _Column("N", "params", "parameters"),
    _Column("D", "tokens", "tokens read, with repeats"),
    _Column("unique_tokens", "unique_tokens", "different tokens"),
    _Column("loss", "loss", "loss on C4, nats per token"),
)

_COUNT_COLUMNS = (
    _Column("model", "model", "model and tokens read", _text),
    _Column("problem", "problem", "number of the problem", _text),
    _Column("n", "n", "tries"),
    _Column("c", "c", "tries that were right"),
)

_PORIAN_COLUMNS = (
    _Column("dataset", "dataset", "rw: RefinedWeb, owt2: OpenWebText2", _text),
    _Column("hparams", "hparams", "base, or tuned at each size", _text),
    _Column("warmup", "warmup", "long (as Kaplan) or short", _text),
    _Column("decay", "decay", "kaplan, chinchilla or const", _text),
    _Column("param_count", "param_count", "kaplan, standard or attention", _text),
    _Column("val", "val", "loss on train or val", _text),
    _Column("C", "flops", "training compute, FLOP"),
)

_EPOCH_MODEL_COLUMNS = (
    _Column("model", "Model", "name", _text),
    _Column("date", "Publication date", "day of publication", _date),
    _Column("organization", "Organization", "who made it", _text),
    _Column("domain", "Domain", "what it works on", _text),
    _Column("N", "Parameters", "parameters"),
    _Column("C", "Training compute (FLOP)", "training compute, FLOP"),
)

_EPOCH_RUN_COLUMNS = (
    _Column("hours", "Training time (hours)", "training time, hours"),
    _Column("hardware", "Training hardware", "accelerators", _text),
    _Column("hardware_count", "Hardware quantity", "number of accelerators"),
    _Column("utilisation", "Hardware utilization (MFU)", "model FLOP over peak FLOP"),
    _Column("power", "Training power draw (W)", "power while training, W"),
)

_MEASURED = {
    "licence": "MIT (this book)",
    "package": "labs.results",
    "source": SOURCES["thisbook"].at("labs", "ours, measured"),
}

_FILES = {
    "laptop_pretraining": _File(
        name="pretraining.csv",
        description="Small language models that this book trained on a laptop.",
        columns=(
            _Column("N", "N", "parameters, counted in the matrix products"),
            _Column("D", "D", "training characters"),
            _Column("C", "C", "training compute, counted exactly, FLOP"),
            _Column("loss", "loss", "loss on held-out text, nats per character"),
            _Column("width", "width", "width of the residual stream"),
            _Column("layers", "layers", "layers"),
            _Column("budget", "budget", "compute that the run was planned for, FLOP"),
            _Column("seed", "seed", "seed of the run"),
        ),
        **_MEASURED,
    ),
    "laptop_tries": _File(
        name="tries.csv",
        description="Small models that this book trained on a laptop, and how often each solves "
        "each of its problems in many tries.",
        columns=(
            _Column("model", "model", "the model, by its width", _text),
            _Column("N", "N", "parameters"),
            _Column("flop", "flop", "compute of one try, FLOP"),
            _Column("problem", "problem", "the problem", _text),
            _Column("n", "n", "tries"),
            _Column("c", "c", "tries whose whole chain is right"),
            _Column("seed", "seed", "seed of the tries"),
        ),
        **_MEASURED,
    ),
    "chinchilla_runs": _File(
        name="chinchilla_epoch_svg_extracted.csv",
        description="The 245 training runs in figure 4 of Hoffmann 2022, as digitised by "
        "Besiroglu 2024; their refit leaves out the five with the highest loss.",
        source=SOURCES["besiroglu2024"].at("data/svg_extracted_data.csv"),
        licence="no licence file (Epoch AI publishes its work under CC BY 4.0)",
        url=_raw(
            "epoch-research/analyzing-chinchilla",
            "92258837425e1b5f2851d624287f0120583a3d0e",
            "data/svg_extracted_data.csv",
        ),
        sha256="193478df4e90f040016431996c45682659306840ecdadf83cfb9cd5ca0aa1b30",
        columns=(
            _Column("N", "Model Size", "parameters"),
            _Column("C", "Training FLOP", "training compute, FLOP"),
            _Column("loss", "loss", "loss, nats per token"),
        ),
        derived={"D": "training tokens, from C = 6ND"},
        finish=_with_tokens,
    ),
    "chinchilla_model_parameters": _File(
        name="chinchilla_model_parameters_schaeffer.csv",
        description="The 50 models of Hoffmann's Table A9 with parameter counts by three formulas.",
        source=SOURCES["schaeffer2025chinchilla"].at("data/chinchilla_model_parameters.csv"),
        licence=_NO_LICENCE,
        origin="part of a repository without a licence",
        columns=(
            _Column("width", "d_model", "width of the residual stream"),
            _Column("feed_forward", "ffw_size", "width of the feed-forward layer"),
            _Column("heads", "n_heads", "attention heads"),
            _Column("layers", "n_layers", "layers"),
            _Column("embedding", "Embedding Parameters", "embedding parameters"),
            _Column("reported", "Reported Parameters (M)", "as printed, millions of parameters"),
            _Column("standard", "Tied (Un)Embed, No Gating", "standard formula, millions"),
            _Column(
                "best_fit",
                "Tied (Un)Embed, No Gating, Best Fit Attn Params Prefactor",
                "formula that fits what is printed, millions",
            ),
        ),
    ),
    "porian_optimal_pairs": _File(
        name="porian_optimal_pairs.csv",
        description="Best size and best amount of text at each compute, per configuration.",
        source=SOURCES["porian2024"].at("data/summary_df*.pickle.xz"),
        licence="MIT",
        origin="an export of pickled tables",
        columns=(
            *_PORIAN_COLUMNS,
            _Column("N", "n_opt", "best size, parameters"),
            _Column("D", "d_opt", "best amount of text, tokens"),
            _Column("loss", "loss", "loss there, nats per token"),
            _Column("loss_error", "loss_std", "standard deviation of the loss, nats per token"),
        ),
    ),
    "porian_isoflop_runs": _File(
        name="porian_isoflop_runs.csv",
        description="The runs at fixed compute from which the best sizes were read.",
        source=SOURCES["porian2024"].at("data/summary_df*.pickle.xz"),
        licence="MIT",
        origin="an export of pickled tables",
        columns=(
            *_PORIAN_COLUMNS,
            _Column("N", "N", "parameters"),
            _Column("D", "D", "training tokens"),
            _Column("loss", "loss", "loss, nats per token"),
        ),
    ),
    "datablations_runs": _File(
        name="datablations_runs.csv",
        description="All 296 runs with text read once and more often.",
        source=SOURCES["muennighoff2023"].at("utils/parametric_fit.ipynb, cell 2"),
        licence="Apache-2.0",
        origin="an export of a notebook's output",
        columns=_REPETITION_COLUMNS,
    ),
    "datablations_fitset": _File(
        name="datablations_filtered_fitset.csv",
        description="The 182 of those runs that the published law was fitted to.",
        source=SOURCES["muennighoff2023"].at("utils/parametric_fit.ipynb, cell 26"),
        licence="Apache-2.0",
        origin="an export of a notebook's output",
        columns=_REPETITION_COLUMNS,
    ),
    "gadre_runs": _File(
        name="gadre_overtraining_104models.csv",
        description="104 models trained on up to 640 tokens for each parameter.",
        source=SOURCES["gadre2024"].at("exp_data/models/*.json"),
        licence="MIT",
        origin="an export of many files",
        columns=(
            _Column("name", "name", "the run", _text),
            _Column("dataset", "dataset", "training text: c4_original, rpj or rw_original", _text),
            _Column("N", "params", "parameters"),
            _Column("N_without_embedding", "params_no_embed", "parameters without embeddings"),
            _Column("D", "tokens", "training tokens"),
            _Column("multiplier", "multiplier", "tokens per parameter over 20"),
            _Column("loss", "loss_c4", "loss on C4, nats per token"),
            _Column("loss_training_mix", "loss_openlm", "loss on Open LM's text, nats per token"),
        ),
    ),
    "kyo_takano_runs": _File(
        name="kyo_takano_llm_runs.csv",
        description="234 runs of small language models.",
        source=SOURCES["takano2024"].at("examples/llm/df.csv"),
        licence="Apache-2.0",
        url=_raw(
            "kyo-takano/chinchilla",
            "75e5858f6e7c5b60d1fab69f66258132347b060c",
            "examples/llm/df.csv",
        ),
        sha256="2ed2c412c6b408cb26896b92c0721fe9afa6515726b0db78c33db37cbf2816f9",
        columns=(
            _Column("N", "N", "parameters"),
            _Column("D", "D", "training tokens"),
            _Column("C", "C", "training compute, FLOP"),
            _Column("loss", "loss", "loss, nats per token"),
        ),
    ),
    "scaling_law_review": _File(
        name="epoch_scaling_laws_literature_review.csv",
        description="Published scaling laws: what scales with what, in which form and how fast.",
        source=SOURCES["villalobos2023review"],
        licence="MIT (content by Epoch AI, CC BY 4.0)",
        url=_raw(
            "ejmichaud/quantization-model",
            "4f4f1a20cc37f62ae56d5772a4fed234355b4266",
            "scaling-laws.csv",
        ),
        sha256="c546f2b8d7ff3843f71067d9505519dc7b9e2a67b99848ded2490c2a78b5af2f",
        columns=(
            _Column("paper", "Paper", "title", _text),
            _Column("date", "Date", "day of publication, as printed", _text),
            _Column("category", "Category", "field", _text),
            _Column("task", "Task", "task", _text),
            _Column("architecture", "Architecture", "kind of model", _text),
            _Column("loss", "Loss", "kind of loss", _text),
            _Column("variable", "Scaling Variable 1", "what is scaled", _text),
            _Column("second_variable", "Scaling Variable 2", "what else is scaled", _text),
            _Column("form", "Functional form", "the law", _text),
            _Column("exponent", "Exponent 1", "first exponent", _text),
            _Column("second_exponent", "Exponent 2", "second exponent", _text),
            _Column("floor", "Irreducible loss", "irreducible loss", _text),
            _Column("parameters", "Parameter values", "constants of the law", _text),
        ),
    ),
    "monkeys_counts": _File(
        name="llmonkeys_pythia_math_success_counts.csv",
        description="Seven Pythia models, 128 MATH problems, 10,000 tries each.",
        source=SOURCES["brown2024"].at("ScalingIntelligence/monkey_business"),
        licence=_NO_LICENCE,
        origin="an export of a parquet file",
        columns=(
            _Column("model", "model", "the model", _text),
            _Column("benchmark", "benchmark", "the benchmark", _text),
            _Column("problem", "problem", "number of the problem", _text),
            _Column("n", "n", "tries"),
            _Column("c", "c", "tries that were right"),
        ),
    ),
    "monkeys_gsm8k_counts": _File(
        name="schaeffer_pythia_gsm8k_counts_200B_300B.csv",
        description="Pythia models after 200B and 300B tokens, GSM8K problems.",
        source=SOURCES["schaeffer2025"].at("data/raw_data/large_language_monkeys"),
        licence=_NO_LICENCE,
        origin="an export of parquet files",
        columns=_COUNT_COLUMNS,
    ),
    "monkeys_math_counts": _File(
        name="schaeffer_pythia_math_counts_200B_300B.csv",
        description="Pythia models after 200B and 300B tokens, MATH problems.",
        source=SOURCES["schaeffer2025"].at("data/raw_data/large_language_monkeys"),
        licence=_NO_LICENCE,
        origin="an export of parquet files",
        columns=_COUNT_COLUMNS,
    ),
    "epoch_models": _File(
        name="epoch_models_trimmed_2025.csv",
        description="Machine-learning models to spring 2025: size, text, compute, machines, cost.",
        source=SOURCES["epoch_models"].at("spring 2025"),
        licence=_EPOCH,
        origin="trimmed from a larger table",
        columns=(
            *_EPOCH_MODEL_COLUMNS,
            _Column("D", "Training dataset size (datapoints)", "training data, data points"),
            *_EPOCH_RUN_COLUMNS,
            _Column(
                "cost", "Training compute cost (2023 USD)", "cost, dollars of 2023", _first_number
            ),
            _Column("notable", "Notability criteria", "why notable; empty if it is not", _text),
            _Column("confidence", "Confidence", "Epoch's confidence", _text),
            _Column("post_training_C", "Post-training compute (FLOP)", "post-training, FLOP"),
            _Column("fine_tuning_C", "Finetune compute (FLOP)", "fine-tuning, FLOP"),
        ),
    ),
    "epoch_frontier": _File(
        name="epoch_frontier_trimmed_2026.csv",
        description="Models that were among the ten largest by compute when they appeared.",
        source=SOURCES["epoch_models"].at("frontier models, 2026"),
        licence=_EPOCH,
        origin="trimmed from a larger table",
        columns=(
            *_EPOCH_MODEL_COLUMNS,
            _Column("D", "Training dataset size (total)", "training data, data points"),
            *_EPOCH_RUN_COLUMNS,
            _Column("cost", "Training compute cost (2023 USD)", "cost, dollars of 2023"),
            _Column("confidence", "Confidence", "Epoch's confidence", _text),
            _Column("post_training_C", "Post-training compute (FLOP)", "post-training, FLOP"),
        ),
    ),
    "epoch_hardware": _File(
        name="epoch_ml_hardware_2026.csv",
        description="175 accelerators to March 2026.",
        source=SOURCES["epoch_hardware"],
        licence=_EPOCH,
        origin="an export of a larger table",
        columns=(
            _Column("name", "Hardware name", "name", _text),
            _Column("manufacturer", "Manufacturer", "who made it", _text),
            _Column("kind", "Type", "GPU, TPU and so on", _text),
            _Column("date", "Release date", "day of release", _date),
            _Column("price", "Release price (USD)", "price at release, dollars"),
            _Column("fp64", "FP64 (double precision) performance (FLOP/s)", "peak FLOP/s"),
            _Column("fp32", "FP32 (single precision) performance (FLOP/s)", "peak FLOP/s"),
            _Column("tf32", "TF32 (TensorFloat-32) performance (FLOP/s)", "peak FLOP/s"),
            _Column("fp16", "FP16 (half precision) performance (FLOP/s)", "peak FLOP/s"),
            _Column("tensor16", "Tensor-FP16/BF16 performance (FLOP/s)", "peak FLOP/s"),
            _Column("fp8", "FP8 performance (FLOP/s)", "peak FLOP/s"),
            _Column("fp4", "FP4 performance (FLOP/s)", "peak FLOP/s"),
            _Column("int8", "INT8 performance (OP/s)", "peak operations/s"),
            _Column("max_performance", "Max performance", "highest listed, operations/s"),
            _Column("ml_performance", "ML OP/s", "at the precision used for learning, OP/s"),
            _Column("memory", "Memory (bytes)", "bytes"),
            _Column("memory_bandwidth", "Memory bandwidth (byte/s)", "bytes/s"),
            _Column("power", "TDP (W)", "thermal design power, W"),
            _Column("die_area", "Die Size (mm^2)", "square millimetres"),
            _Column("process_nm", "Process size (nm)", "name of the process, nm"),
            _Column("transistors_millions", "Transistors (millions)", "millions"),
        ),
    ),
    "model_costs": _File(
        name="epoch_model_costs.csv",
        description="Cost of training by three methods.",
        source=SOURCES["cottier2024"].at("model_costs.csv"),
        licence=_EPOCH,
        url=_raw(
            "epoch-research/training-cost-trends",
            "263c40a159307e917213d1dc433c617e47d55bfe",
            "model_costs.csv",
        ),
        sha256="e5399d8502b66ab7689656d75a6b45bfaf6612617571fdcf59e88a597918f8b0",
        columns=(
            _Column("model", "Model", "name", _text),
            _Column("cloud", "Cloud_Cost", "rent in the cloud, dollars"),
            _Column("acquisition", "Hardware_Acquisition_Cost", "buying the hardware, dollars"),
            _Column("amortised", "Hardware_Capex_Energy_Cost", "wear and energy, dollars"),
        ),
    ),
    "model_costs_updated": _File(
        name="epoch_model_costs_updated.csv",
        description="Cost of training, wear of the hardware and energy, to 2025: for the same "
        "models 1 to 2.8 times, in the middle 1.5 times the earlier table's.",
        source=SOURCES["cottier2024"].at("model_costs_updated.csv"),
        licence=_EPOCH,
        origin="a later table of the same repository",
        columns=(
            _Column("model", "Model", "name", _text),
            _Column("amortised", "Cost", "wear and energy, dollars"),
        ),
    ),
    "text_datasets": _File(
        name="epoch_datastock_dataset_sizes.csv",
        description="Training text of language models to 2023.",
        source=SOURCES["villalobos2024"].at("epoch-research/data-stock"),
        licence=_EPOCH,
        origin="part of a repository without a licence",
        columns=(
            _Column("model", "system", "name", _text),
            _Column("date", "date", "day of publication", _date),
            _Column("C", "comp", "training compute, FLOP"),
            _Column("D", "dataset", "training text, tokens or words"),
        ),
    ),
    "internet_users": _File(
        name="epoch_datastock_share-of-individuals-using-the-internet.csv",
        description="Share of people who use the internet.",
        source=SOURCES["villalobos2024"].at("epoch-research/data-stock"),
        licence=_EPOCH,
        origin="part of a repository without a licence",
        columns=(
            _Column("year", "year", "year"),
            _Column("per_cent", "internet_pen", "per cent of the world's people"),
        ),
    ),
    "transistors": _File(
        name="wikipedia_transistors_mi-book.csv",
        description="Transistors on 199 processors, 1971 to 2022.",
        source=SOURCES["wikipedia_transistors"],
        licence="CC BY-SA 4.0",
        url=_raw(
            "enze-chen/mi-book-2022",
            "a4b571327cf1c065f5f3d34e01316baee545896f",
            "assets/data/transistors.csv",
        ),
        sha256="e57982ab91b13d68ba86cdb8f5eaebd5728ec9e2d8182e5eb19de2d8d17edb46",
        columns=(
            _Column("processor", "Processor", "name", _text),
            _Column("transistors", "MOS transistor count", "transistors", _first_number),
            _Column("year", "Date", "year"),
            _Column("designer", "Designer", "who designed it", _text),
            _Column("process_nm", "MOS process (nm)", "name of the process, nm", _first_number),
        ),
    ),
}
