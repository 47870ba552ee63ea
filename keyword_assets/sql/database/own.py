"""How a table of ours is declared: each begins with `keyword_`, and keeps every character there is."""

from typing import Any

import sqlalchemy as sa

from keyword_assets.sql.database.columns import UTF8MB4


class OwnTables:
    """Tables of ours, among others in the same metadata."""

    metadata: sa.MetaData

    def own(self, name: str, *parts: Any, **options: Any) -> sa.Table:
        """Declare one."""
        return sa.Table(name, self.metadata, *parts, **UTF8MB4, **options)
