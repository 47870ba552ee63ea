"""What the UI says about each asset before anything has run: what it is, whose, of what, and which columns it has."""

import dagster as dg
import sqlalchemy as sa

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT, UNIQUE_CHATS
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.tables import made_once

GROUP = "daily_keywords"
# Whether materializing the asset may cost money.
SENDS_TAG = "keyword_assets/sends"
# Kinds that the UI has an icon for.
_DATABASES = ("mysql", "mariadb", "sqlite")


def asset_specs(settings: Settings, taxonomy: Taxonomy) -> list[dg.AssetSpec]:
    """The three assets under these settings."""
    tables = made_once(Names(settings.table_names, settings.column_names))
    code_version = classifier_version(settings.hcx.model, taxonomy)
    return [
        _spec(UNIQUE_CHATS, settings, tables.chattings),
        _spec(
            CLASSIFIED_KEYWORDS,
            settings,
            tables.admin_chat_keywords,
            deps=[UNIQUE_CHATS],
            sends="hcx",
            code_version=code_version,
        ),
        _spec(MISSING_DATA_REPORT, settings, tables.day_states, deps=[CLASSIFIED_KEYWORDS]),
    ]


def database_kind(settings: Settings) -> str:
    """What the UI shows for the database."""
    backend = settings.database_url.split(":")[0].split("+")[0]
    return backend if backend in _DATABASES else "sql"


def _spec(
    key: dg.AssetKey,
    settings: Settings,
    table: sa.Table,
    *,
    deps: list[dg.AssetKey] | None = None,
    sends: str = "nothing",
    code_version: str | None = None,
) -> dg.AssetSpec:
    (name,) = key.path
    return dg.AssetSpec(
        key,
        deps=deps or [],
        group_name=GROUP,
        kinds={"python", database_kind(settings)},
        owners=list(settings.owners),
        tags={SENDS_TAG: sends},
        code_version=code_version,
        description=say(f"asset.{name}", table=table.name),
        metadata={"dagster/column_schema": _schema(table), "dagster/table_name": table.name},
    )


def _schema(table: sa.Table) -> dg.TableSchema:
    """The columns that we read or write, under the user's names."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                type=str(column.type),
                description=say(f"column.{column.key}"),
                constraints=dg.TableColumnConstraints(nullable=bool(column.nullable), unique=_is_key(column)),
            )
            for column in table.columns
        ]
    )


def _is_key(column: sa.Column[object]) -> bool:
    """Whether the column alone is the table's key."""
    return column.primary_key and len(column.table.primary_key) == 1
