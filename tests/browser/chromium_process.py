"""Finding Chromium and starting it with a debugging pipe."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.browser.driver import BrowserError, Options, Sent

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT = ("ms-playwright/chromium-*/chrome-linux*/chrome", "ms-playwright/chromium-*/*/*.app/Contents/MacOS/*")
SWITCHES = (
    "--remote-debugging-pipe",
    "--enable-unsafe-extension-debugging",  # Extensions.loadUnpacked and .triggerAction
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-search-engine-choice-screen",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--password-store=basic",
    "--use-mock-keychain",
    "--test-type",  # no yellow bar about unsupported switches, which would move the page
)
# The pipe must be descriptors 3 and 4, which subprocess arranges only with preexec_fn, unsafe where there are threads.
PIPE_TO_3_AND_4 = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def find_program() -> str:
    """Path of Chromium. Raises BrowserError that says what to install."""
    named = os.environ.get("CLEAR_CHROMIUM")
    for name in (named,) if named else PROGRAMS:
        if path := shutil.which(name):
            return path
    if named:
        raise BrowserError(f"CLEAR_CHROMIUM names {named}, which is not a program")
    home = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    cache = Path(os.environ.get("XDG_CACHE_HOME", home))
    found = sorted(path for pattern in PLAYWRIGHT for path in cache.glob(pattern))
    if not found:
        raise BrowserError("no Chromium: install the package `chromium`, or set CLEAR_CHROMIUM to the path of one")
    return str(found[-1])


def switches(options: Options, headless: bool) -> list[str]:
    """Command-line switches for the options."""
    width, height = options.viewport
    chosen = [
        *SWITCHES,
        *options.switches,
        f"--window-size={width},{height}",
        "--window-position=0,0",
        f"--force-device-scale-factor={options.device_scale_factor:g}",
        "--headless=new" if headless else "--ozone-platform=x11",
    ]
    if os.geteuid() == 0:
        chosen.append("--no-sandbox")  # Chromium refuses to start as root without it
    if options.dark:
        chosen.append("--force-dark-mode")
    if options.hosts:
        rules = [f"MAP {host} {address}:{port}" for host, (address, port) in options.hosts.items()]
        rules += ["MAP * ~NOTFOUND", "EXCLUDE localhost", "EXCLUDE 127.0.0.1"]
        ignoring = "--ignore-certificate-errors"
        chosen += [
            f"--host-resolver-rules={','.join(rules)}",
            f"{ignoring}-spki-list={options.trusted}" if options.trusted else ignoring,
        ]
    return chosen


def requests_of(origin: str, log: Path) -> list[Sent]:
    """What the code of an extension asked for, from Chromium's own log of its network (--log-net-log).

    It holds what the network service was asked to load, so not the extension's own files.
    https://www.chromium.org/developers/design-documents/network-stack/netlog/
    """
    told = json.loads(log.read_text(encoding="utf-8"))
    start = told["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    begun = [event["params"] for event in told["events"] if event["type"] == start and "params" in event]
    return [Sent(params["method"], params["url"]) for params in begun if params.get("initiator") == origin]


class Process:
    """A browser in a process group of its own. ``read_fd`` and ``write_fd`` are this side of its debugging pipe."""

    def __init__(self, program: str, arguments: Sequence[str], display: str | None, log: Path) -> None:
        to_browser, from_browser = os.pipe(), os.pipe()
        self.read_fd, self.write_fd = from_browser[0], to_browser[1]
        ends = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (to_browser[0], from_browser[1])]  # clear of 3 and 4
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", PIPE_TO_3_AND_4, *map(str, ends), program, *arguments],
                pass_fds=ends,
                env=os.environ | ({"DISPLAY": display} if display else {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        for fd in (*ends, to_browser[0], from_browser[1]):
            os.close(fd)

    @property
    def pid(self) -> int:
        return self._process.pid

    def last_words(self) -> str:
        """The end of what the browser wrote to its console."""
        return self._log.read_text(errors="replace")[-600:].strip()

    def end(self) -> None:
        """Wait for a browser that was told to close; kill it if it does not, and the helpers that outlive it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self.kill()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
