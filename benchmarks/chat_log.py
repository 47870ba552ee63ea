"""A chat log made by the server itself, and what is true of it by its making.

A message's text is a function of a number, and so is whether its question is classified: what a statement ought to
count is known without asking any statement.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.transactions import writing

# Of a day's messages: new texts, texts asked earlier that day, texts of another day, blank ones.
NEW, SAME_DAY, OTHER_DAY, BLANK = 79, 10, 10, 1
# A text's own part of four is one of 0 to 3; a day's questions below `Day.classified_of_four` have keywords.
QUARANTINED_OF = 1000
LONG_OF = 50_000
CHUNK = 100_000
FIRST_DAY = date(2025, 6, 1)
# Messages of a day after all others: the newest messages of a live system are today's.
TODAY, TODAYS_MESSAGES = date(2025, 8, 1), 12_000
CLASSIFIED_AT = datetime(2025, 7, 20)

# What the old script left behind: no hash, no index over texts.
USERS_TABLES = (
    "CREATE TABLE chattings (chatting_pk BIGINT AUTO_INCREMENT PRIMARY KEY, input_text LONGTEXT, "
    "created_at DATETIME(6) NOT NULL, KEY ix_chattings_created_at (created_at)) DEFAULT CHARSET utf8mb4",
    "CREATE TABLE admin_chat_keywords (chat_keyword_pk BIGINT AUTO_INCREMENT PRIMARY KEY, "
    "query_text LONGTEXT NOT NULL, keyword VARCHAR(100) NOT NULL, category_id INT NOT NULL, "
    "query_count INT NOT NULL, created_at DATETIME(6) NOT NULL, batch_created_at DATETIME(6) NOT NULL, "
    "KEY ix_admin_chat_keywords_created_at (created_at)) DEFAULT CHARSET utf8mb4",
)
NUMBERS = "CREATE TABLE bench_numbers (n INT PRIMARY KEY)"


@dataclass(frozen=True)
class Day:
    """A day of so many messages (a multiple of 100).

    Its new texts are numbered from `first`; those it shares with another day from `other`.
    """

    date: date
    messages: int
    first: int
    other: int
    classified_of_four: int

    def part(self, percent: int) -> int:
        """So many per cent of the messages."""
        return self.messages * percent // 100

    def expected(self) -> DayCoverage:
        """What is true of the day."""
        texts = [range(self.first, self.first + self.part(NEW)), range(self.other, self.other + self.part(OTHER_DAY))]
        return DayCoverage(
            self.date,
            messages=self.messages,
            blank=self.part(BLANK),
            questions=sum(len(part) for part in texts),
            classified=sum(_count(part, 4, rest) for part in texts for rest in range(self.classified_of_four)),
            # Their own part of four is 3.
            quarantined=sum(_count(part, QUARANTINED_OF, 3) for part in texts) if self.classified_of_four < 4 else 0,
        )


def _count(numbers: range, divisor: int, rest: int) -> int:
    """How many of the numbers leave this rest."""
    return (numbers.stop - rest + divisor - 1) // divisor - (numbers.start - rest + divisor - 1) // divisor


def days_of(messages_a_day: int, single: Sequence[int]) -> list[Day]:
    """Thirty days of so many messages, three quarters classified, and single days, a quarter classified."""
    size = messages_a_day
    firsts = [number * size for number in range(30)]
    days = [Day(FIRST_DAY + timedelta(n), size, first, firsts[n - 1], 3) for n, first in enumerate(firsts)]
    first = 30 * size
    for messages in single:
        days.append(Day(FIRST_DAY + timedelta(len(days)), messages, first, first + messages, 1))
        first += 2 * messages
    return days


def period_of(days: Sequence[Day]) -> Period:
    """The days from first to last."""
    return Period(days[0].date, days[-1].date)


def fill(url: str, days: Sequence[Day], tables: Sequence[str] = USERS_TABLES) -> None:
    """The user's tables as the old script left them, or those made by other statements, filled by the server."""
    engine = make_engine(url)
    with writing(engine) as connection:
        for statement in (*tables, NUMBERS):
            connection.exec_driver_sql(statement)
    with writing(engine) as connection:
        numbers = ", ".join(f"({n})" for n in range(1000))
        connection.exec_driver_sql(f"INSERT INTO bench_numbers VALUES {numbers}")
        for thousand in range(1, CHUNK // 1000):
            connection.exec_driver_sql(
                f"INSERT INTO bench_numbers SELECT n + {1000 * thousand} FROM bench_numbers WHERE n < 1000"
            )
    for day in days:
        for start in range(0, day.messages, CHUNK):
            run(engine, _messages(day, start))
            run(engine, _keywords(day, start))
    today = Day(TODAY, TODAYS_MESSAGES, 2 * days[-1].other + days[-1].messages, 0, 0)
    run(engine, _messages(today, 0))
    with writing(engine) as connection:
        connection.exec_driver_sql("ANALYZE TABLE chattings, admin_chat_keywords").all()
    engine.dispose()


def quarantine(url: str, days: Sequence[Day]) -> None:
    """One text in a thousand set aside; only after the upgrade, which makes the table for it."""
    engine = make_engine(url)
    text = _text("k")
    for first, past in _ranges(days):
        for start in range(first, past, CHUNK * QUARANTINED_OF):
            run(
                engine,
                "INSERT IGNORE INTO keyword_quarantine (text_hash, share_key, query_text, reason, tries, last_reply, "
                f"classifier_version, quarantined_at) SELECT UNHEX(SHA2({text}, 256)), UNHEX(SHA2({text}, 256)), "
                f"{text}, '40003', 1, '', 'bench', NOW(6) FROM "
                f"(SELECT {start} - {start} % {QUARANTINED_OF} + n * {QUARANTINED_OF} + 3 AS k FROM bench_numbers) t "
                f"WHERE k >= {start} AND k < {past}",
            )
    engine.dispose()


def add_late_messages(url: str, day: Day, count: int) -> None:
    """Messages for a past day, written now: texts that nobody has asked before."""
    engine = make_engine(url)
    # A text of its own for each of the day's seconds; no other text begins with this word.
    run(
        engine,
        "INSERT INTO chattings (input_text, created_at) "
        f"SELECT CONCAT('늦은 질문 ', UUID(), n), TIMESTAMP('{day.date}') + INTERVAL n SECOND "
        f"FROM bench_numbers WHERE n < {count}",
    )
    engine.dispose()


def run(engine: sa.Engine, statement: str) -> None:
    """Run one statement in a transaction of its own."""
    with writing(engine) as connection:
        connection.exec_driver_sql(statement)


def _ranges(days: Sequence[Day]) -> list[tuple[int, int]]:
    """The numbers of texts that are asked, from and up to."""
    return [
        part
        for day in days
        for part in ((day.first, day.first + day.part(NEW)), (day.other, day.other + day.part(OTHER_DAY)))
    ]


def _text(number: str) -> str:
    """5 to 300 characters by the number, and 200 KB for a few."""
    times = f"IF({number} % {LONG_OF} = 7, 12800, {number} % 49)"
    return f"CONCAT('문', LPAD({number}, 8, '0'), REPEAT('가나다라마 ', {times}))"


def _messages(day: Day, start: int) -> str:
    """A chunk of a day's messages: in the order of time, their texts mixed."""
    step = next(step for step in range(7919, 10**6, 2) if math.gcd(step, day.messages) == 1)
    new, same, other = (day.part(NEW), day.part(NEW + SAME_DAY), day.part(NEW + SAME_DAY + OTHER_DAY))
    text = _text("k")
    return (
        "INSERT INTO chattings (input_text, created_at) SELECT "
        f"CASE WHEN k IS NOT NULL THEN {text} WHEN i % 2 THEN ' ' END, "
        f"TIMESTAMP('{day.date}') + INTERVAL (i * {86_399_000_000 // day.messages}) MICROSECOND "
        f"FROM (SELECT i, CASE WHEN j < {new} THEN {day.first} + j WHEN j < {same} THEN {day.first} + j - {new} "
        f"WHEN j < {other} THEN {day.other} + j - {same} END AS k "
        f"FROM (SELECT n + {start} AS i, (n + {start}) * {step} % {day.messages} AS j FROM bench_numbers "
        f"WHERE n < {day.messages - start}) a) b"
    )


def _keywords(day: Day, start: int) -> str:
    """The keyword rows of a chunk of a day's questions: two for every other one, else one."""
    new, questions = day.part(NEW), day.part(NEW + OTHER_DAY)
    asked = f"IF(k >= {day.first} AND k < {day.first + day.part(SAME_DAY)}, 2, 1)"
    return (
        "INSERT INTO admin_chat_keywords "
        "(query_text, keyword, category_id, query_count, created_at, batch_created_at) "
        f"SELECT {_text('k')}, CONCAT('키워드', p), 5, {asked}, "
        f"TIMESTAMP('{day.date}'), TIMESTAMP('{CLASSIFIED_AT}') "
        f"FROM (SELECT IF(n + {start} < {new}, {day.first} + n + {start}, {day.other} + n + {start} - {new}) AS k "
        f"FROM bench_numbers WHERE n + {start} < {questions}) q, (SELECT 0 AS p UNION ALL SELECT 1) r "
        f"WHERE k % 4 < {day.classified_of_four} AND (p = 0 OR k % 2 = 0)"
    )
