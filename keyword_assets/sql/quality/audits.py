"""`keyword_audits`: what was drawn from which population; the questions of a sample are review items."""

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.quality.audits import Audit, Drawn, Sample, Stratum, Unit
from keyword_assets.core.questions import Mask, share_key, unmasked
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets.sql.quality.doubtful import insert_items


class Audits:
    """The audits; `clock` says the local wall-clock time, `mask` hides what keys of corrections leave out of a text."""

    def __init__(self, engine: Engine, tables: Tables, clock: Callable[[], datetime], mask: Mask = unmasked) -> None:
        self._engine = engine
        self._audits, self._items, self._categories = tables.audits, tables.review_items, tables.admin_categories
        self._clock = clock
        self._mask = mask

    def keep(
        self,
        period: Period,
        seed: int,
        unit: Unit,
        sample: Sample,
        texts: Mapping[tuple[date, bytes], str],
        version: str,
    ) -> Audit:
        """Keep what was drawn, and hand it to review.

        Args:
            period: the days of the population.
            seed: of the draw.
            unit: what counts alike.
            sample: what was drawn.
            texts: of its questions, by day and hash.
            version: of the classifier that is in force.
        """
        values = {
            "start_day": period.start,
            "end_day": period.end,
            "drawn_at": self._clock(),
            "seed": seed,
            "sampled_by": unit,
            "size": len(sample.drawn),
            "questions": sum(stratum.questions for stratum in sample.strata),
            "messages": sum(stratum.messages for stratum in sample.strata),
            "strata": json.dumps([astuple(stratum) for stratum in sample.strata]),
            "expected_margin": sample.expected_margin,
            "classifier_version": version,
        }
        rows = [self._row(one, texts[one.candidate.day, one.candidate.text_hash]) for one in sample.drawn]
        return self.get(self._keep(values, rows))

    @repeated
    def _keep(self, values: dict[str, Any], rows: list[dict[str, Any]]) -> int:
        with writing(self._engine) as connection:
            known = self._same(connection, values)
            if known is not None:
                # Ours, of a commit that did happen and was not heard of.
                return known
            key = connection.execute(sa.insert(self._audits).values(values)).inserted_primary_key
            assert key is not None, "the database gives the number"
            number = int(key[0])
            insert_items(connection, self._items, [{"audit_id": number, **row} for row in rows])
            return number

    def _same(self, connection: Connection, values: Mapping[str, Any]) -> int | None:
        same = [self._audits.c[name] == values[name] for name in ("start_day", "end_day", "drawn_at", "seed")]
        return connection.execute(sa.select(self._audits.c.audit_id).where(*same)).scalar_one_or_none()

    def _row(self, one: Drawn, text: str) -> dict[str, Any]:
        return {
            "day": one.candidate.day,
            "text_hash": one.candidate.text_hash,
            "share_key": share_key(text, self._mask),
            "query_text": text,
            "messages": one.candidate.messages,
            "stratum": one.candidate.category,
            "weight": one.weight,
            "answer": one.candidate.answer,
        }

    def get(self, audit_id: int | None = None) -> Audit:
        """The audit of this number, or the newest.

        Raises:
            InputError: there is none.
        """
        found = self._first([] if audit_id is None else [self._audits.c.audit_id == audit_id])
        if found is None:
            raise InputError("audit.none") if audit_id is None else InputError("audit.unknown", audit=audit_id)
        return found

    def drawn(self, period: Period, seed: int) -> Audit | None:
        """The audit that was drawn of these days with this seed, if one was."""
        column = self._audits.c
        these = (column.start_day == period.start, column.end_day == period.end, column.seed == seed)
        return self._first(list(these))

    @repeated
    def about(self, period: Period) -> list[Audit]:
        """The audits of populations that have days of the period, the newest first."""
        column = self._audits.c
        found = sa.select(self._audits).where(column.start_day <= period.end, column.end_day >= period.start)
        with reading(self._engine) as connection:
            return [_audit(row) for row in connection.execute(found.order_by(column.audit_id.desc()))]

    @repeated
    def all(self) -> list[Audit]:
        """Every audit, the newest first."""
        with reading(self._engine) as connection:
            return [_audit(row) for row in connection.execute(self._newest_first())]

    @repeated
    def category_names(self) -> dict[int, str]:
        """The names of `admin_categories` by id, which a stratum's category has, whatever the taxonomy has become."""
        category = self._categories.c
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(category.category_id, category.category_name))
            return {int(number): name for number, name in rows}

    @repeated
    def _first(self, where: list[sa.ColumnElement[bool]]) -> Audit | None:
        with reading(self._engine) as connection:
            row = connection.execute(self._newest_first().where(*where).limit(1)).first()
        return None if row is None else _audit(row)

    def _newest_first(self) -> sa.Select[Any]:
        return sa.select(self._audits).order_by(self._audits.c.audit_id.desc())


def _audit(row: Any) -> Audit:
    return Audit(
        id=int(row.audit_id),
        period=Period(row.start_day, row.end_day),
        drawn_at=row.drawn_at,
        seed=int(row.seed),
        unit="messages" if row.sampled_by == "messages" else "questions",
        size=int(row.size),
        questions=int(row.questions),
        messages=int(row.messages),
        strata=tuple(Stratum(*stratum) for stratum in json.loads(row.strata)),
        expected_margin=float(row.expected_margin),
        classifier_version=row.classifier_version,
    )
