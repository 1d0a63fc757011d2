"""One contract for every public function: bad input is a `ValueError` that names the argument.

The functions, laws and methods are found by inspection, so that a new one is held to the contract
or fails for want of an example call.
"""

import dataclasses
import functools
import importlib
import inspect
import itertools
import warnings

import numpy as np
import pytest

from scaling_core import fitting, longtail, posttraining, power, pretraining, prophecy, strategy
from scaling_core import testtime as test_time
from scaling_core.sources import SOURCES

MODULES = (
    *("pretraining", "fitting", "posttraining", "testtime", "longtail", "prophecy"),
    *("power", "strategy", "datasets", "facts", "sources"),
)

SOURCE = SOURCES["thisbook"]
LAW = pretraining.HOFFMANN_2022
RECIPES = posttraining.KHATRI_2025
BUDGETS = np.repeat([1e18, 1e19, 1e20], 5)
SIZES = np.tile([0.25, 0.5, 1.0, 2.0, 4.0], 3) * np.sqrt(BUDGETS / 120)
TEXTS = BUDGETS / (6 * SIZES)
LOSSES = LAW.loss(SIZES, TEXTS)
YEARS = np.arange(2010.0, 2022.0)
RISING = np.exp(0.4 * (YEARS - 2010) + 0.1 * np.sin(YEARS))
TRIED = np.full(8, 20.0)
RIGHT = np.array([1.0, 2.0, 3.0, 5.0, 8.0, 9.0, 4.0, 2.0])
WORDS = np.stack([np.arange(60, 0, -1)] * 2)

# An object of every class whose methods take arguments.
OBJECTS = {
    "Architecture": lambda: test_time.LLAMA_3["8B"],
    "BeliefModel": lambda: prophecy.BeliefModel(),
    "BeliefPath": lambda: prophecy.BeliefModel().simulate(0.5, 5.0),
    "BetaCoverageFit": lambda: test_time.fit_beta_coverage(TRIED, RIGHT),
    "BreakpointFit": lambda: prophecy.fit_breakpoints(YEARS, RISING),
    "Ceiling": lambda: power.ONE_CAMPUS_2030,
    "Ceilings": lambda: power.ceilings(),
    "CoverageFit": lambda: test_time.fit_coverage_power_law(TRIED, RIGHT, bootstrap=3),
    "DistillationLaw": lambda: posttraining.BUSBRIDGE_2025,
    "Ecosystem": lambda: posttraining.Ecosystem(100.0, 0.01, 1.0),
    "EmbeddingLaw": lambda: pretraining.PEARCE_2024,
    "ExactMatch": lambda: longtail.ExactMatch(10.0),
    "ExponentialFit": lambda: prophecy.fit_exponential(YEARS, RISING),
    "Fit": lambda: fitting.fit_parametric(SIZES, TEXTS, LOSSES, bootstrap=3),
    "Flywheel": lambda: posttraining.Flywheel(0.3, 0.5, 0.1),
    "GranularityLaw": lambda: pretraining.KRAJEWSKI_2024,
    "GrowthAccounts": lambda: prophecy.growth_accounts(YEARS, {"spending": RISING}),
    "IsoFlopFit": lambda: fitting.fit_isoflop(BUDGETS, SIZES, LOSSES),
    "JointLaw": lambda: pretraining.JOINT_REFIT,
    "KaplanLaw": lambda: pretraining.KAPLAN_2020,
    "LabState": lambda: strategy.LabState(2e25, 1e23, 1e25, 1e11, 0.8, 0.2),
    "MooreLaw": lambda: prophecy.MooreLaw(2.0),
    "NoisyJudge": lambda: posttraining.NoisyJudge(0.5, 0.01),
    "Overoptimisation": lambda: posttraining.Overoptimisation(1.0, 0.1),
    "OvertrainingLaw": lambda: pretraining.GADRE_2024["C4"],
    "ParametricLaw": lambda: LAW,
    "PowerLawFit": lambda: fitting.fit_power_law(YEARS, RISING, bootstrap=3),
    "PowerMixture": lambda: test_time.PowerMixture(0.5),
    "QuantaModel": lambda: longtail.QuantaModel(0.3),
    "RLComputeLaw": lambda: RECIPES["8B"],
    "RLFit": lambda: posttraining.fit_rl_compute(
        np.geomspace(1, 1e3, 9), np.linspace(0, 0.5, 9), bootstrap=3
    ),
    "RepetitionFit": lambda: fitting.fit_repetition(SIZES, TEXTS, TEXTS / 2, LOSSES, bootstrap=3),
    "RepetitionLaw": lambda: pretraining.MUENNIGHOFF_2023,
    "Service": lambda: strategy.Service(),
    "SimulatedSelection": lambda: posttraining.simulate_best_of_n(4, 0.5, 0),
    "SpectrumFit": lambda: longtail.fit_spectrum(longtail.power_law_noise(1.0, 64, 0)),
    "SuccessFit": lambda: strategy.fit_success_law(
        [1e8, 1e9], [TRIED, TRIED], [RIGHT, RIGHT + 5], [1, 2]
    ),
    "SuccessLaw": lambda: strategy.PYTHIA_SUCCESS,
    "TheoryGap": lambda: longtail.compare_with_theory([0.3, 0.4], [0.4, 0.5]),
    "ValleyFit": lambda: fitting.fit_valleys(BUDGETS, SIZES, LOSSES, bootstrap=3),
    "TrainTestExchange": lambda: test_time.JONES_2021,
    "TrainToTestLaw": lambda: test_time.ROBERTS_2026,
    "TransferLaw": lambda: posttraining.HERNANDEZ_2021,
    "WrightLaw": lambda: prophecy.WrightLaw(0.2),
    "ZipfFit": lambda: longtail.fit_zipf(WORDS, first=1, last=50, bootstrap=3),
}

