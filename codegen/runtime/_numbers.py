"""Numbers as their decimal form says: integers that JSON writes as 1.0, large ones, exact multiples."""

from __future__ import annotations

from ._data import JSON, is_not_finite
from ._errors import Invalid
from ._lazy import Any

LARGEST_EXACT = 1 << 53
"""Up to here a double is the number that its decimal form says, and has a hash of its own as an integer."""


def exact(value: Any) -> Any:
    """Return a float beyond 2 ** 53 as the integer that its decimal form says, anything else as it is.

    JSON text says `1e23`, which is 10 ** 23; the nearest double is 99999999999999991611392.
    """
    if type(value) is float and not -LARGEST_EXACT <= value <= LARGEST_EXACT and float.is_integer(value):
        digits, exponent = _decimal(value)
        return digits * 10**exponent if exponent >= 0 else int(value)
    return value


def integer(value: JSON) -> int:
    """Return an integer that JSON may write as 1.0 (Core 2020-12, section 4.2.1); raises Invalid for anything else."""
    if type(value) is float and float.is_integer(value):
        return int(exact(value))
    raise Invalid


def whole(value: JSON) -> JSON:
    """Return an array of integers, at any depth, with 1 in place of 1.0."""
    if isinstance(value, list):
        return [whole(item) for item in value]
    return int(exact(value)) if isinstance(value, float) else value


def is_multiple(value: int | float, step: int | float) -> bool:
    """Return whether a number is a whole multiple of the step, exactly as both are written in decimal."""
    if type(value) is int and type(step) is int:
        return value % step == 0
    if is_not_finite(value):
        return False
    digits, exponent = _decimal(value)
    step_digits, step_exponent = _decimal(step)
    scale: int = 10 ** abs(exponent - step_exponent)
    if exponent >= step_exponent:
        return digits * scale % step_digits == 0
    return digits % (step_digits * scale) == 0


def _decimal(number: int | float) -> tuple[int, int]:
    """Return the digits and the power of ten of a number's shortest decimal form."""
    if type(number) is int:
        return number, 0
    mantissa, _, exponent = repr(number).partition("e")
    whole, _, fraction = mantissa.partition(".")
    return int(whole + fraction), int(exponent or 0) - len(fraction)
