"""The picture on the welcome page: hot-air balloons over hills at sunrise, painted by this script and nobody else's.

``python -m clear_build.sample_picture`` writes ``extension/welcome/balloons.jpg``. The network must know at a glance
what it sees, since the first search of a new user begins with it; a test asks it.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

TARGET = Path(__file__).parents[2] / "extension" / "welcome" / "balloons.jpg"
WIDTH, HEIGHT, FINER = 960, 720, 2
"""Pixels of the file, and how many times finer it is painted, against jagged edges."""

RADIUS, MOUTH = 0.42, 0.075
"""A balloon is a ball above and a cone below, in shares of its height; the cone's end is open."""

_ANGLE = math.atan2(MOUTH, 1 - RADIUS) + math.acos(RADIUS / math.hypot(MOUTH, 1 - RADIUS))
TANGENT = (RADIUS + RADIUS * math.cos(_ANGLE), RADIUS * math.sin(_ANGLE))
"""Where the ball becomes the cone, without an edge: height and half the width there."""
SLOPE = (TANGENT[1] - MOUTH) / (1 - TANGENT[0])

Canvas = NDArray[np.float64]
Colour = tuple[int, int, int]

SKY: tuple[tuple[float, Colour], ...] = (
    (0.0, (46, 104, 176)),
    (0.45, (120, 172, 216)),
    (0.72, (250, 214, 170)),
    (0.85, (255, 186, 120)),
    (1.0, (255, 170, 110)),
)
SUN = (0.72, 0.74)
HILLS: tuple[tuple[float, float, float, Colour], ...] = (
    # height above which there is sky, swing, frequency, colour
    (0.79, 0.035, 5.0, (150, 150, 176)),
    (0.85, 0.040, 3.4, (96, 118, 128)),
    (0.92, 0.035, 2.3, (48, 84, 66)),
)


def mix(a: Canvas, b: Colour | Canvas, share: Canvas) -> Canvas:
    return a + (np.asarray(b, np.float64) - a) * share[..., np.newaxis]


def landscape(x: Canvas, y: Canvas) -> Canvas:
    """Sky, sun, a few clouds and hills in the haze; ``x`` and ``y`` run from 0 to 1."""
    stops = np.array([stop for stop, _ in SKY])
    picture = np.stack([np.interp(y, stops, [colour[c] for _, colour in SKY]) for c in range(3)], axis=-1)
    distance = np.hypot((x - SUN[0]) * WIDTH / HEIGHT, y - SUN[1])
    picture = mix(picture, (255, 244, 214), np.clip(np.exp(-((distance / 0.26) ** 2)) * 0.75, 0, 1))
    picture = mix(picture, (255, 252, 236), np.clip((0.052 - distance) * 400, 0, 1))
    for left, top, size in [(0.12, 0.16, 1.0), (0.83, 0.10, 0.8), (0.50, 0.43, 0.7)]:
        for dx, dy, wide in [
            (-0.06, 0.012, 0.050),
            (-0.02, -0.012, 0.042),
            (0.03, -0.002, 0.050),
            (0.08, 0.014, 0.042),
        ]:
            puff = ((x - left - dx * size) / (wide * size)) ** 2 + ((y - top - dy * size) / (0.026 * size)) ** 2
            picture = mix(picture, (255, 250, 244), np.exp(-puff) * 0.55)
    for base, swing, frequency, colour in HILLS:
        ridge = base + swing * (np.sin(frequency * 6.3 * x + 9 * base) + 0.4 * np.sin(2.7 * frequency * 6.3 * x + base))
        inside = np.clip((y - ridge) * HEIGHT, 0, 1)
        haze = np.clip(1 - (y - ridge) / 0.16, 0, 1) * 0.45
        hazy = mix(np.broadcast_to(np.array(colour, np.float64), picture.shape), (255, 206, 166), haze)
        picture = mix(picture, hazy, inside)
    return picture


