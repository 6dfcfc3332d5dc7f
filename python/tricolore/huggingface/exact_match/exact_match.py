"""Exact match as evaluate's "exact_match" computes it.

evaluate.load(tricolore.metric_folder("exact_match"))
"""

import re
import string
from collections.abc import Sequence
from typing import Any

import datasets
import evaluate
import numpy as np


class ExactMatch(evaluate.Metric):
    def _info(self) -> Any:
        text = datasets.Value("string", id="sequence")
        return evaluate.MetricInfo(
            description=__doc__ or "",
            citation="",
            inputs_description=self._compute.__doc__ or "",
            features=datasets.Features({"predictions": text, "references": text}),
        )

    def _compute(
        self,
        predictions: Any,
        references: Any,
        regexes_to_ignore: Sequence[str] | None = None,
        ignore_case: bool = False,
        ignore_punctuation: bool = False,
        ignore_numbers: bool = False,
    ) -> dict[str, Any]:
        """The arguments are those of evaluate's "exact_match".

        Args:
            regexes_to_ignore: regular expressions whose matches are removed first.
            ignore_case: True to lower-case texts.
            ignore_punctuation: True to remove the characters of `string.punctuation`.
            ignore_numbers: True to remove the digits 0 to 9.

        The score is from 0 to 1.
        """
        removed = string.punctuation * bool(ignore_punctuation) + string.digits * bool(ignore_numbers)
        table: Any = str.maketrans("", "", removed)

        def kept(texts: Any) -> Any:
            # As in evaluate, texts are arrays after each step, which drop a NUL at the end and keep their width when
            # letters become longer, and an empty list of expressions alone leaves two lists, which are compared whole.
            if regexes_to_ignore is None:
                texts = np.asarray(texts)
            for pattern in regexes_to_ignore or ():
                texts = np.array([re.sub(pattern, "", text) for text in texts])
            texts = np.char.lower(texts) if ignore_case else texts
            return np.char.translate(texts, table) if removed else texts

        return {"exact_match": np.mean(kept(predictions) == kept(references))}
