"""Colours: the same in every chart, readable, and apart for everyone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from heaptoll.charts.theme import DARK, LIGHT, Theme, in_order, shapes

# Machado, Oliveira, Fernandes, A physiologically-based model for simulation of color vision deficiency,
# IEEE TVCG 15(6), 2009: severity 1.0, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])
SIX = ["glibc", "jemalloc", "mimalloc", "tcmalloc", "other one", "other two"]

themes = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def linear(colour: str) -> NDArray[np.float64]:
    c = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, relative luminance."""
    low, high = sorted(float(linear(c) @ TO_XYZ[1]) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, vision: NDArray[np.float64]) -> NDArray[np.float64]:
    xyz = TO_XYZ @ np.clip(vision @ linear(colour), 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def smallest_distance(colours: list[str]) -> float:
    return min(
        float(np.linalg.norm(lab(a, vision) - lab(b, vision)))
        for vision in VISION.values()
        for a, b in itertools.combinations(colours, 2)
    )


@themes
def test_text_is_readable(theme: Theme) -> None:
    for colour in (theme.text, theme.muted, theme.warning):
        assert contrast(colour, theme.background) >= 4.5


@themes
def test_marks_stand_out_from_the_background(theme: Theme) -> None:
    for colour in (theme.stack, *theme.allocators.values(), *theme.others):
        assert contrast(colour, theme.background) >= 3


@themes
def test_six_allocators_and_the_stack_stay_apart_for_the_colour_blind(theme: Theme) -> None:
    assert smallest_distance([theme.stack, *theme.colours(SIX).values()]) >= 15


def test_the_measure_above_notices_colours_that_fall_together() -> None:
    assert smallest_distance(["#D62728", "#2CA02C"]) < 15 < smallest_distance(["#0072B2", "#E69F00"])


@themes
def test_an_allocator_keeps_its_colour_whoever_is_beside_it(theme: Theme) -> None:
    everyone = theme.colours(SIX)
    for name in SIX[:4]:
        assert theme.colours([name]) == {name: everyone[name]}


@themes
def test_the_order_of_the_allocators_does_not_change_their_colours(theme: Theme) -> None:
    assert theme.colours(SIX) == theme.colours(SIX[::-1])


def test_six_allocators_have_six_shapes() -> None:
    assert len(set(shapes(SIX).values())) == 6


def test_the_known_allocators_come_first() -> None:
    assert in_order(["zeta", "tcmalloc", "alpha", "glibc"]) == ["glibc", "tcmalloc", "alpha", "zeta"]


@themes
def test_text_is_readable_on_every_step_of_the_scale(theme: Theme) -> None:
    for step in (*theme.steps, theme.grid, theme.background):
        assert contrast(theme.ink(step), step) >= 4.5


@themes
def test_each_step_is_further_from_the_background_than_the_one_before_for_everyone(theme: Theme) -> None:
    for vision in VISION.values():
        ground = lab(theme.background, vision)[0]
        distances = [abs(lab(step, vision)[0] - ground) for step in theme.steps]
        assert all(after - before >= 5 for before, after in itertools.pairwise(distances))


@themes
def test_neighbouring_steps_stay_apart_for_the_colour_blind(theme: Theme) -> None:
    for one, other in itertools.pairwise(theme.steps):
        assert smallest_distance([one, other]) >= 10
