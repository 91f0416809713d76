"""What a service allows is never exceeded, whoever asks: windows at once, one after the other, private ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.clear import ENDED, FOUND, PROBLEM, Clear
from tests.browser.driver import Page, poll

# Asks many times, at one moment; what came of it is fetched by ASKED. The clock is the page's own: hours can pass.
ASK = """void (globalThis.asked = (async () => {
  const { takeQuestion } = await import('/engine/quota.js');
  if (%(now)s) Date.now = () => 1000 * %(now)s;
  const waits = [];
  for (let i = 0; i < %(times)d; i++) waits.push(await takeQuestion(%(service)s, %(limits)s, %(private)s));
  return { granted: waits.filter((wait) => wait === 0).length, wait: Math.max(...waits) };
})())"""
ASKED = "globalThis.asked"
STORE = "createStore('clear-quota', 'quota')"
WRITTEN = f"""import('/vendor/js/idb-keyval.mjs').then(({{get, createStore}}) => get(%s, {STORE}))
  .then((asked) => Object.values(asked ?? {{}}).reduce((sum, count) => sum + count, 0))"""
FORGET = f"import('/vendor/js/idb-keyval.mjs').then(({{clear, createStore}}) => clear({STORE}))"
HOURLY = ("Hourly", [{"questions": 3600, "seconds": 3600}])
MINUTELY = ("Minutely", [{"questions": 20, "seconds": 60}])
START = 1_800_000_000


@pytest.fixture
def pages(clear: Clear) -> Iterator[list[Page]]:
    """Three windows that ask."""
    pages = [clear.browser.extension_page("options/options.html") for _ in range(3)]
    yield pages
    pages[0].evaluate(FORGET)
    for page in pages:
        page.close()


def begin(page: Page, of: tuple[str, Any], times: int, now: int = 0, *, private: bool = False) -> None:
    service, limits = map(json.dumps, of)
    how = {"service": service, "limits": limits, "times": times, "now": now, "private": json.dumps(private)}
    page.evaluate(ASK % how)


def ask(page: Page, of: tuple[str, Any], times: int, now: int = 0, *, private: bool = False) -> tuple[int, float]:
    """How many of so many questions may be asked, and the longest time that one has to wait."""
    begin(page, of, times, now, private=private)
    told = page.evaluate(ASKED)
    return told["granted"], told["wait"]


def ask_all(pages: list[Page], of: tuple[str, Any], times: int, now: int) -> int:
    """The same in several windows at once; gives how many may be asked together."""
    for page in pages:
        begin(page, of, times, now)
    return sum(page.evaluate(ASKED)["granted"] for page in pages)


def test_windows_share_what_an_hour_allows(pages: list[Page]) -> None:
    first, second, third = pages
    assert ask_all([first, second], HOURLY, 1000, START) == 2000
    assert ask_all(pages, HOURLY, 700, START + 1800) == 1600
    granted, wait = ask(third, HOURLY, 1, START + 1800)
    assert granted == 0 and 1800 < wait < 1800 + 70  # and that is told
    assert ask_all(pages, HOURLY, 10, START + 3600) == 0  # by the service's clock the hour may not be over
    assert ask_all(pages, HOURLY, 900, START + 3600 + 70) == 2000  # what the first window of time has set free
    assert ask_all(pages, HOURLY, 10, START + 5400) == 0
    assert ask_all(pages, HOURLY, 700, START + 5400 + 70) == 1600


def test_private_windows_and_others_share_it_and_it_is_not_written(pages: list[Page]) -> None:
    first, second, third = pages
    granted = [0, 0]
    for _ in range(7):
        granted[0] += ask(first, MINUTELY, 2, START)[0]
        granted[1] += ask(second, MINUTELY, 2, START, private=True)[0]
        third.evaluate("new Promise(later => setTimeout(later, 20))")  # it is told from page to page
    assert sum(granted) == 20 and granted[1] > 8
    assert first.evaluate(WRITTEN % json.dumps(MINUTELY[0])) == granted[0]
    # A window that was not there is told too.
    poll(lambda: ask(third, MINUTELY, 1, START)[0] == 0, 5, "the third to be told")
    assert ask(third, MINUTELY, 1, START, private=True)[0] == 0
    assert ask(first, MINUTELY, 30, START + 65)[0] == 20


def test_a_search_ends_with_the_hour_and_says_when_to_go_on(clear: Clear, pages: list[Page]) -> None:
    flickr = ("Flickr", HOURLY[1])
    assert ask(pages[0], flickr, 3590)[0] == 3590
    clear.standin.requests.clear()
    popup = clear.search("/pictures/tiger.jpg")
    popup.wait_until(ENDED, 60)
    assert len(clear.standin.asked("www.flickr.com", "/services/")) == 10
    problem = popup.evaluate(PROBLEM)
    assert "asked Flickr as much as it allows" in problem and ("60 minutes" in problem or "61 minutes" in problem)
    assert popup.evaluate("document.querySelector('#spent-queries').textContent") == "10"
    looked_at = len(clear.standin.asked("live.staticflickr.com"))  # these ten questions are not in vain
    popup.wait_until(f"{FOUND} === {min(30, looked_at)}", 10)
    assert looked_at > 0
    popup.close()
