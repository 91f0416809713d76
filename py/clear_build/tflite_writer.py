"""Writes a TensorFlow Lite file tensor by tensor: a thin layer over the official schema and flatbuffers.

Schema: tensorflow/lite/schema/schema.fbs, as generated in ai-edge-litert. Same calls, same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import DTypeLike, NDArray

TYPES = {
    np.dtype(np.float32): schema.TensorType.FLOAT32,
    np.dtype(np.int8): schema.TensorType.INT8,
    np.dtype(np.int32): schema.TensorType.INT32,
    np.dtype(np.uint8): schema.TensorType.UINT8,
}


@dataclass(frozen=True, slots=True)
class Quantization:
    """real = scale · (stored - zero_point); one scale for the tensor, or one per slice along `axis`."""

    scale: NDArray[np.float32]
    zero_point: int = 0
    axis: int = 0


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of the graph under construction."""

    index: int
    shape: tuple[int, ...]
    quantization: Quantization | None


class GraphWriter:
    """Collects tensors and operators of one subgraph; `finish` gives the bytes of the file."""

    def __init__(self, description: str) -> None:
        self._model = schema.ModelT()
        self._model.version = 3
        self._model.description = description
        self._model.buffers = [schema.BufferT()]  # buffer 0 means "no data"
        self._model.operatorCodes = []
        self._graph = schema.SubGraphT()
        self._graph.name = "main"
        self._graph.tensors = []
        self._graph.operators = []
        self._model.subgraphs = [self._graph]
        self._codes: dict[tuple[int, int], int] = {}

    def tensor(
        self,
        name: str,
        shape: Sequence[int],
        dtype: DTypeLike,
        quantization: Quantization | None = None,
        data: NDArray[Any] | None = None,
    ) -> Tensor:
        """Add a tensor; with `data` it is a constant."""
        tensor = schema.TensorT()
        tensor.name = name
        tensor.shape = [int(size) for size in shape]
        tensor.type = TYPES[np.dtype(dtype)]
        tensor.buffer = 0
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(data, dtype).tobytes(), np.uint8)
            tensor.buffer = len(self._model.buffers)
            self._model.buffers.append(buffer)
        if quantization is not None:
            parameters = schema.QuantizationParametersT()
            parameters.scale = np.atleast_1d(quantization.scale).astype(np.float32)
            parameters.zeroPoint = np.full(len(parameters.scale), quantization.zero_point, np.int64)
            parameters.quantizedDimension = quantization.axis
            tensor.quantization = parameters
        self._graph.tensors.append(tensor)
        return Tensor(len(self._graph.tensors) - 1, tuple(tensor.shape), quantization)

    def operator(
        self, name: str, inputs: Sequence[Tensor], output: Tensor, version: int, options: tuple[str, Any]
    ) -> Tensor:
        """Add operator `name` of BuiltinOperator, `options` = (name in BuiltinOptions, object); return `output`."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self._code(getattr(schema.BuiltinOperator, name), version)
        operator.inputs = [tensor.index for tensor in inputs]
        operator.outputs = [output.index]
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, options[0])
        operator.builtinOptions = options[1]
        self._graph.operators.append(operator)
        return output

    def finish(self, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> bytes:
        """The file; `outputs` in the order in which the runtimes will give them."""
        self._graph.inputs = [tensor.index for tensor in inputs]
        self._graph.outputs = [tensor.index for tensor in outputs]
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(self._model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())

    def _code(self, builtin: int, version: int) -> int:
        key = (builtin, version)
        if key not in self._codes:
            code = schema.OperatorCodeT()
            code.builtinCode = builtin
            code.deprecatedBuiltinCode = min(builtin, 127)
            code.version = version
            self._codes[key] = len(self._model.operatorCodes)
            self._model.operatorCodes.append(code)
        return self._codes[key]
