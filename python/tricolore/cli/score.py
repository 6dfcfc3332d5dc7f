"""The command `score`: files of any size in one pass."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tricolore import Evaluated, Evaluation, ROUGEScore
from tricolore.evaluation.evaluation import evaluated
from tricolore.evaluation.figures import Figure, details_of, figures_of, signature_line, told_apart
from tricolore.resampling.bootstrap import Bootstrap, Interval
from tricolore.resampling.poisson import PoissonBootstrap
from tricolore.support.visible import visible

from .arguments import keys_of
from .caught import warn
from .error import CommandError
from .files.ahead import ahead
from .files.inputs import check_paths, files_in, refuse_twice
from .files.read import Batch, Files, check_all, read_batches
from .files.records import Place
from .options import explicit
from .run import Corpus, MetricsByName, Run
from .saving.checkpoint import Checkpoint
from .saving.state import Expected, State
from .saving.write import give_name, resumed_writer, segment_writer
from .show import print_result, print_text_table, progress

__all__ = ["score"]


def score(given: argparse.Namespace, metrics: MetricsByName) -> None:
    """Scores the corpus by every metric in one pass, and prints the scores."""
    bootstrap = bootstrap_of(given)
    run = Run(given, metrics, bootstrap)
    own = [path for path in (given.per_segment, given.checkpoint) if path is not None]
    check_paths(*given.predictions, *given.references, *own)
    refuse_twice(given.references, "references")
    if len(given.predictions) > 1 and given.predictions.count("-") < 2 and not given.pool:
        first = " ".join(given.predictions[:2])
        raise CommandError(
            f"{len(given.predictions)} files of predictions: to compare systems, use tricolore compare {first}"
            f"{' ...' if len(given.predictions) > 2 else ''}; for parts of one corpus, add --pool"
        )
    paths = files_in(given.predictions, own)
    if len(paths) > 1 and given.references:
        raise CommandError(f"-r goes with one file of predictions, and there are {len(paths)}")
    refuse_twice(paths, "predictions")
    keys = keys_of(given)._replace(group=given.group_key, ids=given.id_key)
    files = [Files(path, given.references, given.format, keys, given.encoding, given.nulls) for path in paths]
    check_all(files)
    checkpoint = checkpoint_of(given, files, metrics, bootstrap)
    state = checkpoint.load() if checkpoint else None
    if state is not None:
        run.restore(state)
    if state is None or state.file < len(files):
        try:
            state = read_all(run, given.per_segment, files, checkpoint, state)
        except KeyboardInterrupt:
            if checkpoint and checkpoint.exists():
                print(f"tricolore: the same command continues from {visible(str(checkpoint.path))}", file=sys.stderr)
            raise
    if state and state.written:
        give_name(given.per_segment, state.written)
    show(given, run)
    if checkpoint:
        # Keep the checkpoint until the scores are printed.
        if sys.stdout is not None:
            sys.stdout.flush()
        checkpoint.remove()


def bootstrap_of(given: argparse.Namespace) -> Bootstrap | None:
    """Returns the bootstrap of the intervals, in one pass if segments have ids; None if no interval is wanted."""
    if given.confidence is None:
        if explicit(given) & {"samples", "seed"}:
            raise CommandError("--samples and --seed need --confidence")
        if given.id_key is not None:
            raise CommandError("--id-key needs --confidence")
    samples = 1000 if given.samples is None else given.samples
    kind = Bootstrap if given.id_key is None else PoissonBootstrap
    return kind.checked(given.confidence, samples, given.seed)


def checkpoint_of(
    given: argparse.Namespace, files: list[Files], metrics: MetricsByName, bootstrap: Bootstrap | None
) -> Checkpoint | None:
    """Returns the checkpoint that the command line names, if any, with the facts that must not change between runs."""
    if given.checkpoint is None:
        return None
    inputs = [path for file in files for path in file.paths]
    for path in inputs:
        if path != "-" and not Path(path).exists():
            raise CommandError(f"{path}: No such file or directory")
        if not Path(path).is_file():
            raise CommandError(f"--checkpoint needs files, and {path} can be read only once")
    if bootstrap is not None and not isinstance(bootstrap, PoissonBootstrap):
        raise CommandError("--checkpoint with --confidence needs --id-key: without ids all rows are kept")
    if given.per_segment and Path(given.checkpoint).resolve() == Path(given.per_segment).resolve():
        raise CommandError(f"--checkpoint is {given.checkpoint}, which is also the file of --per-segment")
    if not given.checkpoint_seconds >= 0:
        raise CommandError(f"--checkpoint-seconds is {given.checkpoint_seconds}: it must be 0 or more")

    def known(path: str) -> tuple[str, int, int]:
        stat = Path(path).stat()
        return str(Path(path).resolve()), stat.st_size, stat.st_mtime_ns

    output = None if given.per_segment is None else Path(given.per_segment).resolve()
    command = {
        "metrics": [(name, repr(metric), metric.signature) for name, metric in metrics.items()],
        "interval": None if bootstrap is None else list(bootstrap),
        "names": list(files[0].keys),
        "output": output and str(output),
        "texts": given.texts,
        "format": given.format,
        "encoding": given.encoding,
        "nulls": given.nulls,
        "files": [[known(path) for path in file.paths] for file in files],
    }
    sizes = [[file.size(path) for path in file.paths] for file in files]
    expected = Expected(metrics, bootstrap, given.group_key is not None, output, sizes)
    return Checkpoint(given.checkpoint, command, expected, given.checkpoint_seconds)


def read_all(
    run: Run, output: str | None, files: list[Files], checkpoint: Checkpoint | None, state: State | None
) -> State | None:
    """Scores the rest of the files. Returns the state that was saved at the end, or None without a checkpoint."""
    inputs = [path for file in files for path in file.paths]
    sizes = [Path(path).stat().st_size if Path(path).is_file() else 0 for path in (file.predictions for file in files)]
    first = state.file if state else 0
    ready = sum(sizes[:first])
    before = run.corpus.segments
    if checkpoint:
        writing = resumed_writer(output, inputs, checkpoint.path, state.written if state else None)
    else:
        writing = segment_writer(output, inputs)
    with writing as writer, progress(sum(sizes) if all(sizes) else None) as advance:

        def saved(checkpoint: Checkpoint, number: int, places: list[Place]) -> State:
            if writer:
                writer.flush()
            state = run.state(number, places, writer.written if writer else None)
            checkpoint.save(state)
            return state

        for number, file in enumerate(files[first:], start=first):
            places = state.places if state and number == first else None
            with read_ahead(file, read_batches(file, places)) as batches:
                for batch in batches:
                    columns = run.add(batch)
                    if writer:
                        writer.write(*columns)
                    advance(ready + batch.share * sizes[number], run.corpus.segments - before)
                    if checkpoint and checkpoint.due():
                        saved(checkpoint, number, batch.after)
            ready += sizes[number]
        if not run.corpus.segments:
            more = "" if len(files) == 1 else f" and {len(files) - 1} more"
            if run.corpus.dropped:
                raise CommandError(f"{files[0].predictions}{more}: no segment has a reference")
            raise CommandError(f"{files[0].predictions}{more} {'have' if more else 'has'} no segments")
        return saved(checkpoint, len(files), []) if checkpoint else None


@contextmanager
def read_ahead(file: Files, batches: Generator[Batch]) -> Iterator[Iterator[Batch]]:
    """Yields batches that are read in a thread while others are scored.

    Pipes are read without a thread, because a thread that waits for a pipe cannot be stopped.
    """
    if not all(Path(path).is_file() for path in file.paths):
        yield batches
        return
    with ahead(batches) as read:
        yield read


def show(given: argparse.Namespace, run: Run) -> None:
    """Prints the scores of the corpus and of its groups, and the warnings."""
    warn(run.odd)
    # A group has no score if all its segments were left out.
    groups = {label: own for label, own in run.groups.items() if own.segments}
    form = given.output_format
    if form == "json":
        out = as_json(run.corpus)
        for label, own in groups.items():
            for name, figures_of_group in as_json(own).items():
                out[name].setdefault("groups", {})[label] = figures_of_group
        print(json.dumps(out, indent=2))
        return
    scores: dict[str | None, dict[str, Any]] = {None: run.corpus.results()}
    scores.update({label: own.results() for label, own in groups.items()})
    sizes: dict[str | None, int] = {None: run.corpus.segments}
    sizes.update({label: own.segments for label, own in groups.items()})
    if form == "text":
        print_scores(scores[None])
    result = evaluation(run.metrics, scores, sizes)
    if groups or form != "text":
        if form == "text":
            print(f"\n{visible(given.group_key)}")
        print_result(given, result)
    else:
        print(f"{run.corpus.segments} segments")
        print(signature_line(result.figures))


def evaluation(
    metrics: MetricsByName, scores: Mapping[str | None, dict[str, Any]], sizes: Mapping[str | None, int]
) -> Evaluation:
    """The scores and the numbers of segments of the corpus, whose label is None, and of its groups as a table."""
    rows: list[Evaluated] = []
    figures: list[Figure] = []
    for label, own in scores.items():
        for score, metric in zip(own.values(), metrics.values(), strict=True):
            rows += evaluated(label, metric, score, intervals_of(score), sizes[label])
            if label is None:
                figures += figures_of(metric, score.signature)
    return Evaluation(tuple(rows), told_apart(figures))


def intervals_of(score: Any) -> list[Interval] | None:
    """The interval of each figure of a score; None if it has none."""
    if score.confidence_interval is None:
        return None
    if isinstance(score, ROUGEScore):
        return list(score.intervals or ())
    low, high = score.confidence_interval
    return [Interval(low, high, score.bootstrap_mean, score.half_width)]


def as_json(corpus: Corpus) -> dict[str, dict[str, Any]]:
    """Returns the scores by metric, as plain values."""
    return {
        name: {
            **result.to_dict(),
            **({} if isinstance(result, ROUGEScore) else details_of(name, result)),
            **interval(result),
            "signature": result.signature,
            "segments": corpus.segments,
        }
        for name, result in corpus.results().items()
    }


def print_scores(scores: Mapping[str, Any]) -> None:
    """Prints the scores of the corpus by each metric."""
    for result in scores.values():
        if isinstance(result, ROUGEScore):
            bounds = [] if result.confidence_interval is None else ["low", "high"]
            print_text_table([["", "precision", "recall", "fmeasure", *bounds], *table(result)])
        else:
            print(result)


def table(result: ROUGEScore) -> list[list[str]]:
    """Returns a row per type: precision, recall, F-measure, and the bounds of the F-measure if there is an interval."""
    bounds = result.confidence_interval or {}
    rows = {name: [*measures, *(bounds[name].fmeasure if bounds else ())] for name, measures in result.items()}
    return [[name, *(f"{figure:.4f}" for figure in figures)] for name, figures in rows.items()]


def interval(result: Any) -> dict[str, Any]:
    """Returns the fields of a score about its interval; none if it has no interval."""
    if result.confidence_interval is None:
        return {}
    if isinstance(result, ROUGEScore):
        return {"confidence_interval": {name: own._asdict() for name, own in result.confidence_interval.items()}}
    return {
        "confidence_interval": result.confidence_interval,
        "bootstrap_mean": result.bootstrap_mean,
        "half_width": result.half_width,
    }
