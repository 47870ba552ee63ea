"""Which digits are a card's."""


def is_card_number(digits: str) -> bool:
    """A first digit that cards have (ISO/IEC 7812), and the check digit."""
    return (digits[0] in "34569" or "22" <= digits[:2] <= "27") and _has_check_digit(digits)


def _has_check_digit(digits: str) -> bool:
    # Loaded here: it brings Python's help system along, and most texts hold nothing that looks like a card.
    from stdnum.luhn import is_valid

    return is_valid(digits)
