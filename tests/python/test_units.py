"""Numbers as people read them."""

from __future__ import annotations

import pytest

from heaptoll.units import format_bytes, format_difference_cycles, format_difference_ns, format_ratio, format_tick_ns


@pytest.mark.parametrize(
    "ns, text",
    [(0.5, "0.5 ns"), (1, "1 ns"), (300, "300 ns"), (1000, "1 µs"), (20_000, "20 µs"), (5e6, "5 ms"), (2e9, "2 s")],
)
def test_a_tick_is_in_the_unit_that_suits_it(ns: float, text: str) -> None:
    assert format_tick_ns(ns) == text


@pytest.mark.parametrize(
    "size, text", [(8, "8 B"), (1024, "1 KiB"), (65528, "65528 B"), (65536, "64 KiB"), (1 << 20, "1 MiB")]
)
def test_bytes_are_in_a_binary_unit_where_it_divides_them(size: int, text: str) -> None:
    assert format_bytes(size) == text


@pytest.mark.parametrize(
    "ratio, digits, text",
    [
        (1.926, 3, "1.93×"), (33.92, 3, "33.9×"), (1393.2, 3, "1393×"), (0.187, 3, "0.187×"), (0.0, 3, "0×"),
        (1.44, 2, "1.4×"), (51.2, 2, "51×"), (1e200, 3, "1.0e+200×"), (2e-9, 3, "2.0e-09×"),
    ],
)  # fmt: skip
def test_a_ratio_has_as_many_digits_as_asked_for(ratio: float, digits: int, text: str) -> None:
    assert format_ratio(ratio, digits) == text


@pytest.mark.parametrize(
    "difference, texts",
    [
        ((12.34, 12.0, 12.9), ("+12.3 ns", "[+12.0, +12.9]")),
        ((-0.3, -0.5, -0.1), ("−0.30 ns", "[−0.50, −0.10]")),
        ((1412.0, 1390.0, 1440.0), ("+1.41 µs", "[+1.39, +1.44]")),
        # No more digits than the interval warrants.
        ((6.94, -28.9, 53.7), ("+7 ns", "[−29, +54]")),
        # One unit for all three, and 1000 ns is 1 µs.
        ((999.97, 900.0, 1100.0), ("+1.00 µs", "[+0.90, +1.10]")),
        ((0.001, -0.002, 0.004), ("0.00 ns", "[0.00, 0.00]")),
        ((0.0, 0.0, 0.0), ("0.00 ns", "[0.00, 0.00]")),
    ],
)
def test_a_difference_has_a_sign_and_no_more_digits_than_it_deserves(
    difference: tuple[float, float, float], texts: tuple[str, str]
) -> None:
    assert format_difference_ns(*difference) == texts


def test_a_difference_of_cycles_stays_in_cycles() -> None:
    assert format_difference_cycles(26.81, 26.75, 26.9) == ("+26.8 cycles", "[+26.8, +26.9]")
    assert format_difference_cycles(-36771.0, -37000.0, -36000.0)[0] == "−36771 cycles"


def test_an_absurd_difference_stays_short() -> None:
    assert all(len(text) < 30 for text in format_difference_ns(1e300, 0.0, 1e300))