# A valid call of every public function, law and method, all arguments by name.
CALLS = {
    "pretraining.training_flops": {"N": 1e9, "D": 1e10},
    "pretraining.inference_flops": {"N": 1e9, "tokens": 1000.0},
    "pretraining.ParametricLaw": {"E": 2.0, "A": 1000.0, "B": 1000.0, "alpha": 0.3, "beta": 0.3},
    "pretraining.ParametricLaw.loss": {"N": 1e9, "D": 1e10},
    "pretraining.ParametricLaw.shortfall": {"N": 1e9, "D": 1e10},
    "pretraining.ParametricLaw.elasticities": {"N": 1e9, "D": 1e10},
    "pretraining.ParametricLaw.optimal": {"C": 1e20},
    "pretraining.ParametricLaw.frontier_loss": {"C": 1e20},
    "pretraining.ParametricLaw.share_removed": {"compute_factor": 10.0},
    "pretraining.ParametricLaw.compute_factor": {"share": 0.3},
    "pretraining.ParametricLaw.compute_for_loss": {"loss": 2.5},
    "pretraining.ParametricLaw.tokens_for_loss": {"loss": 2.5, "N": 1e9},
    "pretraining.ParametricLaw.smallest_size": {"loss": 2.5},
    "pretraining.ParametricLaw.balanced_size": {"D": 1e10},
    "pretraining.ParametricLaw.waste_factor": {"size_factor": 10.0},
    "pretraining.JointLaw": {
        "E": 2.0,
        "A": 1000.0,
        "B": 1000.0,
        "alpha": 0.3,
        "beta": 0.3,
        "gamma": 0.8,
    },
    "pretraining.JointLaw.loss": {"N": 1e9, "D": 1e10},
    "pretraining.JointLaw.optimal": {"C": 1e20},
    "pretraining.JointLaw.frontier_loss": {"C": 1e20},
    "pretraining.KaplanLaw.loss_N": {"N": 1e9},
    "pretraining.KaplanLaw.loss_D": {"D": 1e10},
    "pretraining.KaplanLaw.loss_C": {"C": 1e20},
    "pretraining.KaplanLaw.loss": {"N": 1e9, "D": 1e10},
    "pretraining.KaplanLaw.loss_steps": {"N": 1e9, "steps": 10.0},
    "pretraining.KaplanLaw.critical_batch": {"loss": 2.5},
    "pretraining.KaplanLaw.tokens_against_overfitting": {"N": 1e9},
    "pretraining.KaplanLaw.optimal": {"C": 1e20},
    "pretraining.KaplanLaw.early_stop": {"excess": 0.05, "reference": 1e20},
    "pretraining.batch_tradeoff": {"batch_ratio": 1.0},
    "pretraining.EmbeddingLaw.total": {"N": 1e9},
    "pretraining.EmbeddingLaw.budget": {"law": LAW, "N": 1e9},
    "pretraining.EmbeddingLaw.local_exponent": {"law": LAW, "N": 1e9},
    "pretraining.EmbeddingLaw.apparent_exponent": {"law": LAW, "low": 100.0, "high": 1e4},
    "pretraining.RepetitionLaw": {"fresh": LAW, "R_D": 1000.0, "R_N": 1000.0, "source": SOURCE},
    "pretraining.RepetitionLaw.effective_tokens": {"D": 1e10, "unique_tokens": 1e10},
    "pretraining.RepetitionLaw.token_worth": {"D": 1e10, "unique_tokens": 1e10},
    "pretraining.RepetitionLaw.effective_parameters": {"N": 1e9, "unique_tokens": 1e10},
    "pretraining.RepetitionLaw.loss": {"N": 1e9, "D": 1e10, "unique_tokens": 1e10},
    "pretraining.RepetitionLaw.optimal": {"C": 1e20, "unique_tokens": 1e10},
    "pretraining.inference_aware_optimum": {"law": LAW, "loss": 2.5, "inference_tokens": 1e11},
    "pretraining.OvertrainingLaw": {"E": 2.0, "a": 0.3, "b": 0.3, "eta": 0.2, "source": SOURCE},
    "pretraining.OvertrainingLaw.loss": {"C": 1e20, "tokens_per_parameter": 20.0},
    "pretraining.GranularityLaw": {
        "c": 4.0,
        "a": 0.3,
        "alpha": 0.3,
        "b": 0.3,
        "beta": 0.3,
        "g": 0.2,
        "gamma": 2.0,
        "source": SOURCE,
    },
    "pretraining.GranularityLaw.at": {"granularity": 10.0},
    "pretraining.GranularityLaw.loss": {"N": 1e9, "D": 1e10, "granularity": 10.0},
    "fitting.Fit.interval": {"level": 0.5},
    "fitting.Fit.interval_of": {"quantity": lambda law: law.alpha, "level": 0.5},
    "fitting.Fit.size_exponent_interval": {"level": 0.5},
    "fitting.Fit.ratio_interval": {"C": 1e20, "level": 0.5},
    "fitting.fit_parametric": {
        "N": SIZES,
        "D": TEXTS,
        "loss": LOSSES,
        "objective": "huber",
        "delta": 0.001,
        "bootstrap": 2,
        "seed": 0,
    },
    "fitting.profile": {
        "fit": fitting.fit_parametric(SIZES, TEXTS, LOSSES),
        "name": "alpha",
        "values": [0.3, 0.35],
    },
    "fitting.PowerLawFit.predict": {"x": 2.0},
    "fitting.PowerLawFit.interval": {"level": 0.5},
    "fitting.fit_power_law": {"x": YEARS, "y": RISING, "bootstrap": 2, "seed": 0},
    "fitting.IsoFlopFit.predict": {"C": 1e19, "N": 1e8},
    "fitting.IsoFlopFit.size_factor": {"C": 1e19, "N": 1e8},
    "fitting.IsoFlopFit.waste_factor": {"C": 1e19, "loss": 3.0},
    "fitting.fit_isoflop": {"C": BUDGETS, "N": SIZES, "loss": LOSSES},
    "fitting.fit_valleys": {
        "C": BUDGETS,
        "N": SIZES,
        "loss": LOSSES,
        "floor": 1.0,
        "bootstrap": 2,
        "seed": 0,
    },
    "fitting.ValleyFit.interval": {"level": 0.5},
    "fitting.RepetitionFit.interval": {"level": 0.5},
    "fitting.fit_repetition": {
        "N": SIZES,
        "D": TEXTS,
        "unique_tokens": TEXTS / 2,
        "loss": LOSSES,
        "fresh": LAW,
        "delta": 0.001,
        "bootstrap": 2,
        "seed": 0,
    },
    "fitting.fit_overtraining": {
        "C": BUDGETS,
        "tokens_per_parameter": TEXTS / SIZES,
        "loss": LOSSES,
    },
    "posttraining.ecosystem_multiplier": {"derivatives": 5.0, "share": 0.3},
    "posttraining.derivatives_needed": {"extra": 30.0, "share": 0.3},
    "posttraining.Ecosystem": {"derivatives": 5.0, "median_share": 0.01, "spread": 1.0},
    "posttraining.Ecosystem.share": {"rank": 10.0},
    "posttraining.Ecosystem.payers": {"part": 0.3},
    "posttraining.ecosystem_samples": {
        "n": 16,
        "seed": 0,
        "derivatives": (10.0, 100.0),
        "median_share": (1e-4, 1e-2),
        "spread": (0.0, 1.0),
    },
    "posttraining.TransferLaw": {"k": 10.0, "alpha": 0.3, "beta": 0.3},
    "posttraining.TransferLaw.effective_data": {"finetune_data": 1e11, "N": 1e9},
    "posttraining.TransferLaw.worth": {"finetune_data": 1e11, "N": 1e9},
    "posttraining.TransferLaw.break_even": {"N": 1e9},
    "posttraining.TransferLaw.data_for_size": {"size_factor": 10.0},
    "posttraining.DistillationLaw.supervised_loss": {"N": 1e9, "D": 1e10},
    "posttraining.DistillationLaw.student_loss": {"teacher_loss": 2.2, "N": 1e9, "D": 1e10},
    "posttraining.DistillationLaw.gain": {"teacher_loss": 2.2, "N": 1e9, "D": 1e10},
    "posttraining.distillation_flops": {
        "N_student": 1e9,
        "D_student": 1e10,
        "N_teacher": 1e10,
        "D_teacher": 1e10,
        "students": 3.0,
    },
    "posttraining.sharing_students": {"N_student": 1e9, "N_teacher": 1e10},
    "posttraining.best_of_n_kl": {"n": 16},
    "posttraining.best_of_n_kl_discrete": {"probabilities": [0.5, 0.3, 0.2], "n": 16},
    "posttraining.expected_best_of_n": {"n": 16},
    "posttraining.rejection_sampling_cost": {"acceptance": 0.3},
    "posttraining.rejection_sampling_kl": {"acceptance": 0.3},
    "posttraining.Overoptimisation": {"alpha": 1.0, "beta": 0.1, "method": "bon"},
    "posttraining.Overoptimisation.reward": {"kl": 10.0},
    "posttraining.NoisyJudge": {"correlation": 0.1, "trap_rate": 0.1, "trap_quality": -1.0},
    "posttraining.NoisyJudge.believed": {"n": 16},
    "posttraining.NoisyJudge.trapped": {"n": 16},
    "posttraining.NoisyJudge.quality": {"n": 16},
    "posttraining.SimulatedSelection.interval": {"level": 0.5},
    "posttraining.simulate_best_of_n": {
        "n": 4,
        "correlation": 0.5,
        "seed": 0,
        "degrees": 5.0,
        "trials": 16,
    },
    "posttraining.RLComputeLaw": {"R0": 0.2, "A": 1000.0, "C_mid": 1000.0, "B": 1000.0},
    "posttraining.RLComputeLaw.gain_share": {"C": 1e20},
    "posttraining.RLComputeLaw.reward": {"C": 1e20},
    "posttraining.RLComputeLaw.compute_for": {"share": 0.3},
    "posttraining.lead_change": {"first": RECIPES["8B"], "second": RECIPES["8B, 32k context"]},
    "posttraining.lead_change_interval": {
        "first": RECIPES["8B"],
        "second": RECIPES["8B, 32k context"],
        "ceiling_error": 0.01,
        "level": 0.5,
        "draws": 8,
        "seed": 0,
    },
    "posttraining.RLFit.interval": {"level": 0.5},
    "posttraining.RLFit.reward_interval": {"C": 10.0, "level": 0.5},
    "posttraining.fit_rl_compute": {
        "C": np.geomspace(1, 1e3, 9),
        "reward": np.linspace(0, 0.5, 9),
        "R0": 0.0,
        "bootstrap": 2,
        "seed": 0,
    },
    "posttraining.select_by_judge": {"share_right": 0.4, "judge_accuracy": 0.9},
    "posttraining.Flywheel": {"start": 0.2, "edge": 0.5, "blind_spots": 0.1},
    "posttraining.Flywheel.judgeable": {"turns": 10.0},
    "posttraining.Flywheel.right": {"turns": 10.0},
    "posttraining.Flywheel.judge_accuracy": {"turns": 10.0},
    "posttraining.collapse_factor": {"generations": 10.0, "policy": "replace"},
    "posttraining.diversity_left": {"generations": 10.0, "samples": 10.0},
    "testtime.repeated_coverage": {"p": 0.3, "k": 10.0},
    "testtime.pass_at_k": {"n": 20, "c": 4, "k": 3},
    "testtime.coverage_power_law": {"k": 10.0, "a": -3.0, "b": -0.3},
    "testtime.CoverageFit.predict": {"k": 10.0},
    "testtime.CoverageFit.interval": {"level": 0.5},
    "testtime.fit_coverage_power_law": {
        "n": TRIED,
        "c": RIGHT,
        "k": [1, 2, 5],
        "bootstrap": 2,
        "seed": 0,
    },
    "testtime.PowerMixture": {"alpha": 0.3, "p_max": 0.9, "zeros": 0.1},
    "testtime.PowerMixture.unsolved": {"k": 10.0},
    "testtime.PowerMixture.asymptote": {"k": 10.0},
    "testtime.PowerMixture.chances": {"count": 5},
    "testtime.beta_coverage": {"k": 10.0, "alpha": 0.3, "beta": 0.3, "zeros": 0.1},
    "testtime.BetaCoverageFit.coverage": {"k": 10.0},
    "testtime.BetaCoverageFit.interval": {"level": 0.5},
    "testtime.fit_beta_coverage": {"n": TRIED, "c": RIGHT},
    "testtime.mean_over_problems": {"values": RISING, "level": 0.5, "bootstrap": 2, "seed": 0},
    "testtime.verified_selection": {"p": 0.3, "k": 10.0, "false_accept": 0.1, "true_accept": 0.9},
    "testtime.verifier_plateau": {"p": 0.3, "false_accept": 0.1, "true_accept": 0.9},
    "testtime.tolerable_false_accept": {"p": 0.3, "plateau": 0.5},
    "testtime.majority_vote": {"p": 0.3, "k": 10.0, "correlation": 0.1},
    "testtime.popular_vote": {"p": 0.5, "rival": 0.3, "k": 10.0},
    "testtime.plurality_vote": {"probabilities": [0.5, 0.3, 0.2], "k": 5, "method": "normal"},
    "testtime.chain_accuracy": {"p_step": 0.9, "steps": 10.0, "repair": 0.2},
    "testtime.chain_horizon": {"p_step": 0.9, "target": 0.5, "repair": 0.2},
    "testtime.required_step_accuracy": {"steps": 10.0, "target": 0.5, "repair": 0.2},
    "testtime.horizon_ratio": {"target": 0.8, "other": 0.5, "shape": 0.6},
    "testtime.tries_by_model": {
        "model": ["A", "A", "B", "B"],
        "problem": ["x", "y", "x", "y"],
        "n": [10.0, 10.0, 10.0, 10.0],
        "c": [1.0, 2.0, 3.0, 4.0],
    },
    "testtime.tree_search_cost": {"branching": 3.0, "depth": 4.0, "beam": 2.0},
    "testtime.Architecture": {"N": 1e9, "layers": 32.0, "width": 4096.0, "pretrain_tokens": 1e11},
    "testtime.Architecture.answer_flops": {"tokens": 1000.0},
    "testtime.reasoning_multiplier": {
        "token_ratio": 10.0,
        "samples": 10.0,
        "base_tokens": 500.0,
        "attention_tokens": 1e5,
    },
    "testtime.matching_inference_multiplier": {
        "M": 10.0,
        "pretrain_tokens": 1e11,
        "inference_tokens": 1e11,
    },
    "testtime.break_even_tokens": {"M": 10.0, "multiplier": 5.0, "pretrain_tokens": 1e11},
    "testtime.elo_win_probability": {"difference": 100.0},
    "testtime.elo_gain": {"compute_factor": 10.0},
    "testtime.TrainTestExchange": {"slope": -1.2, "elo_slope": 0.004, "intercept": 29.0},
    "testtime.TrainTestExchange.test_compute": {"train": 1e20, "elo": -500.0},
    "testtime.TrainTestExchange.elo": {"train": 1e20, "test": 1e10},
    "testtime.TrainTestExchange.test_factor": {"train_factor": 2.0},
    "testtime.TrainToTestLaw": {
        "E": 2.0,
        "A": 1000.0,
        "B": 1000.0,
        "G": 1000.0,
        "alpha": 0.3,
        "beta": 0.3,
        "gamma": 2.0,
    },
    "testtime.TrainToTestLaw.loss": {"N": 1e9, "D": 1e10, "k": 10.0},
    "testtime.TrainToTestLaw.optimal": {"C": 1e20, "inference_compute": 1e20, "tokens": 1000.0},
    "longtail.zipf": {"n": 50, "s": 1.1},
    "longtail.ZipfFit.interval": {"level": 0.5},
    "longtail.fit_zipf": {"counts": WORDS, "first": 1, "last": 50, "bootstrap": 2, "seed": 0},
    "longtail.power_law_noise": {"exponent": 1.0, "n": 64, "seed": 0},
    "longtail.power_spectrum": {"x": np.sin(YEARS)},
    "longtail.SpectrumFit.interval": {"level": 0.5},
    "longtail.fit_spectrum": {"x": np.sin(np.arange(64.0) ** 2)},
    "longtail.magnified_noise": {
        "position": 0.5,
        "exponent": 1.2,
        "magnification": 4.0,
        "modes": 16,
        "seed": 0,
    },
    "longtail.relative_amplitude": {"exponent": 1.2, "magnification": 4.0},
    "longtail.residual_variance": {"n": 10.0, "F": 1000.0, "exponent": 1.2},
    "longtail.missing_share": {"n": 10.0, "F": 1000.0, "exponent": 1.2},
    "longtail.QuantaModel": {"alpha": 0.3, "before": 5.0, "after": 1.0},
    "longtail.QuantaModel.use": {"rank": 10.0},
    "longtail.QuantaModel.loss": {"learned": 100.0},
    "longtail.QuantaModel.met": {"rank": 10, "tokens": 1e3},
    "longtail.QuantaModel.learned_from": {"tokens": 1e3, "ranks": 1000},
    "longtail.QuantaModel.simulate": {
        "tokens": [10, 100, 1000],
        "capacity": 50,
        "ranks": 1000,
        "seed": 0,
    },
    "longtail.hutter_error": {"n": 1e3, "alpha": 0.3},
    "longtail.spectral_loss": {"N": 1e9, "D": 1e10, "alpha": 0.3},
    "longtail.manifold_exponent": {"dimension": 8.0, "smoothness": 2.0},
    "longtail.manifold_dimension": {"exponent": 0.5, "smoothness": 2.0},
    "longtail.nearest_neighbour_error": {"n": 50, "dimension": 2, "queries": 10, "seed": 0},
    "longtail.predicted_data_exponent": {"alpha": 0.3, "theory": "quanta"},
    "longtail.TheoryGap.interval": {"level": 0.5},
    "longtail.TheoryGap.rejected": {"level": 0.5},
    "longtail.compare_with_theory": {"alpha": [0.3, 0.4], "beta": [0.4, 0.5], "theory": "quanta"},
    "longtail.nats_to_bits": {"x": 2.0},
    "longtail.bits_to_nats": {"x": 2.0},
    "longtail.skill_in_average": {"frequency": 0.1, "gain": 1.0},
    "longtail.equivalent_compute": {"change": 0.01, "reducible": 0.5, "exponent": 1.2},
    "longtail.log10_odds": {"nats_per_token": 0.1, "tokens": 1000.0},
    "longtail.ExactMatch": {"tokens": 1000.0, "exponent": 1.2, "scale": 1.0},
    "longtail.ExactMatch.token_loss": {"C": 1e20},
    "longtail.ExactMatch.accuracy": {"C": 1e20},
    "longtail.ExactMatch.compute_for": {"accuracy": 0.9},
    "longtail.ExactMatch.width": {"low": 0.1, "high": 0.9},
    "prophecy.ExponentialFit.interval": {"level": 0.5},
    "prophecy.ExponentialFit.predict": {"years": YEARS},
    "prophecy.ExponentialFit.band": {"years": YEARS, "level": 0.5},
    "prophecy.ExponentialFit.observation_band": {"years": YEARS, "level": 0.5},
    "prophecy.fit_exponential": {"years": YEARS, "values": RISING},
    "prophecy.record_holders": {"years": YEARS, "values": RISING},
    "prophecy.BreakpointFit.interval": {"level": 0.5},
    "prophecy.fit_breakpoints": {"years": YEARS, "values": RISING, "breaks": 1, "least": 3},
    "prophecy.growth_from_doubling_time": {"doubling_time": 2.0},
    "prophecy.doubling_time_from_growth": {"growth": 2.0},
    "prophecy.MooreLaw": {"doubling_time": 2.0},
    "prophecy.MooreLaw.factor": {"years": 4.0},
    "prophecy.WrightLaw": {"learning_rate": 0.2},
    "prophecy.WrightLaw.cost": {"production": 1e9},
    "prophecy.sahal_exponent": {"b": 0.3, "g": 0.2},
    "prophecy.dennard": {"k": 2.0, "voltage": 0.8},
    "prophecy.s_curve": {"x": 2.0, "midpoint": 0.0, "height": 2.0, "width": 2.0},
    "prophecy.stacked_s_curves": {
        "x": 2.0,
        "midpoints": [0.0, 1.0],
        "heights": [1.0, 2.0],
        "widths": [1.0, 1.0],
    },
    "prophecy.handover_ratio": {"spacing": 2.0, "width": 2.0, "height_ratio": 1.5},
    "prophecy.stack_limit": {"height": 2.0, "height_ratio": 1.5},
    "prophecy.GrowthAccounts.interval": {"level": 0.5},
    "prophecy.growth_accounts": {"years": YEARS, "factors": {"spending": RISING}},
    "prophecy.crossing_year": {"start_year": 2025.0, "start": 1.0, "growth": 2.0, "target": 10.0},
    "prophecy.BeliefPath.bill": {"start": 1.0, "purse": 100.0},
    "prophecy.BeliefPath.compute_at": {"years": 2.0},
    "prophecy.BeliefPath.years_until_bill": {"factor": 10.0},
    "prophecy.BeliefModel": {"h": 0.3, "S": 1.3, "p0": 0.9, "w": 0.2, "tau_b": 1.0, "tau_s": 1.5},
    "prophecy.BeliefModel.growth": {"belief": 0.2},
    "prophecy.BeliefModel.convincing_growth": {"belief": 0.2},
    "prophecy.BeliefModel.stable": {"belief": 0.2},
    "prophecy.BeliefModel.simulate": {
        "belief0": 0.2,
        "years": 5.0,
        "drought": 1.0,
        "drought_factor": 0.5,
        "step": 0.05,
    },
    "prophecy.wager": {"p": 0.3, "prize": 10.0, "stake": 1.0, "loss_if_absent": 2.0},
    "prophecy.race": {"p": 0.3, "prize": 10.0, "stake": 1.0, "loss_if_absent": 2.0, "firms": 4.0},
    "prophecy.race_threshold": {"rivals": 3.0, "prize": 10.0, "stake": 1.0, "loss_if_absent": 2.0},
    "prophecy.contest": {"p": 0.3, "prize": 10.0, "loss_if_absent": 2.0, "firms": 4.0},
    "power.sustained_power": {
        "accelerators": 1e5,
        "watts_each": 700.0,
        "overhead": 1.8,
        "pue": 1.1,
    },
    "power.accelerators_powered": {
        "connection": 1e8,
        "watts_each": 700.0,
        "overhead": 1.8,
        "pue": 1.1,
    },
    "power.energy_ladder": {"pue": 1.1, "overhead": 1.8, "utilisation": 0.4},
    "power.average_pue": {"pue": [1.1, 1.2], "power": [1.0, 5.0]},
    "power.average_power": {"terawatt_hours": 945.0},
    "power.training_flop_budget": {
        "power": 1e8,
        "days": 100.0,
        "flop_per_joule": 1e12,
        "utilisation": 0.4,
        "pue": 1.1,
    },
    "power.training_energy": {"C": 1e20, "flop_per_joule": 1e12, "utilisation": 0.4, "pue": 1.1},
    "power.implied_utilisation": {"C": 1e20, "accelerator_hours": 1e7, "peak": 1e15},
    "power.useful_flop_per_joule": {"C": 1e20, "power": 1e8, "hours": 1000.0},
    "power.energy_per_query": {
        "N": 1e9,
        "tokens": 1000.0,
        "prompt_tokens": 1000.0,
        "utilisation": 0.4,
        "watts": 1000.0,
        "peak": 1e15,
    },
    "power.fleet_power": {"queries_per_day": 1e9, "joules_per_query": 1000.0},
    "power.matching_tokens": {"power": 1e8, "queries_per_day": 1e9, "joules_per_token": 2.0},
    "power.Ceiling": {"low": 100.0, "median": 1000.0, "high": 1e4},
    "power.Ceiling.at": {"z": 0.5, "reading": 0.9},
    "power.shared_correlation": {
        "first": power.ONE_CAMPUS_2030,
        "second": power.EPOCH_2030["chips"],
        "shared": [2.0, 3.0],
    },
    "power.Ceilings": {
        "power": [1e29, 2e29],
        "chips": [1e29, 2e29],
        "data": [1e29, 2e29],
        "latency": [1e29, 2e29],
        "others": {},
    },
    "power.ceilings": {
        "year": 2030.0,
        "n": 16,
        "seed": 0,
        "ranges": {"power": power.ONE_CAMPUS_2030},
        "factors": {"data": 2.0},
        "correlation": 0.1,
        "reading": 0.9,
    },
    "power.binding": {"draw": power.ceilings(n=16)},
    "power.fit_probability": {"draw": power.ceilings(n=16), "demand": 1e20},
    "strategy.first_year_bill": {
        "C": 1e20,
        "post_multiplier": 0.1,
        "tokens_per_answer": 500.0,
        "queries_per_day": 1e9,
        "tokens_per_parameter": 20.0,
    },
    "strategy.break_even_tokens": {"C": 1e20, "queries_per_day": 1e9, "tokens_per_parameter": 20.0},
    "strategy.gain_per_decade": {"law": RECIPES["8B"], "C": 1e20},
    "strategy.steep_window": {"law": RECIPES["8B"], "rate": 0.3},
    "strategy.returned_success": {"single": 0.2, "coverage": 0.5, "checker": 0.5},
    "strategy.break_even_checker": {"single": 0.2, "coverage": 0.5, "rival": 0.2},
    "strategy.pythia_coverage": {"model": "1B", "tries": 10.0},
    "strategy.break_even_answers": {"training_flops": 1e22, "answer_flops": 1e13, "tries": 10.0},
    "strategy.SuccessLaw": {"a": 0.3, "gamma": 2.0, "b": 0.3, "N0": 1e9},
    "strategy.SuccessLaw.success": {"N": 1e9, "tries": 10.0},
    "strategy.SuccessLaw.coverage": {"start": 0.2, "tries": 10.0},
    "strategy.SuccessLaw.size_factor": {"start": 0.2, "goal": 0.5},
    "strategy.SuccessLaw.tries_needed": {"start": 0.2, "goal": 0.5},
    "strategy.SuccessLaw.tries_per_size": {"factor": 10.0},
    "strategy.SuccessFit.interval": {"level": 0.5},
    "strategy.fit_success_law": {
        "N": [1e8, 1e9],
        "n": [TRIED, TRIED],
        "c": [RIGHT, RIGHT + 5],
        "tries": [1, 2],
        "N0": 1e9,
        "bootstrap": 2,
        "seed": 0,
    },
    "strategy.path_costs": {
        "answers": 1e9,
        "checker": 0.5,
        "start": 0.2,
        "goal": 0.5,
        "law": strategy.PYTHIA_SUCCESS,
        "N": 1e9,
        "D": 1e10,
        "tokens": 1000.0,
    },
    "strategy.path_borders": {
        "checker": 0.5,
        "start": 0.2,
        "goal": 0.5,
        "law": strategy.PYTHIA_SUCCESS,
        "N": 1e9,
        "D": 1e10,
        "tokens": 1000.0,
    },
    "strategy.Service": {
        "checker": 0.5,
        "skills": 100.0,
        "start": 0.2,
        "reference": 1e20,
        "tokens": 1000.0,
        "tries_exponent": 0.3,
    },
    "strategy.Service.outcome": {"pretraining": 1e26, "rl": 1e24, "thinking": 1e25, "answers": 1e9},
    "strategy.Lab": {
        "budget": 1e20,
        "budget_growth": 3.0,
        "answers": 1e9,
        "answers_growth": 2.0,
        "service": strategy.Service(),
    },
    "strategy.run_lab": {"pretraining": 0.3, "rl": 0.1, "lab": strategy.Lab(), "years": 10},
    "strategy.best_split": {"lab": strategy.Lab(), "years": 10},
    "strategy.LabState": {
        "pretraining": 2e25,
        "rl": 1e23,
        "thinking": 1e25,
        "answers": 1e9,
        "checker": 0.5,
        "success": 0.2,
        "skills": 100.0,
    },
    "strategy.LabState.right": {"pretraining": 1e25, "rl": 1e23, "thinking": 1e25},
    "strategy.allocate": {
        "budget": 1e20,
        "state": strategy.LabState(2e25, 1e23, 1e25, 1e11, 0.8, 0.2),
    },
    "datasets.load": {"name": "transistors"},
    "facts.table": {"name": "transistors"},
    "sources.sources_of": {"obj": LAW},
    "sources.citation": {"obj": LAW},
    "prophecy.BeliefModel.convinced": {"progress": 0.5},
    "posttraining.DistillationLaw": {
        "E": 1.0,
        "A": 1.0,
        "B": 1.0,
        "alpha": 1.0,
        "beta": 1.0,
        "gamma": 1.0,
        "A_taught": 1.0,
        "B_taught": 1.0,
        "alpha_taught": 1.0,
        "beta_taught": 1.0,
        "gamma_taught": 1.0,
        "c0": 1.0,
        "c1": 1.0,
        "d1": 1.0,
        "f1": 1.0,
    },
}

