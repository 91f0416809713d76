"""CLEAR's strategy: always play the tags whose photos scored best on average.

R. Sato, "CLEAR: A Fully User-side Image Search System", CIKM 2022, section 3: greedy is Tiara without exploration and
with one-hot tags. Of the published demo it keeps the parameters and mends the defects: it ends when fewer than ten
tags are known, knows no empty tag, and never hands out the same photo twice.
"""

from __future__ import annotations

from clear_core.strategies.arms import SEED_TAGS, ArmPlayer

__all__ = ["SEED_TAGS", "Greedy"]


class Greedy(ArmPlayer):
    """The arm with the highest mean is played; ties, and arms that nothing is known of, at random."""
