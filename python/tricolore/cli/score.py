"""The command `score`: files of any size in one pass."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tricolore import Accumulator, ROUGEScore, Statistics
from tricolore.corpus.accumulator import update_together
from tricolore.evaluation.batch import columns_of, part_of, reads
from tricolore.metrics.metric import Metric, Read
from tricolore.resampling.bootstrap import Bootstrap
from tricolore.resampling.poisson import PoissonBootstrap, numbers_of
from tricolore.texts.segments import segments_of

from .ahead import ahead
from .caught import messages
from .checkpoint import Checkpoint
from .error import CommandError
from .inputs import check_paths, files_in, refuse_twice
from .options import explicit, keys_of
from .read import Batch, Files, check_all, read_batches
from .records import Place
from .show import print_table, progress
from .state import Expected, Group, State, Warned
from .unspaced import warning_of
from .visible import visible
from .write import Written, give_name, resumed_writer, segment_writer

__all__ = ["score"]

Metrics = dict[str, Metric[Any]]


class Corpus:
    """The segments of a label, or all: in constant memory, unless an interval is asked for without ids, which takes
    the rows of all segments."""

    def __init__(self, metrics: Metrics, bootstrap: Bootstrap | None) -> None:
        self.segments = 0
        self._bootstrap = bootstrap
        drawing = bootstrap if isinstance(bootstrap, PoissonBootstrap) else ()
        self._metrics = metrics
        self._accumulators: dict[str, Accumulator[Any]] = {
            name: metric.accumulator(*drawing) for name, metric in metrics.items()
        }
        keep = bootstrap is not None and not drawing
        self._rows: dict[str, list[Statistics]] | None = {name: [] for name in metrics} if keep else None

    def add(self, statistics: list[Statistics], numbers: Any, num_threads: int | None) -> None:
        """Adds segments, with the numbers that stand for their ids."""
        self.segments += len(statistics[0])
        if self._rows is None:
            update_together(list(self._accumulators.values()), statistics, numbers, num_threads)
            return
        for rows, own in zip(self._rows.values(), statistics, strict=True):
            rows.append(own)

    def results(self) -> dict[str, Any]:
        """The scores by metric."""
        if self._rows is None:
            return {name: accumulator.compute() for name, accumulator in self._accumulators.items()}
        assert self._bootstrap is not None
        return {
            name: self._metrics[name].from_statistics(sum(rows[1:], start=rows[0]), *self._bootstrap)
            for name, rows in self._rows.items()
        }

    @property
    def dropped(self) -> int:
        """How many segments were left out, for they have no reference."""
        if self._rows is None:
            return next(iter(self._accumulators.values())).dropped
        return sum(own.dropped for own in next(iter(self._rows.values())))

    def saved(self, label: str | None) -> Group:
        """What a checkpoint has of it."""
        return Group(label, self.segments, self._accumulators)

    def restore(self, group: Group) -> None:
        """Goes on from there."""
        self.segments = group.segments
        self._accumulators = group.accumulators


class Run:
    """What has been found so far."""

    def __init__(self, given: argparse.Namespace, metrics: Metrics, bootstrap: Bootstrap | None) -> None:
        self.corpus = Corpus(metrics, bootstrap)
        self.groups: dict[str, Corpus] = {}
        self._warnings: dict[str, Warned] = {}
        self._given = given
        self._metrics = metrics
        self._bootstrap = bootstrap

    def add(self, batch: Batch) -> tuple[tuple[str, ...], list[list[float] | None]]:
        """Scores a batch and adds it up. Gives the columns of all metrics and a row a segment, None for one that was
        left out, if they are to be written."""
        metrics, num_threads = self._metrics, self._given.num_threads
        segments = segments_of(batch.predictions, batch.references, self._given.nulls)
        read = reads(list(metrics.values()), segments, num_threads)
        statistics = [metric._statistics_of(own) for metric, own in zip(metrics.values(), read, strict=True)]
        self._warn_of(batch.predictions, read, len(statistics[0]))
        numbers = None if batch.ids is None else segments.of_kept_array(numbers_of(batch.ids, segments.given))
        self.corpus.add(statistics, numbers, num_threads)
        for label, given in labels(batch.groups).items():
            which = segments.places_of(given)
            dropped = len(given) - len(which)
            part = [part_of(everything, own, which, dropped) for everything, own in zip(statistics, read, strict=True)]
            own_numbers = None if numbers is None else numbers[which]
            self.groups.setdefault(label, Corpus(metrics, self._bootstrap)).add(part, own_numbers, num_threads)
        if self._given.per_segment is None:
            return (), []
        columns: list[str] = []
        rows: list[list[float]] = [[] for _ in range(len(statistics[0]))]
        for (name, metric), own in zip(metrics.items(), read, strict=True):
            columns += columns_of(name, metric)
            new = metric._scores_of(own).values.reshape(len(rows), -1).tolist()
            rows = [row + more for row, more in zip(rows, new, strict=True)]
        if segments.kept is None:
            return tuple(columns), list(rows)
        by_number = dict(zip(segments.kept.tolist(), rows, strict=True))
        return tuple(columns), [by_number.get(number) for number in range(segments.given)]

    def _warn_of(self, predictions: Any, read: list[Read], segments: int) -> None:
        for (name, metric), own in zip(self._metrics.items(), read, strict=True):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                metric._warn_of(own)
            told = messages(caught, self._given)
            message = told[0] if told else warning_of(metric, predictions)
            if message:
                first, before = self._warnings.get(name, (message, 0))
                self._warnings[name] = Warned(first, before + segments)

    @property
    def odd(self) -> list[str]:
        """The warnings that hold for most segments: one odd batch does not make an odd file."""
        return [warned.message for warned in self._warnings.values() if 2 * warned.segments > self.corpus.segments]

    def state(self, file: int, places: list[Place], written: Written | None) -> State:
        """What a checkpoint has of it."""
        groups = [self.corpus.saved(None), *(own.saved(label) for label, own in self.groups.items())]
        return State(file, places, groups, self._warnings, written)

    def restore(self, state: State) -> None:
        """Goes on from a checkpoint."""
        everything, *groups = state.groups
        self.corpus.restore(everything)
        for group in groups:
            assert group.label is not None
            self.groups[group.label] = Corpus(self._metrics, self._bootstrap)
            self.groups[group.label].restore(group)
        self._warnings = state.warnings


def score(given: argparse.Namespace, metrics: Metrics) -> None:
    """Scores the corpus by every metric, in one pass, and prints it."""
    bootstrap = bootstrap_of(given)
    run = Run(given, metrics, bootstrap)
    own = [path for path in (given.per_segment, given.checkpoint) if path is not None]
    check_paths(*given.predictions, *given.references, *own)
    refuse_twice(given.references, "references")
    if len(given.predictions) > 1 and given.predictions.count("-") < 2 and not given.pool:
        first = " ".join(given.predictions[:2])
        raise CommandError(
            f"{len(given.predictions)} names of predictions: to compare systems, tricolore compare {first}"
            f"{' ...' if len(given.predictions) > 2 else ''}; for parts of one corpus add --pool"
        )
    paths = files_in(given.predictions, own)
    if len(paths) > 1 and given.references:
        raise CommandError(f"-r is for one file of predictions, and there are {len(paths)}")
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
                print(f"tricolore: the same command goes on from {visible(str(checkpoint.path))}", file=sys.stderr)
            raise
    if state and state.written:
        give_name(given.per_segment, state.written)
    show(given, run)
    if checkpoint:
        # Not before what was found is out.
        if sys.stdout is not None:
            sys.stdout.flush()
        checkpoint.remove()


def bootstrap_of(given: argparse.Namespace) -> Bootstrap | None:
    """How intervals are drawn: in one pass where segments have ids."""
    if given.confidence is None:
        if explicit(given) & {"samples", "seed"}:
            raise CommandError("--samples and --seed are of --confidence, which is not asked for")
        if given.id_key is not None:
            raise CommandError("--id-key is for --confidence, which is not asked for")
    samples = 1000 if given.samples is None else given.samples
    kind = Bootstrap if given.id_key is None else PoissonBootstrap
    return kind.checked(given.confidence, samples, given.seed)


def checkpoint_of(
    given: argparse.Namespace, files: list[Files], metrics: Metrics, bootstrap: Bootstrap | None
) -> Checkpoint | None:
    """The checkpoint that was asked for, and what must not change from one run to the next."""
    if given.checkpoint is None:
        return None
    inputs = [path for file in files for path in (file.predictions, *file.references)]
    for path in inputs:
        if path != "-" and not Path(path).exists():
            raise CommandError(f"{path}: No such file or directory")
        if not Path(path).is_file():
            raise CommandError(f"--checkpoint is for files: what is read once, as {path} is, cannot be gone on with")
    if bootstrap is not None and not isinstance(bootstrap, PoissonBootstrap):
        raise CommandError("--checkpoint with --confidence needs --id-key: else the rows of all segments are kept")
    if given.per_segment and Path(given.checkpoint).resolve() == Path(given.per_segment).resolve():
        raise CommandError(f"--checkpoint is {given.checkpoint}, where the figures of segments are written")
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
        "format": given.format,
        "encoding": given.encoding,
        "nulls": given.nulls,
        "files": [[known(path) for path in (file.predictions, *file.references)] for file in files],
    }
    sizes = [[file.size(path) for path in (file.predictions, *file.references)] for file in files]
    expected = Expected(metrics, bootstrap, given.group_key is not None, output, sizes)
    return Checkpoint(given.checkpoint, command, expected, given.checkpoint_seconds)


def read_all(
    run: Run, output: str | None, files: list[Files], checkpoint: Checkpoint | None, state: State | None
) -> State | None:
    """Scores what is left of the files. Gives what was saved at the end, if there is a checkpoint."""
    inputs = [path for file in files for path in (file.predictions, *file.references)]
    sizes = [Path(path).stat().st_size if Path(path).is_file() else 0 for path in (file.predictions for file in files)]
    first = state.file if state else 0
    ready = sum(sizes[:first])
    before = run.corpus.segments
    if checkpoint:
        writing = resumed_writer(output, inputs, checkpoint.path, state.written if state else None)
    else:
        writing = segment_writer(output, inputs)
    with writing as writer, progress(sum(sizes) if all(sizes) else None, ready) as advance:

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
                    rows = run.add(batch)
                    if writer:
                        writer.write(*rows)
                    advance(ready + batch.share * sizes[number], run.corpus.segments - before)
                    if checkpoint and checkpoint.due():
                        saved(checkpoint, number, batch.behind)
            ready += sizes[number]
        if not run.corpus.segments:
            more = "" if len(files) == 1 else f" and {len(files) - 1} more"
            if run.corpus.dropped:
                raise CommandError(f"{files[0].predictions}{more}: no segment has a reference")
            raise CommandError(f"{files[0].predictions}{more} {'have' if more else 'has'} no segments")
        return saved(checkpoint, len(files), []) if checkpoint else None


@contextmanager
def read_ahead(file: Files, batches: Generator[Batch]) -> Iterator[Iterator[Batch]]:
    """Batches that are read while others are scored. Not of a pipe: a thread that waits for one cannot be ended."""
    if not all(Path(path).is_file() for path in (file.predictions, *file.references)):
        yield batches
        return
    with ahead(batches) as read:
        yield read


def labels(groups: list[str] | None) -> dict[str, Any]:
    """The places of each label, in order of first sight."""
    import numpy as np

    places: dict[str, list[int]] = {}
    for place, label in enumerate(groups or []):
        places.setdefault(label, []).append(place)
    return {label: np.array(own) for label, own in places.items()}


def show(given: argparse.Namespace, run: Run) -> None:
    """Prints what was found."""
    for warning in run.odd:
        print(f"tricolore: warning: {visible(warning)}", file=sys.stderr)
    # A group of segments that were all left out has no score.
    groups = {label: own for label, own in run.groups.items() if own.segments}
    if given.json:
        out = as_json(run.corpus)
        for label, own in groups.items():
            for name, figures_of_group in as_json(own).items():
                out[name].setdefault("groups", {})[label] = figures_of_group
        print(json.dumps(out, indent=2))
        return
    print_scores(run.corpus)
    for label, own in groups.items():
        print(f"\n{visible(given.group_key)}: {visible(label)}")
        print_scores(own)


def as_json(corpus: Corpus) -> dict[str, dict[str, Any]]:
    """The scores by metric, with every digit."""
    return {
        name: {**result.to_dict(), **interval(result), "signature": result.signature, "segments": corpus.segments}
        for name, result in corpus.results().items()
    }


def print_scores(corpus: Corpus) -> None:
    """Prints the scores of some segments."""
    for result in corpus.results().values():
        if isinstance(result, ROUGEScore):
            bounds = [] if result.confidence_interval is None else ["low", "high"]
            print_table(["", "precision", "recall", "fmeasure", *bounds], table(result))
        else:
            print(result)
        print(f"{corpus.segments} segments, {result.signature}")


def table(result: ROUGEScore) -> list[list[str]]:
    """A row a type: the figures, and the bounds of the F-measure if there are some."""
    bounds = result.confidence_interval or {}
    rows = {name: [*measures, *(bounds[name].fmeasure if bounds else ())] for name, measures in result.items()}
    return [[name, *(f"{figure:.4f}" for figure in figures)] for name, figures in rows.items()]


def interval(result: Any) -> dict[str, Any]:
    """What a score says of its interval, if it has one."""
    if result.confidence_interval is None:
        return {}
    if isinstance(result, ROUGEScore):
        return {"confidence_interval": {name: own._asdict() for name, own in result.confidence_interval.items()}}
    return {
        "confidence_interval": result.confidence_interval,
        "bootstrap_mean": result.bootstrap_mean,
        "half_width": result.half_width,
    }
