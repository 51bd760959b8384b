"""Kinds of noise that a series may have while nothing changes. Standard deviation 1, unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.float64]

_SPIKES = 0.05
_SPIKE_LEAST, _SPIKE_MOST = 5.0, 20.0  # above the level
_MODES_APART = 5.0
_SECOND_MODE = 0.4  # of the points
_MODE_LASTS = 20  # points, on average


@dataclass(frozen=True)
class Kind:
    """`make(points, generator)`: a series of that noise around 0, shape (points,). `asked`: whether the issue at hand asks
    for it, or it is there to know."""

    name: str
    make: Callable[[int, Generator], Floats]
    asked: bool = False


def _independent(points: int, generator: Generator) -> Floats:
    return generator.standard_normal(points)


def _with_spikes(values: Floats, generator: Generator) -> Floats:
    spikes = generator.random(len(values)) < _SPIKES
    spiked: Floats = values + spikes * generator.uniform(_SPIKE_LEAST, _SPIKE_MOST, len(values))
    return spiked


def _autoregressive(rho: float) -> Callable[[int, Generator], Floats]:
    """x[t] = rho x[t-1] + noise, stationary from its first point."""

    def make(points: int, generator: Generator) -> Floats:
        new = generator.standard_normal(points) * (1 - rho**2) ** 0.5
        new[0] /= (1 - rho**2) ** 0.5
        wandering: Floats = lfilter([1.0], [1.0, -rho], new)
        return wandering

    return make


def _wandering_beneath(points: int, generator: Generator) -> Floats:
    both: Floats = _autoregressive(0.8)(points, generator) + generator.standard_normal(points)
    return both / 2**0.5


def _two_modes(points: int, generator: Generator) -> Floats:
    modes = generator.random(points) < _SECOND_MODE
    apart = (_SECOND_MODE * (1 - _SECOND_MODE)) ** 0.5 * _MODES_APART
    both: Floats = generator.standard_normal(points) + _MODES_APART * (modes - _SECOND_MODE)
    both /= (1 + apart**2) ** 0.5
    return both


def _lasting_modes(points: int, generator: Generator) -> Floats:
    first = int(generator.random() < 0.5)
    modes = (first + np.cumsum(generator.random(points) < 1 / _MODE_LASTS)) % 2
    both: Floats = generator.standard_normal(points) + _MODES_APART * (modes - 0.5)
    both /= (1 + (_MODES_APART / 2) ** 2) ** 0.5
    return both


def _heavy_tails(points: int, generator: Generator) -> Floats:
    tails: Floats = generator.standard_t(3, points)
    return tails / 3**0.5


KINDS = (
    Kind("independent", _independent, asked=True),
    Kind("5 % spikes, 5 to 20 σ", lambda n, g: _with_spikes(g.standard_normal(n), g), asked=True),
    Kind("AR(1), ρ = 0.5", _autoregressive(0.5), asked=True),
    Kind("AR(1), ρ = 0.3", _autoregressive(0.3)),
    Kind("AR(1), ρ = 0.7", _autoregressive(0.7)),
    Kind("AR(1), ρ = 0.5, and 5 % spikes", lambda n, g: _with_spikes(_autoregressive(0.5)(n, g), g)),
    Kind("AR(1), ρ = 0.8, beneath as much independent noise", _wandering_beneath),
    Kind("two modes, 5 σ apart", _two_modes),
    Kind("two modes, 5 σ apart, that last 20 points each", _lasting_modes),
    Kind("heavy tails (Student, 3 degrees)", _heavy_tails),
)
