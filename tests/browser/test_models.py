"""The network is the user's choice: MobileNetV2 as in CLEAR, or a file of his own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clear_build.build import ROOT
from clear_build.models import LITE0, MOBILENET_V2_NAMES, build_mobilenet_v2, list_models
from tests.browser.clear import ENDED, PROBLEM, Clear
from tests.browser.conftest import EXTENSION, extension_in
from tests.browser.driver import Page, names
from tests.models.own import mean_colours
from tests.models.test_networks import PUBLISHED
from tests.standin import Standin

VERDICT = "document.querySelector('#model-verdict .notice:not(.busy)')?.textContent"
CHOSEN = "document.querySelector('input[name=model]:checked').value"


def settings(clear: Clear) -> Page:
    page = clear.browser.extension_page("options/options.html")
    page.wait_until("!!document.querySelector('#model')")
    return page


def found(clear: Clear, picture: str) -> list[str]:
    """Titles of what a search finds, best first."""
    popup = clear.search(picture)
    popup.wait_until(ENDED, 120)
    assert popup.evaluate(PROBLEM) is None
    titles = [item["title"].lower() for item in clear.results(popup)]
    popup.close()
    return titles


def say(page: Page, file: Path, pixels: str = "0..1") -> str:
    """Choose a file of a network and give the sentence that comes."""
    page.evaluate("document.querySelector('.own-model').open = true")
    choose = "(e => { e.value = '%s'; e.dispatchEvent(new Event('change')); })(document.querySelector('#pixels'))"
    page.evaluate(choose % pixels)
    page.set_input_files("#model-file", [file])
    page.wait_until("!!document.querySelector('#model-verdict .busy')")
    return str(page.wait_until(VERDICT, 60))


def test_a_network_of_the_users_own(clear: Clear, tmp_path: Path) -> None:
    page = settings(clear)
    (tmp_path / "text.tflite").write_text("not a network")
    (tmp_path / "wide.tflite").write_bytes(mean_colours(side=16))
    (tmp_path / "same.tflite").write_bytes(mean_colours(constant=True))
    assert "no .tflite network" in say(page, tmp_path / "text.tflite")
    assert "float32 [1, 16, 16, 3]" in say(page, tmp_path / "wide.tflite")
    assert "for different pictures" in say(page, tmp_path / "same.tflite")
    assert page.evaluate(CHOSEN) == LITE0
    (tmp_path / "colours.tflite").write_bytes(mean_colours())
    assert "“colours.tflite” works: it compares pictures by 192 numbers" in say(page, tmp_path / "colours.tflite")
    assert page.evaluate(CHOSEN) == "own"
    clear.shoot(page, "options-model")
    page.close()
    popup = clear.search("/pictures/tiger.jpg")
    popup.wait_until(ENDED, 120)
    assert popup.evaluate(PROBLEM) is None
    assert "tiger" in popup.evaluate("document.querySelector('#classes').textContent")  # the default network's word
    clear.shoot(popup, "search-own-model")
    own = [item["title"] for item in clear.results(popup)]
    popup.close()
    page = settings(clear)  # is kept
    (tmp_path / "other.tflite").write_bytes(mean_colours(logits=1001, side=320))
    assert "“other.tflite” works" in say(page, tmp_path / "other.tflite")
    popup = clear.search("/pictures/tiger.jpg")  # the engine may be the one that has run the first
    popup.wait_until(ENDED, 120)
    assert "toilet tissue" in popup.evaluate("document.querySelector('#classes').textContent")
    popup.close()
    page.to_front()
    page.click(f"input[value={LITE0}]")
    page.wait_until("document.querySelector('.saved.show') !== null")
    page.close()
    assert found(clear, "/pictures/tiger.jpg") != own


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the published MobileNetV2 is not beside this clone")
@pytest.mark.parametrize("browser", names())
def test_mobilenet_v2_as_in_clear(standin: Standin, browser: str, tmp_path: Path) -> None:
    unpacked = tmp_path / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    models = unpacked / "vendor" / "models"
    build_mobilenet_v2(PUBLISHED, models, ROOT / "requirements.lock", tmp_path / "stamps")
    list_models(models, [LITE0, *MOBILENET_V2_NAMES])
    with extension_in(browser, standin, unpacked) as clear:
        for name in MOBILENET_V2_NAMES:
            page = settings(clear)
            page.click(f"input[value={name}]")
            page.wait_until("document.querySelector('.saved.show') !== null")
            page.close()
            assert "tiger" in found(clear, "/pictures/tiger.jpg")[0]
