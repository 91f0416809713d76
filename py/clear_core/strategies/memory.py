"""The tag memory: what earlier searches on this machine taught about tags. No picture and no photo is kept.

Every scored photo says: the embedding of this photo is the sum of what its tags and title words stand for. From that
each name learns a vector, one photo after the other, by a Kalman filter with a diagonal covariance (each name has a
vector and a variance; the more photos had the name, the less the next one moves it). Learning the names of a photo
jointly, and not the mean embedding of each, tells "person" from the "frisbee" that it comes with.

The next search asks the memory which names point towards its source, before anything was scored.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clear_core.features import Model
from clear_core.photos import Photo
from clear_core.strategies.candidates import names_of

MAX_NAMES = 3000
"""Names that the memory holds: 3.8 MB with 1280 dimensions at a byte each. The rarest go first, then the oldest."""

MAX_SIZE = 4096
"""Numbers of an embedding from which names can learn: 3,000 vectors of CLEAR's 15,680 would take 190 MB."""

_NOISE = 0.5
"""How much of a photo its names do not tell, against the variance that a fresh name has."""

_FAMILIAR = 3
"""Photos that a tag must have been seen with before it is worth a first query."""


class TagMemory:
    """Vectors of names in the embedding space of one network.

    ``photos`` were learned from in all. Embeddings are brought to length 1 and centred on the mean of those seen.
    """

    def __init__(self, model: str, size: int) -> None:
        self.model, self.photos = model, 0
        self._mean = np.zeros(size)
        self._spread = 0.0  # mean squared length of centred embeddings
        self._places: dict[str, int] = {}
        self._vectors = np.zeros((256, size), np.float32)
        self._variances = np.ones(256)
        self._counts = np.zeros(256, np.intp)

    def __len__(self) -> int:
        return len(self._places)

    def learn(self, photo: Photo, embedding: NDArray[np.float32]) -> None:
        """Take in one scored photo; ``embedding`` float32 [D]. Owners are people and are not remembered."""
        unit = embedding / max(float(np.linalg.norm(embedding)), 1e-9)
        self.photos += 1
        self._mean += (unit - self._mean) / self.photos
        centred = unit - self._mean
        self._spread += (float(centred @ centred) - self._spread) / self.photos
        names = [name for name in names_of(photo) if name[0] != "@"]
        if not names or self.photos == 1:
            return
        places = [self._place(name) for name in names]
        x = 1 / np.sqrt(len(places))
        variances = self._variances[places]
        gain = variances * x / (_NOISE + x * x * variances.sum())
        error = centred - x * self._vectors[places].sum(axis=0)
        self._vectors[places] += np.outer(gain, error).astype(np.float32)
        self._variances[places] = variances * (1 - gain * x)
        self._counts[places] += 1
        if len(self) > MAX_NAMES * 1.25:
            self._keep(MAX_NAMES)

    def towards(self, embedding: NDArray[np.float32]) -> Mapping[str, float]:
        """For each name, how much it turns a photo towards ``embedding`` [D]: the centred cosine that it adds."""
        if not len(self):
            return {}
        centred = embedding / max(float(np.linalg.norm(embedding)), 1e-9) - self._mean
        length = float(np.linalg.norm(centred)) * np.sqrt(self._spread) + 1e-9
        values = self._vectors[: len(self)] @ (centred / length).astype(np.float32)
        return dict(zip(self._places, values.tolist(), strict=True))

    def first_tags(self, towards: Mapping[str, float], count: int) -> list[str]:
        """The familiar tags that point most towards the source."""
        known = [
            (value, name)
            for name, value in towards.items()
            if name[0] != "~" and value > 0 and self._counts[self._places[name]] >= _FAMILIAR
        ]
        return [name for _, name in sorted(known, reverse=True)[:count]]

    def most_familiar(self, count: int) -> list[tuple[str, int]]:
        """Names and the photos that they were seen with, to show to the user whose memory it is."""
        counts = [(name, int(self._counts[place])) for name, place in self._places.items()]
        return sorted(counts, key=lambda item: -item[1])[:count]

    def to_bytes(self) -> bytes:
        """As an ``.npz``: vectors with a byte per number and a scale per name."""
        vectors = self._vectors[: len(self)]
        scales = np.abs(vectors).max(axis=1, initial=1e-9) / 127
        facts = {"model": self.model, "photos": self.photos, "spread": self._spread, "names": list(self._places)}
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            facts=np.frombuffer(json.dumps(facts).encode(), np.uint8),
            mean=self._mean,
            vectors=np.rint(vectors / scales[:, np.newaxis]).astype(np.int8),
            scales=scales.astype(np.float32),
            variances=self._variances[: len(self)],
            counts=self._counts[: len(self)],
        )
        return buffer.getvalue()

    @classmethod
    def for_model(cls, data: bytes, model: Model) -> TagMemory | None:
        """The memory that ``data`` holds for a network (see from_bytes); None where embeddings are too wide for one."""
        return cls.from_bytes(data, model.name, model.embedding) if model.embedding <= MAX_SIZE else None

    @classmethod
    def from_bytes(cls, data: bytes, model: str, size: int) -> TagMemory:
        """What to_bytes wrote. Anything else, or the memory of another network, gives an empty memory: it is a
        convenience, and a search must not fail for it."""
        memory = cls(model, size)
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                facts = json.loads(file["facts"].tobytes())
                vectors = file["vectors"] * file["scales"][:, np.newaxis]
                names = [str(name) for name in facts["names"]]
                arrays = file["mean"], file["variances"], file["counts"]
                if facts["model"] != model or not _is_sound(facts, names, vectors, *arrays, size=size):
                    return memory
                mean, variances, counts = arrays
                memory._restore(names, vectors, variances, counts)
                memory.photos, memory._spread, memory._mean = int(facts["photos"]), float(facts["spread"]), mean
        except Exception:
            return cls(model, size)
        return memory

    def _place(self, name: str) -> int:
        place = self._places.get(name)
        if place is None:
            place = self._places[name] = len(self._places)
            if place == len(self._counts):
                self._vectors = np.pad(self._vectors, ((0, place), (0, 0)))
                self._variances = np.pad(self._variances, (0, place), constant_values=1.0)
                self._counts = np.pad(self._counts, (0, place))
        return place

    def _keep(self, count: int) -> None:
        """Forget all names but the ``count`` that were seen most; of equals, the younger stay."""
        names = list(self._places)
        order = sorted(range(len(names)), key=lambda place: (-self._counts[place], -place))[:count]
        order.sort()
        self._restore(
            [names[place] for place in order], self._vectors[order], self._variances[order], self._counts[order]
        )

    def _restore(
        self,
        names: Sequence[str],
        vectors: NDArray[np.float32],
        variances: NDArray[np.float64],
        counts: NDArray[np.intp],
    ) -> None:
        room = max(256, len(names))
        self._places = {str(name): place for place, name in enumerate(names)}
        self._vectors = np.pad(np.asarray(vectors, np.float32), ((0, room - len(names)), (0, 0)))
        self._variances = np.pad(np.asarray(variances, np.float64), (0, room - len(names)), constant_values=1.0)
        self._counts = np.pad(np.asarray(counts, np.intp), (0, room - len(names)))


def _is_sound(
    facts: Mapping[str, float],
    names: Sequence[str],
    vectors: NDArray[np.float32],
    mean: NDArray[np.float64],
    variances: NDArray[np.float64],
    counts: NDArray[np.intp],
    *,
    size: int,
) -> bool:
    """Can these be the parts of one memory of embeddings [size]?"""
    shapes = [vectors.shape, mean.shape, variances.shape, counts.shape]
    return bool(
        shapes == [(len(names), size), (size,), (len(names),), (len(names),)]
        and len(set(names)) == len(names)
        and all(names)
        and all((np.abs(array) < 1e9).all() for array in (vectors, mean, variances, counts))  # so no NaN either
        and (variances >= 0).all()
        and (counts >= 0).all()
        and facts["photos"] >= 0
        and 0 <= facts["spread"] < np.inf
    )
