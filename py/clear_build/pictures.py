"""The pictures of the README and of the stores, from the screenshots that the tests leave in dist/screenshots.

``python -m clear_build.pictures`` after ``CLEAR_BROWSERS=chromium,firefox python3 build.py test``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "dist" / "screenshots"
COPIES = {
    "docs/images/popup.png": "chromium/lines.png",
    "docs/store/screenshots/1-tab-light.png": "chromium/tab-light.png",
    "docs/store/screenshots/2-pick-light.png": "chromium/pick-light.png",
    "docs/store/screenshots/3-tab-dark.png": "chromium/tab-dark.png",
    "docs/store/screenshots/4-options-light.png": "chromium/options-light.png",
}
INSTALL = "docs/images/install.png"
INSTALL_PARTS = {"chromium/installed-light.png": (0, 400), "firefox/installed-light.png": (50, 310)}
"""Of each browser's page of extensions the rows of pixels where the button is."""
SCALE, GAP, GREY = 0.7, 8, (136, 136, 136)


def install_picture() -> Image.Image:
    """The two pages of extensions below each other, with a grey line between them."""
    parts = []
    for name, (top, bottom) in INSTALL_PARTS.items():
        with Image.open(SCREENSHOTS / name) as page:
            part = page.convert("RGB").crop((0, top, page.width, bottom))
            parts.append(part.resize((round(part.width * SCALE), round(part.height * SCALE)), Image.Resampling.LANCZOS))
    joined = Image.new("RGB", (parts[0].width, sum(part.height + GAP for part in parts) - GAP), GREY)
    at = 0
    for part in parts:
        joined.paste(part, (0, at))
        at += part.height + GAP
    return joined


def main() -> int:
    """Refresh them all, or none when a screenshot is missing."""
    missing = [name for name in (*COPIES.values(), *INSTALL_PARTS) if not (SCREENSHOTS / name).is_file()]
    if missing:
        print(f"Run the browser tests in both browsers first; missing: {', '.join(missing)}", file=sys.stderr)
        return 1
    for target, name in COPIES.items():
        shutil.copyfile(SCREENSHOTS / name, ROOT / target)
    install_picture().save(ROOT / INSTALL, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
