"""Defaults that an administrator sets for all sessions, as tests set them, and values that do harm."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from keyword_assets.sql.database import sessions
from keyword_assets_tests.conftest import GIVEN_URL
from keyword_assets_tests.mariadb import MySQLServer, PrivateMariaDB

# For each variable that we set, a value under which we would do something else, or nothing.
HARMFUL: dict[str, int | float | str] = {
    "sql_mode": "ANSI,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE,NO_UNSIGNED_SUBTRACTION",
    "sql_auto_is_null": 1,
    "div_precision_increment": 0,
    "group_concat_max_len": 4,
    "max_sort_length": 4,
    "default_regex_flags": "EXTENDED,UNGREEDY",
    "old_mode": "ZERO_DATE_TIME_CAST",
    "sql_select_limit": 5,
    "transaction_isolation": "SERIALIZABLE",
    "tx_isolation": "SERIALIZABLE",
    "completion_type": "RELEASE",
    "foreign_key_checks": 0,
    "unique_checks": 0,
    "check_constraint_checks": 0,
    "use_secondary_engine": "FORCED",
    "sql_safe_updates": 1,
    "sql_big_selects": 0,
    "max_execution_time": 1,
    "max_statement_time": 0.0001,
    "idle_transaction_timeout": 1,
    "idle_readonly_transaction_timeout": 1,
    "idle_write_transaction_timeout": 1,
    "wait_timeout": 1,
    "net_read_timeout": 1,
    "net_write_timeout": 1,
    "innodb_lock_wait_timeout": 1,
    "lock_wait_timeout": 1,
    "default_storage_engine": "MyISAM",
    "innodb_strict_mode": 0,
    "old_alter_table": 1,
    "alter_algorithm": "INSTANT",
    "sql_if_exists": 1,
    "sql_quote_show_create": 0,
    "show_gipk_in_create_table_and_information_schema": 0,
    "information_schema_stats_expiry": 86_400,
    "lc_messages": "ko_KR",
    "tmp_table_size": 1024,
    "max_heap_table_size": 16_384,
    "big_tables": 1,
    "sql_buffer_result": 1,
    "sort_buffer_size": 32_768,
    "range_optimizer_max_mem_size": 1,
    "join_cache_level": 0,
    "optimizer_switch": "materialization=off,semijoin=off,derived_merge=off",
}


@contextmanager
def changeable_server() -> Iterator[MySQLServer]:
    """A server whose defaults may be changed: the one named for all tests while these are alone, or one of our own."""
    if GIVEN_URL and "PYTEST_XDIST_WORKER" not in os.environ:
        yield MySQLServer(GIVEN_URL)
        return
    with PrivateMariaDB() as server:
        yield server


@contextmanager
def defaults(server: MySQLServer, **values: int | float | str) -> Iterator[None]:
    """Every session of those who are no administrators begins with these values."""
    assignments = ", ".join(f"@@SESSION.{name} = {_literal(value)}" for name, value in values.items())
    server.execute(f'SET GLOBAL init_connect = "SET {assignments}"')
    try:
        yield
    finally:
        server.execute("SET GLOBAL init_connect = ''")


def _literal(value: float | str) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def is_mariadb(server: MySQLServer) -> bool:
    """Whether it is that and no MySQL."""
    return "MariaDB" in server.execute("SELECT VERSION()")[0][0]


def ours_on(server: MySQLServer) -> frozenset[str]:
    """The names of the variables that we set on this server."""
    there = {row[0].lower() for row in server.execute("SHOW SESSION VARIABLES")}
    others = "!" if is_mariadb(server) else "M!"
    return frozenset(v.name for v in sessions.VARIABLES if v.name in there and not v.known.startswith(others))


def set_ours(patch: pytest.MonkeyPatch, **values: int) -> None:
    """Have our connections begin with another value than the product's, such as a shorter wait."""
    patch.setattr(
        sessions,
        "VARIABLES",
        tuple(replace(variable, value=values.get(variable.name, variable.value)) for variable in sessions.VARIABLES),
    )
