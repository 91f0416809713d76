"""The results of a search as one HTML page that needs nothing but a browser."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clear_core.features import ClassGuess
from clear_core.photos import ScoredPhoto
from clear_core.strategies import TagMean

SHOWN = 30
"""Photos on the page: Flickr's terms allow 30, and a page of others is not longer."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><title>Similar photos</title><style>
:root {{ color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }}
body {{ margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }}
header {{ display: flex; gap: 1.5rem; align-items: center; flex-wrap: wrap; }}
header img {{ width: 9rem; border-radius: .75rem; }}
ol {{ list-style: none; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); }}
li img {{ width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: .5rem; }}
small {{ opacity: .75; overflow-wrap: anywhere; }}
</style></head><body>
<header><img src="{source}" alt="The picture that was searched with"><div><h1>Similar photos</h1>
<p>The network saw: {classes}</p><p>Best tags: {tags}</p></div></header>
<ol>{photos}</ol><footer><small>{notice}</small></footer></body></html>
"""

_NOTICE = "This product uses the Flickr API but is not endorsed or certified by SmugMug, Inc."


def html_page(
    source: NDArray[np.uint8],
    classes: Sequence[ClassGuess],
    tags: Sequence[TagMean],
    best: Sequence[ScoredPhoto],
) -> str:
    """A page of photos that come best first; ``source`` is uint8 [side, side, 3]. Everything of others is escaped."""
    return _PAGE.format(
        source=_data_url(source),
        classes=escape(", ".join(f"{guess.name} {guess.probability:.0%}" for guess in classes)),
        tags=escape(", ".join(f"{tag.tag} {tag.mean:.3g}" for tag in tags)),
        photos="".join(map(_item, best[:SHOWN])),
        notice=_NOTICE if any(item.photo.service.startswith("flickr") for item in best) else "",
    )


def _item(item: ScoredPhoto) -> str:
    photo = item.photo
    on_the_web = photo.page_url.startswith("https:")
    license_name = photo.license or ("licence: see its page" if on_the_web else "no licence stated")
    return (
        f'<li><a href="{escape(photo.page_url)}" rel="noopener noreferrer">'
        f'<img src="{escape(photo.thumbnail_url)}" alt="{escape(photo.title)}" loading="lazy"></a>'
        f"<div>{escape(photo.title) or 'Untitled'}</div>"
        f"<small>{escape(photo.owner)} · {escape(license_name)} · score {item.score:.3g} · "
        f"{escape(' '.join(photo.tags[:12]))}</small></li>"
    )


def _data_url(pixels: NDArray[np.uint8]) -> str:
    buffer = BytesIO()
    Image.fromarray(pixels, "RGB").save(buffer, "PNG")
    return "data:image/png;base64," + b64encode(buffer.getvalue()).decode("ascii")
