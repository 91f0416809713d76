"""The drivers keep their word: real clicks, real permissions, nothing left behind. Everything else builds on this."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser.driver import Browser, BrowserError, MenuEntry, Options, ScriptError, launch, names, poll

ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).parent / "probe"
ENTRY = MenuEntry("probe", "Probe this picture")
CLICKED = "JSON.parse(document.getElementById('clicked').textContent || 'null')"
SITE = "http://site.example/"
PAGE = b"<!doctype html><title>A site</title><link rel=icon href=data:,><body><h1>Site</h1><img id=picture src=a.png>"


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        picture = self.path.endswith(".png")
        body = png(200, 150) if picture else PAGE
        self.send_response(200)
        self.send_header("Content-Type", "image/png" if picture else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def options() -> Iterator[Options]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Options(PROBE, hosts={"site.example": ("127.0.0.1", server.server_port)})
        server.shutdown()


@pytest.fixture(scope="module", params=names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def browser(name: str, options: Options) -> Iterator[Browser]:
    with launch(name, options) as browser:
        yield browser


def test_right_click_grants_active_tab_and_opens_the_popup(browser: Browser, tmp_path: Path) -> None:
    page = browser.open(SITE)
    before = browser.background("access()")
    assert before["title"].startswith("refused") and before["capture"].startswith("refused")
    page.right_click_menu("#picture", ENTRY)
    popup = browser.popup()
    assert popup.wait_until(CLICKED) == {
        "menuItemId": "probe",
        "srcUrl": SITE + "a.png",
        "popup": "opened",
        "title": "A site",
        "capture": "data:image/png",
    }
    popup.screenshot(tmp_path / "popup.png")
    assert png_size(tmp_path / "popup.png") == (400, 300)
    popup.close()
    page.close()
    assert page.closed and popup.closed and not browser.errors


def test_right_click_at_a_point_again_replaces_the_popup(browser: Browser) -> None:
    page = browser.open(SITE)
    page.right_click_menu("#picture", ENTRY)
    first = browser.popup()
    x, y = page.evaluate("(r => [r.x + 5, r.y + 5])(document.images[0].getBoundingClientRect())")
    page.right_click_menu((x, y), ENTRY)
    second = browser.popup()
    assert first.closed and not second.closed
    second.close()
    page.close()


def test_toolbar_click_grants_active_tab_and_opens_the_popup(browser: Browser) -> None:
    page = browser.open(SITE)
    browser.toolbar_click(page)
    popup = browser.popup()
    assert popup.evaluate("document.title") == "Probe popup"
    granted = {"title": "A site", "capture": "data:image/png"}
    # Polled because Chromium refuses more than two captures in a second, and the tests before this one made some.
    poll(lambda: browser.background("access()") == granted, 5, "the permission for the tab")
    popup.close()
    page.close()


def test_a_popup_takes_clicks_text_and_files(browser: Browser, tmp_path: Path) -> None:
    page = browser.open(SITE)
    browser.toolbar_click(page)
    popup = browser.popup()
    popup.fill("#text", "first")
    popup.fill("#text", "second")
    popup.press("!")
    assert popup.evaluate("document.getElementById('text').value") == "second!"
    popup.click("#button")
    popup.wait_until("document.getElementById('button').textContent === 'pressed'")
    (tmp_path / "a.txt").write_text("contents")
    popup.set_input_files("#file", [tmp_path / "a.txt"])
    assert popup.evaluate("document.getElementById('file').files[0].text()") == "contents"
    popup.close()
    page.close()


def test_scripts_that_throw_and_waits_in_vain_say_what_they_were(browser: Browser) -> None:
    page = browser.extension_page("popup.html")
    with pytest.raises(ScriptError, match="nowhere is not defined"):
        page.evaluate("nowhere")
    with pytest.raises(BrowserError, match="1 > 2"):
        page.wait_until("1 > 2", timeout=0.1)
    page.close()


def test_errors_of_the_extension_are_collected(browser: Browser) -> None:
    assert not browser.errors
    page = browser.extension_page("popup.html")
    page.evaluate("console.error('said')")
    page.evaluate("void setTimeout(() => { throw new Error('thrown') })")
    page.evaluate("void document.body.append(Object.assign(new Image(), {src: 'missing.png'}))")
    page.evaluate("void new Worker('worker.js')")
    browser.background("console.error('in the background')")
    expected = ["said", "thrown", "said in a worker", "thrown in a worker", "in the background"]
    if browser.name == "chromium":  # Firefox does not tell the driver of files that fail to load
        expected.append("missing.png")
    for text in expected:
        poll(lambda: any(text in m.text for m in browser.errors), 5, f"{text!r} among {browser.errors}")  # noqa: B023
    page.close()
    browser.messages.clear()


def test_a_host_that_is_not_mapped_cannot_be_reached(browser: Browser) -> None:
    with pytest.raises(BrowserError, match=r"other\.example"):
        browser.open("https://other.example/")


def test_a_page_can_be_open_before_the_extension_is_installed(name: str, options: Options) -> None:
    with launch(name, replace(options, install=False)) as browser:
        page = browser.open(SITE)
        browser.install()
        page.right_click_menu("#picture", ENTRY)
        assert browser.popup().wait_until(CLICKED)["title"] == "A site"


def test_dark_dense_screen(name: str, options: Options, tmp_path: Path) -> None:
    with launch(name, replace(options, viewport=(800, 600), device_scale_factor=2, dark=True)) as browser:
        page = browser.open(SITE)
        assert page.evaluate("[innerWidth, innerHeight, devicePixelRatio]") == [800, 600, 2]
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        page.screenshot(tmp_path / "page.png")
        assert png_size(tmp_path / "page.png") == (1600, 1200)
        page.right_click_menu("#picture", ENTRY)
        popup = browser.popup()
        assert popup.wait_until(CLICKED)["title"] == "A site"
        assert popup.evaluate("[devicePixelRatio, matchMedia('(prefers-color-scheme: dark)').matches]") == [2, True]


KILLED = """
import pathlib, sys
from tests.browser.driver import Options, launch
browser = launch(sys.argv[1], Options(pathlib.Path(sys.argv[2])))
print(*browser.processes, flush=True)
input()
"""


@pytest.mark.parametrize("how", ["closed", "killed"])
def test_no_process_and_no_file_is_left(name: str, how: str) -> None:
    def alive(process: int) -> bool:
        try:
            return not Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].startswith(" Z")
        except FileNotFoundError:
            return False

    # Not tmp_path: Chromium puts a socket below TMPDIR, whose whole path must stay under 108 characters.
    with tempfile.TemporaryDirectory(prefix="clear-", ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-c", KILLED + "browser.close()\n", name, str(PROBE)]
        environment = os.environ | {"TMPDIR": folder}
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as driver:
            assert driver.stdin and driver.stdout
            processes = [int(p) for p in driver.stdout.readline().split()]
            assert processes and all(map(alive, processes))
            if how == "killed":
                os.kill(driver.pid, signal.SIGKILL)
            else:
                driver.stdin.write("\n")
                driver.stdin.flush()
            driver.wait(30)
            poll(lambda: not any(map(alive, processes)), 20, f"the processes {processes} to end")
        assert how == "killed" or not os.listdir(folder)
