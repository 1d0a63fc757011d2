"""Every data set: the files that it is made of, how they become a table, what its columns are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import Any

import numpy as np

from scaling_core import _formats, _pickles
from scaling_core._fetch import origins
from scaling_core._tables import Column, Table, date, first_number, text
from scaling_core.pretraining import TRAINING_FLOP_PER_PARAMETER_TOKEN
from scaling_core.sources import SOURCES

# ---- the originals, as tables ----------------------------------------------------------------


def _monkeys(data: bytes) -> _formats.Cells:
    """The counts, of which the file has a row for each number of tries allowed."""
    return _distinct(_formats.parquet_table(data, list(_MONKEYS)), _MONKEYS)


_MONKEYS = {
    "Model": "model",
    "Benchmark": "benchmark",
    "Problem Idx": "problem",
    "Num. Samples Total": "n",
    "Num. Samples Correct": "c",
}
_LATER_MONKEYS = {
    "Model Nickname": "model",
    "prompt_idx": "problem",
    "Num. Samples": "n",
    "Num. Samples Correct": "c",
}


def _later_monkeys(data: bytes) -> _formats.Cells:
    """The same of another file, whose last two checkpoints of each model are taken."""
    cells = _distinct(_formats.parquet_table(data, list(_LATER_MONKEYS)), _LATER_MONKEYS)
    return _rows(cells, [str(model).endswith(("_200B", "_300B")) for model in cells["model"]])


def _distinct(cells: _formats.Cells, names: Mapping[str, str]) -> _formats.Cells:
    rows = dict.fromkeys(zip(*(cells[header] for header in names), strict=True))
    return dict(zip(names.values(), zip(*rows, strict=True), strict=True))


def _rows(cells: _formats.Cells, kept: Sequence[bool]) -> _formats.Cells:
    return {name: list(compress(column, kept)) for name, column in cells.items()}


def _models_of_known_size(data: bytes) -> _formats.Cells:
    """The models whose parameters or compute are known, of a table of many columns."""
    cells = _formats.text_table(data)
    known = zip(cells["Parameters"], cells["Training compute (FLOP)"], strict=True)
    return _rows(cells, [bool(size or compute) for size, compute in known])


def _repetitions(cell: int, unit: str = "") -> Callable[[bytes], _formats.Cells]:
    """What a cell of the notebook printed, sizes and amounts in this unit ("e9" or none)."""

    def read(data: bytes) -> _formats.Cells:
        names, *amounts, losses = zip(*_formats.printed_rows(data, cell, 5), strict=True)
        sizes = [[amount + unit for amount in column] for column in amounts]
        return dict(zip(_REPETITION_HEADERS, (names, *sizes, losses), strict=True))

    return read


_REPETITION_HEADERS = ("name", "params", "tokens", "unique_tokens", "loss")


def _gadre(*data: bytes) -> _formats.Cells:
    """A model a file."""
    rows = []
    for model in map(_formats.json_object, data):
        try:
            sizes = model["hyperparameters"]
            losses = {run["val_data"][0].split("/")[-2]: run["loss"] for run in model["results"]}
            rows.append(
                {
                    "name": model["name"],
                    "dataset": model["dataset_name"],
                    "params": sizes["params"],
                    "params_no_embed": sizes["params_no_embed"],
                    "tokens": sizes["tokens"],
                    "multiplier": sizes["chinchilla_multiplier"],
                    "loss_c4": losses["c4_val"],
                    "loss_openlm": losses["openlm"],
                }
            )
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise ValueError(f"a model's file has no {error}") from error
    return {header: [row[header] for row in rows] for header in rows[0]}


def _porian_pairs(*data: bytes) -> _formats.Cells:
    """The best sizes, a table in each row of each file's table."""
    amounts = {
        "flops": "flops",
        "n": "n_opt",
        "t": "d_opt",
        "loss": "loss",
        "loss_star_std": "loss_std",
    }
    return _porian(data, "optimal_pairs", amounts, lambda cell: [_pickles.number(cell)])


