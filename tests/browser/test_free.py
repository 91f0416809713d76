"""Memory that the engine gives back is given back, though no garbage is collected and somebody still holds it."""

from __future__ import annotations

import time

import pytest

from benchmarks.memory import megabytes
from tests.browser.conftest import EXTENSION
from tests.browser.driver import Browser, Options, launch, names

TAKE = "(kept = new ArrayBuffer(2e8), new Uint8Array(kept).fill(1), kept.byteLength)"
FETCH = """fetch('/vendor/python/snapshot.bin').then(answer => answer.arrayBuffer())
  .then(file => (kept = file).byteLength)"""
FREE = "import('/lib/free.js').then(({free}) => { free(kept); return kept.byteLength; })"


def settled(running: Browser) -> float:
    """The memory of a page that has only just opened, when it is done with that."""
    before, now = 0.0, megabytes(running)
    while abs(now - before) > 0.5:
        time.sleep(0.5)
        before, now = now, megabytes(running)
    return now


@pytest.mark.parametrize("browser", names())
@pytest.mark.parametrize("take", [TAKE, FETCH], ids=["made", "fetched"])
def test_memory_is_given_back_at_once(browser: str, take: str) -> None:
    with launch(browser, Options(EXTENSION)) as running:
        page = running.extension_page("options/options.html")
        page.wait_until("!!document.querySelector('#memory')")
        page.evaluate("void (globalThis.kept = null)")
        before = settled(running)
        size = page.evaluate(take) / 1e6
        assert size > 30
        held = megabytes(running)
        assert held - before > 0.9 * size
        assert page.evaluate(FREE) == 0
        assert held - megabytes(running) > 0.6 * size  # the page itself still grows a little
