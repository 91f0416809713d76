"""Every language of the extension: it is the one that is shown, in its direction, and nothing runs out of its place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.browser.clear import DONE, Clear
from tests.browser.conftest import DARK, EXTENSION, screenshots
from tests.browser.driver import Options, launch, names
from tests.browser.test_looks import accessible
from tests.standin import LibraryPhoto, Standin
from tests.standin.images import picture

TRANSLATED = sorted(path.name for path in (EXTENSION / "_locales").glob("*") if path.name != "en")
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Words that say more than there is room for end in dots; a button or a heading must not.
CUT = """[...document.querySelectorAll('.button, h1, h2, .status, dt')]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim())"""


def only_in(language: str, folder: Path) -> Path:
    """The extension without its other languages, so that a browser of any language shows it in this one."""
    shutil.copytree(EXTENSION, folder)
    for path in (folder / "_locales").iterdir():
        if path.name != language:
            shutil.rmtree(path)
    manifest = folder / "manifest.json"
    changed = json.loads(manifest.read_text(encoding="utf-8")) | {"default_locale": language}
    manifest.write_text(json.dumps(changed), encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("browser", names())
def test_a_search_in_this_language(
    standin: Standin, library: list[LibraryPhoto], browser: str, language: str, tmp_path: Path
) -> None:
    texts = json.loads((EXTENSION / "_locales" / language / "messages.json").read_text(encoding="utf-8"))
    tiger = tmp_path / "tiger.jpg"
    tiger.write_bytes(picture(next(photo for photo in library if photo.path.stem == "tiger")))
    extension = only_in(language, tmp_path / "extension")
    options = Options(extension, hosts=standin.hosts, trusted=standin.spki, viewport=(780, 600), dark=DARK)
    with launch(browser, options) as running:
        clear = Clear(running, standin, screenshots())
        settings = running.extension_page("options/options.html")
        settings.wait_until("!!document.querySelector('#key')")
        clear.shoot(settings, f"options-{language}")
        assert settings.evaluate("document.title") == texts["options_title"]["message"]
        assert not settings.evaluate(TOO_WIDE)
        assert settings.evaluate(CUT) == []
        page = running.extension_page("popup/popup.html?start")
        page.wait_until("!!document.querySelector('#choose')")
        clear.shoot(page, f"start-{language}")
        assert page.evaluate("document.documentElement.lang") == language.replace("_", "-")
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
        assert page.evaluate("document.querySelector('h2').textContent") == texts["start_heading"]["message"]
        assert not page.evaluate(TOO_WIDE)
        assert page.evaluate(CUT) == []
        page.set_input_files("#file", [tiger])
        page.wait_until(DONE, 120)
        page.wait_until("document.querySelector('.progress').dataset.state === 'idle'", 30)
        clear.shoot(page, f"search-{language}")
        assert page.evaluate("document.querySelector('#status').textContent") == texts["status_budget"]["message"]
        assert not page.evaluate(TOO_WIDE)
        assert page.evaluate(CUT) == []
        if language == "ar":
            accessible(page)
            page.resize(360, 740, 2)
            assert not page.evaluate(TOO_WIDE)
            clear.shoot(page, f"search-phone-{language}")
            page.resize(780, 600)
        picture_side = "document.querySelector('.source').getBoundingClientRect().left > innerWidth / 2"
        assert page.evaluate(picture_side) == (language == "ar")
