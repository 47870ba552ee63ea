"""Resources: configuration that opens an ordinary object, without a secret in what Dagster shows."""

import asyncio

import pytest
from dagster._core.remote_representation.external_data import RepositorySnap
from dagster_shared.serdes import serialize_value

from keyword_assets.configuration.hcx import Hcx
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.errors import InputError
from keyword_assets.core.quota.limits import Limits
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.resources import DatabaseResource, HcxResource
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.world import KEY


# Dagster reads all it knows about a schedule, also what it has deprecated itself.
@pytest.mark.filterwarnings("ignore:Property `ScheduleDefinition.environment_vars`")
def test_no_secret_is_in_what_the_ui_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can open the UI sees the configuration of every resource."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "mysql+mysqlconnector://me:s3cret@127.0.0.1:1/chats")

    shown = serialize_value(RepositorySnap.from_def(build_defs(Settings.from_env()).get_repository_def()))

    assert "coverage_backfill_sensor" in shown
    assert KEY not in shown
    assert "s3cret" not in shown


def test_the_client_takes_every_hcx_setting_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that stops half-way looks as if it had been obeyed; a code server lives for weeks."""
    resource = HcxResource()
    values = {
        "HCX_MODEL": "HCX-005",
        "HCX_QPM": "7",
        "HCX_TPM": "8000",
        "HCX_QUOTA_WINDOW_SECONDS": "9.5",
        "HCX_TIMEOUT_SECONDS": "10.5",
        "HCX_MAX_RETRIES": "0",
        "HCX_MAX_WAIT_SECONDS": "11",
        "HCX_BATCH_SIZE": "12",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)

    hcx = asyncio.run(_opened(resource))

    assert (hcx.model, hcx.limits) == ("HCX-005", Limits(7, 8000, 9.5))
    assert (hcx.timeout_seconds, hcx.max_retries) == (10.5, 0)
    assert (hcx.max_wait_seconds, hcx.batch_size, hcx.api_key) == (11, 12, KEY)


def test_hcx_does_not_open_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is read when it is needed, so that the UI can be looked at without one."""
    monkeypatch.delenv("HCX_API_KEY")

    with pytest.raises(InputError, match="HCX_API_KEY"):
        asyncio.run(_opened(HcxResource()))


async def _opened(resource: HcxResource) -> Hcx:
    with DatabaseResource().open() as store:
        async with resource.open(resource.settings(), load_taxonomy(), store, "run-1") as client:
            return client.hcx


def test_the_database_opens_at_the_address_of_the_moment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A code server lives for weeks; the address may change under it."""
    resource = DatabaseResource()
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "other.db"
    make_store(f"sqlite:///{elsewhere}").engine.dispose()
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", f"sqlite:///{elsewhere}")

    with resource.open() as store:
        opened = store.engine.url.database

    assert opened == str(elsewhere)
