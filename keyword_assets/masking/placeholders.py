"""What stands in place of personal data."""

import re

from keyword_assets.core.texts import TEXTS

KINDS = ("phone", "email", "rrn", "card", "account")
PLACEHOLDER = re.compile("|".join(re.escape(word) for kind in KINDS for word in TEXTS[f"mask.{kind}"]))
