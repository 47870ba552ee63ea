"""Statements that find rows by their primary key."""

import sqlalchemy as sa

from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.by_key import delete_by_key, insert_absent, insert_or_update
from keyword_assets.sql.database.transactions import writing
from keyword_assets_tests.builders import query

KEYS = [bytes([number]) * 32 for number in range(4)]


def test_rows_are_written_where_there_are_none_brought_up_to_date_and_deleted(store: SqlQuestionStore) -> None:
    """The same on both kinds of database."""
    claims, dialect = store.tables.claims, store.engine.dialect

    def row(key: bytes, worker: str) -> dict[str, object]:
        return {"share_key": key, "classifier_version": "1", "worker_id": worker}

    with writing(store.engine) as connection:
        connection.execute(sa.insert(claims), [row(KEYS[1], "others")])
        connection.execute(insert_absent(claims, dialect), [row(key, "ours") for key in KEYS[:3]])
        connection.execute(insert_or_update(claims, dialect, ["worker_id"]), [row(key, "new") for key in KEYS[2:]])
        connection.execute(delete_by_key(claims, claims.c.share_key.in_(KEYS[:1]), claims.c.worker_id == "ours"))

    rows = query(store.engine, "SELECT worker_id FROM keyword_claims ORDER BY share_key")

    assert rows == [("others",), ("new",), ("new",)]
