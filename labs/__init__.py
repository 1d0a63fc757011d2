"""The laptop labs: measure the scaling laws of AI on the computer in front of you.

    python -m labs pretraining --budget quick

trains small language models, with NumPy alone, and prints the law they follow.  There are four
labs, one for each chapter that has a law of its own:

- `labs.pretraining`: the loss falls as a power of compute, and the best size grows with it;
- `labs.longtail`: skills switch on one by one while the mean falls smoothly;
- `labs.posttraining`: a model that is trained on its own verified answers, to a ceiling;
- `labs.testtime`: many tries at one problem, and what they are worth.

Each is one file that reads from top to bottom, on two that they share: `labs.tinylm`, a transformer
with its way forward, its way back, its optimiser and its sampler, and `labs.world`, a task whose
steps can be written out and verified.  `labs.analysis` fits the laws, and `labs.game` is a game: a
purse of FLOP, a few runs to learn from, one forecast and one final run.

``--budget quick`` takes under two minutes on two free cores and shows the law.  ``standard`` is
what this book publishes, with several seeds, in `labs.results`; ``full`` adds more seeds.  Results
go to ``labs-results``, or to the folder that ``--results`` names.  A lab that was stopped or killed
goes on where it was, and ends with the same numbers.

What does not show at this size, and should not be read into the results:

- a floor of the loss of text, or a surface in size and text that one could trust: minima of a
  budget can be extrapolated, if only for a while (`labs.pretraining` says how its forecast ended);
- the exponent of facts against examples, where the capacity binds (`labs.longtail`);
- a judge that verifies: its rise is mostly that it tells written-out answers from direct ones, and
  among written-out ones it only misleads; a ceiling of a recipe that its learning rate does not
  move (`labs.posttraining`);
- a gain from size beyond what the corpus knows: a step of it is right 91 times of 100; several
  steps in the head, without writing them out (`labs.testtime`).
"""
