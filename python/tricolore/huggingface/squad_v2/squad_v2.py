"""Exact match and token F1 as evaluate's "squad_v2" computes them, by version 2.0 of SQuAD's script.

evaluate.load(tricolore.metric_folder("squad_v2"))
"""

from collections.abc import Iterable
from typing import Any

import evaluate
from tricolore.huggingface.question_answers import question_features, scores_of


class SquadV2(evaluate.Metric):
    def _info(self) -> Any:
        return evaluate.MetricInfo(
            description=__doc__ or "",
            citation="",
            inputs_description=self._compute.__doc__ or "",
            features=question_features(("no_answer_probability", "float32")),
        )

    def _compute(self, predictions: Any, references: Any, no_answer_threshold: float = 1.0) -> dict[str, float]:
        """The arguments are those of evaluate's "squad_v2".

        Args:
            predictions: a dict with `id`, `prediction_text` and `no_answer_probability` for each question.
            references: a dict with `id` and `answers` for each question. `answers` has the texts under `text`: none for
                a question without an answer.
            no_answer_threshold: the probability above which the prediction counts as "no answer".

        Scores are from 0 to 100: of all questions, of those with an answer (`HasAns_`), of those without (`NoAns_`),
        and at the best threshold (`best_`). A question without a prediction is left out, and a line says so.
        """
        texts = {prediction["id"]: prediction["prediction_text"] for prediction in predictions}
        unanswerable = {prediction["id"]: prediction["no_answer_probability"] for prediction in predictions}
        has_answer = {question["id"]: bool(question["answers"]["text"]) for question in references}
        answered = []
        for question in references:
            if question["id"] in texts:
                answered.append(question)
            else:
                print(f"Missing prediction for {question['id']}")
        answers = [question["answers"]["text"] or [""] for question in answered]
        scores = scores_of([texts[question["id"]] for question in answered], answers, 1)
        exact, f1 = ({own["id"]: each[i] for own, each in zip(answered, scores, strict=True)} for i in (0, 1))

        def decided(raw: dict[str, Any]) -> dict[str, Any]:
            above = {name for name in raw if unanswerable[name] > no_answer_threshold}
            return {name: float(not has_answer[name]) if name in above else score for name, score in raw.items()}

        final = {"exact": decided(exact), "f1": decided(f1)}
        result = means(final, exact, len(exact))
        for prefix, wanted in (("HasAns", True), ("NoAns", False)):
            names = [name for name, has in has_answer.items() if has is wanted]
            if names:
                result |= {f"{prefix}_{key}": value for key, value in means(final, names, len(names)).items()}
        for key, raw in (("exact", exact), ("f1", f1)):
            best, threshold = at_best_threshold(raw, texts, unanswerable, has_answer)
            result |= {f"best_{key}": best, f"best_{key}_thresh": threshold}
        return result


def means(scores: dict[str, dict[str, Any]], names: Iterable[str], total: int) -> dict[str, float]:
    """Returns the mean scores of these questions, and their number."""
    names = list(names)
    return {key: 100.0 * sum(own[name] for name in names) / total for key, own in scores.items()} | {"total": total}


def at_best_threshold(
    scores: dict[str, Any], texts: dict[str, str], unanswerable: dict[str, float], has_answer: dict[str, bool]
) -> tuple[float, float]:
    """Returns the highest mean score that a threshold reaches, and the lowest such threshold.

    At first every question counts as "no answer". The threshold then rises past one prediction after the other.
    """
    best = score = sum(not has for has in has_answer.values())
    threshold = 0.0
    for name in sorted(unanswerable, key=unanswerable.__getitem__):
        if name in scores:
            score += scores[name] if has_answer[name] else -bool(texts[name])
            if score > best:
                best, threshold = score, unanswerable[name]
    return 100.0 * best / len(scores), threshold