def _porian_runs(*data: bytes) -> _formats.Cells:
    """The runs at each compute, columns in each row of a table in each row of each file's table.

    At the largest compute some have no run: a row without size, text and loss.
    """
    amounts = {"flops": "flops", "orig_n": "N", "orig_t": "D", "orig_loss": "loss"}
    return _porian(data, "data", amounts, _pickles.numbers)


def _porian(
    data: Iterable[bytes],
    inner: str,
    amounts: Mapping[str, str],
    read: Callable[[Any], Sequence[float]],
) -> _formats.Cells:
    keys = ("dataset", "hparams", "warmup", "decay", "param_count", "val")
    rows: list[tuple[Any, ...]] = []
    for table in map(_formats.pickled_table, data):
        if missing := [name for name in (*keys, inner) if name not in table]:
            raise ValueError(f"it has no column {missing[0]!r}")
        for *key, frame in zip(*(table[name] for name in (*keys, inner)), strict=True):
            if not all(isinstance(word, str) for word in key):
                raise ValueError("it has a configuration that is no text")
            cells = _pickles.table(frame)
            if missing := [name for name in amounts if name not in cells]:
                raise ValueError(f"its table has no column {missing[0]!r}")
            for line in zip(*(cells[name] for name in amounts), strict=True):
                columns = np.broadcast_arrays(*map(read, line))
                rows += [(*key, *values) for values in zip(*columns, strict=True)]
    return dict(zip((*keys, *amounts.values()), zip(*rows, strict=True), strict=True))


_MONKEY_POWER = "RylanSchaeffer/KoyejoLab-Large-How-Do-Language-Monkey-Power-Get-Their-Power"
_ROBUSTNESS = "RylanSchaeffer/KoyejoLab-Robustness-Chinchilla-Compute-Optimal-Scaling"
_PORIAN_FILES = origins(
    "formll/resolving-scaling-law-discrepancies",
    "data/summary_df.pickle.xz",
    "data/summary_df_owt2.pickle.xz",
    "data/summary_df_att.pickle.xz",
    "data/summary_df_kaplan_tuned_hparams.pickle.xz",
)


def _of_common_seeds(columns: dict[str, Any]) -> dict[str, Any]:
    """The rows of the seeds with which every model was tried: the labs may have been stopped."""
    model, seed = columns["model"], columns["seed"]
    common = set.intersection(*(set(seed[model == name]) for name in np.unique(model)))
    kept = np.isin(seed, list(common))
    return {name: values[kept] for name, values in columns.items()}


def _with_tokens(columns: dict[str, Any]) -> dict[str, Any]:
    """Tokens are not in the figure that the points were read from: ``D = C / (6 N)``."""
    N, C = columns["N"], columns["C"]
    return {
        "N": N,
        "D": C / (TRAINING_FLOP_PER_PARAMETER_TOKEN * N),
        "C": C,
        "loss": columns["loss"],
    }


# ---- the data sets ---------------------------------------------------------------------------

_EPOCH = "CC BY 4.0 (Epoch AI)"
_NO_LICENCE = "no licence file: facts only, cite the source"

_REPETITION_COLUMNS = (
    Column("name", "name", "size, tokens and unique tokens", text),
    Column("N", "params", "parameters"),
    Column("D", "tokens", "tokens read, with repeats"),
    Column("unique_tokens", "unique_tokens", "different tokens"),
    Column("loss", "loss", "loss on C4, nats per token"),
)

_COUNT_COLUMNS = (
    Column("model", "model", "model and tokens read", text),
    Column("problem", "problem", "number of the problem", text),
    Column("n", "n", "tries"),
    Column("c", "c", "tries that were right"),
)

