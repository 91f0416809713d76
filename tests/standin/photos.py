"""What the stand-in knows of one photo, and how a folder of pictures is dressed up as photos of many people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

YEAR = 365.25 * 86400

# Letter of the url_X field -> (suffix of the file name, longest side in pixels); sq and q are squares.
# Source: https://www.flickr.com/services/api/misc.urls.html
SIZES: dict[str, tuple[str, int]] = {
    "sq": ("s", 75), "q": ("q", 150), "t": ("t", 100), "s": ("m", 240), "n": ("n", 320),
    "m": ("", 500), "z": ("z", 640), "c": ("c", 800), "l": ("b", 1024),
}  # fmt: skip
SQUARE = frozenset({"sq", "q"})
ALWAYS = frozenset({"t", "s"})  # there even where the original is smaller, then as large as the original


@dataclass(frozen=True, slots=True)
class LibraryPhoto:
    """One photo of the stand-in.

    `width` and `height` are those of the original as the service states them: small pictures are enlarged
    when they are served, because nearly every photo on Flickr has a size of 320 pixels. `tags` are normalised
    as Flickr normalises them (lower case, no spaces: "stop sign" is stopsign). `uploaded` and `taken` are
    unix seconds. `category` is for tests to judge results by; the service never tells it.
    """

    id: str
    path: Path
    width: int
    height: int
    tags: tuple[str, ...]
    title: str
    category: str
    owner: str
    owner_name: str
    owner_alias: str | None
    license: str
    uploaded: int
    taken: int
    views: int
    secret: str
    server: str

    def size(self, letter: str) -> tuple[int, int] | None:
        """(width, height) in pixels of the size url_<letter>, or None where the original is smaller than it."""
        longest = SIZES[letter][1]
        if letter in SQUARE:
            return longest, longest
        if max(self.width, self.height) < longest:
            return (self.width, self.height) if letter in ALWAYS else None
        scale = longest / max(self.width, self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))

    def file_path(self, letter: str) -> str:
        """Path of the photo's file on the image host: /server/id_secret_suffix.jpg."""
        suffix = SIZES[letter][0]
        return f"/{self.server}/{self.id}_{self.secret}{'_' + suffix if suffix else ''}.jpg"

    def file_url(self, letter: str) -> str:
        """Address of the photo's file in the size url_<letter>."""
        return "https://live.staticflickr.com" + self.file_path(letter)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture before it has an owner, a date and a licence: what the folder itself tells."""

    path: Path
    width: int
    height: int
    tags: tuple[str, ...]
    title: str
    category: str


# Licence ids and how often each is met; most photos on Flickr are "All rights reserved".
_LICENSES = {"0": 0.58, "1": 0.07, "2": 0.06, "3": 0.06, "4": 0.07, "5": 0.05, "6": 0.02, "7": 0.02, "8": 0.01,
             "9": 0.03, "10": 0.02, "11": 0.005, "16": 0.005}  # fmt: skip

_FIRST = ("Ada", "Bram", "Chidi", "Dolores", "Elif", "Finn", "Giulia", "Hanna", "Ivo", "Jun", "Kofi", "Lena", "Marisol",
          "Noor", "Olav", "Priya", "Quentin", "Rosa", "Sven", "Tomoko", "Uwe", "Violeta", "Wanda", "Yusuf")  # fmt: skip
_LAST = ("Abara", "Bergström", "Castillo", "D'Angelo", "Eriksen", "Fontaine", "García", "Horák", "Ito", "Jansen",
         "Kaya", "Lindqvist", "Moreau", "Nowak", "O'Hara", "Petrov", "Quispe", "Rossi", "Sato", "Tanaka")  # fmt: skip
_TRADE = ("photography", "pix", "wild", "outdoors", "images", "shots", "travels", "35mm")


def dress(pictures: Sequence[Picture], *, seed: int, now: float, first_id: int) -> list[LibraryPhoto]:
    """Give each picture an owner, licence, dates, views and file name, all drawn from `seed`.

    Upload dates are spread evenly over the 12 years before `now` (unix seconds); the same seed gives the same
    photos, only the dates move along with `now`. Ids are numeric, from `first_id` on.
    """
    count = len(pictures)
    rng = np.random.default_rng(seed)
    owners = _owners(rng, max(20, count // 6))
    # A few people upload much, most little: squaring draws the low numbers more often.
    owner = (rng.random(count) ** 2 * len(owners)).astype(int)
    licence = rng.choice(list(_LICENSES), size=count, p=list(_LICENSES.values()))
    uploaded = (now - 60 - rng.random(count) * 12 * YEAR).astype(int)
    taken = uploaded - rng.exponential(30 * 86400, count).astype(int)
    views = rng.lognormal(4.0, 1.6, count).astype(int)
    secrets = rng.integers(0, 16**10, count)
    servers = rng.choice(["65535", "7859", "4423", "1603"], size=count, p=[0.7, 0.1, 0.1, 0.1])
    ids = first_id + np.cumsum(rng.integers(1, 9000, count))
    photos = []
    for i, picture in enumerate(pictures):
        nsid, name, alias = owners[owner[i]]
        photos.append(
            LibraryPhoto(
                id=str(ids[i]),
                path=picture.path,
                width=picture.width,
                height=picture.height,
                tags=picture.tags,
                title=picture.title,
                category=picture.category,
                owner=nsid,
                owner_name=name,
                owner_alias=alias,
                license=str(licence[i]),
                uploaded=int(uploaded[i]),
                taken=int(taken[i]),
                views=int(views[i]),
                secret=f"{int(secrets[i]):010x}",
                server=str(servers[i]),
            )
        )
    return photos


def _owners(rng: np.random.Generator, count: int) -> list[tuple[str, str, str | None]]:
    """`count` people as (NSID, screen name, alias in addresses or None)."""
    people: list[tuple[str, str, str | None]] = []
    used: set[str] = set()
    for number in rng.choice(90_000_000, count, replace=False) + 10_000_000:
        first, last, trade = (str(rng.choice(words)) for words in (_FIRST, _LAST, _TRADE))
        name = (f"{first} {last}", f"{first.lower()}_{trade}", f"{first} {last} {trade}")[int(rng.integers(3))]
        alias = "".join(c for c in name.lower().replace(" ", "-") if (c.isascii() and c.isalnum()) or c in "-_")
        alias = alias if alias not in used else f"{alias}{number % 100}"
        has_alias = rng.random() < 0.6 and alias not in used
        used.add(alias)
        people.append((f"{number}@N0{int(rng.integers(0, 9))}", name, alias if has_alias else None))
    return people
