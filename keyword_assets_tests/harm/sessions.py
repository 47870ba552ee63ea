"""The ways in which writers talk to a server: SQL modes, character sets, zones, isolation, protocols."""

from collections.abc import Sequence
from dataclasses import dataclass

from keyword_assets_tests.harm.pairs import covering

_STRICT = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
# What both servers have when nobody sets anything.
ORDINARY = f"{_STRICT},NO_ZERO_IN_DATE,NO_ZERO_DATE"
# A server refuses the modes of the other.
MODES = {
    "ordinary": ORDINARY,
    "empty": "",
    "ansi": "ANSI",
    "ansi_quotes": f"ANSI_QUOTES,{_STRICT}",
    "no_backslash_strict": f"NO_BACKSLASH_ESCAPES,{_STRICT}",
    "no_backslash_lax": "NO_BACKSLASH_ESCAPES",
    "pipes": f"PIPES_AS_CONCAT,{_STRICT}",
    "traditional": "TRADITIONAL",
    "invalid_dates_lax": "ALLOW_INVALID_DATES",
    "invalid_dates_strict": f"ALLOW_INVALID_DATES,{_STRICT}",
    "no_zero_date_lax": "NO_ZERO_DATE,NO_ZERO_IN_DATE",
    "zero_dates_strict": _STRICT,
    "pad_char": f"PAD_CHAR_TO_FULL_LENGTH,{_STRICT}",
    "ignore_space": f"IGNORE_SPACE,HIGH_NOT_PRECEDENCE,NO_UNSIGNED_SUBTRACTION,{_STRICT}",
    "real_as_float": f"REAL_AS_FLOAT,STRICT_ALL_TABLES,{ORDINARY}",
    "no_auto_value": f"NO_AUTO_VALUE_ON_ZERO,NO_DIR_IN_CREATE,{ORDINARY}",
    "truncate_fractions": f"TIME_TRUNCATE_FRACTIONAL,{ORDINARY}",
    "round_fractions": f"TIME_ROUND_FRACTIONAL,{ORDINARY}",
    "oracle": "ORACLE",
    "oracle_null": f"ORACLE,EMPTY_STRING_IS_NULL,{ORDINARY}",
    "mssql": "MSSQL",
    "postgresql": "POSTGRESQL",
    "db2": "DB2",
    "simultaneous": f"SIMULTANEOUS_ASSIGNMENT,{ORDINARY}",
}
# Besides the mode. A server refuses what it does not know.
SETTINGS = {
    "none": "",
    "latin1": "SET NAMES latin1",
    "euckr": "SET NAMES euckr",
    "binary": "SET NAMES binary",
    "utf8mb3": "SET NAMES utf8mb3",
    "utf8mb4_bin": "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
    "ucs2": "SET character_set_connection = ucs2",
    "utf16": "SET character_set_connection = utf16, collation_connection = utf16_bin",
    "utc": "SET time_zone = '+00:00'",
    "far_east": "SET time_zone = '+13:00'",
    "far_west": "SET time_zone = '-12:00'",
    "dirty": "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
    "serializable": "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    "primary_key": "SET SESSION sql_require_primary_key = ON",
    "invisible_key": "SET SESSION sql_generate_invisible_primary_key = ON",
    "not_strict": "SET SESSION innodb_strict_mode = OFF",
    "unchecked": "SET SESSION foreign_key_checks = OFF, unique_checks = OFF",
    "unchecked_checks": "SET SESSION check_constraint_checks = OFF",
    "safe_updates": "SET SESSION sql_safe_updates = ON, sql_select_limit = 2",
    "timestamps": "SET SESSION explicit_defaults_for_timestamp = OFF",
    "no_notes": "SET SESSION sql_notes = OFF",
    "binlog_statement": "SET SESSION binlog_format = STATEMENT",
    "binlog_row": "SET SESSION binlog_format = ROW",
    "small_packets": "SET SESSION sort_buffer_size = 32768, max_sort_length = 64",
    "names": "SET SESSION lc_time_names = 'ko_KR', div_precision_increment = 0, default_week_format = 3",
    "derived": "SET SESSION optimizer_switch = 'derived_merge=off'",
}
PROTOCOLS = ("text", "prepared")


@dataclass(frozen=True)
class Session:
    """One way of writing, by the names of what it is made of."""

    mode: str = "ordinary"
    setting: str = "none"
    protocol: str = "text"

    def __str__(self) -> str:
        return f"{self.mode}/{self.setting}/{self.protocol}"

    def statements(self) -> list[str]:
        """What makes a session of this kind."""
        return [f"SET SESSION sql_mode = '{MODES[self.mode]}'", *filter(None, [SETTINGS[self.setting]])]


def sessions(
    seed: int, modes: Sequence[str] = tuple(MODES), settings: Sequence[str] = tuple(SETTINGS)
) -> list[Session]:
    """Sessions in which each mode and each setting occurs; which of them come together goes by the seed."""
    dimensions = {"mode": modes, "setting": settings, "protocol": PROTOCOLS}
    return [Session(**row) for row in covering(dimensions, strength=1, seed=seed)]
