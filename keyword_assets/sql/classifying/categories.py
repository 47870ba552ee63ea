"""`admin_categories`: brought to know the categories of the taxonomy."""

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.errors import InputError
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading


@repeated
def sync_categories(engine: Engine, tables: Tables, taxonomy: Taxonomy) -> None:
    """Add the categories that the table lacks.

    Raises:
        InputError: an id there has another name, or a name there another id; nothing was changed.
    """
    table = tables.admin_categories
    with writing_alone(engine, tables) as connection:
        rows = connection.execute(sa.select(table.c.category_id, table.c.category_name)).all()
        names = {int(identifier): name for identifier, name in rows}
        _require_the_same(names, taxonomy)
        missing = [c for c in taxonomy.categories if c.id not in names]
        if missing:
            rows_to_add = [{"category_id": c.id, "category_name": c.name} for c in missing]
            connection.execute(sa.insert(table), rows_to_add)


@repeated
def category_names(engine: Engine, tables: Tables) -> dict[int, str]:
    """The names by id."""
    category = tables.admin_categories.c
    with reading(engine) as connection:
        rows = connection.execute(sa.select(category.category_id, category.category_name))
        return {int(identifier): name for identifier, name in rows if identifier is not None}


def _require_the_same(names: dict[int, str], taxonomy: Taxonomy) -> None:
    ids = {name: identifier for identifier, name in names.items()}
    for category in taxonomy.categories:
        there = names.get(category.id, category.name)
        id_there = ids.get(category.name, category.id)
        if there != category.name or id_there != category.id:
            raise InputError(
                "categories.differ",
                id=category.id,
                name=category.name,
                there=f"{id_there}: {names.get(id_there, there)}",
            )
