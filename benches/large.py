"""Scores corpora larger than memory. Writes Parquet files, runs the command line under a memory limit and kills it, and
measures the rate of each way to score.

    python -m pip install '.[bench,engines]'
    python benches/large.py make big --gigabytes 3 [--data FOLDER]
    python benches/large.py limits big --memory 1
    python benches/large.py rates big

Rates are in segments per second and core. Every way must give the same bits.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import tricolore as tc
from workloads import from_folder, generated

CORES = 2
METRIC = tc.BLEU()
# The number of rows of a group and the approximate number of bytes of a file.
GROUP = 100_000
FILE = 128_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description="Scores corpora larger than memory.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("make", help="write a folder of repeated sentences with ids")
    command.add_argument("folder", type=Path)
    command.add_argument("--gigabytes", type=float, default=3.0)
    command.add_argument("--data", type=Path, help="a folder of real text (default: generated text)")
    command = commands.add_parser("limits", help="score a folder in less memory than its size, and after kill -9")
    command.add_argument("folder", type=Path)
    command.add_argument("--memory", type=float, default=1.0, help="gigabytes of address space")
    command = commands.add_parser("rates", help="score a folder in each way")
    command.add_argument("folder", type=Path)
    command.add_argument("--only", action="append", help="a way to score; may be repeated (default: all)")
    given = parser.parse_args()
    if given.command == "make":
        make(given.folder, given.gigabytes, given.data)
    elif given.command == "limits":
        limits(given.folder, given.memory)
    else:
        rates(given.folder, given.only)


def make(folder: Path, gigabytes: float, data: Path | None) -> None:
    """Writes randomly drawn sentences. Dictionaries are off, so that repetition does not make the files small."""
    _, predictions, references = (from_folder(data) if data else generated())[0]
    sides = pa.array(predictions), pa.array([[reference] for reference in references])
    schema = pa.schema([("id", pa.int64()), ("prediction", pa.string()), ("references", sides[1].type)])
    generator = random.Random(1)
    folder.mkdir()
    rows = 0
    while size_of(folder) < gigabytes * 1e9:
        path = folder / f"part-{len(files_of(folder)):05}.parquet"
        with pq.ParquetWriter(path, schema, use_dictionary=False, compression="none") as writer:
            while path.stat().st_size < FILE:
                which = pa.array(generator.choices(range(len(predictions)), k=GROUP))
                ids = pa.array(range(rows, rows + GROUP))
                writer.write_table(pa.Table.from_arrays([ids, *(side.take(which) for side in sides)], schema=schema))
                rows += GROUP
    print(f"{folder}: {rows} segments, {size_of(folder) / 1e9:.2f} GB in {len(files_of(folder))} files")


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in files_of(folder))


def rows_of(folder: Path) -> int:
    return sum(pq.read_metadata(path).num_rows for path in files_of(folder))


def command_line(path: Path, *more: str) -> list[str]:
    """Returns the command that scores a file."""
    return [sys.executable, "-m", "tricolore", "score", str(path), "-m", "bleu", "--json", *more]


INTERVAL = ["--confidence", "0.95", "--id-key", "id"]


def limits(path: Path, memory: float) -> None:
    """Scores a folder under a limit of address space, without and with an interval. Each run is made once without
    interruption and once with three kills."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (int(memory * 2**30),) * 2)

    rows = rows_of(path)
    print(f"{size_of(path) / 1e9:.2f} GB, {rows} segments, within {memory} GB of address space")
    generator = random.Random()
    for name, more in (("score", []), ("score and interval", INTERVAL)):
        start = time.monotonic()
        whole = subprocess.Popen(command_line(path, *more), stdout=subprocess.PIPE, preexec_fn=limit)
        _, status, usage = os.wait4(whole.pid, 0)
        seconds = time.monotonic() - start
        assert status == 0
        assert whole.stdout is not None
        expected = whole.stdout.read()
        with tempfile.TemporaryDirectory() as folder:
            command = command_line(path, *more, "--checkpoint", f"{folder}/state.bin", "--checkpoint-seconds", "1")
            killed = []
            while True:
                process = subprocess.Popen(command, stdout=subprocess.PIPE, preexec_fn=limit)
                try:
                    out, _ = process.communicate(
                        timeout=generator.uniform(2, max(3, seconds / 3)) if len(killed) < 3 else None
                    )
                    break
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    state = Path(folder, "state.bin").read_bytes()
                    head = state[-8 - int.from_bytes(state[-8:-4], "little") : -8]
                    killed.append(json.loads(head)["groups"][0][1])
        assert process.returncode == 0
        assert out == expected
        print(
            f"{name}: {seconds:.1f} s, {rows / seconds / CORES:,.0f} segments a second and core, "
            f"{usage.ru_maxrss / 1024:.0f} MB resident at most; the same bits after kill -9 at {killed} segments"
        )


Way = Callable[[Path, bool], Any]


