"""Matplotlib figures that move without a kernel."""

from .figure import explore
from .plotting import ticks
from .questions import predict, quiz
from .trace import pick

__all__ = ["explore", "pick", "predict", "quiz", "ticks"]
