"""Results of a sweep as numbers with their uncertainty, as a Markdown table and as figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Result = Mapping[str, Any]

METRICS = {"similar": ("recall@10", "inside 100", "none of 100", "relative score"), "paper": ("best score",)}
TITLES = {
    "recall@10": "recall@10 of the exhaustive ten best",
    "inside 100": "best ten inside the exhaustive hundred",
    "none of 100": "searches with none of the hundred",
    "relative score": "mean score of the best ten, relative",
    "best score": "best score so far",
}
AXES = {"photos": "photos scored", "queries": "queries"}


def by_label(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Results of each strategy (and of each parameter of it), in the order of their first result."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result["label"]].append(result)
    return dict(groups)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Mean and half the width of its 95 % interval (normal approximation; 0 for a single value)."""
    if len(values) < 2:
        return float(np.mean(values)), 0.0
    return float(np.mean(values)), 1.96 * float(np.std(values, ddof=1)) / float(np.sqrt(len(values)))


def table(results: Sequence[Result], protocol: str) -> str:
    """The state at the end of every strategy's searches, mean ± half of the 95 % interval, as Markdown."""
    metrics = METRICS[protocol]
    head = ["strategy", "searches", *metrics, "queries", "photos scored", "photos found"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for label, group in by_label(results).items():
        ends = [result["end"]["all"] for result in group]
        cells = [label, str(len(group))]
        for metric in metrics:
            mean, half = interval([end[metric] for end in ends])
            cells.append(f"{mean:.3f} ± {half:.3f}")
        cells += [f"{np.mean([end[what] for end in ends]):.0f}" for what in ("queries", "photos", "found")]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def figure(results: Sequence[Result], protocol: str, file: Path) -> None:
    """Each metric against scored photos and against queries, with 95 % bands; the kind of file is its suffix."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "clear"  # the same numbers give the same file
    from matplotlib import pyplot

    metrics = METRICS[protocol]
    axes_of = list(AXES) if protocol == "similar" else ["photos"]
    plot, grid = pyplot.subplots(
        len(metrics), len(axes_of), figsize=(5.4 * len(axes_of), 3.4 * len(metrics)), squeeze=False
    )
    for row, metric in enumerate(metrics):
        for column, axis in enumerate(axes_of):
            axes = grid[row][column]
            for label, group in by_label(results).items():
                points = sorted({int(point) for result in group for point in result[axis]})
                curves = [
                    interval([r[axis][str(point)][metric] for r in group if str(point) in r[axis]]) for point in points
                ]
                mean, half = np.array([c[0] for c in curves]), np.array([c[1] for c in curves])
                (line,) = axes.plot(points, mean, marker=".", label=label)
                axes.fill_between(points, mean - half, mean + half, color=line.get_color(), alpha=0.15, linewidth=0)
            axes.set_xlabel("evaluations" if protocol == "paper" else AXES[axis])
            axes.set_ylabel(TITLES[metric])
            axes.grid(alpha=0.25)
    grid[0][0].legend(fontsize="small")
    plot.tight_layout()
    plot.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)
    pyplot.close(plot)