# Arguments that take what is bad elsewhere.
TAKES = {
    "negative": {
        *("posttraining.NoisyJudge.trap_quality", "posttraining.RLComputeLaw.R0"),
        *("posttraining.RLComputeLaw.A", "posttraining.fit_rl_compute.R0"),
        *("testtime.coverage_power_law.a", "testtime.coverage_power_law.b"),
        *("testtime.elo_win_probability.difference", "testtime.TrainTestExchange.slope"),
        *("testtime.TrainTestExchange.intercept", "testtime.TrainTestExchange.test_compute.elo"),
        *("longtail.nats_to_bits.x", "longtail.bits_to_nats.x", "prophecy.sahal_exponent.g"),
        *("prophecy.ExponentialFit.predict.years", "prophecy.ExponentialFit.band.years"),
        "prophecy.ExponentialFit.observation_band.years",
        *("prophecy.MooreLaw.factor.years", "prophecy.s_curve.x", "prophecy.s_curve.midpoint"),
        *("prophecy.stacked_s_curves.x", "prophecy.stacked_s_curves.midpoints"),
        *("prophecy.crossing_year.start_year", "power.Ceiling.at.z"),
        "prophecy.BeliefModel.convinced.progress",
    },
    "infinite": {
        *("posttraining.simulate_best_of_n.degrees", "testtime.tree_search_cost.beam"),
        *("testtime.reasoning_multiplier.attention_tokens", "longtail.residual_variance.F"),
        "prophecy.BeliefPath.bill.purse",
    },
    "None": {
        *("posttraining.fit_rl_compute.R0", "testtime.fit_coverage_power_law.k"),
        *("testtime.plurality_vote.method", "prophecy.dennard.voltage", "power.ceilings.ranges"),
        *("power.ceilings.factors", "power.Ceilings.others", "strategy.run_lab.lab"),
        *("strategy.best_split.lab", "longtail.QuantaModel.simulate.capacity"),
    },
}

