"""Memory of the process that all pages and workers of the extension share."""

from __future__ import annotations

import contextlib
from pathlib import Path

from tests.browser.chromium import Chromium
from tests.browser.driver import Browser, BrowserError
from tests.browser.firefox import Firefox

FIREFOX_MEMORY = """ChromeUtils.requestProcInfo().then(({children}) =>
  children.filter(({type}) => type === 'extension').reduce((sum, {memory}) => sum + memory, 0))"""

FIREFOX_COLLECT = """new Promise(done => {
  const {ppmm} = Services;
  const heard = () => { ppmm.removeMessageListener('clear:collected', heard); done(true); };
  ppmm.addMessageListener('clear:collected', heard);
  ppmm.loadProcessScript('data:,' + encodeURIComponent(`
    if (Services.appinfo.remoteType === 'extension') {
      const memory = Cc['@mozilla.org/memory-reporter-manager;1'].getService(Ci.nsIMemoryReporterManager);
      memory.minimizeMemoryUsage(() => sendAsyncMessage('clear:collected'));
    }`), false);
})"""


def megabytes(browser: Browser) -> float:
    """What the extension's process holds of its own, in MB (10⁶ bytes), as the browser or the system counts it."""
    if isinstance(browser, Firefox):
        return float(browser.in_chrome(FIREFOX_MEMORY)) / 1e6
    assert isinstance(browser, Chromium)
    return sum(_private(process) for process in _descendants(browser.processes[0]) if _is_extension(process)) / 1e6


def _descendants(ancestor: int) -> list[int]:
    """Processes of a browser: they share its session."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == ancestor:
                found.append(int(folder.name))
    return found


def _is_extension(process: int) -> bool:
    try:
        return b"--extension-process" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def _private(process: int) -> int:
    """Bytes that nobody else shares (Linux: Private_Clean + Private_Dirty)."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Private_"))


def collect_garbage(browser: Browser) -> None:
    """What is left in memory after this is held by something."""
    if isinstance(browser, Firefox):
        browser.in_chrome(FIREFOX_COLLECT)
    if isinstance(browser, Chromium):
        for target in list(browser.targets.values()):
            if target.url.startswith(browser.origin):
                with contextlib.suppress(BrowserError):  # some are on their way out
                    browser.connection.call("HeapProfiler.collectGarbage", session=target.session)
