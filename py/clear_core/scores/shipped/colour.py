"""The same colours in the same places: colour histograms (Swain and Ballard 1991) and a coarse copy of the picture."""

import numpy as np


def histogram(pixels):
    """Shares of 4 × 4 × 4 colours, [N, 64]."""
    colours = (pixels // 64 @ np.array([16, 4, 1])).reshape(len(pixels), -1)
    return np.stack([np.bincount(row, minlength=64) for row in colours]) / colours.shape[1]


def layout(pixels):
    """The picture in 8 × 8 squares, [N, 192], colours from 0 to 1."""
    return pixels.reshape(-1, 8, 4, 8, 4, 3).mean(axis=(2, 4)).reshape(len(pixels), -1) / 255


def score(candidates, source):
    if not len(candidates):
        return np.zeros(0)
    shared = np.minimum(histogram(candidates.pixels), histogram(source.pixels)).sum(axis=1)
    apart = np.abs(layout(candidates.pixels) - layout(source.pixels)).mean(axis=1)
    return shared / 2 + (1 - apart) / 2