BAD = {
    "NaN": np.nan,
    "text": "many",
    "None": None,
    "empty": [],
    "complex": 1j,
    "negative": -1e9,
    "infinite": np.inf,
}

# Switches and labels, of which every value is good.
FREE = {"source", "note", "locator", "zero_inflation", "constant", "floor", "include"}


def public():
    """Every public function, checked dataclass and method with arguments, by name."""
    found = {}
    for module_name in MODULES:
        module = importlib.import_module(f"scaling_core.{module_name}")
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(thing) and inspect.signature(thing).parameters:
                found[f"{module_name}.{name}"] = inspect.signature(thing)
            elif inspect.isclass(thing) and dataclasses.is_dataclass(thing):
                if "__post_init__" in vars(thing):
                    found[f"{module_name}.{name}"] = inspect.signature(thing)
                for method_name, method in vars(thing).items():
                    if inspect.isfunction(method) and not method_name.startswith("_"):
                        signature = inspect.signature(method)
                        if len(signature.parameters) > 1:
                            found[f"{module_name}.{name}.{method_name}"] = signature
    return found


@functools.cache
def example(name):
    return OBJECTS[name]()


def callable_of(name):
    module, thing, *method = name.split(".")
    if method:
        return getattr(example(thing), method[0])
    return getattr(importlib.import_module(f"scaling_core.{module}"), thing)


