"""A Chromium to show and test the extension in: found on this machine, or installed the way this machine gets it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .console import BuildError, run_quietly, step

# Google Chrome itself is last: from version 137 it takes no unpacked extension from the command line.
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
# What the browser tests use besides, as programs and as Debian packages: a screen for Chromium, and Firefox.
TEST_PROGRAMS = {"Xvfb": "xvfb", "firefox-esr": "firefox-esr"}
# Japanese and Chinese are boxes on a screenshot without it.
TEST_FONTS = {Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"): "fonts-droid-fallback"}


def ensure_browser(root: Path) -> Path:
    """The path of a Chromium, installed first when there is none. Raises BuildError saying what to install."""
    found = find_browser()
    if found is not None:
        return found
    with step("Chromium through Playwright"):
        try:
            run_quietly(
                [sys.executable, "-m", "playwright", "install", "chromium"], failure="Playwright failed.", cwd=root
            )
        except BuildError:
            installed = None
        else:
            installed = find_browser()
    if installed is None and may_use_apt():
        install_debian_packages(root, ("chromium",))
        installed = find_browser()
    if installed is None:
        raise BuildError(
            "No Chromium was found and none could be installed: install it "
            "(on Debian: apt-get install chromium) or name one in the environment variable CLEAR_CHROMIUM."
        )
    return installed


def ensure_test_programs(root: Path) -> None:
    """Install what the browser tests can use and this Debian lacks; elsewhere they do with what there is."""
    missing = [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
    missing += [package for font, package in TEST_FONTS.items() if not font.is_file()]
    if missing and may_use_apt():
        install_debian_packages(root, tuple(missing))


def find_browser() -> Path | None:
    """The browser named in CLEAR_CHROMIUM, else the first one on this machine, else None."""
    named = os.environ.get("CLEAR_CHROMIUM")
    if named:
        return Path(named)
    return next(_candidates(), None)


def _candidates() -> Iterator[Path]:
    for name in BROWSER_NAMES[:2]:
        if path := shutil.which(name):
            yield Path(path)
    if (bundled := _playwright_browser()) is not None:
        yield bundled
    for name in BROWSER_NAMES[2:]:
        if path := shutil.which(name):
            yield Path(path)
    yield from (path for path in MAC_BROWSERS if path.exists())


def _playwright_browser() -> Path | None:
    """The Chromium in Playwright's own cache, if it has been installed there."""
    question = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=False)
    path = Path(answer.stdout.strip())
    return path if answer.returncode == 0 and path.is_file() else None


def may_use_apt() -> bool:
    """Whether this is a Debian-like machine on which we are root."""
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def install_debian_packages(root: Path, packages: tuple[str, ...]) -> None:
    """Install `packages` with apt, after a fresh look at its lists. Raises BuildError with apt's own words."""
    failure = f"apt-get could not install {' '.join(packages)}."
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step(f"Debian packages {' '.join(packages)}"):
        run_quietly(["apt-get", "update", "-q"], failure=failure, cwd=root, env=environment)
        run_quietly(
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
            failure=failure,
            cwd=root,
            env=environment,
        )
