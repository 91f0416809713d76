"""The pages in both themes, in the size that the stores want: what is on them, and pictures to be looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.clear import ENDED, Clear
from tests.browser.conftest import EXTENSION, ROOT, SCREENSHOTS
from tests.browser.driver import Options, Page, launch, names, poll
from tests.standin import Standin

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SIZE = (1280, 800)
# Width, height, device pixels to a CSS pixel.
SIZES = {"phone": (360, 740, 2), "zoomed": (640, 400, 2), "wide": (1920, 1080, 1)}  # zoomed: SIZE at 200 %
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
EXTENSIONS = {"chromium": "chrome://extensions", "firefox": "about:debugging#/runtime/this-firefox"}
LONGER_SIDE = "(img => Math.max(img.naturalWidth, img.naturalHeight))(document.querySelector('#results img'))"
LOADED = "[...document.querySelectorAll('#results img')].slice(0, 12).every(img => img.complete && img.naturalWidth)"
# What is out of sight, Firefox does not move.
AT_REST = """[...document.querySelectorAll('#results [data-photo]')]
  .filter(tile => tile.getBoundingClientRect().top < innerHeight)
  .every(tile => tile.getAnimations({subtree: true}).every(animation => animation.playState !== 'running'))"""
# Puts the page into the dark theme, the light one, or (null) the system's; gives the colour of its ground. What fades
# is at its end then: half faded in, it has no contrast yet.
THEME = """dark => {
  for (const rule of [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]))
    if ((rule.system ??= rule.media?.mediaText)?.includes('prefers-color-scheme: dark'))
      rule.media.mediaText = dark === null ? rule.system : dark ? 'all' : 'not all';
  document.documentElement.style.colorScheme = dark === null ? '' : dark ? 'dark' : 'light';
  document.getAnimations().forEach(animation => { try { animation.finish() } catch {} });
  return getComputedStyle(document.body).backgroundColor;
}"""
# The text of a page of the browser's own, most of which is in shadow roots.
ALL_TEXT = """(() => {
  const text = root => [...root.querySelectorAll('*')].map(e => e.shadowRoot ? text(e.shadowRoot) : '').join('')
    + (root.body ?? root).textContent;
  return text(document);
})()"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("browser", names())
def test_a_search_that_moves_to_a_tab(standin: Standin, browser: str, theme: str) -> None:
    screen = Options(EXTENSION, hosts=standin.hosts, trusted=standin.spki, viewport=SIZE, dark=theme == "dark")
    with launch(browser, screen) as running:
        clear = Clear(running, standin, SCREENSHOTS)
        listed = running.open(EXTENSIONS[browser])
        listed.wait_until(f"{ALL_TEXT}.includes('Clear: similar photos')", 30)
        if browser == "chromium":  # as somebody sees it who loads an unpacked folder
            listed.evaluate("chrome.developerPrivate.updateProfileConfiguration({inDeveloperMode: true})")
            listed.wait_until(f"{ALL_TEXT}.includes('Load unpacked')")
        listed.evaluate("new Promise(drawn => setTimeout(drawn, 1000))")  # bars slide in, icons fade in
        clear.shoot(listed, f"installed-{theme}")
        start = running.extension_page("popup/popup.html?start")
        start.wait_until("!!document.querySelector('#choose')")
        clear.shoot(start, f"start-{theme}")
        accessible(start)
        options = running.extension_page("options/options.html")
        options.wait_until("!!document.querySelector('#key')")
        clear.shoot(options, f"options-{theme}")
        accessible(options)
        page = running.open(standin.page_url("/"))
        running.shortcut(page, "select-area", "Alt+Shift+S")
        page.wait_until("document.querySelector('[data-clear-pick]') !== null")
        for _ in range(5):
            page.press("ArrowRight")
        clear.shoot(page, f"pick-{theme}")
        page.press("Escape")
        popup = clear.search("/pictures/rose.jpg")
        popup.wait_until("!!document.querySelector('#open-tab')")
        popup.wait_until(f"document.querySelectorAll('#results [data-photo]').length || {ENDED}", 60)
        clear.shoot(popup, f"popup-{theme}")
        popup.click("#open-tab")
        poll(lambda: popup.closed, 10, "the popup to close")
        tab = running.popup()
        tab.wait_until(f"['budget', 'exhausted'].includes({ENDED})", 120)
        tab.wait_until(LOADED, 30)
        tab.wait_until(AT_REST, 30)
        assert tab.evaluate("document.querySelector('#open-tab') === null && innerWidth") == SIZE[0]
        assert len(clear.results(tab)) == 30
        assert size(clear.shoot(tab, f"tab-{theme}")) == SIZE
        accessible(tab)
        for name, (width, height, density) in SIZES.items():
            tab.resize(width, height, density)
            assert not tab.evaluate(TOO_WIDE), name
            if density == 2:  # moved to a sharp screen: a larger file is asked for
                tab.wait_until(f"{LONGER_SIDE} > 400")
            clear.shoot(tab, f"tab-{name}-{theme}")
        look_closely(clear, tab, theme)
        tab.resize(*SIZE)
        clear.click(tab, "#open-history")
        tab.wait_until("!!document.querySelector('#history')")
        accessible(tab)
        tab.goto(f"{running.origin}/welcome/welcome.html")
        tab.wait_until("!!document.querySelector('#sample')?.naturalWidth")
        clear.shoot(tab, f"welcome-{theme}")
        accessible(tab)
        tab.resize(360, 740, 2)
        assert not tab.evaluate(TOO_WIDE)
        clear.shoot(tab, f"welcome-phone-{theme}")


def look_closely(clear: Clear, tab: Page, theme: str) -> None:
    """The dialogues, on a telephone and with room."""
    for name, where in [("phone", (360, 740, 2)), ("tab", (*SIZE, 1))]:
        tab.resize(*where)
        tab.evaluate("document.querySelector('#results .open').click()")
        tab.wait_until("document.querySelector('.large.there') !== null", 20)
        accessible(tab)
        clear.shoot(tab, f"details-{name}-{theme}")  # at rest now
        tab.press("Escape")
        tab.wait_until("!document.querySelector('dialog[open]')")
        tab.evaluate("document.querySelector('#crop').click()")  # wherever the page has scrolled to
        tab.wait_until("!!document.querySelector('.stage img')?.naturalWidth")
        accessible(tab)
        clear.shoot(tab, f"crop-{name}-{theme}")  # at rest now
        tab.press("Escape")
        tab.wait_until("!document.querySelector('dialog[open]')")


def accessible(page: Page) -> None:
    """axe-core finds nothing serious on the page as it is now, in either theme: names, roles, contrast, headings."""
    page.evaluate(f"void (0, eval)({json.dumps(AXE.read_text(encoding='utf-8'))})")
    grounds = set()
    for dark in ("true", "false"):
        grounds.add(page.evaluate(f"({THEME})({dark})"))
        no_violations(page)
    assert page.evaluate(f"({THEME})(null)") in grounds and len(grounds) == 2


def no_violations(page: Page) -> None:
    answer = "({passes, violations}) => ({rules: passes.length, violations})"
    found = page.evaluate(f"axe.run(document).then({answer})")
    assert found["rules"] >= 10  # that could be looked at at all
    serious = {
        violation["id"]: [node["html"][:200] for node in violation["nodes"]]
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    }
    assert serious == {}


def size(file: Path) -> tuple[int, int]:
    with Image.open(file) as image:
        return image.size
