"""One search in a real browser, watched from inside the result page: when did the user see what?

All times come from the browser's own clock, in seconds after the click on the menu's entry.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.browser.clear import Clear
from tests.browser.driver import Page

# In the background: the moment of the click.
LISTEN = """(globalThis.clickedAt = 0, globalThis.listensForBench ??= (
  (globalThis.browser ?? chrome).contextMenus.onClicked.addListener(() => { globalThis.clickedAt = Date.now(); }),
  true))"""

# In the result page: everything that a user can see change, with its time.
WATCH = """(() => {
  if (globalThis.watched) return true;
  const watched = globalThis.watched = { steps: [], photo: 0, ended: 0, long: [], opened: performance.timeOrigin };
  const look = () => {
    const tiles = [...document.querySelectorAll('#results [data-photo]')].slice(0, 10);
    const scores = tiles.map(tile => Number(tile.dataset.score));
    const scored = Number((document.querySelector('#spent-photos')?.textContent ?? '0').replace(/\\D/g, ''));
    const last = watched.steps.at(-1);
    const best = scores.length === 10 ? scores.reduce((a, b) => a + b) / 10 : 0;
    if (scored && (last?.[1] !== scored || last[2] !== best)) watched.steps.push([Date.now(), scored, best]);
    const { state, ended } = document.querySelector('.progress')?.dataset ?? {};
    if (ended && state === 'idle') watched.ended ||= Date.now();
  };
  document.addEventListener('load', event => {
    if (watched.photo || !event.target.closest?.('#results')) return;
    watched.photo = -1;
    requestAnimationFrame(() => { watched.photo = Date.now(); });
  }, true);
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(look).observe(document, everything);
  if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
    new PerformanceObserver(list => {
      for (const { startTime, duration } of list.getEntries()) watched.long.push([startTime, duration]);
    }).observe({ type: 'longtask', buffered: true });
  } else { // Firefox. A task as long as the gap between two ticks, or several short ones and what they waited for.
    const TICK = 10;
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      if (now - last - TICK > 50) watched.long.push([last, now - last - TICK]);
      last = now;
    }, TICK);
  }
  look();
  return true;
})()"""


@dataclass(frozen=True)
class Seen:
    """What was seen of one search; seconds after the click. ``best`` gives the mean score of the ten best shown."""

    opened: float
    first_photo: float
    end: float
    steps: tuple[tuple[float, int, float], ...]
    long_tasks: tuple[tuple[float, float], ...]
    """Begin (s after the page opened) and duration (ms) of what held the page up for more than 50 ms."""

    def scored(self, photos: int) -> float:
        """When so many photos had been scored."""
        return next((at for at, count, _ in self.steps if count >= photos), float("inf"))

    def best(self, quality: float) -> float:
        """When the ten best shown were as good as ``quality``, their mean score."""
        return next((at for at, _, mean in self.steps if mean >= quality), float("inf"))

    @property
    def quality(self) -> float:
        return self.steps[-1][2]


def watch(
    clear: Clear, picture: str, timeout: float = 120.0, meanwhile: Callable[[], None] = lambda: None
) -> tuple[Seen, Page]:
    """Right-click a picture of the stand-in and watch the search to its end; gives the page too, which stays open.

    ``meanwhile`` is called about three times a second.
    """
    clear.browser.background(LISTEN)
    popup = clear.search(picture)
    popup.evaluate(WATCH)
    seen = _wait(popup, timeout, meanwhile)
    clicked = clear.browser.background("globalThis.clickedAt")
    return _seen(seen, clicked), popup


def _wait(page: Page, timeout: float, meanwhile: Callable[[], None]) -> dict[str, Any]:
    end = time.monotonic() + timeout
    while not page.evaluate("watched.ended"):  # seldom: asking costs the browser time
        if time.monotonic() > end:
            raise TimeoutError(f"the search did not end in {timeout:g} s")
        meanwhile()
        time.sleep(0.3)
    seen: dict[str, Any] = page.evaluate("watched")
    return seen


def _seen(raw: dict[str, Any], clicked: float) -> Seen:
    def after(moment: float) -> float:
        return (moment - clicked) / 1000

    return Seen(
        opened=after(raw["opened"]),
        first_photo=after(raw["photo"]) if raw["photo"] > 0 else float("inf"),
        end=after(raw["ended"]),
        steps=tuple((after(at), int(count), float(mean)) for at, count, mean in raw["steps"]),
        long_tasks=tuple((begin / 1000, length) for begin, length in raw["long"]),
    )
