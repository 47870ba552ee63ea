"""What Prometheus scrapes: named by its rules, cheap however many ask, and never a hang."""

import asyncio
import logging
import re
import threading
from dataclasses import replace
from datetime import date, datetime
from ipaddress import ip_network
from zoneinfo import ZoneInfo

import pytest
from prometheus_client.parser import text_string_to_metric_families

from keyword_assets.core.errors import DatabaseError
from keyword_assets.core.watching.snapshot import View
from keyword_assets.web.door import Door
from keyword_assets.web.metrics import app as application
from keyword_assets.web.metrics.app import metrics_app
from keyword_assets_tests.core.watching.test_words import BUSY, CALM, HOSTED
from keyword_assets_tests.web.asking import Answer, ask, asked, scope_of

SEOUL = ZoneInfo("Asia/Seoul")
# What promtool's linter asks of names.
NAME = re.compile(r"keyword_assets(_[a-z0-9]+)+")
NOT_BASE_UNITS = {"minutes", "hours", "days", "weeks", "milliseconds", "percent", "kilobytes", "megabytes"}
PLAIN = {"accept": "text/plain"}


class Database:
    """What is looked at; counts the looks, and can be away."""

    def __init__(self, view: View | None) -> None:
        self.view = view
        self.looks = 0
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self) -> View:
        self.looks += 1
        self.may_answer.wait(30)
        if self.view is None:
            raise DatabaseError("status.no_answer", seconds=1)
        return self.view


