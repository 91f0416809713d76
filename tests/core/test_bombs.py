"""Bombs are refused before they go off. Here and in Pyodide, where ``tests/pyodide`` also looks at the memory."""

from __future__ import annotations

import pytest
from PIL import Image

from clear_core.errors import PictureError
from clear_core.pixels import decode
from tests.core.bombs import LARGE, UNREADABLE, bomb
from tests.core.pictures import encoded, texture


@pytest.mark.parametrize("kind", [*UNREADABLE, *LARGE])
def test_bombs_are_refused(kind: str) -> None:
    with pytest.raises(PictureError) as caught:
        decode(bomb(kind), 224)
    assert caught.value.problem.code == ("picture_too_large" if kind in LARGE else "picture_unreadable")


def test_a_picture_of_many_scans_that_is_no_bomb_is_read() -> None:
    """More than any camera writes, but little work; and a scan that is only mentioned, in a comment or a preview."""
    whole = encoded(texture(), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    more = whole[:-2] + whole[last:-2] * 100 + whole[-2:]
    assert decode(more, 224).shape == (224, 224, 3)
    large = encoded(Image.new("L", (7100, 7100)), "JPEG", comment=b"\xff\xda" * 30_000)
    assert decode(large + b"\xff\xda" * 100, 224).shape == (224, 224, 3)
