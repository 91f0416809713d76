"""Reads a PyTorch checkpoint without PyTorch.

Format: `torch.save` before 1.6 (serialization.py, "legacy"): pickles of a magic number, the protocol, system facts,
the state dict and the storage keys, then every storage as an int64 count and its raw little-endian elements.
"""

from __future__ import annotations

import collections
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
DTYPES: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A tensor as the pickle describes it: a view into a storage that follows later; units are elements."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuild_tensor(storage: str, offset: int, shape: Any, strides: Any, *_: Any) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


class _Unpickler(pickle.Unpickler):
    """Knows the few names a state dict is made of and refuses all others, so that a pickle cannot run code."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.dtypes: dict[str, np.dtype[Any]] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if module == "torch" and name in DTYPES:
            return name
        raise pickle.UnpicklingError(f"the checkpoint holds {module}.{name}, which is no part of a state dict")

    def persistent_load(self, pid: Any) -> str:
        _kind, storage_type, key, _location, _count, _view = pid
        self.dtypes[key] = DTYPES[storage_type]
        return str(key)


def read_state_dict(path: Path) -> dict[str, NDArray[Any]]:
    """Name → array (float32 or int64, C-contiguous) of every tensor in the checkpoint at `path`.

    Raises ValueError when the file is no legacy checkpoint or ends too early.
    """
    with path.open("rb") as file:
        if _Unpickler(file).load() != MAGIC or _Unpickler(file).load() != PROTOCOL:
            raise ValueError(f"{path.name} is not a PyTorch checkpoint of the legacy format")
        _Unpickler(file).load()  # facts about the machine that wrote it
        unpickler = _Unpickler(file)
        tensors: dict[str, _Tensor] = unpickler.load()
        keys: list[str] = _Unpickler(file).load()
        storages = {key: _read_storage(file, unpickler.dtypes[key]) for key in keys}
    return {name: _view(tensor, storages[tensor.storage]) for name, tensor in tensors.items()}


def _read_storage(file: BinaryIO, dtype: np.dtype[Any]) -> NDArray[Any]:
    size = int.from_bytes(file.read(8), "little") * dtype.itemsize
    data = file.read(size)
    if len(data) != size:
        raise ValueError(f"{file.name} is truncated")
    return np.frombuffer(data, dtype)


def _view(tensor: _Tensor, storage: NDArray[Any]) -> NDArray[Any]:
    # The strides matter: weights that came from TensorFlow are not contiguous.
    byte_strides = [stride * storage.itemsize for stride in tensor.strides]
    view = np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, byte_strides, writeable=False)
    return np.array(view, order="C")