def numbers(answer: Answer) -> dict[str, float]:
    """Each sample, under its name and labels."""
    families = text_string_to_metric_families(answer.body.decode())
    return {
        "{}{}".format(sample.name, "".join(f" {value}" for value in sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_each_number_has_a_name_by_the_rules() -> None:
    """As promtool checks them: help and type are there, counters alone end in _total, units are base units."""
    busy = replace(BUSY, ended={"done": 3, "gaps": 1, "what another version wrote": 2})
    answer = ask(metrics_app(Database(View(busy, HOSTED)), SEOUL, Door()), "GET", "/metrics", headers=PLAIN)

    families = list(text_string_to_metric_families(answer.body.decode()))
    assert answer.status == 200
    assert answer.all("content-type")[0].startswith("text/plain; version=")
    for family in families:
        assert NAME.fullmatch(family.name), family.name
        assert family.documentation.endswith("."), family.name
        assert not NOT_BASE_UNITS & set(family.name.split("_")), family.name
        assert all(sample.name.endswith("_total") == (family.type == "counter") for sample in family.samples)
    found = numbers(answer)
    assert found["keyword_assets_up"] == 1
    assert found["keyword_assets_coverage_ratio"] == 0.85
    assert found["keyword_assets_partitions gap"] == 1
    assert found["keyword_assets_questions open"] == 2
    assert found["keyword_assets_questions quarantined"] == 1
    assert found["keyword_assets_oldest_gap_age_seconds"] == 180_000
    assert found["keyword_assets_quota_used requests"] == 42
    assert found["keyword_assets_quota_limit tokens"] == 60_000
    assert found["keyword_assets_quota_closed_seconds"] == 600
    assert found["keyword_assets_quota_waiting_requests"] == 3
    assert found["keyword_assets_requests_total"] == 310
    assert found["keyword_assets_retries_total"] == 2
    assert found["keyword_assets_cost_krw day"] == found["keyword_assets_budget_krw"] == 900
    assert found["keyword_assets_texts_in_flight"] == 5
    assert found["keyword_assets_runs_ended other"] == 2
    assert found["keyword_assets_instigator_on daily_keywords_schedule"] == 1
    assert (
        found["keyword_assets_last_success_timestamp_seconds"] == datetime(2025, 6, 20, 8, 30, tzinfo=SEOUL).timestamp()
    )
    assert b"another version" not in answer.body


def test_questions_a_minute_come_with_the_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """And openmetrics is given to who asks for it, as Prometheus does."""
    monkeypatch.setattr(application, "_KEPT_SECONDS", 0.0)
    database = Database(View(BUSY))
    app = metrics_app(database, SEOUL, Door())
    first = numbers(ask(app, "GET", "/metrics", headers=PLAIN))
    first_day = date(2025, 6, 11)
    later = replace(BUSY.days[first_day], classified_now=9)
    database.view = View(replace(BUSY, at=BUSY.at.replace(minute=31), days={**BUSY.days, first_day: later}))

    assert "keyword_assets_questions_per_minute" not in first
    assert numbers(ask(app, "GET", "/metrics", headers=PLAIN))["keyword_assets_questions_per_minute"] == 2
    modern = ask(app, "GET", "/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert modern.body.endswith(b"# EOF\n")


def test_many_who_ask_at_once_cost_one_look() -> None:
    """Ten Prometheus servers, and a health check of each container."""
    database = Database(View(CALM))
    database.may_answer.clear()
    app = metrics_app(database, SEOUL, Door())

    async def all_at_once() -> list[Answer]:
        asking = [asyncio.ensure_future(asked(app, scope_of("GET", path))) for path in ["/metrics", "/healthz"] * 20]
        await asyncio.sleep(0)
        database.may_answer.set()
        return await asyncio.gather(*asking)

    answers = asyncio.run(all_at_once())

    assert {answer.status for answer in answers} == {200}
    assert database.looks == 1


def test_a_database_that_is_away_is_told_once_and_comes_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """0 and 503, no old number, and one line in the log for each change."""
    monkeypatch.setattr(application, "_KEPT_SECONDS", 0.0)
    database = Database(None)
    app = metrics_app(database, SEOUL, Door())
    with caplog.at_level(logging.WARNING):
        away = [ask(app, "GET", "/metrics", headers=PLAIN) for _ in range(2)]
        ill = ask(app, "GET", "/healthz")
        database.view = View(CALM)
        well = ask(app, "GET", "/healthz")

    assert [set(numbers(answer)) for answer in away] == [{"keyword_assets_up", "keyword_assets_build_info 0.1.0"}] * 2
    assert numbers(away[0])["keyword_assets_up"] == 0
    assert (ill.status, ill.body, well.status) == (503, b"unavailable\n", 200)
    assert len(caplog.messages) == 2


def test_a_database_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """And while it is silent, nobody begins another look."""
    monkeypatch.setattr(application, "_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(application, "_KEPT_SECONDS", 0.0)
    database = Database(View(CALM))
    database.may_answer.clear()
    app = metrics_app(database, SEOUL, Door())

    assert [ask(app, "GET", "/healthz").status for _ in range(3)] == [503, 503, 503]
    assert database.looks == 1
    database.may_answer.set()


def test_strangers_stay_outside() -> None:
    """The guard stands before it, as before all our servers."""
    app = metrics_app(Database(View(CALM)), SEOUL, Door())

    assert ask(app, "GET", "/metrics", headers={"host": "stranger.test"}).status == 421
    assert ask(app, "GET", "/metrics", headers={"sec-fetch-site": "cross-site"}).status == 403
    assert ask(app, "POST", "/metrics").status == 415
    assert ask(app, "GET", "/").status == 404


def test_where_addresses_are_named_only_these_scrape() -> None:
    """And this machine may ask whether all is well, as its containers do."""
    app = metrics_app(Database(View(CALM)), SEOUL, Door(proxies=(ip_network("10.0.0.5"),)))

    assert ask(app, "GET", "/metrics", peer="10.0.0.5").status == 200
    assert ask(app, "GET", "/metrics", peer="10.0.0.6").status == 403
    assert ask(app, "GET", "/healthz", peer="10.0.0.6").status == 403
    assert ask(app, "GET", "/healthz").status == 200
