"""The names of the assets."""

import dagster as dg

UNIQUE_CHATS = dg.AssetKey("unique_chats")
CLASSIFIED_KEYWORDS = dg.AssetKey("classified_keywords")
MISSING_DATA_REPORT = dg.AssetKey("missing_data_report")
ANSWER_QUALITY = dg.AssetKey("answer_quality")
KEYWORD_REPORT = dg.AssetKey("keyword_report")