def read(path: Path) -> Iterator[pa.RecordBatch]:
    for own in files_of(path):
        with pq.ParquetFile(own, buffer_size=1 << 20, pre_buffer=False) as file:
            yield from file.iter_batches(1 << 14, use_threads=False)


def reading_alone(path: Path, with_interval: bool) -> None:
    for _ in read(path):
        pass


def bare(path: Path, with_interval: bool) -> Any:
    """Scores with an accumulator on one thread."""
    accumulator = METRIC.accumulator(0.95 if with_interval else None)
    for batch in read(path):
        ids = batch["id"] if with_interval else None
        accumulator.update(batch["prediction"], batch["references"], num_threads=1, ids=ids)
    return accumulator.compute()


def columns(path: Path, with_interval: bool) -> None:
    """Adds scores to record batches on one thread."""
    for _ in tc.batches(METRIC)(read(path)):
        pass


def cli(path: Path, with_interval: bool) -> Any:
    """Scores with the command line, including its start."""
    more = INTERVAL if with_interval else []
    out = subprocess.run(command_line(path, *more), check=True, capture_output=True)
    return json.loads(out.stdout)["bleu"]


def spark(path: Path, with_interval: bool) -> Any:
    import tricolore.spark

    drawing = {"confidence": 0.95, "id_column": "id"} if with_interval else {}
    return tricolore.spark.corpus(spark_session().read.parquet(str(path.resolve())), METRIC, **drawing)


def spark_columns(path: Path, with_interval: bool) -> None:
    """Scores each row with Spark. Taking the mean forces Spark to compute the scores."""
    import tricolore.spark

    tricolore.spark.score_each(spark_session().read.parquet(str(path.resolve())), METRIC, keep=[]).agg(
        {"bleu": "avg"}
    ).collect()


def spark_copying(path: Path, with_interval: bool) -> None:
    """Passes the same rows through Spark to Python, which does nothing with them."""
    frame = spark_session().read.parquet(str(path.resolve())).select("prediction", "references")

    def nothing(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.record_batch({"rows": [len(batch)]})

    frame.mapInArrow(nothing, "rows long").agg({"rows": "sum"}).collect()


def spark_session() -> Any:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local-cluster[{CORES},1,1024]")
    for key, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def ray(path: Path, with_interval: bool) -> Any:
    import tricolore.ray

    drawing = {"confidence": 0.95, "id_column": "id"} if with_interval else {}
    return tricolore.ray.corpus(ray_data(path), METRIC, **drawing)


def ray_columns(path: Path, with_interval: bool) -> None:
    import tricolore.ray

    tricolore.ray.score_each(ray_data(path), METRIC, keep=[]).mean("bleu")


def ray_copying(path: Path, with_interval: bool) -> None:
    def nothing(table: pa.Table) -> pa.Table:
        return pa.table({"rows": [len(table)]})

    data = ray_data(path).select_columns(["prediction", "references"])
    data.map_batches(nothing, batch_format="pyarrow").sum("rows")


def ray_data(path: Path) -> Any:
    import ray

    if not ray.is_initialized():
        ray.init(num_cpus=CORES, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        ray.data.DataContext.get_current().enable_progress_bars = False
    return ray.data.read_parquet(str(path))


# Each way's name, function and number of cores.
WAYS: dict[str, tuple[Way, int]] = {
    "reading alone": (reading_alone, 1),
    "an accumulator": (bare, 1),
    "batches": (columns, 1),
    "command line": (cli, CORES),
    "Spark, corpus": (spark, CORES),
    "Spark, score_each": (spark_columns, CORES),
    "Spark, nothing": (spark_copying, CORES),
    "Ray, corpus": (ray, CORES),
    "Ray, score_each": (ray_columns, CORES),
    "Ray, nothing": (ray_copying, CORES),
}


def rates(path: Path, only: list[str] | None) -> None:
    """Prints the rate of each way. It is the better of two runs, because the first run may start an engine."""
    rows = rows_of(path)
    print(f"{rows} segments: segments per second and core, and core microseconds per segment")
    results = {}
    for name, (way, cores) in WAYS.items():
        if only and name not in only:
            continue
        for with_interval in (False, True):
            if with_interval and way not in (bare, cli, spark, ray):
                continue
            best = float("inf")
            for _ in range(2):
                start = time.monotonic()
                result = way(path, with_interval)
                best = min(best, time.monotonic() - start)
            if result is not None:
                bounds = result["confidence_interval"] if isinstance(result, dict) and with_interval else None
                score = result["bleu"] if isinstance(result, dict) else result.score
                bounds = tuple(bounds) if bounds else getattr(result, "confidence_interval", None)
                assert results.setdefault(with_interval, (score, bounds)) == (score, bounds), name
            what = f"{name}, with an interval" if with_interval else name
            print(f"{what:36}{rows / best / cores:>12,.0f}{best * cores / rows * 1e6:>8.2f}", flush=True)


if __name__ == "__main__":
    main()