def balloon(
    picture: Canvas, x: Canvas, y: Canvas, at: tuple[float, float], size: float, panels: list[Colour]
) -> Canvas:
    """One balloon: ``at`` the middle of its envelope, ``size`` its height as a share of the picture's."""
    u = (x - at[0]) * WIDTH / HEIGHT / size
    v = (y - at[1]) / size + 0.5  # 0 at the top, 1 at the mouth
    edge = HEIGHT * size
    ball = np.sqrt(np.clip(RADIUS**2 - (v - RADIUS) ** 2, 0, None))
    half = np.where(v < TANGENT[0], ball, TANGENT[1] - (v - TANGENT[0]) * SLOPE)
    half = np.where((v < 0) | (v > 1), 0, half)
    # The basket and the ropes first: the envelope hangs over them.
    rope = np.abs(np.abs(u) - (0.070 - (v - 1.0) * 0.16)) < 0.0035
    picture = mix(picture, (70, 52, 40), np.where(rope & (v > 0.97) & (v < 1.17), 0.9, 0))
    beside, above, below = 0.062 - np.abs(u), v - 1.15, 1.27 - v
    basket = np.clip(beside * edge, 0, 1) * np.clip(above * edge, 0, 1) * np.clip(below * edge, 0, 1)
    weave = 0.85 + 0.15 * np.sign(np.sin(v * 260) * np.sin(u * 260))
    picture = mix(picture, np.array((142, 92, 50)) * (weave * (1 - 1.5 * u))[..., np.newaxis], basket)

    inside = np.clip((half - np.abs(u)) * edge, 0, 1) * (half > 0.01)
    turn = np.arcsin(np.clip(u / np.maximum(half, 1e-6), -1, 1)) / np.pi + 0.5  # 0 … 1 from rim to rim
    gores = 10
    index = np.clip((turn * gores).astype(int), 0, gores - 1)
    colours = np.array(panels, np.float64)[index % len(panels)]
    band = (v > 0.44) & (v < 0.56)
    colours = np.where(band[..., np.newaxis], np.array(panels, np.float64)[(index + 1) % len(panels)], colours)
    seam = np.abs(turn * gores - np.round(turn * gores)) < 0.03
    light = 0.62 + 0.5 * np.cos((turn - 0.62) * 2.6) - 0.22 * np.clip(v - 0.55, 0, 1)
    shine = np.exp(-(((turn - 0.66) / 0.11) ** 2 + ((v - 0.27) / 0.13) ** 2)) * 0.35
    shaded = np.clip(colours * (light * np.where(seam, 0.86, 1.0))[..., np.newaxis], 0, 255)
    return mix(picture, mix(shaded, (255, 248, 232), shine), inside)


def paint() -> Image.Image:
    """The picture, RGB, WIDTH × HEIGHT."""
    y, x = np.mgrid[0 : HEIGHT * FINER, 0 : WIDTH * FINER].astype(np.float64)
    x, y = (x + 0.5) / (WIDTH * FINER), (y + 0.5) / (HEIGHT * FINER)
    red, yellow, blue, white, orange, teal = (
        (214, 48, 44), (250, 196, 46), (38, 86, 170), (246, 242, 232), (240, 124, 40), (16, 138, 140),
    )  # fmt: skip
    picture = landscape(x, y)
    picture = balloon(picture, x, y, (0.885, 0.47), 0.15, [teal, white])
    picture = balloon(picture, x, y, (0.155, 0.58), 0.20, [blue, yellow])
    picture = balloon(picture, x, y, (0.745, 0.30), 0.27, [orange, white, blue])
    picture = balloon(picture, x, y, (0.42, 0.40), 0.58, [red, yellow, red, white])
    grain = np.random.default_rng(1).normal(0, 2.0, picture.shape[:2])[..., np.newaxis]
    fine = Image.fromarray(np.clip(picture + grain, 0, 255).astype(np.uint8))
    return fine.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).filter(ImageFilter.UnsharpMask(1, 40, 2))


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    paint().save(TARGET, quality=84, optimize=True, progressive=True)
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")
