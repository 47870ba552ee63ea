"""What processes that share an account must know of each other: quota used, texts in work, money spent, sizes learned.

Only tables of our own.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.sql.database.tables import HASH, LONG_TEXT
from keyword_assets.sql.schema.migrations.locks import add_lock

revision = "0002"
down_revision = "0001"

_TIME = sa.DateTime().with_variant(sa.dialects.mysql.DATETIME(fsp=6), "mysql", "mariadb")
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UTF8MB4: dict[str, Any] = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


def upgrade() -> None:
    """Create what is absent: MySQL commits each DDL statement, and an interrupted run is run again."""
    connection = context.config.attributes["connection"]
    present = set(sa.inspect(connection).get_table_names())
    tables: dict[str, tuple[sa.Column[Any], ...]] = {
        "keyword_quota": (
            sa.Column("place_id", _BIG_ID, primary_key=True, autoincrement=True),
            sa.Column("account", HASH, nullable=False),
            sa.Column("waiting", sa.SmallInteger(), nullable=False),
            sa.Column("requests", sa.Integer(), nullable=False),
            sa.Column("tokens", sa.BigInteger(), nullable=False),
            sa.Column("free_at", sa.Double(), nullable=False),
        ),
        "keyword_workers": (
            sa.Column("worker_id", sa.String(64), primary_key=True),
            sa.Column("host", sa.String(255), nullable=False),
            sa.Column("pid", sa.BigInteger(), nullable=False),
            sa.Column("began_at", _TIME, nullable=False),
            sa.Column("alive_until", sa.Double(), nullable=False),
        ),
        "keyword_claims": (
            sa.Column("share_key", HASH, primary_key=True),
            sa.Column("classifier_version", sa.String(64), primary_key=True),
            sa.Column("worker_id", sa.String(64), nullable=False),
        ),
        "keyword_usage": (
            sa.Column("used_on", sa.Date(), primary_key=True),
            sa.Column("run_id", sa.String(64), primary_key=True),
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("model", sa.String(64), primary_key=True),
            *(
                sa.Column(name, sa.BigInteger(), nullable=False)
                for name in ("requests", "retries", "possibly_twice", "prompt", "completion", "reserved")
            ),
            sa.Column("cost_krw", sa.Numeric(16, 4), nullable=False),
        ),
        "keyword_sizes": (
            sa.Column("classifier_version", sa.String(64), primary_key=True),
            sa.Column("sizes", LONG_TEXT, nullable=False),
            sa.Column("learned_at", _TIME, nullable=False),
        ),
    }
    for name, columns in tables.items():
        if name not in present:
            # A place's number is never given to another one: the queue goes by them.
            op.create_table(name, *columns, sqlite_autoincrement=name == "keyword_quota", **_UTF8MB4)
    _index("keyword_quota", ["account", "free_at"], present)
    _index("keyword_claims", ["worker_id"], present)
    _index("keyword_usage", ["day"], present)
    add_lock("quota")


def downgrade() -> None:
    """Refused, as in the first revision."""
    raise NotImplementedError("keyword_assets does not take its tables back")


def _index(table: str, columns: list[str], present: set[str]) -> None:
    name = f"ix_{table}_{columns[-1]}"
    connection = context.config.attributes["connection"]
    if table not in present or name not in {index["name"] for index in sa.inspect(connection).get_indexes(table)}:
        op.create_index(name, table, columns)
