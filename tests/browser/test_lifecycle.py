"""Closed, killed, stopped, reloaded, crashed: what was found is there, and the search can go on from where it was."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import pytest

from tests.browser.chromium import Chromium
from tests.browser.clear import DONE, ENDED, FOUND, PROBLEM, Clear
from tests.browser.conftest import EXTENSION, extension_in
from tests.browser.driver import Page, names
from tests.standin import Standin
from tests.standin.server import Latency

IDLE = "document.querySelector('.progress')?.dataset.state === 'idle'"
CURRENT = "chrome.storage.session.get().then(all => Object.entries(all).find(([key]) => key.startsWith('current/'))[1])"


@pytest.fixture(scope="module")
def chromium(standin: Standin) -> Iterator[Clear]:
    with extension_in("chromium", standin) as clear:
        yield clear


def driver(clear: Clear) -> Chromium:
    assert isinstance(clear.browser, Chromium)
    return clear.browser


def shown(popup: Page) -> set[str]:
    ids: list[str] = popup.evaluate("[...document.querySelectorAll('#results [data-photo]')].map(t => t.dataset.photo)")
    return set(ids)


def reopened(clear: Clear) -> Page:
    """The popup again, from the toolbar, with a search in it."""
    page = clear.browser.open(clear.standin.page_url("/"))
    clear.browser.toolbar_click(page)
    popup = clear.browser.popup()
    popup.wait_until("!!document.querySelector('.progress, .recent .thumb')", 20)
    if popup.evaluate("!document.querySelector('.progress')"):
        popup.click(".recent .thumb")
        popup.wait_until("!!document.querySelector('.progress')", 20)
    popup.wait_until(f"{IDLE} || {FOUND}")
    return popup


@pytest.mark.usefixtures("slow")
def test_a_popup_closed_a_hundred_times_loses_nothing(clear: Clear) -> None:
    moments = random.Random(100)
    page = clear.browser.open(clear.standin.page_url("/"))
    popup = clear.search("/pictures/rose.jpg")
    states: Counter[str] = Counter()
    for _ in range(100):
        sleep(moments.choice([0.02, 0.3, 0.9, 1.6]) * moments.random())
        seen = shown(popup)
        states[popup.evaluate("document.querySelector('.progress')?.dataset.state ?? 'opening'")] += 1
        popup.close()
        clear.browser.toolbar_click(page)
        popup = clear.browser.popup()
        popup.wait_until("!!document.querySelector('.progress')", 20)
        kept = [photo for photo, _ in clear.kept(popup)]
        assert seen <= set(kept)
        assert len(kept) == len(set(kept))
        popup.evaluate("document.querySelector('#go-on, #try-again, #again')?.click()")
    print(f"\n{clear.browser.name}: the popup was closed when it was: {dict(states)}")
    clear.standin.latency = Latency()
    popup.wait_until(f"document.querySelector('#go-on')?.click(), {DONE}", 120)
    assert len(clear.results(popup)) == 30
    popup.close()


@pytest.mark.usefixtures("slow")
def test_a_killed_browser_loses_nothing(standin: Standin) -> None:
    with extension_in("chromium", standin) as clear:
        popup = clear.search("/pictures/dog.jpg")
        popup.wait_until(f"{FOUND} >= 8", 60)
        seen = shown(popup)
        driver(clear).kill_and_restart()
        popup = reopened(clear)
        assert seen <= dict(clear.kept(popup)).keys()
        standin.latency = Latency()
        clear.click(popup, "#go-on")
        popup.wait_until(DONE, 120)
        assert len(clear.results(popup)) == 30


def test_a_stopped_service_worker_wakes_up(chromium: Clear) -> None:
    for stopped in (False, True):
        if stopped:
            driver(chromium).stop_background()
        popup = chromium.search("/pictures/violin.jpg")
        popup.wait_until(DONE, 120)
        popup.close()


@pytest.mark.usefixtures("slow")
def test_an_extension_that_is_reloaded_loses_nothing(standin: Standin) -> None:
    """As an update does."""
    with extension_in("chromium", standin) as clear:
        driver(clear).developer_mode()
        popup = clear.search("/pictures/dog.jpg")
        popup.wait_until(f"{FOUND} >= 8", 60)
        seen = shown(popup)
        driver(clear).reload_extension(popup)
        popup = reopened(clear)
        assert seen <= dict(clear.kept(popup)).keys()
        standin.latency = Latency()
        clear.click(popup, "#go-on")
        popup.wait_until(DONE, 120)


@pytest.mark.usefixtures("slow")
def test_two_searches_at_once_keep_apart(clear: Clear, files: dict[str, Path]) -> None:
    tabs = [clear.choose_file(files[name]) for name in ("tiger", "koala")]
    clear.standin.latency = Latency()
    for tab in tabs:
        tab.to_front()
        tab.wait_until(DONE, 120)
    tiger, koala = (clear.results(tab)[0]["title"].lower() for tab in tabs)
    assert "tiger" in tiger and "koala" in koala
    for tab in tabs:
        tab.close()


@pytest.mark.usefixtures("slow")
def test_two_windows_search_at_once(chromium: Clear, files: dict[str, Path]) -> None:
    """Each with its own search, which the toolbar button of the other does not show."""
    first = chromium.choose_file(files["tiger"])
    open_window = "chrome.windows.create({url: location.origin + '/popup/popup.html?start&second'})"
    first.evaluate(f"{open_window}.then(() => true)")
    second = driver(chromium).tab_at(chromium.browser.origin + "/popup/popup.html?start&second")
    second.wait_until("!!document.querySelector('#file')")
    second.set_input_files("#file", [files["koala"]])
    second.wait_until("!!document.querySelector('.progress')")
    chromium.standin.latency = Latency()
    for page in (first, second):
        page.wait_until(DONE, 120)
    tiger, koala = (chromium.results(page)[0]["title"].lower() for page in (first, second))
    assert "tiger" in tiger and "koala" in koala
    current = "chrome.storage.session.get().then(all => Object.keys(all))"
    assert sum(key.startswith("current/") for key in first.evaluate(current)) >= 2
    second.close()
    first.close()


@pytest.mark.usefixtures("slow")
def test_one_search_in_two_tabs_runs_once(clear: Clear, files: dict[str, Path]) -> None:
    first = clear.choose_file(files["tiger"])
    first.wait_until(f"{FOUND} >= 4", 60)
    second = clear.browser.extension_page(f"popup/popup.html?session={first.evaluate(CURRENT)}")
    second.wait_until("document.querySelector('.progress')?.dataset.state === 'elsewhere'", 20)
    assert "another tab" in second.evaluate("document.querySelector('#status').textContent")
    assert second.evaluate("document.querySelector('#go-on')") is None
    count = "Number(document.querySelector('#spent-photos').textContent)"
    before = second.evaluate(count)
    second.wait_until(f"{count} > {before}", 30)  # it follows
    clear.shoot(second, "search-elsewhere")
    clear.standin.latency = Latency()
    first.to_front()
    first.wait_until(DONE, 120)
    second.to_front()
    second.wait_until(f"{DONE} && {IDLE}", 20)
    assert shown(first) == shown(second)
    kept = [photo for photo, _ in clear.kept(second)]
    assert len(kept) == len(set(kept))
    for tab in (first, second):
        tab.close()


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("accident", ["self.close()", "setTimeout(() => { throw new Error('boom'); })"])
def test_an_engine_that_dies_is_replaced(chromium: Clear, accident: str) -> None:
    popup = chromium.search("/pictures/tiger.jpg")
    popup.wait_until(f"{FOUND} >= 5", 60)
    browser = driver(chromium)
    browser.in_worker(browser.worker("engine/worker.js"), accident)
    popup.wait_until(PROBLEM, 20)
    assert "engine" in popup.evaluate(PROBLEM).lower()
    assert len(shown(popup)) >= 5
    chromium.shoot(popup, "engine-died")
    chromium.standin.latency = Latency()
    chromium.click(popup, "#try-again")
    popup.wait_until(DONE, 120)
    assert len(chromium.results(popup)) == 30
    popup.close()
    browser.messages.clear()  # the accident's own


@contextmanager
def hanging_at_its_start(standin: Standin, browser: str, folder: Path, engines: int) -> Iterator[Clear]:
    """The first ``engines`` hang. They are waited for three and five seconds, not a quarter and three of a minute."""
    unpacked = folder / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    client, worker = unpacked / "engine" / "client.js", unpacked / "engine" / "worker.js"
    hurried = client.read_text(encoding="utf-8").replace("START_MS = [15_000, 45_000];", "START_MS = [3_000, 5_000];")
    assert "START_MS = [3_000, 5_000];" in hurried
    client.write_text(hurried, encoding="utf-8")
    worker.write_text(HANG.replace("ENGINES", str(engines)) + worker.read_text(encoding="utf-8"), encoding="utf-8")
    with extension_in(browser, standin, unpacked) as clear:
        yield clear


@pytest.mark.parametrize("browser", names())
def test_an_engine_that_hangs_at_its_start_is_replaced(standin: Standin, browser: str, tmp_path: Path) -> None:
    with hanging_at_its_start(standin, browser, tmp_path, 1) as clear:
        popup = clear.search("/pictures/tiger.jpg")
        popup.wait_until(DONE, 120)
        assert not popup.evaluate(PROBLEM)
        assert len(clear.results(popup)) == 30
        popup.close()


@pytest.mark.parametrize("browser", names())
def test_engines_that_hang_at_their_start_end_in_a_sentence(standin: Standin, browser: str, tmp_path: Path) -> None:
    with hanging_at_its_start(standin, browser, tmp_path, 2) as clear:
        popup = clear.search("/pictures/tiger.jpg")
        popup.wait_until(PROBLEM, 30)
        assert "could not start" in popup.evaluate(PROBLEM)
        clear.click(popup, "#try-again")
        popup.wait_until(DONE, 120)
        assert len(clear.results(popup)) == 30
        popup.close()


# Put before the two workers' own code, so that a test can reach the memories of what runs there.
PROBE = """globalThis.memories = [];
globalThis.mallocs = [];
for (const name of ['instantiate', 'instantiateStreaming']) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (...given) => {
    const made = await original.apply(WebAssembly, given);
    const {exports = {}} = made.instance ?? made;
    const all = [given[1]?.env?.memory, ...Object.values(exports)];
    memories.push(...all.filter(one => one instanceof WebAssembly.Memory));
    if (exports.malloc) mallocs.push(exports.malloc);
    return made;
  };
}
"""
# An engine hangs as soon as it asks for its files, if it is one of the first. Only a database outlives worker and host.
HANG = """const plain = self.fetch;
const created = (name) => new Promise(done => {
  let first = false;
  const opening = indexedDB.open(name);
  opening.onupgradeneeded = () => { first = true; };
  opening.onsuccess = () => { opening.result.close(); done(first); };
});
const judged = (async () => {
  for (let engine = 0; engine < ENGINES; engine++) if (await created(`engine-${engine}`)) while (true);
})();
self.fetch = async (...request) => {
  await judged;
  return plain(...request);
};
"""
SPOIL = "memories.forEach(memory => new Uint8Array(memory.buffer).fill(255))"
# The memory can grow no more, and what is free is taken: so a browser with too little memory looks from within.
EXHAUST = """(() => {
  WebAssembly.Memory.prototype.grow = () => { throw new RangeError('WebAssembly.Memory.grow(): out of memory'); };
  for (const malloc of mallocs) for (let size = 2 ** 24; size >= 256; size /= 2) while (malloc(size)) {}
})()"""


@pytest.fixture(scope="module")
def reachable(standin: Standin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clear]:
    """The extension with that probe in it."""
    unpacked = tmp_path_factory.mktemp("reachable") / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    for name in ("worker.js", "model-worker.js"):
        file = unpacked / "engine" / name
        file.write_text(PROBE + file.read_text(encoding="utf-8"), encoding="utf-8")
    with extension_in("chromium", standin, unpacked) as clear:
        yield clear


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("accident", [SPOIL, EXHAUST], ids=["spoilt", "used up"])
def test_an_engine_whose_memory_is_spoilt_or_used_up_ends_in_a_sentence(reachable: Clear, accident: str) -> None:
    """A trap of WebAssembly in Python, which Python does not survive; and the end of its memory."""
    popup = reachable.search("/pictures/tiger.jpg")
    popup.wait_until(f"{FOUND} >= 5", 60)
    browser = driver(reachable)
    browser.in_worker(browser.worker("engine/worker.js"), accident)
    popup.wait_until(PROBLEM, 20)
    said = popup.evaluate(PROBLEM)
    assert "search engine" in said  # mostly also that memory has run out, if the engine still could tell
    assert len(shown(popup)) >= 5
    reachable.standin.latency = Latency()
    reachable.click(popup, "#try-again")
    popup.wait_until(DONE, 120)
    assert len(reachable.results(popup)) == 30
    popup.close()
    browser.messages.clear()  # the accident's own


@pytest.mark.usefixtures("slow")
def test_a_model_worker_whose_memory_is_spoilt_is_replaced(reachable: Clear) -> None:
    popup = reachable.search("/pictures/tiger.jpg")
    popup.wait_until(f"{FOUND} >= 5", 60)
    browser = driver(reachable)
    browser.in_worker(browser.worker("engine/model-worker.js"), SPOIL)
    reachable.standin.latency = Latency()
    popup.wait_until(DONE, 120)
    assert popup.evaluate("document.querySelector('#problem')") is None
    scores = [item["score"] for item in reachable.results(popup)]
    assert len(scores) == 30 and all(0 < score < 1000 for score in scores)  # nothing was scored by a spoilt network
    popup.close()
    browser.messages.clear()


@pytest.mark.usefixtures("slow")
def test_a_model_worker_that_dies_is_not_even_noticed(chromium: Clear) -> None:
    popup = chromium.search("/pictures/tiger.jpg")
    popup.wait_until(f"{FOUND} >= 5", 60)
    browser = driver(chromium)
    browser.in_worker(browser.worker("engine/model-worker.js"), "self.close()")
    chromium.standin.latency = Latency()
    popup.wait_until(DONE, 120)
    assert popup.evaluate("document.querySelector('#problem')") is None
    assert len(chromium.results(popup)) == 30
    popup.close()


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("browser", names())
def test_an_engine_that_hangs_can_be_stopped(standin: Standin, browser: str, tmp_path: Path) -> None:
    """Here it hangs when it is told to."""
    unpacked = tmp_path / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    worker = unpacked / "engine" / "worker.js"
    told = "new BroadcastChannel('hang').onmessage = () => { for (;;); };\n"
    worker.write_text(told + worker.read_text(encoding="utf-8"), encoding="utf-8")
    with extension_in(browser, standin, unpacked) as clear:
        popup = clear.search("/pictures/tiger.jpg")
        popup.wait_until(f"{FOUND} >= 5", 60)
        popup.evaluate("new BroadcastChannel('hang').postMessage(null)")
        clear.click(popup, "#stop")
        popup.wait_until("document.querySelector('.progress').dataset.state === 'stopping'")
        clear.shoot(popup, "search-stopping")
        popup.wait_until(f"({ENDED}) === 'stopped'", 20)
        assert len(shown(popup)) >= 5
        standin.latency = Latency()
        clear.click(popup, "#go-on")
        popup.wait_until(DONE, 120)
        assert len(clear.results(popup)) == 30
        popup.close()