def call(name, /, **changes):
    """The result of an example call with some arguments changed; a warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return callable_of(name)(**{**CALLS[name], **changes})


PUBLIC = public()
# words about a source, all of them good; names one after the other, see test_datasets
CITED = {"sources.Source.at", "datasets.load_first"}


def test_every_public_function_has_an_example():
    assert set(CALLS) == set(PUBLIC) - CITED
    for name, arguments in CALLS.items():
        parameters = set(PUBLIC[name].parameters) - {"self"}
        unchecked = FREE | ({"progress"} if name == "fitting.fit_parametric" else set())
        assert parameters - unchecked <= set(arguments) <= parameters, name


def test_records_do_not_change():
    for name in (*MODULES, "claims", "quantities"):
        for thing in vars(importlib.import_module(f"scaling_core.{name}")).values():
            if inspect.isclass(thing) and dataclasses.is_dataclass(thing):
                assert thing.__dataclass_params__.frozen, thing


@pytest.mark.parametrize("name", [name for name in CALLS if name != "datasets.load"])
def test_the_example_is_good(name):
    call(name)


@pytest.mark.parametrize(
    ("name", "argument"),
    [(name, argument) for name in CALLS for argument in CALLS[name] if argument not in FREE],
)
def test_bad_values_are_refused_by_name(name, argument):
    place = f"{name}.{argument}"
    for kind, bad in BAD.items():
        if place in TAKES.get(kind, ()):
            call(name, **{argument: bad})
            continue
        with pytest.raises(ValueError, match=rf"\b{argument}\b"):
            call(name, **{argument: bad})


# In the words of the checks: NumPy's own complaint about shapes would come too late.
SHAPES = "^shapes do not broadcast: |of one length are needed|allowed is one number|whole number"


def scalars(name):
    """The arguments of an example that are given as one real number."""
    return [
        argument
        for argument, value in CALLS[name].items()
        if isinstance(value, float) and argument not in ("level", "reading")
    ]


@pytest.mark.parametrize("name", [name for name in CALLS if len(scalars(name)) > 1])
def test_shapes_that_do_not_match_are_refused(name):
    arguments = scalars(name)
    for first, second in itertools.pairwise(arguments):
        changes = {first: [CALLS[name][first]] * 2, second: [CALLS[name][second]] * 3}
        with pytest.raises(ValueError, match=SHAPES):
            call(name, **changes)
