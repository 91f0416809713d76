"""`build.py demo`: a real browser with the extension and a page of pictures to right-click.

Searches live Flickr when it can be reached, else the offline photo library through the local stand-in. Where there is a
screen the browser is the user's to play with; where there is none, the demo plays: it right-clicks a picture, waits,
and leaves screenshots. The stand-in and the browser drivers are those of the tests.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .browser_setup import ensure_browser
from .console import BuildError

if TYPE_CHECKING:
    from tests.standin import Standin

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "dist" / "unpacked"
SCREENSHOTS = ROOT / "dist" / "demo"
FEED = "https://www.flickr.com/services/feeds/photos_public.gne?tags=cat&format=json&nojsoncallback=1"
PATIENCE = 180.0
"""Seconds that the headless demo waits for a search: twenty times what it takes on two idle cores."""

FOUND = "!!document.querySelector('#results [data-photo]')"
ENDED = "document.querySelector('.progress')?.dataset.ended"
# The search is over, the pictures are there and the tiles have come to rest.
AT_REST = """document.querySelector('.progress').dataset.state === 'idle'
  && [...document.querySelectorAll('#results [data-photo]')].slice(0, 6).every(tile =>
    tile.querySelector('img')?.complete && tile.getAnimations({subtree: true}).every(a => a.playState !== 'running'))"""
SESSION = """import('/lib/sessions.js').then(async ({getSession, sessionIds}) => {
  const {picture, pages, ...session} = await getSession((await sessionIds())[0]);
  return session;
})"""


def main(arguments: Sequence[str]) -> int:
    """Run the demo after a build. Raises BuildError when something is missing."""
    parser = argparse.ArgumentParser(prog="build.py demo", description="Shows the extension in a real browser.")
    parser.add_argument("--headless", action="store_true", help="play by itself even where there is a screen")
    parser.add_argument("--offline", action="store_true", help="search the offline library even where Flickr answers")
    parser.add_argument("--picture", default="tiger", help="the picture that the headless demo clicks [%(default)s]")
    options = parser.parse_args(arguments)

    sys.path.insert(0, str(ROOT))  # for tests.standin and tests.browser
    from tests.demo import mount_demo
    from tests.standin import LibraryMissing, Standin, offline_library

    chromium = ensure_browser(ROOT)
    os.environ["CLEAR_CHROMIUM"] = str(chromium)  # for the driver
    live = not options.offline and _flickr_answers()
    try:
        photos = offline_library()
    except LibraryMissing as error:
        raise BuildError(str(error)) from error
    with Standin(photos) as standin:
        names = [name for name, _ in mount_demo(standin, photos)]
        where = "live Flickr" if live else f"the offline library ({len(photos)} photos), as Flickr cannot be reached"
        print(f"Searching {where}.", flush=True)
        if _has_screen() and not options.headless:
            return _open(chromium, standin, live)
        if options.picture not in names:
            raise BuildError(f"There is no picture “{options.picture}”: choose one of {', '.join(names)}.")
        return _play(standin, live, options.picture)


def _flickr_answers() -> bool:
    try:
        with urllib.request.urlopen(FEED, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _has_screen() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(chromium: Path, standin: Standin, live: bool) -> int:
    """A browser for the user, until it is closed."""
    with tempfile.TemporaryDirectory(prefix="clear-demo-", ignore_cleanup_errors=True) as profile:
        switches = [
            f"--user-data-dir={profile}",
            f"--disable-extensions-except={EXTENSION}",
            f"--load-extension={EXTENSION}",
            "--no-first-run",
            "--no-default-browser-check",
        ]
        if not live:
            switches += standin.chromium_arguments(closed=False)
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            switches.append("--no-sandbox")
        print("Right-click a picture and choose “Find similar on Flickr”. Close the browser to end.", flush=True)
        return subprocess.call([chromium, *switches, standin.page_url("/")], stderr=subprocess.DEVNULL)


def _play(standin: Standin, live: bool, picture: str) -> int:
    """Right-click a picture, wait for the end of the search, save what is to be seen, print what was found."""
    from tests.browser.clear import MENU
    from tests.browser.driver import Options, launch

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    options = Options(EXTENSION) if live else Options(EXTENSION, hosts=standin.hosts, trusted=standin.spki)
    with launch("chromium", options) as browser:
        page = browser.open(standin.page_url("/"))
        page.screenshot(SCREENSHOTS / "page.png")
        print(f"Right-clicking “{picture}” and choosing “{MENU.title}” …", flush=True)
        clicked = time.monotonic()
        page.right_click_menu(f"img[src*='/{picture}.']", MENU)
        popup = browser.popup()
        opened = time.monotonic() - clicked
        popup.wait_until(f"{FOUND} || {ENDED}", PATIENCE)
        first = time.monotonic() - clicked
        popup.wait_until(ENDED, PATIENCE)
        end = time.monotonic() - clicked
        popup.wait_until("[...document.querySelectorAll('#results img')].slice(0, 9).every(img => img.complete)")
        popup.wait_until(AT_REST, PATIENCE)
        popup.screenshot(SCREENSHOTS / "popup.png")
        session = popup.evaluate(SESSION)
    _print_best(session)
    print(f"\nFrom the click: popup {opened:.1f} s, first photo {first:.1f} s, end of the search {end:.1f} s.")
    print(f"Screenshots: {SCREENSHOTS / 'page.png'}\n             {SCREENSHOTS / 'popup.png'}")
    return 0 if session["scored"] else 1


def _print_best(session: dict[str, Any]) -> None:
    saw = ", ".join(f"{guess['name']} {guess['probability']:.0%}" for guess in (session["classes"] or [])[:5])
    print(f"The network saw: {saw}")
    spent = session["spent"]
    print(f"{spent['queries']} questions, {spent['photos']} photos compared. The best ten:\n")
    best = sorted(session["scored"], key=lambda item: -item["score"])[:10]
    for place, item in enumerate(best, 1):
        photo = item["photo"]
        print(f"{place:3}. {item['score']:9.4g}  {photo['title'] or 'Untitled':<34.34}  {' '.join(photo['tags'][:7])}")
    if session["problem"]:
        print(f"The search failed: {session['problem']['code']}")
