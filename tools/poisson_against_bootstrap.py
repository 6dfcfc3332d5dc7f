"""Measures the distance between intervals of the bootstrap in one pass and of the ordinary bootstrap.

    python tools/poisson_against_bootstrap.py [--data FOLDER] [--seeds 20]

For each metric and number of segments the tool prints the mean and the standard deviation over seeds of the half width
of the 95 % interval by either bootstrap, and the distance between their mean bounds. The unit is the mean half width of
the ordinary bootstrap. It also prints the mean p-value of the paired test of two systems by either bootstrap.
"""

import argparse
import statistics
import sys
from pathlib import Path

import tricolore as tc

sys.path.insert(0, str(Path(__file__).parents[1] / "benches"))
from workloads import from_folder, generated

METRICS = {"bleu": tc.BLEU(), "chrf": tc.CHRF(), "ter": tc.TER(), "rougeL": tc.ROUGE(["rougeL"])}
SIZES = (20, 100, 500, 2000)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compares two ways of resampling.")
    parser.add_argument("--data", type=Path, help="a folder of real text (default: generated text)")
    parser.add_argument("--seeds", type=int, default=20)
    given = parser.parse_args()
    sentences = (from_folder(given.data) if given.data else generated())[0]
    print(
        f"{'metric':8}{'segments':>9}{'ordinary':>10}{'sd':>7}{'Poisson':>9}{'sd':>7}{'bounds':>9}"
        f"{'p':>9}{'p Poisson':>11}"
    )
    for name, metric in METRICS.items():
        for size in SIZES:
            rows = metric.statistics(sentences.predictions[:size], sentences.references[:size])
            # In real text, these rows are the third system's translations of the same sources.
            step = 2 * 1984 if given.data else size
            other = metric.statistics(sentences.predictions[step : step + size], sentences.references[:size])
            ordinary, poisson, p_values = [], [], ([], [])
            for seed in range(given.seeds):
                ordinary.append(bounds(metric.from_statistics(rows, 0.95, seed=seed)))
                systems = {}
                for system, own in (("a", rows), ("b", other)):
                    systems[system] = metric.accumulator(0.95, seed=seed)
                    systems[system].update_statistics(own, ids=range(size))
                poisson.append(bounds(systems["a"].compute()))
                for place, own in enumerate(({"a": rows, "b": other}, systems)):
                    compared = tc.compare(own, metrics=[metric], test="bootstrap", seed=seed)
                    p_values[place].append(compared.rows[1].p_value)
            widths = [[(high - low) / 2 for low, high in each] for each in (ordinary, poisson)]
            unit = statistics.mean(widths[0])
            middle = [[statistics.mean(side) for side in zip(*each, strict=True)] for each in (ordinary, poisson)]
            apart = statistics.mean(abs(a - b) for a, b in zip(*middle, strict=True)) / unit
            figures = [x for own in widths for x in (statistics.mean(own) / unit, statistics.stdev(own) / unit)]
            p = [statistics.mean(own) for own in p_values]
            print(
                f"{name:8}{size:9}{figures[0]:10.3f}{figures[1]:7.3f}{figures[2]:9.3f}{figures[3]:7.3f}{apart:9.3f}"
                f"{p[0]:9.4f}{p[1]:11.4f}",
                flush=True,
            )


def bounds(score: object) -> tuple[float, float]:
    """Returns the bounds of a score's interval. For ROUGE they are the bounds of the F-measure."""
    interval = score.confidence_interval
    return interval["rougeL"].fmeasure if isinstance(interval, dict) else interval


if __name__ == "__main__":
    main()
