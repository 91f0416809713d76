"""MobileNetV2 (alpha 1.0) in float32 up to its 7 × 7 × 320 layer, as a .tflite with random weights.

The same network as ``tfjs/clear-stack.js``, so that what is left between the two is the engine.
M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018, table 2.
"""

from __future__ import annotations

import math

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from clear_build.tflite_writer import GraphWriter, Tensor

SIDE = 224
BLOCKS = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, repeats, stride of the first."""


def mobilenet_v2() -> bytes:
    """float32 [1, 224, 224, 3] in, float32 [1, 7, 7, 320] out."""
    network = _Network()
    source = network.graph.tensor("input", (1, SIDE, SIDE, 3), np.float32)
    current = network.convolution(source, 3, 32, 2, relu6=True)
    for expansion, channels, repeats, first in BLOCKS:
        for repeat in range(repeats):
            stride = first if repeat == 0 else 1
            inner, before = current, current
            if expansion > 1:
                inner = network.convolution(inner, 1, expansion * inner.shape[3], 1, relu6=True)
            inner = network.depthwise(inner, stride)
            current = network.convolution(inner, 1, channels, 1, relu6=False)
            if stride == 1 and before.shape == current.shape:
                current = network.sum(before, current)
    return network.graph.finish([source], [current])


class _Network:
    def __init__(self) -> None:
        self.graph = GraphWriter("MobileNetV2 float32, random weights")
        self._rng = np.random.default_rng(0)
        self._count = 0

    def _parameters(self, shape: tuple[int, ...], inputs: int, outputs: int) -> list[Tensor]:
        self._count += 1
        weights = self._rng.normal(0, math.sqrt(2 / inputs), shape).astype(np.float32)
        return [
            self.graph.tensor(f"weights{self._count}", shape, np.float32, data=weights),
            self.graph.tensor(f"bias{self._count}", (outputs,), np.float32, data=np.zeros(outputs, np.float32)),
        ]

    def convolution(self, source: Tensor, side: int, channels: int, stride: int, *, relu6: bool) -> Tensor:
        inputs = source.shape[3]
        parameters = self._parameters((channels, side, side, inputs), side * side * inputs, channels)
        return self._window("CONV_2D", "Conv2DOptions", source, parameters, channels, stride, relu6)

    def depthwise(self, source: Tensor, stride: int) -> Tensor:
        channels = source.shape[3]
        parameters = self._parameters((1, 3, 3, channels), 9, channels)
        return self._window("DEPTHWISE_CONV_2D", "DepthwiseConv2DOptions", source, parameters, channels, stride, True)

    def _window(
        self, name: str, kind: str, source: Tensor, parameters: list[Tensor], channels: int, stride: int, relu6: bool
    ) -> Tensor:
        options = getattr(schema, f"{kind}T")()
        options.padding = schema.Padding.SAME
        options.strideH = options.strideW = stride
        options.dilationHFactor = options.dilationWFactor = 1
        if kind.startswith("Depthwise"):
            options.depthMultiplier = 1
        if relu6:
            options.fusedActivationFunction = schema.ActivationFunctionType.RELU6
        size = -(-source.shape[1] // stride)
        output = self.graph.tensor(f"{name}{self._count}", (1, size, size, channels), np.float32)
        return self.graph.operator(name, [source, *parameters], output, 1, (kind, options))

    def sum(self, first: Tensor, second: Tensor) -> Tensor:
        output = self.graph.tensor(f"sum{self._count}", first.shape, np.float32)
        return self.graph.operator("ADD", [first, second], output, 1, ("AddOptions", schema.AddOptionsT()))
