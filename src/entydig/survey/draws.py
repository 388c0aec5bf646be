"""Random numbers that come out the same on every release: one named stream for each purpose.

Only `numpy.random.Generator.random` of PCG64 is used, whose bits numpy guarantees; normals come by the
inverse and are rounded, so that the last bits, which differ between releases and processors, never decide
anything.
"""

from __future__ import annotations

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray
from scipy.special import ndtri

__all__ = ["DECIMALS", "Streams"]

DECIMALS = 9
Floats = NDArray[np.float64]


class Streams:
    """Named streams of one seed; a new purpose never moves the numbers of another.

    Parameters
    ----------
    seed : int
        0 or more.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def generator(self, *purpose: object) -> Generator:
        """Give the generator of a purpose, from its beginning.

        The spawn key is the UTF-8 bytes of the purpose's words joined by ``/``.
        """
        key = "/".join(str(word) for word in purpose).encode()
        return Generator(PCG64(SeedSequence(self.seed, spawn_key=tuple(key))))

    def uniform(self, size: int, *purpose: object) -> Floats:
        """Give numbers from 0 (included) to 1 (excluded)."""
        return self.generator(*purpose).random(size)

    def normal(self, size: int, *purpose: object) -> Floats:
        """Give standard normals, rounded."""
        return np.round(ndtri(self.uniform(size, *purpose)), DECIMALS)

    def gumbel(self, size: int, *purpose: object) -> Floats:
        """Give standard Gumbel numbers, rounded."""
        return np.asarray(
            np.round(-np.log(-np.log(self.uniform(size, *purpose))), DECIMALS), dtype=np.float64
        )

    def order(self, size: int, *purpose: object) -> NDArray[np.intp]:
        """Give a random order of 0 .. size - 1."""
        return np.argsort(self.uniform(size, *purpose), kind="stable")
