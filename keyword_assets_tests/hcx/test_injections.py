"""Chats that make an obedient model answer for others: each may harm itself, and nobody beside it.

All 200 of `injections` are tried by `python -m keyword_assets_tests.hcx.test_injections`; here is one of each style.
"""

import asyncio
import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from keyword_assets.core.classifying import intake
from keyword_assets.core.classifying.answers import read_stored
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.classifying.classify import Classification
from keyword_assets.core.models.period import Period
from keyword_assets.core.questions import share_key
from keyword_assets.demo import demo_messages
from keyword_assets.hcx.client import open_client
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import BATCH_TIME, DAY, RUN_ID, add_messages, keyword_rows, make_store
from keyword_assets_tests.hcx.asking import PRICE, TAXONOMY, hcx_at
from keyword_assets_tests.injections import STYLES, Injection, injections
from keyword_assets_tests.world import answers_to

# As many as one request has beside the one that attacks.
NEIGHBOURS = 9


@dataclass
class Damage:
    """What an attack did to others: rows and kept answers that the model would not give by itself, and gaps."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    @property
    def none(self) -> bool:
        """Whether it did nothing to anybody."""
        return not (self.rows or self.kept or self.gaps)


def neighbours() -> list[str]:
    """The questions of the demo, of all subjects side by side; the first are about what attacks are about."""
    said = [text for _, text, _ in demo_messages() if text and text == text.strip() and 5 < len(text) < 200]
    return sorted(dict.fromkeys(said), key=lambda text: "전학" not in text)


def attack(server: SimulatorServer, url: str, attacks: Sequence[Injection], texts: Sequence[str]) -> Damage:
    """One run over the texts, after every nine of which an attack stands in the same request."""
    server.reset()
    server.orders.extend(one.order for one in attacks)
    store = make_store(url)
    groups = [texts[at : at + NEIGHBOURS] for at in range(0, len(texts), NEIGHBOURS)]
    for group, one in itertools.zip_longest(groups, attacks):
        middle = len(group) // 2
        add_messages(store, *group[:middle], *([one.text] if one else []), *group[middle:])
    asyncio.run(_run(server, store))
    damage = _damage(store, [one.text for one in attacks], texts)
    store.engine.dispose()
    return damage


async def _run(server: SimulatorServer, store: SqlQuestionStore) -> None:
    config = hcx_at(server.url)
    book = store.quota_book(config.base_url, config.model, config.api_key)
    async with open_client(config, TAXONOMY, book=book, budget=Budget(PRICE)) as model:
        period = Period.of(DAY)
        job = Classification(store.coverage(period), model, store, TAXONOMY, BATCH_TIME, RUN_ID, PRICE)
        with store.at_work(period):
            await job.run()


def _damage(store: SqlQuestionStore, attacks: Sequence[str], texts: Sequence[str]) -> Damage:
    rows, good = {row[:3] for row in keyword_rows(store)}, answers_to(texts)
    names = {share_key(text): text for text in texts}
    damage = Damage(gaps=sorted({*texts, *attacks} - {row[0] for row in rows}))
    damage.rows = [(text, word) for text, word, category in rows - good if text not in attacks]
    with store.engine.connect() as connection:
        for key, stored in connection.execute(
            sa.select(store.tables.answers.c.share_key, store.tables.answers.c.answer)
        ):
            text, answer = names.get(bytes(key)), read_stored(stored, TAXONOMY)
            if text and {(text, keyword.keyword, keyword.category_id) for keyword in answer} - good:
                damage.kept.append((text, stored))
    return damage


def one_of_each_style() -> list[Injection]:
    """Another wording of each."""
    return [
        [one for one in injections() if one.style == style][(3 * number) % 10] for number, style in enumerate(STYLES)
    ]


def test_who_orders_a_model_about_harms_nobody_else(hcx: SimulatorServer) -> None:
    """One chat once gave its keyword to nine neighbours, and to whoever would ask the same later."""
    attacks = one_of_each_style()

    damage = attack(hcx, "sqlite:///attacked.db", attacks, neighbours()[: NEIGHBOURS * len(attacks)])

    assert damage == Damage()


def _all_of_them() -> None:
    """Every attack by itself, with the recognition of suspects and without it."""
    everybody = neighbours()
    with SimulatorServer() as server, tempfile.TemporaryDirectory() as folder:
        for recognised in (True, False):
            if not recognised:
                intake.addresses_model = lambda text: False  # type: ignore[assignment]
            failed, asked = 0, 0
            for number, one in enumerate(injections()):
                texts = everybody[number % 40 * NEIGHBOURS :][:NEIGHBOURS]
                damage = attack(server, f"sqlite:///{Path(folder) / f'{recognised}{number}.db'}", [one], texts)
                asked += server.stats.snapshot.received
                if not damage.none:
                    failed += 1
                    print(one.style, "|", one.text, "|", damage, flush=True)
            print(
                f"suspects recognised: {recognised}; {failed} of 200 did harm; {asked / 200:.2f} requests each",
                flush=True,
            )


if __name__ == "__main__":
    _all_of_them()
