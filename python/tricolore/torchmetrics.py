"""tricolore's metrics as classes of torchmetrics, for training loops and several processes.

    from tricolore.torchmetrics import BLEU, ROUGE

    bleu = BLEU(lowercase=True)
    for predictions, references in batches:
        bleu.update(predictions, references)
    bleu.compute()

The numbers are those of the tools that `tricolore` follows, on their scales, and not torchmetrics' own: BLEU, chrF and
TER from 0 to 100 with the bits of sacreBLEU, ROUGE with those of rouge_score.

A metric's state is an integer tensor, and processes add their states. Integers add exactly, so `compute` gives the bits
of `Metric.corpus` for any batches, processes and order. TER with three or more references rounds as `Accumulator` says.

Needs torch and torchmetrics (extra `torchmetrics`).
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

try:
    import torch
    import torchmetrics
except ImportError as error:
    raise ImportError(
        "tricolore.torchmetrics needs torch and torchmetrics: python -m pip install 'tricolore[torchmetrics]'"
    ) from error

from .corpus.accumulator import Accumulator
from .corpus.accumulator_limbs import batch_numbers, from_arrays, references_of, to_arrays
from .metrics import bleu, chrf, edit_similarity, error_rates, exact_match, gleu, rouge, ter, token_f1

if TYPE_CHECKING:
    from .metrics.registry import AnyMetric

__all__ = [
    "ANLS",
    "BLEU",
    "CER",
    "CHRF",
    "GLEU",
    "ROUGE",
    "TER",
    "WER",
    "EditSimilarity",
    "ExactMatch",
    "TextMetric",
    "TokenF1",
]


class TextMetric(torchmetrics.Metric):
    """A metric of tricolore as a metric of torchmetrics. The classes below make one from a metric's options.

    Args:
        metric: any metric of tricolore, such as `tricolore.BLEU()`.
        kwargs: the keyword arguments of `torchmetrics.Metric`, such as `dist_sync_on_step`.

    The state is a tensor of int64 with the sums behind the score (see `tricolore.corpus.accumulator_limbs`). Its name
    holds the metric's options (of a callable, its name). So a `MetricCollection` never shares it between metrics of
    different options, and `load_state_dict` refuses the state of other options or of another release. It stays int64 in
    `half()`, `double()` and `set_dtype()`. At most 2^31 updates can be added up, over all processes.

    >>> import tricolore as tc
    >>> metric = TextMetric(tc.CHRF(word_order=2))
    >>> metric.update(["the cat sat", "it rained"], ["the cat sat down", "it rains"])
    >>> metric.compute()
    tensor(65.8859, dtype=torch.float64)
    >>> print(metric.score())
    chrF2++ = 65.89
    """

    is_differentiable = False
    full_state_update = False

    references: torch.Tensor

    def __init__(self, metric: AnyMetric, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metric = metric
        self._sums = f"sums of {metric.every_option}"
        numbers, references = map(torch.from_numpy, to_arrays(Accumulator(metric)))
        self._shape = len(numbers), numbers.shape[1]
        self._known: tuple[torch.Tensor | None, Any] = None, None
        self.add_state(self._sums, numbers, dist_reduce_fx="sum")
        self.add_state("references", references, dist_reduce_fx="max")

    def update(self, preds: Any, target: Any) -> None:
        """Adds a batch. After an error, nothing has been added.

        Args:
            preds: a prediction for each segment, in any form that `Metric.score_each` accepts; or a str, the
                prediction of one segment.
            target: the references of each segment, a str or a sequence of str, in any form that `Metric.score_each`
                accepts. If `preds` is a str, a str or a sequence of str: the references of that segment.

        Errors are those of `Metric.score_each`, where the arguments are called predictions and references.
        """
        if isinstance(preds, str):
            own = isinstance(target, Sequence) and any(isinstance(text, str) for text in target)
            preds, target = [preds], [target] if own else target
        numbers, nrefs = batch_numbers(self.metric, preds, target, self._shape)
        # New tensors, because tensors of inference mode cannot be changed outside of it. In the dict, because torch's
        # `setattr` takes longer than the addition: it looks for parameters and modules.
        state = self.__dict__
        state[self._sums] = state[self._sums] + self._tensor(numbers)
        # Most batches have as many references as the one before, whose maximum is the state already.
        if self._known[0] is not state["references"] or self._known[1] != nrefs:
            state["references"] = torch.maximum(state["references"], self._tensor(references_of(nrefs)))
            state["_known"] = state["references"], nrefs

    def _tensor(self, array: Any) -> torch.Tensor:
        """An array as a tensor on the metric's device."""
        tensor, device = torch.from_numpy(array), self.references.device
        return tensor if device.type == "cpu" else tensor.to(device)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Adds a batch and returns its score, in the form of `compute`. After an error, nothing has been added."""
        before = dict(self.__dict__)
        try:
            return super().forward(*args, **kwargs)
        except BaseException:
            # torchmetrics sets the state of earlier batches aside, and does not restore it after an error.
            self.__dict__.update(before)
            raise

    def compute(self) -> Any:
        """The score of all batches of all processes, as a float64 scalar tensor on the metric's device.

        ROUGE returns a dict of such tensors by name (`rouge1_precision`, `rouge1_recall`, `rouge1_fmeasure`, ...).
        The score of no segments is NaN. On a device without float64 (Apple's `mps`), the tensors are float32.
        """
        names = self.metric.layout.figures
        batches = self._accumulator()
        figures = self.metric.layout.figures_of(batches.compute()) if len(batches) else [math.nan] * len(names)
        device = self.references.device
        kind = torch.float32 if device.type == "mps" else torch.float64
        values = [torch.tensor(figure, dtype=kind, device=device) for figure in figures]
        return values[0] if len(names) == 1 else dict(zip(names, values, strict=True))

    def score(self) -> Any:
        """The score object of all batches of all processes, such as `tricolore.BLEUScore`, with its signature.

        Processes exchange their states, so every process must call it. Raises ValueError if there is no segment.
        """
        return self.accumulator().compute()

    def accumulator(self) -> Accumulator[Any]:
        """The segments of all batches of all processes as a `tricolore.Accumulator`.

        Processes exchange their states, so every process must call it.
        """
        apart = not self._is_synced
        with self.sync_context(
            dist_sync_fn=self.dist_sync_fn, should_sync=self._to_sync and apart, should_unsync=apart
        ):
            return self._accumulator()

    def _accumulator(self) -> Accumulator[Any]:
        """The segments behind the state as it is."""
        return from_arrays(self.metric, getattr(self, self._sums).tolist(), self.references.tolist())

    def set_dtype(self, dst_type: Any) -> TextMetric:
        """Returns the metric unchanged, because its sums are integers."""
        return self


class NamedMetric(TextMetric):
    """A `TextMetric` that is made from the options of its metric."""

    make: ClassVar[type[AnyMetric]]
    """The class of the metric."""

    def __init__(self, *options: Any, **kwargs: Any) -> None:
        known = inspect.signature(self.make).parameters
        own = {name: kwargs.pop(name) for name in list(kwargs) if name in known}
        super().__init__(self.make(*options, **own), **kwargs)


class BLEU(NamedMetric):
    """`tricolore.BLEU` from 0 to 100. Takes its options, then the keyword arguments of `torchmetrics.Metric`.

    >>> bleu = BLEU(lowercase=True)
    >>> for preds, target in [(["The cat sat on the mat."], [["the cat sat on a mat."]]), ("It rained.", "It rained.")]:
    ...     bleu.update(preds, target)
    >>> bleu.compute()
    tensor(53.8956, dtype=torch.float64)
    >>> bleu.score().signature.partition("|version")[0]
    'nrefs:1|case:lc|eff:no|tok:13a|smooth:exp'
    """

    higher_is_better = True
    make = bleu.BLEU


class CHRF(NamedMetric):
    """`tricolore.CHRF` from 0 to 100: chrF, or with `word_order=2` chrF++. Takes its options, then the keyword
    arguments of `torchmetrics.Metric`."""

    higher_is_better = True
    make = chrf.CHRF


class TER(NamedMetric):
    """`tricolore.TER` from 0 upwards, in per cent. Takes its options, then the keyword arguments of
    `torchmetrics.Metric`."""

    higher_is_better = False
    make = ter.TER


class ROUGE(NamedMetric):
    """`tricolore.ROUGE` from 0 to 1. Takes its options, then the keyword arguments of `torchmetrics.Metric`.

    >>> rouge = ROUGE(["rouge1"])
    >>> rouge(["a b", "c"], ["a c", "c"])["rouge1_fmeasure"]
    tensor(0.7500, dtype=torch.float64)
    """

    higher_is_better = True
    make = rouge.ROUGE


class ExactMatch(NamedMetric):
    """`tricolore.ExactMatch` from 0 to 1. Takes its option, then the keyword arguments of `torchmetrics.Metric`."""

    higher_is_better = True
    make = exact_match.ExactMatch


class TokenF1(NamedMetric):
    """`tricolore.TokenF1` from 0 to 1. Takes the keyword arguments of `torchmetrics.Metric`."""

    higher_is_better = True
    make = token_f1.TokenF1


class WER(NamedMetric):
    """`tricolore.WER` from 0 upwards. Takes its options, then the keyword arguments of `torchmetrics.Metric`."""

    higher_is_better = False
    make = error_rates.WER


class CER(NamedMetric):
    """`tricolore.CER` from 0 upwards. Takes its options, then the keyword arguments of `torchmetrics.Metric`."""

    higher_is_better = False
    make = error_rates.CER


class EditSimilarity(NamedMetric):
    """`tricolore.EditSimilarity` from 0 to 1. Takes its options, then the arguments of `torchmetrics.Metric`."""

    higher_is_better = True
    make = edit_similarity.EditSimilarity


class ANLS(NamedMetric):
    """`tricolore.ANLS` from 0 to 1. Takes its options, then the keyword arguments of `torchmetrics.Metric`."""

    higher_is_better = True
    make = edit_similarity.ANLS


class GLEU(NamedMetric):
    """`tricolore.GLEU` from 0 to 1. Takes its options, then the keyword arguments of `torchmetrics.Metric`."""

    higher_is_better = True
    make = gleu.GLEU
