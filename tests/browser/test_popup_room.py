"""The popup where the browser grants it less room than it wants: Chrome gives 800 × 600 pixels, by the page zoom of its
settings. Firefox does not zoom popups."""

from __future__ import annotations

from tests.browser.chromium import Chromium
from tests.browser.clear import DONE, Clear
from tests.browser.conftest import extension_in
from tests.browser.driver import Page
from tests.standin import Standin

OUT_OF_REACH = """[...document.querySelectorAll('body *')].filter(element => {
  const {right, width, left} = element.getBoundingClientRect();
  return width && (right > innerWidth + 1 || left < -1) && !element.closest('.hidden-text');
}).map(element => element.className)"""
LAST = "[...document.querySelectorAll('#results [data-photo]')].at(-1)"


def reach(page: Page, element: str) -> None:
    """Scroll to an element, until its middle is on the screen with nothing before it."""
    at = "(b => document.elementFromPoint((b.left + b.right) / 2, (b.top + b.bottom) / 2))"
    scroll = f"{element}.scrollIntoView({{block: 'center'}})"
    page.wait_until(f"({scroll}, {element}.contains({at}({element}.getBoundingClientRect())))")


def test_nothing_of_a_zoomed_popup_is_out_of_reach(standin: Standin) -> None:
    with extension_in("chromium", standin) as clear:
        popup = clear.search("/pictures/tiger.jpg")
        popup.wait_until(DONE, 120)
        popup.close()
        page = clear.browser.open(standin.page_url("/"))
        for zoom, width in [(1.25, 640), (1.5, 533), (2, 400)]:
            check(clear, page, zoom, width)


def check(clear: Clear, page: Page, zoom: float, width: int) -> None:
    assert isinstance(clear.browser, Chromium)
    settings = clear.browser.open("chrome://settings")
    settings.evaluate(f"chrome.settingsPrivate.setDefaultZoom({zoom})")
    settings.close()
    clear.browser.toolbar_click(page)
    popup = clear.browser.popup()
    popup.wait_until(f"{LAST} !== undefined && innerWidth === {width} && document.body.offsetWidth === {width}", 20)
    assert popup.evaluate("document.documentElement.scrollWidth") == width
    assert popup.evaluate(OUT_OF_REACH) == []
    clear.shoot(popup, f"popup-at-{zoom:.0%}".rstrip("%"))
    reach(popup, LAST)
    reach(popup, "document.querySelector('#tags')")
    reach(popup, "document.querySelector('.foot p')")
    clear.click(popup, "#results .open")
    popup.wait_until("!!document.querySelector('dialog.details[open]')")
    reach(popup, "document.querySelector('.details .about-actions')")
    popup.close()
