"""Exact match and token F1 as evaluate's "squad" computes them, by version 1.1 of SQuAD's script.

evaluate.load(tricolore.metric_folder("squad"))
"""

import sys
from typing import Any

import evaluate
from tricolore.huggingface.question_answers import question_features, scores_of


class Squad(evaluate.Metric):
    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=__doc__ or "",
            citation="",
            inputs_description=self._compute.__doc__ or "",
            features=question_features(),
        )

    def _compute(self, predictions: Any, references: Any) -> dict[str, float]:
        """The arguments are those of evaluate's "squad".

        Args:
            predictions: a dict with `id` and `prediction_text` for each question.
            references: a dict with `id` and `answers` for each question; `answers` has the texts under `text`.

        Scores are from 0 to 100. A question without a prediction scores 0, and a line on standard error says so.
        """
        texts = {prediction["id"]: prediction["prediction_text"] for prediction in predictions}
        answered = []
        for question in references:
            if question["id"] in texts:
                answered.append(question)
            else:
                print(f"Unanswered question {question['id']} will receive score 0.", file=sys.stderr)
        # Every answer counts, also one without tokens beside others, so each is a segment of its own.
        answers = [question["answers"]["text"] for question in answered]
        pairs = [(texts[own["id"]], text) for own, listed in zip(answered, answers, strict=True) for text in listed]
        each = iter(scores_of([text for text, _ in pairs], [text for _, text in pairs], 0))
        exact_match, f1 = 0, 0.0
        for listed in answers:
            scores = [next(each) for _ in listed]
            exact_match += max(exact for exact, _ in scores)
            # `sum` would compensate for rounding since Python 3.12.
            f1 += max(score for _, score in scores)
        return {"exact_match": 100.0 * exact_match / len(references), "f1": 100.0 * f1 / len(references)}
