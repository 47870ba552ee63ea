"""Which phone numbers are a person's, by `phonenumbers` (Google's numbering plans)."""

import re
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.phonemetadata import PhoneMetadata

# A person's; those of companies and offices (1588-…, 080-…) are meant to be known.
_PERSONAL = ("fixed_line", "mobile", "voip", "personal_number", "pager")
_PUBLIC = ("premium_rate", "toll_free", "shared_cost")
_KOREA = 82
_SHORTEST, _LONGEST = 8, 11


def is_korean(national: str) -> bool:
    """Whether this is a person's number in Korea, given without the leading zero."""
    return _SHORTEST <= len(national) <= _LONGEST and _numbers(_KOREA).fullmatch(national) is not None


def is_foreign(digits: str) -> bool:
    """Whether these digits, after a +, are a person's number anywhere."""
    for length in (1, 2, 3):
        code = int(digits[:length])
        if code in COUNTRY_CODE_TO_REGION_CODE and digits[0] != "0":
            national = digits[length:]
            if code == _KOREA:
                return is_korean(national.removeprefix("0"))
            # +44 (0)20 …
            return any(_numbers(code).fullmatch(part) for part in (national, national.removeprefix("0")))
    return False


@cache
def _numbers(code: int) -> re.Pattern[str]:
    """One pattern of all: asking `phonenumbers` of each number is a hundred times as slow."""
    plans = [_plan(code, region) for region in COUNTRY_CODE_TO_REGION_CODE[code]]
    patterns = {kinds: "|".join(_patterns(plans, kinds)) or "(?!)" for kinds in (_PERSONAL, _PUBLIC)}
    return re.compile(f"(?!(?:{patterns[_PUBLIC]})$)(?:{patterns[_PERSONAL]})")


def _plan(code: int, region: str) -> PhoneMetadata | None:
    # 001 is for what belongs to no country.
    if region == "001":
        return PhoneMetadata.metadata_for_nongeo_region(code)
    return PhoneMetadata.metadata_for_region(region)


def _patterns(plans: list[PhoneMetadata | None], kinds: tuple[str, ...]) -> list[str]:
    described = [getattr(plan, kind) for plan in plans for kind in kinds]
    return [one.national_number_pattern for one in described if one is not None and one.national_number_pattern]
