"""EfficientNet-Lite0 as a .tflite file: float32 throughout, or full int8.

Both take raw RGB bytes, uint8 [1, 176, 176, 3], and give float32 [1, 1280] (embedding) and float32 [1, 1000] (logits).
Quantisation as in https://ai.google.dev/edge/litert/models/quantization_spec: int8 activations with one scale a
tensor, int8 weights symmetric per output channel, int32 biases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from .lite0 import (
    CLASS_COUNT,
    EMBEDDING,
    EMBEDDING_SIZE,
    IMAGE_SIZE,
    INPUT_MEAN,
    INPUT_SCALE,
    LOGITS,
    Kind,
    Layer,
    Network,
    sum_name,
)
from .quantization import bias_corrections, mean_output, quantize_weights
from .tflite_writer import GraphWriter, Quantization, Tensor

Ranges = Mapping[str, tuple[float, float]]

# A dead channel has a tiny scale and would otherwise overflow the int32 bias.
LARGEST_BIAS = 2**30

# How much longer embeddings get when 176 pixels are seen instead of 224 (median of 4,000 photos). The classifier was
# trained for the shorter ones and would be too sure: of its best class by 0.48 on average instead of 0.38. Touvron et
# al., "Fixing the train-test resolution discrepancy" (NeurIPS 2019), section 3.
LENGTHENED = 1.2

# Of the numbers of the embedding: less than 1, so that a few large ones do not outweigh all others. Made of square
# roots, which XNNPACK has.
POWER = 0.75


class _Numbers(Protocol):
    """How the numbers of the network are stored."""

    integer: bool

    def activation(self, graph: GraphWriter, name: str, shape: tuple[int, ...]) -> Tensor: ...
    def parameters(
        self, graph: GraphWriter, name: str, source: Tensor, weights: NDArray[Any], bias: NDArray[Any], axis: int
    ) -> list[Tensor]: ...


class _Float32:
    integer = False

    def activation(self, graph: GraphWriter, name: str, shape: tuple[int, ...]) -> Tensor:
        return graph.tensor(name, shape, np.float32)

    def parameters(
        self, graph: GraphWriter, name: str, source: Tensor, weights: NDArray[Any], bias: NDArray[Any], axis: int
    ) -> list[Tensor]:
        return [
            graph.tensor(f"{name}/weights", weights.shape, np.float32, data=weights),
            graph.tensor(f"{name}/bias", bias.shape, np.float32, data=bias),
        ]


class _Int8:
    integer = True

    def __init__(self, ranges: Ranges, corrections: Mapping[str, NDArray[np.float64]]) -> None:
        self._ranges = ranges
        self._corrections = corrections

    def activation(self, graph: GraphWriter, name: str, shape: tuple[int, ...]) -> Tensor:
        low, high = (min(self._ranges[name][0], 0.0), max(self._ranges[name][1], 0.0))  # zero must be exact
        scale = (high - low) / 255
        zero_point = int(np.clip(round(-128 - low / scale), -128, 127))
        return graph.tensor(name, shape, np.int8, Quantization(np.array([scale], np.float32), zero_point))

    def parameters(
        self, graph: GraphWriter, name: str, source: Tensor, weights: NDArray[Any], bias: NDArray[Any], axis: int
    ) -> list[Tensor]:
        assert source.quantization is not None
        scale, rounded = quantize_weights(weights, axis)
        bias_scale = scale.astype(np.float64) * source.quantization.scale.astype(np.float64)
        corrected = bias + self._corrections[name]
        counts = np.clip(np.rint(corrected / bias_scale), -LARGEST_BIAS, LARGEST_BIAS)
        return [
            graph.tensor(f"{name}/weights", weights.shape, np.int8, Quantization(scale, axis=axis), rounded),
            graph.tensor(f"{name}/bias", bias.shape, np.int32, Quantization(bias_scale.astype(np.float32)), counts),
        ]


def float_model(network: Network) -> bytes:
    """The network in float32; its inner tensors have the names that `int8_model` asks ranges for."""
    return _write(_cooled(network), _Float32(), "EfficientNet-Lite0 float32")


def int8_model(network: Network, ranges: Ranges) -> bytes:
    """The network in int8. `ranges`: smallest and largest value that each activation should be able to hold.

    Raises KeyError for a missing range.
    """
    cooled = _cooled(network)
    return _write(cooled, _Int8(ranges, bias_corrections(cooled)), "EfficientNet-Lite0 int8")


def _cooled(network: Network) -> Network:
    """The network with a classifier for the embeddings that it will have."""
    return replace(network, classifier_weights=network.classifier_weights / np.float32(LENGTHENED))


def _write(network: Network, numbers: _Numbers, description: str) -> bytes:
    graph = GraphWriter(description)
    pixels = Quantization(np.array([INPUT_SCALE], np.float32), INPUT_MEAN)
    picture = graph.tensor("pixels", (1, IMAGE_SIZE, IMAGE_SIZE, 3), np.uint8, pixels)
    if numbers.integer:
        centred = graph.tensor("centred", picture.shape, np.int8, Quantization(pixels.scale, INPUT_MEAN - 128))
        current = graph.operator("QUANTIZE", [picture], centred, 1, ("QuantizeOptions", schema.QuantizeOptionsT()))
    else:
        current = _dequantize(graph, picture, "centred")
    block_input = current
    for layer in network.layers:
        if layer.opens_block:
            block_input = current
        current = _convolution(graph, numbers, layer, current)
        if layer.adds_block_input:
            total = numbers.activation(graph, sum_name(layer), current.shape)
            options = ("AddOptions", schema.AddOptionsT())
            current = graph.operator("ADD", [block_input, current], total, 2 if numbers.integer else 1, options)
    embedding, logits = _head(graph, numbers, network, current)
    if numbers.integer:
        embedding = _dequantize(graph, embedding, "embedding_float")
        logits = _dequantize(graph, logits, "logits_float")
    return graph.finish([picture], [_comparable(graph, network, embedding), logits])


def _comparable(graph: GraphWriter, network: Network, embedding: Tensor) -> Tensor:
    """The embedding, changed so that scalar products tell more: every number to the power of 3/4, less what is usual.

    Means after ReLU6 are all positive, and what photos have in common makes most of the product of two. What is usual
    follows from the batch normalisation, without a photo (quantization.py). Power: Perronnin et al., "Improving the
    Fisher Kernel for Large-Scale Image Classification" (ECCV 2010), section 3.2.
    """
    root = _root(graph, embedding, "embedding_root")
    raised = graph.tensor("embedding_raised", embedding.shape, np.float32)
    factors = [root, _root(graph, root, "embedding_fourth_root")]
    graph.operator("MUL", factors, raised, 1, ("MulOptions", schema.MulOptionsT()))
    usual = graph.tensor("usual", embedding.shape, np.float32, data=mean_output(network.layers[-1]) ** POWER)
    centred = graph.tensor("embedding_centred", embedding.shape, np.float32)
    return graph.operator("SUB", [raised, usual], centred, 1, ("SubOptions", schema.SubOptionsT()))


def _root(graph: GraphWriter, source: Tensor, name: str) -> Tensor:
    return graph.operator("SQRT", [source], graph.tensor(name, source.shape, np.float32), 1, ("NONE", None))


def _convolution(graph: GraphWriter, numbers: _Numbers, layer: Layer, source: Tensor) -> Tensor:
    depthwise = layer.kind is Kind.DEPTHWISE
    options = schema.DepthwiseConv2DOptionsT() if depthwise else schema.Conv2DOptionsT()
    if depthwise:
        options.depthMultiplier = 1
    options.padding = schema.Padding.SAME
    options.strideH = options.strideW = layer.stride
    options.dilationHFactor = options.dilationWFactor = 1
    if layer.relu6:
        options.fusedActivationFunction = schema.ActivationFunctionType.RELU6
    size = -(-source.shape[1] // layer.stride)
    channels = layer.weights.shape[layer.channel_axis]
    parameters = numbers.parameters(graph, layer.name, source, layer.weights, layer.bias, layer.channel_axis)
    return graph.operator(
        "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D",
        [source, *parameters],
        numbers.activation(graph, layer.name, (1, size, size, channels)),
        3 if numbers.integer else 1,
        ("DepthwiseConv2DOptions" if depthwise else "Conv2DOptions", options),
    )


def _head(graph: GraphWriter, numbers: _Numbers, network: Network, source: Tensor) -> tuple[Tensor, Tensor]:
    """Mean over the picture, then the classifier."""
    axes = graph.tensor("spatial_axes", (2,), np.int32, data=np.array([1, 2], np.int32))
    embedding = graph.operator(
        "MEAN",
        [source, axes],
        numbers.activation(graph, EMBEDDING, (1, EMBEDDING_SIZE)),
        2 if numbers.integer else 1,
        ("ReducerOptions", schema.ReducerOptionsT()),
    )
    parameters = numbers.parameters(graph, LOGITS, embedding, network.classifier_weights, network.classifier_bias, 0)
    logits = graph.operator(
        "FULLY_CONNECTED",
        [embedding, *parameters],
        numbers.activation(graph, LOGITS, (1, CLASS_COUNT)),
        4 if numbers.integer else 1,
        ("FullyConnectedOptions", schema.FullyConnectedOptionsT()),
    )
    return embedding, logits


def _dequantize(graph: GraphWriter, source: Tensor, name: str) -> Tensor:
    target = graph.tensor(name, source.shape, np.float32)
    return graph.operator("DEQUANTIZE", [source], target, 2, ("DequantizeOptions", schema.DequantizeOptionsT()))
