"""Any strategy, without the tags that the user never wants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clear_core.features import Features
from clear_core.photos import Photo, ScoredPhoto
from clear_core.strategies.base import UNKNOWN, Strategy, TagMean, Task
from clear_core.strategies.candidates import AND, tag_key


class Excluding:
    """``inner``, but the ``excluded`` tags are not asked for and photos that carry one of them are not looked at.

    To ``inner`` such a tag is one that the service has no photos for. Photos of a saved search that were scored before
    their tag was excluded still teach it what they taught: showing them or not is the page's business.
    """

    def __init__(self, inner: Strategy, excluded: Iterable[str]) -> None:
        self._inner = inner
        self._excluded = {key for tag in excluded if (key := tag_key(tag))}

    def start(self, class_names: Sequence[str], task: Task = UNKNOWN) -> None:
        self._inner.start([name for name in class_names if not self._holds(name)], task)

    def choose_tags(self, count: int) -> list[str]:
        allowed: list[str] = []
        while True:
            tags = self._inner.choose_tags(count - len(allowed))
            refused = [tag for tag in tags if self._holds(tag)]
            allowed += [tag for tag in tags if tag not in refused]
            for tag in refused:
                self._inner.add_candidates(tag, ())
            if not refused:
                return allowed

    def add_candidates(self, tag: str, photos: Sequence[Photo]) -> None:
        self._inner.add_candidates(tag, [photo for photo in photos if not any(map(self._holds, photo.tags))])

    def choose_photos(self, count: int) -> list[Photo]:
        return self._inner.choose_photos(count)

    def observe(self, scored: Sequence[ScoredPhoto], features: Features | None = None) -> None:
        self._inner.observe(scored, features)

    def skip(self, photo: Photo) -> None:
        self._inner.skip(photo)

    def best_tags(self, count: int) -> list[TagMean]:
        best = self._inner.best_tags(count + len(self._excluded))
        return [mean for mean in best if not self._holds(mean.tag)][:count]

    def _holds(self, arm: str) -> bool:
        return bool(self._excluded) and any(tag_key(tag) in self._excluded for tag in arm.split(AND))
