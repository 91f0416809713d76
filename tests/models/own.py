"""Networks that a user might bring: tiny ones, written for the tests with the build's own writer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from clear_build.tflite_writer import GraphWriter, Quantization, Tensor


def mean_colours(*, bytes_in: bool = False, logits: int = 0, side: int = 224, constant: bool = False) -> bytes:
    """A network that sees 8 × 8 mean colours, 192 numbers.

    ``bytes_in``: takes uint8 instead of float32. ``logits``: gives so many class scores besides (of which the last is
    the highest). ``constant``: gives the same for every picture.
    """
    graph = GraphWriter("mean colours")
    shape = (1, side, side, 3)
    scale = Quantization(np.array([1 / 255], np.float32), 0)
    pixels = graph.tensor("pixels", shape, np.uint8 if bytes_in else np.float32, scale if bytes_in else None)
    source = pixels
    if bytes_in:
        real = graph.tensor("real", shape, np.float32)
        source = graph.operator("DEQUANTIZE", [pixels], real, 2, ("DequantizeOptions", schema.DequantizeOptionsT()))
    if constant:
        source = _multiplied(graph, source, shape, 0.0)
    options = schema.Pool2DOptionsT()
    options.padding = schema.Padding.VALID
    options.strideH = options.strideW = options.filterHeight = options.filterWidth = side // 8
    pooled = graph.tensor("pooled", (1, 8, 8, 3), np.float32)
    embedding = graph.operator("AVERAGE_POOL_2D", [source], pooled, 1, ("Pool2DOptions", options))
    outputs = [embedding]
    if logits:
        constant_scores = graph.tensor(
            "scores", (1, logits), np.float32, data=np.linspace(0, 9, logits, dtype=np.float32)[np.newaxis]
        )
        one = graph.tensor("one", (1, 1), np.float32, data=np.ones((1, 1), np.float32))
        scores = graph.tensor("logits", (1, logits), np.float32)
        outputs.append(graph.operator("MUL", [constant_scores, one], scores, 1, ("MulOptions", schema.MulOptionsT())))
    return graph.finish([pixels], outputs)


def _multiplied(graph: GraphWriter, source: Tensor, shape: Sequence[int], factor: float) -> Tensor:
    number = graph.tensor("factor", (1,), np.float32, data=np.array([factor], np.float32))
    product = graph.tensor("product", shape, np.float32)
    return graph.operator("MUL", [source, number], product, 1, ("MulOptions", schema.MulOptionsT()))
