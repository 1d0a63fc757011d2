"""The look of live figures: a calm house style and a palette that survives dark pages.

Matplotlib knows each colour by name, as `color="xp:blue"`, once `explorable` is imported.  Every
colour here is written into the picture as a CSS variable with the colour itself as the
fallback, so that the page can change it (dark mode, print) while viewers without style sheets
still show it.  Any other colour that an author chooses is left alone.
"""

from __future__ import annotations

import matplotlib.colors
from cycler import cycler

# After Okabe and Ito's palette, which stays apart for the common kinds of colour blindness; the
# light ones are darkened until thin lines reach a contrast of 3 to 1 on white.
PALETTE = {
    "blue": "#0067a8",
    "orange": "#c84e00",
    "green": "#007a5a",
    "purple": "#a3508b",
    "gold": "#9a6b00",
    "sky": "#2b86c0",
}
INKS = {
    "ink": "#222222",
    "muted": "#666666",
    "grid": "#dddddd",
    "shade": "#eeeeee",
    "paper": "#ffffff",
}
VARIABLES = {colour: f"--xp-{name}" for name, colour in (PALETTE | INKS).items()}
VARIABLES["#000000"] = VARIABLES[INKS["ink"]]  # matplotlib's own black: an arrow, a bar's edge

PREFIX = "xp:"  # of the names by which matplotlib knows the colours
matplotlib.colors.get_named_colors_mapping().update(
    {PREFIX + name: colour for name, colour in (PALETTE | INKS).items()}
)

RC = {
    "axes.axisbelow": True,
    "axes.edgecolor": INKS["muted"],
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": INKS["ink"],
    "axes.labelsize": 12,
    "axes.prop_cycle": cycler(color=list(PALETTE.values())),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INKS["ink"],
    "axes.titlelocation": "left",
    "axes.titlesize": 13,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "figure.dpi": 72,  # so that display units are the picture's own
    "figure.facecolor": "none",
    "figure.figsize": (6.4, 4.0),
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 12,
    "grid.color": INKS["grid"],
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 2.2,
    "lines.markersize": 8,
    "mathtext.fontset": "dejavusans",
    "savefig.facecolor": "none",
    "text.color": INKS["ink"],
    "xtick.color": INKS["muted"],
    "xtick.labelcolor": INKS["ink"],
    "ytick.color": INKS["muted"],
    "ytick.labelcolor": INKS["ink"],
}
