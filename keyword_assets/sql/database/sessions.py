"""What holds in our sessions on a MySQL or MariaDB server, whatever its administrator has set for everybody's.

A session begins with the server's global values, and with what `init_connect` does to those who are no administrators.
Values that are right for a website end or change what we do: `sql_safe_updates` refuses an UPDATE, `sql_select_limit`
hides rows, `max_execution_time` breaks off the count of a day, another `sql_mode` reads our statements differently. So
each connection says at its beginning what it rests on: `VARIABLES`, in one statement.

All variables of MySQL 9.7 and MariaDB 10.11 were gone through. What is not here

- cannot change what we do: no statement or table of ours depends on it;
- or belongs to the administrator, whose reason for it is as good in our sessions: a server or a session that may only
  read, limits of memory and disk, the binary log, replication, clusters, what is logged;
- or may not be set by an ordinary user (`sql_generate_invisible_primary_key`, and on MySQL `innodb_strict_mode`): our
  statements mean the same under each of its values. Under `sql_require_primary_key` a table of the user's that has no
  key cannot be altered; ours have one.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Engine

from keyword_assets.core.texts import say

log = logging.getLogger(__name__)

# Of executable comments: everybody, MySQL from 8.0, MariaDB. The server itself decides what it reads, as the version
# that a proxy in front of it tells may be another. MariaDB leaves out those of MySQL from 5.7 to 9.9.
_BOTH, _MYSQL, _MARIADB = "", "!80000", "M!"
_MOST = 18_446_744_073_709_551_615
# How large a temporary table of ours may grow in the server's memory.
_TEMPORARY_BYTES = 256 * 1024 * 1024
# As long as we for our part wait for a silent server, see `engine.SILENCE_SECONDS`.
_SILENCE_SECONDS = 600
_SORT_BYTES = 2 * 1024 * 1024

# Strict, because a server in a lax mode would cut a long text silently, and a cut text is another question; a key 0
# would become the next free number; and a table in another engine than asked for would have no transactions.
# What is not in it changes how a statement is read (ANSI_QUOTES, PIPES_AS_CONCAT, NO_BACKSLASH_ESCAPES, IGNORE_SPACE,
# HIGH_NOT_PRECEDENCE, ORACLE) or what a value is (EMPTY_STRING_IS_NULL, PAD_CHAR_TO_FULL_LENGTH, REAL_AS_FLOAT,
# NO_UNSIGNED_SUBTRACTION, TIME_TRUNCATE_FRACTIONAL), or it refuses what is there: NO_ZERO_DATE and NO_ZERO_IN_DATE a
# comparison with days such as 2025-06-00, ONLY_FULL_GROUP_BY and ERROR_FOR_DIVISION_BY_ZERO a view of the user's.
_SQL_MODE = "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION"


@dataclass(frozen=True)
class Variable:
    """A session variable: what we set it to, why, and which servers know it (`""` for all)."""

    name: str
    value: int | str
    reason: str
    known: str = _BOTH

    @property
    def assignment(self) -> str:
        """It as a part of SET."""
        value = f"'{self.value}'" if isinstance(self.value, str) else self.value
        return f"@@SESSION.{self.name} = {value}"


VARIABLES = (
    # What a statement means.
    Variable("sql_mode", _SQL_MODE, "see above"),
    Variable("sql_auto_is_null", 0, "`IS NULL` would find the row inserted last"),
    Variable("div_precision_increment", 4, "a quotient would lose its fraction, a clock its fractions of a second"),
    Variable("group_concat_max_len", 1_048_576, "a list of names or keys would be cut"),
    Variable("max_sort_length", 1024, "sorted by 4 bytes of each, texts fall into more groups than there are (MySQL)"),
    Variable("default_regex_flags", "", "a pattern of ours would be read as another one", _MARIADB),
    Variable("old_mode", "UTF8_IS_UTF8MB3", "dates would be cast, and tables altered, in old ways", "M!100601"),
    # Which rows a statement sees and touches.
    Variable("sql_select_limit", _MOST, "rows beyond it would not be there"),
    Variable(
        "transaction_isolation", "REPEATABLE-READ", "SERIALIZABLE locks what is read, others see too much", _MYSQL
    ),
    Variable("tx_isolation", "REPEATABLE-READ", "the same", _MARIADB),
    Variable("completion_type", "NO_CHAIN", "a transaction would follow each of ours, or the end of the connection"),
    Variable("foreign_key_checks", 1, "rows would be left without those that they belong to"),
    Variable("unique_checks", 1, "keys would be there twice; and an empty table would be locked as a whole"),
    Variable("check_constraint_checks", 1, "rows would be written that the user's table refuses", _MARIADB),
    Variable("use_secondary_engine", 0, "reads would come from a copy that lags behind what we wrote", "!80013"),
    # What is refused.
    Variable("sql_safe_updates", 0, "UPDATE and DELETE over other columns than keys are refused"),
    Variable("sql_big_selects", 1, "a count of more rows than `max_join_size` is refused"),
    # What is broken off.
    Variable("max_execution_time", 0, "ten million messages are counted in a minute", _MYSQL),
    Variable("max_statement_time", 0, "the same", _MARIADB),
    Variable("idle_transaction_timeout", 0, "a transaction ends while we think about what we read", _MARIADB),
    Variable("idle_readonly_transaction_timeout", 0, "the same", _MARIADB),
    Variable("idle_write_transaction_timeout", 0, "the same", _MARIADB),
    Variable("wait_timeout", _SILENCE_SECONDS, "the same"),
    Variable("net_read_timeout", _SILENCE_SECONDS, "large statements on a slow network"),
    Variable("net_write_timeout", _SILENCE_SECONDS, "rows that are read as a stream"),
    Variable("innodb_lock_wait_timeout", 50, "one of our processes may count a busy day while others wait to write"),
    # Before our own patience ends: a statement that we turned away from would go on waiting, others behind it.
    Variable("lock_wait_timeout", _SILENCE_SECONDS // 2, "somebody alters a table; and a year is no answer"),
    # How tables are made, altered and described.
    Variable("default_storage_engine", "InnoDB", "our tables would have no transactions"),
    Variable("innodb_strict_mode", 1, "a table whose rows do not fit would be altered all the same", _MARIADB),
    Variable("old_alter_table", 0, "columns and indexes would be added by copying the table", _MYSQL),
    Variable("alter_algorithm", "DEFAULT", "the same, or refused", _MARIADB),
    Variable("sql_if_exists", 0, "an ALTER that finds nothing to alter would pass", _MARIADB),
    Variable("sql_quote_show_create", 1, "SQLAlchemy reads names in SHOW CREATE TABLE by their quotes"),
    Variable("show_gipk_in_create_table_and_information_schema", 1, "a key would not be told", "!80030"),
    # MySQL would tell when a table was written last as it was a day ago; MariaDB neither does so nor reads this.
    Variable("information_schema_stats_expiry", 0, "see above", _MYSQL),
    Variable("lc_messages", "en_US", "some failures are told apart by words"),
    # How long it takes. The questions of a day of a million messages are grouped in memory; on disk that takes ten
    # times as long. Plans were measured with what the server's makers switch on.
    Variable("tmp_table_size", _TEMPORARY_BYTES, "see above"),
    Variable("max_heap_table_size", _TEMPORARY_BYTES, "see above"),
    Variable("big_tables", 0, "temporary tables would be made on disk from the first row"),
    Variable("sql_buffer_result", 0, "each result would be copied, in place of a stream"),
    Variable("sort_buffer_size", _SORT_BYTES, "long texts do not fit a small one, and sorting them is refused"),
    Variable("range_optimizer_max_mem_size", 8_388_608, "lists of keys would be looked for in the whole table", _MYSQL),
    Variable("join_cache_level", 2, "joins without an index would read a table once for each row", _MARIADB),
    Variable("optimizer_switch", "default", "see above"),
)
"""All that we set, in the order in which it is set."""

# No such variable, one that only an administrator may set or that cannot be set, a value that it does not take.
_REFUSED = frozenset({1193, 1227, 1229, 1238, 1621, 1231, 1232})
# Without it statements would not mean what they say.
_NEEDED = "sql_mode"
# What a server does not take, found out once in a process: others know variables that are not in this list any more.
_refused: dict[URL, frozenset[str]] = {}


def settle(engine: Engine) -> None:
    """Have the engine's connections begin with our `VARIABLES`.

    Before anything else is asked of them: SQLAlchemy learns from the first one how names are quoted, and under a
    `sql_select_limit` of 0 no question has an answer.
    """

    @event.listens_for(engine, "connect", insert=True)
    def begin(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        refused = _refused.get(engine.url, frozenset())
        try:
            cursor.execute(statement(variable for variable in VARIABLES if variable.name not in refused))
        except engine.dialect.loaded_dbapi.Error as error:
            if not _is_refusal(error):
                raise
            _refused[engine.url] = _one_by_one(cursor, engine.dialect.loaded_dbapi.Error)
        cursor.close()


def statement(variables: Iterable[Variable]) -> str:
    """One SET for the variables, the first of which every server knows."""
    first, *others = variables
    return f"SET {first.assignment}" + "".join(map(_further, others))


def _further(variable: Variable) -> str:
    part = f", {variable.assignment}"
    return f" /*{variable.known} {part} */" if variable.known else part


def _one_by_one(cursor: Any, database_error: type[BaseException]) -> frozenset[str]:
    """Set what the server takes, and tell what it does not: its name."""
    refused = set()
    for variable in VARIABLES:
        part = statement([variable])
        try:
            cursor.execute(f"/*{variable.known} {part} */" if variable.known else part)
        except database_error as error:
            if variable.name == _NEEDED or not _is_refusal(error):
                raise
            refused.add(variable.name)
            log.warning(say("database.variable", name=variable.name, value=variable.value, reason=error))
    return frozenset(refused)


def _is_refusal(error: BaseException) -> bool:
    return getattr(error, "errno", None) in _REFUSED


_IN_A_SCRIPT = ("sql_mode", "default_storage_engine", "sql_safe_updates", "foreign_key_checks", "unique_checks")
FOR_A_SCRIPT = statement(
    [*(v for v in VARIABLES if v.name in _IN_A_SCRIPT), Variable("autocommit", 1, "its end would undo its rows")]
)
"""What an upgrade needs of it that is run by somebody else, with a client that stops at what its server does not know:
each server knows these."""
