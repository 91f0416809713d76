"""The table of the benchmark: rows that hold a figure against a limit, printed for people and written as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Literal


@dataclass(frozen=True)
class Row:
    """One figure. ``value`` is a ratio unless ``unit`` says otherwise; ``ours`` and ``theirs`` say what of.

    ``each`` holds the figure of every browser instance (or search) that was pooled. ``limit`` None: for information.
    """

    name: str
    browser: str
    value: float
    unit: str = "×"
    limit: float | None = None
    better: Literal["less", "more"] = "less"
    ours: str = ""
    theirs: str = ""
    each: list[float] = field(default_factory=list)
    note: str = ""

    @property
    def holds(self) -> bool | None:
        if self.limit is None:
            return None
        return self.value <= self.limit if self.better == "less" else self.value >= self.limit


def ratio(
    name: str,
    browser: str,
    ours: Sequence[Sequence[float]],
    theirs: Sequence[Sequence[float]],
    *,
    unit: str = "ms",
    digits: int = 1,
    **more: Any,
) -> Row:
    """A row from raw times, a sequence for each browser instance: the ratio of all medians, and of each."""
    each = [median(a) / median(b) for a, b in zip(ours, theirs, strict=True)]
    a, b = (median(time for times in pool for time in times) for pool in (ours, theirs))
    return Row(name, browser, a / b, ours=f"{a:.{digits}f} {unit}", theirs=f"{b:.{digits}f} {unit}", each=each, **more)


def markdown(rows: Sequence[Row]) -> str:
    """The table as Markdown."""
    lines = [
        "| | browser | figure | limit | holds | ours | theirs | each instance |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        holds = {True: "yes", False: "**no**", None: ""}[row.holds]
        limit = "" if row.limit is None else f"{'≤' if row.better == 'less' else '≥'} {row.limit:g} {row.unit}"
        each = " ".join(f"{value:.3g}" for value in row.each)
        name = row.name + (f" ({row.note})" if row.note else "")
        figure = f"{row.value:.2f} {row.unit}"
        lines.append(f"| {name} | {row.browser} | {figure} | {limit} | {holds} | {row.ours} | {row.theirs} | {each} |")
    return "\n".join(lines)


def write_json(path: Path, rows: Sequence[Row], circumstances: dict[str, Any]) -> None:
    """Rows and circumstances as JSON."""
    data = {"circumstances": circumstances, "rows": [{**asdict(row), "holds": row.holds} for row in rows]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=True), encoding="utf-8")
