"""Where the time of a search goes: a bar of what Python does and of the network's, as SVG."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from xml.sax.saxutils import escape

from benchmarks import in_page
from benchmarks.searches import extension_over, running_standin
from benchmarks.table import Row
from tests.standin import Standin
from tests.standin.server import Latency

BUDGET = "{queries: 110, photos: 110, seconds: 120}"
NETWORK = "the network (LiteRT.js)"
DECODING = "decoding pictures"
REQUESTS = "starting requests (fetch)"
MESSAGES = "sending messages (postMessage)"
COLOURS = {
    NETWORK: "#4c78a8",
    DECODING: "#72b7b2",
    REQUESTS: "#9d9d9d",
    MESSAGES: "#bab0ac",
    "strategy": "#f58518",
    "event loop": "#e45756",
    "reading answers": "#eeca3b",
    "writing updates": "#b279a2",
}
NOT_PYTHON = (NETWORK, DECODING, REQUESTS, MESSAGES)
LIMIT = 0.25


def rows(browser: str, extension: Path, chart: Path) -> list[Row]:
    """Python's share of the busy time of a search, outside decoding; draws ``chart``."""
    with running_standin() as standin:
        each = [one_search(browser, extension, standin) for _ in range(3)]
    typical = {name: median(one.get(name, 0.0) for one in each) for name in sorted(each[0], key=lambda n: -each[0][n])}
    chart.parent.mkdir(parents=True, exist_ok=True)
    chart.write_text(bars(typical, f"Busy seconds of one search of 110 photos, {browser}"), encoding="utf-8")
    shares = [python_share(one) for one in each]
    python = sum(value for name, value in typical.items() if name not in NOT_PYTHON)
    row = Row(
        "Python outside decoding / busy time of a search", browser, median(shares), limit=LIMIT,
        ours=f"{python:.2f} s", theirs=f"{sum(typical.values()):.2f} s", each=shares,
        note=", ".join(f"{name} {value:.2f} s" for name, value in typical.items()),
    )  # fmt: skip
    return [row]


def one_search(browser: str, extension: Path, standin: Standin) -> dict[str, float]:
    """Busy seconds of a search in a fresh browser, the second of its engine, by what was done."""
    standin.latency = Latency()
    with extension_over(browser, extension, standin) as clear:
        page = clear.browser.extension_page("bench/bench.html")
        page.wait_until("!!globalThis.bench")
        answer = in_page.run(page, f"share({{picture: 'picture.jpg', budget: {BUDGET}}})")
    return {**answer["seconds"], NETWORK: (answer["photos"] + 1) * median(answer["pictures"]) / 1000}


def python_share(seconds: dict[str, float]) -> float:
    return sum(value for name, value in seconds.items() if name not in NOT_PYTHON) / sum(seconds.values())


def bars(seconds: dict[str, float], title: str) -> str:
    """Horizontal bars, the longest first."""
    height, widest = 26, max(seconds.values())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{60 + height * len(seconds)}" '
        'font-family="system-ui, sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="16" y="26" font-weight="600">{escape(title)}</text>',
    ]
    for place, (name, value) in enumerate(seconds.items()):
        y = 42 + place * height
        width = 360 * value / widest
        lines.append(
            f'<text x="190" y="{y + 16}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="200" y="{y + 3}" width="{width:.1f}" height="18" fill="{COLOURS.get(name, "#888")}"/>'
            f'<text x="{206 + width:.1f}" y="{y + 16}">{value:.2f} s</text>'
        )
    return "\n".join([*lines, "</svg>", ""])