_PORIAN_COLUMNS = (
    Column("dataset", "dataset", "rw: RefinedWeb, owt2: OpenWebText2", text),
    Column("hparams", "hparams", "base, or tuned at each size", text),
    Column("warmup", "warmup", "long (as Kaplan) or short", text),
    Column("decay", "decay", "kaplan, chinchilla or const", text),
    Column("param_count", "param_count", "kaplan, standard or attention", text),
    Column("val", "val", "loss on train or val", text),
    Column("C", "flops", "training compute, FLOP"),
)

_EPOCH_MODEL_COLUMNS = (
    Column("model", "Model", "name", text),
    Column("date", "Publication date", "day of publication", date),
    Column("organization", "Organization", "who made it", text),
    Column("domain", "Domain", "what it works on", text),
    Column("N", "Parameters", "parameters"),
    Column("C", "Training compute (FLOP)", "training compute, FLOP"),
)

_EPOCH_RUN_COLUMNS = (
    Column("hours", "Training time (hours)", "training time, hours"),
    Column("hardware", "Training hardware", "accelerators", text),
    Column("hardware_count", "Hardware quantity", "number of accelerators"),
    Column("utilisation", "Hardware utilization (MFU)", "model FLOP over peak FLOP"),
    Column("power", "Training power draw (W)", "power while training, W"),
)

_OURS = SOURCES["thisbook"].at("labs", "ours, measured")

