"""Which digits are a card's."""

# Twice each digit, the digits of that added up; by bytes, because every number that looks like a card is tried.
_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_ZERO = ord("0")


def is_card_number(digits: str) -> bool:
    """A first digit that cards have (ISO/IEC 7812), and the check digit."""
    return (digits[0] in "34569" or "22" <= digits[:2] <= "27") and _luhn(digits.encode())


def _luhn(digits: bytes) -> bool:
    plain = digits[-1::-2]
    return (sum(plain) - _ZERO * len(plain) + sum(digits[-2::-2].translate(_DOUBLED))) % 10 == 0
