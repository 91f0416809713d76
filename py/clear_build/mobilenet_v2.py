"""MobileNetV2 as it is published for TFLite, with the outputs that CLEAR compares.

The file (mobilenet_v2_1.0_224_quant.tflite, Apache-2.0) only gives class probabilities. Three tensors on the way to
them become outputs, as real numbers: CLEAR's layer, the pooled one, and the logits. Nothing else is touched.
"""

from __future__ import annotations

from dataclasses import dataclass

import flatbuffers
from ai_edge_litert import schema_py_generated as schema


@dataclass(frozen=True, slots=True)
class Output:
    """One of the outputs, found from the end of the graph: ``operator`` counts as Python's indices do."""

    name: str
    operator: int
    shape: tuple[int, ...]


OUTPUTS = (
    Output("expanded_conv_16/project", -6, (1, 7, 7, 320)),
    Output("Logits/AvgPool", -4, (1, 1, 1, 1280)),
    Output("Logits", -2, (1, 1001)),  # class 0 is "background"
)
"""In the order in which the runtimes will give them."""


def with_outputs(published: bytes) -> bytes:
    """The model with :data:`OUTPUTS`, float32; same file, same bytes. Raises ValueError for another network."""
    model = schema.ModelT.InitFromPackedBuf(published, 0)
    (graph,) = model.subgraphs
    dequantize = schema.OperatorCodeT()
    dequantize.builtinCode = dequantize.deprecatedBuiltinCode = schema.BuiltinOperator.DEQUANTIZE
    dequantize.version = 1
    model.operatorCodes.append(dequantize)
    sources = [(output, int(graph.operators[output.operator].outputs[0])) for output in OUTPUTS]
    graph.operators.pop()  # softmax: the logits say more
    graph.outputs = []
    for output, source in sources:
        if tuple(graph.tensors[source].shape) != output.shape:
            raise ValueError(f"{output.name} has the shape {tuple(graph.tensors[source].shape)}, not {output.shape}")
        real = schema.TensorT()
        real.name, real.shape, real.type = f"{output.name}/real", list(output.shape), schema.TensorType.FLOAT32
        real.buffer = 0
        operator = schema.OperatorT()
        operator.opcodeIndex = len(model.operatorCodes) - 1
        operator.inputs, operator.outputs = [source], [len(graph.tensors)]
        operator.builtinOptionsType = schema.BuiltinOptions.DequantizeOptions
        operator.builtinOptions = schema.DequantizeOptionsT()
        graph.outputs.append(len(graph.tensors))
        graph.tensors.append(real)
        graph.operators.append(operator)
    builder = flatbuffers.Builder(len(published) + 4096)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())