TABLES = {
    "laptop_pretraining": Table(
        name="pretraining.csv",
        description="Small language models that this book trained on a laptop.",
        source=_OURS,
        licence="MIT (this book)",
        package="labs.results",
        columns=(
            Column("N", "N", "parameters, counted in the matrix products"),
            Column("D", "D", "training characters"),
            Column("C", "C", "training compute, counted exactly, FLOP"),
            Column("loss", "loss", "loss on held-out text, nats per character"),
            Column("width", "width", "width of the residual stream"),
            Column("layers", "layers", "layers"),
            Column("budget", "budget", "compute that the run was planned for, FLOP"),
            Column("seed", "seed", "seed of the run"),
        ),
    ),
    "laptop_tries": Table(
        name="tries.csv",
        description="Small models that this book trained on a laptop, and how often each solves "
        "each of its problems in many tries: the seeds with which all models were tried.",
        source=_OURS,
        licence="MIT (this book)",
        package="labs.results",
        columns=(
            Column("model", "model", "the model, by its width", text),
            Column("N", "N", "parameters"),
            Column("flop", "flop", "compute of one try, FLOP"),
            Column("problem", "problem", "the problem", text),
            Column("n", "n", "tries"),
            Column("c", "c", "tries whose whole chain is right"),
            Column("seed", "seed", "seed of the tries"),
        ),
        finish=_of_common_seeds,
    ),
    "chinchilla_runs": Table(
        name="chinchilla_epoch_svg_extracted.csv",
        description="The 245 training runs in figure 4 of Hoffmann 2022, as digitised by "
        "Besiroglu 2024; their refit leaves out the five with the highest loss.",
        source=SOURCES["besiroglu2024"].at("data/svg_extracted_data.csv"),
        licence="no licence file (Epoch AI publishes its work under CC BY 4.0)",
        origins=origins("epoch-research/analyzing-chinchilla", "data/svg_extracted_data.csv"),
        is_drawn=True,
        columns=(
            Column("N", "Model Size", "parameters"),
            Column("C", "Training FLOP", "training compute, FLOP"),
            Column("loss", "loss", "loss, nats per token"),
        ),
        derived={"D": "training tokens, from C = 6ND"},
        finish=_with_tokens,
    ),
    "chinchilla_model_parameters": Table(
        name="chinchilla_model_parameters_schaeffer.csv",
        description="The 50 models of Hoffmann's Table A9 with parameter counts by three formulas.",
        source=SOURCES["schaeffer2025chinchilla"].at("data/chinchilla_model_parameters.csv"),
        licence=_NO_LICENCE,
        origins=origins(
            _ROBUSTNESS,
            "data/chinchilla_model_parameters.csv",
        ),
        columns=(
            Column("width", "d_model", "width of the residual stream"),
            Column("feed_forward", "ffw_size", "width of the feed-forward layer"),
            Column("heads", "n_heads", "attention heads"),
            Column("layers", "n_layers", "layers"),
            Column("embedding", "Embedding Parameters", "embedding parameters"),
            Column("reported", "Reported Parameters (M)", "as printed, millions of parameters"),
            Column("standard", "Tied (Un)Embed, No Gating", "standard formula, millions"),
            Column(
                "best_fit",
                "Tied (Un)Embed, No Gating, Best Fit Attn Params Prefactor",
                "formula that fits what is printed, millions",
            ),
        ),
    ),
    "porian_optimal_pairs": Table(
        name="porian_optimal_pairs.csv",
        description="Best size and best amount of text at each compute, per configuration.",
        source=SOURCES["porian2024"].at("data/summary_df*.pickle.xz"),
        licence="MIT",
        sha256="64e2bb6a9aab4ee8dba3b6414a22f4c94be651c24f597ed1d94b73c0bcfff5cb",
        origins=_PORIAN_FILES,
        read=_porian_pairs,
        columns=(
            *_PORIAN_COLUMNS,
            Column("N", "n_opt", "best size, parameters"),
            Column("D", "d_opt", "best amount of text, tokens"),
            Column("loss", "loss", "loss there, nats per token"),
            Column("loss_error", "loss_std", "standard deviation of the loss, nats per token"),
        ),
    ),
    "porian_isoflop_runs": Table(
        name="porian_isoflop_runs.csv",
        description="The runs at fixed compute from which the best sizes were read.",
        source=SOURCES["porian2024"].at("data/summary_df*.pickle.xz"),
        licence="MIT",
        sha256="a59ec77c76cf2d5c90f3122a8ce928344abff142e6f1b97255285782dfaf1c0f",
        origins=_PORIAN_FILES,
        read=_porian_runs,
        columns=(
            *_PORIAN_COLUMNS,
            Column("N", "N", "parameters"),
            Column("D", "D", "training tokens"),
            Column("loss", "loss", "loss, nats per token"),
        ),
    ),
    "datablations_runs": Table(
        name="datablations_runs.csv",
        description="All 296 runs with text read once and more often.",
        source=SOURCES["muennighoff2023"].at("utils/parametric_fit.ipynb, cell 2"),
        licence="Apache-2.0",
        sha256="e105a1cdb5015e4688d89e3110e666a340f1f86bf4a2db8b02c026b19b54b088",
        origins=origins("huggingface/datablations", "utils/parametric_fit.ipynb"),
        read=_repetitions(2),
        columns=_REPETITION_COLUMNS,
    ),
    "datablations_fitset": Table(
        name="datablations_filtered_fitset.csv",
        description="The 182 of those runs that the published law was fitted to.",
        source=SOURCES["muennighoff2023"].at("utils/parametric_fit.ipynb, cell 26"),
        licence="Apache-2.0",
        sha256="0dac919a10439ec86436739aeed664992312962ccdea39893f0b3ce24188a3e3",
        origins=origins("huggingface/datablations", "utils/parametric_fit.ipynb"),
        read=_repetitions(26, "e9"),
        columns=_REPETITION_COLUMNS,
    ),
    "gadre_runs": Table(
        name="gadre_overtraining_104models.csv",
        description="104 models trained on up to 640 tokens for each parameter.",
        source=SOURCES["gadre2024"].at("exp_data/models/*.json"),
        licence="MIT",
        sha256="6414a4f192aad7e59ca21170240cc9cd80a4cf67919dcb6861dc24a25266ff08",
        origins=origins("mlfoundations/scaling", "exp_data/models/*.json"),
        subfolder="gadre_models",
        read=_gadre,
        columns=(
            Column("name", "name", "the run", text),
            Column("dataset", "dataset", "training text: c4_original, rpj or rw_original", text),
            Column("N", "params", "parameters"),
            Column("N_without_embedding", "params_no_embed", "parameters without embeddings"),
            Column("D", "tokens", "training tokens"),
            Column("multiplier", "multiplier", "tokens per parameter over 20"),
            Column("loss", "loss_c4", "loss on C4, nats per token"),
            Column("loss_training_mix", "loss_openlm", "loss on Open LM's text, nats per token"),
        ),
    ),
    "kyo_takano_runs": Table(
        name="kyo_takano_llm_runs.csv",
        description="234 runs of small language models.",
        source=SOURCES["takano2024"].at("examples/llm/df.csv"),
        licence="Apache-2.0",
        origins=origins("kyo-takano/chinchilla", "examples/llm/df.csv"),
        columns=(
            Column("N", "N", "parameters"),
            Column("D", "D", "training tokens"),
            Column("C", "C", "training compute, FLOP"),
            Column("loss", "loss", "loss, nats per token"),
        ),
    ),
    "scaling_law_review": Table(
        name="epoch_scaling_laws_literature_review.csv",
        description="Published scaling laws: what scales with what, in which form and how fast.",
        source=SOURCES["villalobos2023review"],
        licence="MIT (content by Epoch AI, CC BY 4.0)",
        origins=origins("ejmichaud/quantization-model", "scaling-laws.csv"),
        columns=(
            Column("paper", "Paper", "title", text),
            Column("date", "Date", "day of publication, as printed", text),
            Column("category", "Category", "field", text),
            Column("task", "Task", "task", text),
            Column("architecture", "Architecture", "kind of model", text),
            Column("loss", "Loss", "kind of loss", text),
            Column("variable", "Scaling Variable 1", "what is scaled", text),
            Column("second_variable", "Scaling Variable 2", "what else is scaled", text),
            Column("form", "Functional form", "the law", text),
            Column("exponent", "Exponent 1", "first exponent", text),
            Column("second_exponent", "Exponent 2", "second exponent", text),
            Column("floor", "Irreducible loss", "irreducible loss", text),
            Column("parameters", "Parameter values", "constants of the law", text),
        ),
    ),
    "monkeys_counts": Table(
        name="llmonkeys_pythia_math_success_counts.csv",
        description="Seven Pythia models, 128 MATH problems, 10,000 tries each.",
        source=SOURCES["brown2024"].at("ScalingIntelligence/monkey_business"),
        licence=_NO_LICENCE,
        sha256="8f1dac40e1f346f321c854a4ebf826affab78398b364e8d90d2e4d3f945dde62",
        origins=origins(
            _MONKEY_POWER,
            "data/processed_data/large_language_monkeys_original_pass_at_k.parquet",
        ),
        read=_monkeys,
        library="pyarrow",
        is_drawn=True,
        columns=(
            Column("model", "model", "the model", text),
            Column("benchmark", "benchmark", "the benchmark", text),
            Column("problem", "problem", "number of the problem", text),
            Column("n", "n", "tries"),
            Column("c", "c", "tries that were right"),
        ),
    ),
    "monkeys_gsm8k_counts": Table(
        name="schaeffer_pythia_gsm8k_counts_200B_300B.csv",
        description="Pythia models after 200B and 300B tokens, GSM8K problems.",
        source=SOURCES["schaeffer2025"].at("data/raw_data/large_language_monkeys"),
        licence=_NO_LICENCE,
        sha256="c0f47a1ad02f7005e5d11998693028a669dbac52a6c17a777f1eaef219ace038",
        origins=origins(
            _MONKEY_POWER,
            "data/raw_data/large_language_monkeys/gsm8k_pass_at_k.parquet",
        ),
        read=_later_monkeys,
        library="pyarrow",
        columns=_COUNT_COLUMNS,
    ),
    "monkeys_math_counts": Table(
        name="schaeffer_pythia_math_counts_200B_300B.csv",
        description="Pythia models after 200B and 300B tokens, MATH problems.",
        source=SOURCES["schaeffer2025"].at("data/raw_data/large_language_monkeys"),
        licence=_NO_LICENCE,
        sha256="fa6b49e502c45f5a00e4d23e014bdaa88fb4e8f4e7d237f4120c471dbe48d4ad",
        origins=origins(
            _MONKEY_POWER,
            "data/raw_data/large_language_monkeys/math_pass_at_k.parquet",
        ),
        read=_later_monkeys,
        library="pyarrow",
        columns=_COUNT_COLUMNS,
    ),
    "epoch_models": Table(
        name="epoch_models_trimmed_2025.csv",
        description="Machine-learning models to spring 2025: size, text, compute, machines, cost.",
        source=SOURCES["epoch_models"].at("spring 2025"),
        licence=_EPOCH,
        sha256="72328f2a6d7e6671fe2fa5581455206907d3819c8c1ca6540b1cac9d85311153",
        origins=origins(
            "epoch-research/training-cost-trends", "data/All ML Systems - full view.csv"
        ),
        read=_models_of_known_size,
        columns=(
            *_EPOCH_MODEL_COLUMNS,
            Column("D", "Training dataset size (datapoints)", "training data, data points"),
            *_EPOCH_RUN_COLUMNS,
            Column(
                "cost", "Training compute cost (2023 USD)", "cost, dollars of 2023", first_number
            ),
            Column("notable", "Notability criteria", "why notable; empty if it is not", text),
            Column("confidence", "Confidence", "Epoch's confidence", text),
            Column("post_training_C", "Post-training compute (FLOP)", "post-training, FLOP"),
            Column("fine_tuning_C", "Finetune compute (FLOP)", "fine-tuning, FLOP"),
        ),
    ),
    "epoch_frontier": Table(
        name="epoch_frontier_trimmed_2026.csv",
        description="Models that were among the ten largest by compute when they appeared.",
        source=SOURCES["epoch_models"].at("frontier models, 2026"),
        licence=_EPOCH,
        sha256="cb277a37270f2b5d2db28879fca4f2e76234abf87f68a54448ef79c3c9c0bc6a",
        origins=origins("natepaulo43-oss/Capstone-AI-Capex-Wall", "data/frontier_ai_models.csv"),
        columns=(
            *_EPOCH_MODEL_COLUMNS,
            Column("D", "Training dataset size (total)", "training data, data points"),
            *_EPOCH_RUN_COLUMNS,
            Column("cost", "Training compute cost (2023 USD)", "cost, dollars of 2023"),
            Column("confidence", "Confidence", "Epoch's confidence", text),
            Column("post_training_C", "Post-training compute (FLOP)", "post-training, FLOP"),
        ),
    ),
    "epoch_hardware": Table(
        name="epoch_ml_hardware_2026.csv",
        description="175 accelerators to March 2026.",
        source=SOURCES["epoch_hardware"],
        licence=_EPOCH,
        origins=origins("natepaulo43-oss/Capstone-AI-Capex-Wall", "data/ml_hardware.csv"),
        columns=(
            Column("name", "Hardware name", "name", text),
            Column("manufacturer", "Manufacturer", "who made it", text),
            Column("kind", "Type", "GPU, TPU and so on", text),
            Column("date", "Release date", "day of release", date),
            Column("price", "Release price (USD)", "price at release, dollars"),
            Column("fp64", "FP64 (double precision) performance (FLOP/s)", "peak FLOP/s"),
            Column("fp32", "FP32 (single precision) performance (FLOP/s)", "peak FLOP/s"),
            Column("tf32", "TF32 (TensorFloat-32) performance (FLOP/s)", "peak FLOP/s"),
            Column("fp16", "FP16 (half precision) performance (FLOP/s)", "peak FLOP/s"),
            Column("tensor16", "Tensor-FP16/BF16 performance (FLOP/s)", "peak FLOP/s"),
            Column("fp8", "FP8 performance (FLOP/s)", "peak FLOP/s"),
            Column("fp4", "FP4 performance (FLOP/s)", "peak FLOP/s"),
            Column("int8", "INT8 performance (OP/s)", "peak operations/s"),
            Column("max_performance", "Max performance", "highest listed, operations/s"),
            Column("ml_performance", "ML OP/s", "at the precision used for learning, OP/s"),
            Column("memory", "Memory (bytes)", "bytes"),
            Column("memory_bandwidth", "Memory bandwidth (byte/s)", "bytes/s"),
            Column("power", "TDP (W)", "thermal design power, W"),
            Column("die_area", "Die Size (mm^2)", "square millimetres"),
            Column("process_nm", "Process size (nm)", "name of the process, nm"),
            Column("transistors_millions", "Transistors (millions)", "millions"),
        ),
    ),
    "model_costs": Table(
        name="epoch_model_costs.csv",
        description="Cost of training by three methods.",
        source=SOURCES["cottier2024"].at("model_costs.csv"),
        licence=_EPOCH,
        origins=origins("epoch-research/training-cost-trends", "model_costs.csv"),
        columns=(
            Column("model", "Model", "name", text),
            Column("cloud", "Cloud_Cost", "rent in the cloud, dollars"),
            Column("acquisition", "Hardware_Acquisition_Cost", "buying the hardware, dollars"),
            Column("amortised", "Hardware_Capex_Energy_Cost", "wear and energy, dollars"),
        ),
    ),
    "model_costs_updated": Table(
        name="epoch_model_costs_updated.csv",
        description="Cost of training, wear of the hardware and energy, to 2025: for the same "
        "models 1 to 2.8 times, in the middle 1.5 times the earlier table's.",
        source=SOURCES["cottier2024"].at("model_costs_updated.csv"),
        licence=_EPOCH,
        origins=origins("epoch-research/training-cost-trends", "model_costs_updated.csv"),
        columns=(
            Column("model", "Model", "name", text),
            Column("amortised", "Cost", "wear and energy, dollars"),
        ),
    ),
    "text_datasets": Table(
        name="epoch_datastock_dataset_sizes.csv",
        description="Training text of language models to 2023.",
        source=SOURCES["villalobos2024"].at("epoch-research/data-stock"),
        licence=_EPOCH,
        origins=origins("epoch-research/data-stock", "data/dataset_sizes.csv"),
        columns=(
            Column("model", "system", "name", text),
            Column("date", "date", "day of publication", date),
            Column("C", "comp", "training compute, FLOP"),
            Column("D", "dataset", "training text, tokens or words"),
        ),
    ),
    "internet_users": Table(
        name="epoch_datastock_share-of-individuals-using-the-internet.csv",
        description="Share of people who use the internet.",
        source=SOURCES["villalobos2024"].at("epoch-research/data-stock"),
        licence=_EPOCH,
        origins=origins(
            "epoch-research/data-stock", "data/share-of-individuals-using-the-internet.csv"
        ),
        columns=(
            Column("year", "year", "year"),
            Column("per_cent", "internet_pen", "per cent of the world's people"),
        ),
    ),
    "transistors": Table(
        name="wikipedia_transistors_mi-book.csv",
        description="Transistors on 199 processors, 1971 to 2022.",
        source=SOURCES["wikipedia_transistors"],
        licence="CC BY-SA 4.0",
        origins=origins("enze-chen/mi-book-2022", "assets/data/transistors.csv"),
        is_drawn=True,
        columns=(
            Column("processor", "Processor", "name", text),
            Column("transistors", "MOS transistor count", "transistors", first_number),
            Column("year", "Date", "year"),
            Column("designer", "Designer", "who designed it", text),
            Column("process_nm", "MOS process (nm)", "name of the process, nm", first_number),
        ),
    ),
}
