"""Tables as their owners have them: the types, keys, engines, triggers and neighbours that an upgrade may meet."""

from dataclasses import asdict, dataclass

from keyword_assets_tests.harm.pairs import Row, covering

_DATES = ("'2025-06-11 09:00:00'", "'2025-06-12 23:59:59'")
_NUMBERS = ("1749600000", "1749686400")
_YEARS = ("2025", "2026")

# The type of `created_at`, and two ordinary values.
TIMES = {
    "datetime": ("DATETIME NOT NULL", _DATES),
    "datetime_null": ("DATETIME NULL", _DATES),
    "datetime_3": ("DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)", _DATES),
    "datetime_6": ("DATETIME(6) NOT NULL", _DATES),
    "timestamp_null": ("TIMESTAMP NULL", _DATES),
    "timestamp_now": ("TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", _DATES),
    "timestamp_6": ("TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)", _DATES),
    "date": ("DATE NOT NULL", _DATES),
    "bigint": ("BIGINT NOT NULL", _NUMBERS),
    "int": ("INT UNSIGNED NULL", _NUMBERS),
    "double": ("DOUBLE NOT NULL", _NUMBERS),
    "decimal": ("DECIMAL(16,6) NOT NULL", _NUMBERS),
    "varchar_19": ("VARCHAR(19) NOT NULL", _DATES),
    "varchar_32": ("VARCHAR(32) CHARACTER SET latin1 NULL", _DATES),
    "char_14": ("CHAR(14) NOT NULL", ("'20250611090000'", "'20250612235959'")),
    "year": ("YEAR NULL", _YEARS),
    "time": ("TIME NULL", ("'09:00:00'", "'23:59:59'")),
}
# The type of `input_text`.
TEXTS = {
    "text": "TEXT",
    "longtext_not_null": "LONGTEXT NOT NULL",
    "mediumtext": "MEDIUMTEXT",
    "tinytext": "TINYTEXT",
    "varchar_bin": "VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "varchar_20": "VARCHAR(20) NOT NULL DEFAULT ''",
    "utf8mb3": "TEXT CHARACTER SET utf8mb3",
    "latin1": "TEXT CHARACTER SET latin1",
    "euckr": "VARCHAR(200) CHARACTER SET euckr",
    "unicode_520": "TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci",
    "utf16": "VARCHAR(200) CHARACTER SET utf16",
    "char": "CHAR(40)",
    "blob": "BLOB",
    "varbinary": "VARBINARY(400)",
    "json": "JSON",
}
# The type of `chatting_pk`, and the table's keys.
KEYS = {
    "auto": ("BIGINT NOT NULL AUTO_INCREMENT", ", PRIMARY KEY (chatting_pk), KEY by_time (created_at)"),
    "composite": ("BIGINT NOT NULL", ", PRIMARY KEY (room_id, chatting_pk), KEY by_time (created_at)"),
    "none": ("BIGINT NOT NULL", ""),
    "unique": ("BIGINT NULL", ", UNIQUE KEY numbers (chatting_pk)"),
    "uuid": ("CHAR(36) NOT NULL", ", PRIMARY KEY (chatting_pk), KEY by_time (created_at)"),
    "by_time": ("BIGINT NOT NULL", ", PRIMARY KEY (created_at, chatting_pk)"),
}
ENGINES = ("InnoDB", "MyISAM", "Aria", "MEMORY", "ARCHIVE", "CSV")
_TRANSACTIONS = frozenset({"InnoDB"})
PARTITIONS = {
    "none": "",
    "by_key": " PARTITION BY KEY (room_id) PARTITIONS 3",
    "by_day": " PARTITION BY RANGE COLUMNS (created_at) (PARTITION p1 VALUES LESS THAN ('2025-06-12'),"
    " PARTITION p2 VALUES LESS THAN ('2025-06-13'), PARTITION rest VALUES LESS THAN (MAXVALUE))",
}
EXTRAS = (
    "plain",
    "triggers",
    "generated",
    "check",
    "parent",
    "child",
    "invisible",
    "fulltext",
    "view",
    "namesake",
    "empty",
)
# `admin_chat_keywords` as other programs made it: the types of `query_text` and `created_at`, and the rest.
ROWS = {
    "absent": None,
    "contract": ("LONGTEXT NOT NULL", "DATETIME NOT NULL", ", PRIMARY KEY (chat_keyword_pk)) ENGINE=InnoDB"),
    "no_key": ("TEXT CHARACTER SET latin1", "DATETIME NULL", ")"),
    "myisam": ("TEXT", "DATETIME(6) NOT NULL", ", KEY by_time (created_at)) ENGINE=MyISAM"),
    "timestamp": ("VARCHAR(200)", "TIMESTAMP NULL", ", PRIMARY KEY (chat_keyword_pk), KEY by_text (query_text))"),
    "date": ("TEXT", "DATE NOT NULL", ", PRIMARY KEY (chat_keyword_pk))"),
    "varchar": ("TEXT", "VARCHAR(19) NOT NULL", ", PRIMARY KEY (chat_keyword_pk))"),
    "bigint": ("TEXT", "BIGINT NOT NULL", ", PRIMARY KEY (chat_keyword_pk))"),
    "blob": ("BLOB", "DATETIME NOT NULL", ", PRIMARY KEY (chat_keyword_pk))"),
    "own_columns": ("TEXT", "DATETIME NOT NULL", ", seen INT NOT NULL DEFAULT 0, PRIMARY KEY (chat_keyword_pk))"),
}
_DIMENSIONS = {
    "time": tuple(TIMES),
    "text": tuple(TEXTS),
    "key": tuple(KEYS),
    "engine": ENGINES,
    "partitions": tuple(PARTITIONS),
    "extra": EXTRAS,
    "rows": tuple(ROWS),
}
_BINARY = ("blob", "varbinary", "json")
_NOT_NULL_TEXTS = ("longtext_not_null", "varchar_20")
_NOT_NULL_TIMES = ("datetime", "datetime_3", "datetime_6", "date", "bigint", "double", "decimal", "varchar_19")
_DAYS = ("datetime", "datetime_null", "datetime_6", "date", "varchar_19")
# Times that are dates, texts that are text, rows of ours in transactions.
_SERVED = {
    "time": tuple(time for time in TIMES if time.startswith(("date", "timestamp"))),
    "text": tuple(text for text in TEXTS if text not in _BINARY),
    "rows": ("absent", "contract", "no_key", "timestamp", "date", "own_columns"),
    "extra": tuple(extra for extra in EXTRAS if extra != "namesake"),
}
COLUMNS = "chatting_pk, room_id, input_text, created_at, note"


@dataclass(frozen=True)
class Kind:
    """One kind of database, by the names of what it is made of."""

    time: str = "datetime"
    text: str = "text"
    key: str = "auto"
    engine: str = "InnoDB"
    partitions: str = "none"
    extra: str = "plain"
    rows: str = "contract"

    def __str__(self) -> str:
        return " ".join(asdict(self).values())

    @property
    def times(self) -> tuple[str, str]:
        """Two ordinary values of `created_at`, as a statement has them."""
        return TIMES[self.time][1]

    @property
    def is_transactional(self) -> bool:
        """Whether all that a writer does can be rolled back."""
        return self.engine in _TRANSACTIONS and self.rows != "myisam"

    def create(self) -> list[str]:
        """The statements that make its tables, triggers and procedures; a server may refuse them."""
        return [*self._neighbours(), *self._chattings(), *self._keyword_rows(), *self._after()]

    @property
    def is_empty_at_first(self) -> bool:
        """Whether the rows come after the upgrade."""
        return self.extra == "empty"

    def seeds(self) -> list[str]:
        """The statements that fill its tables; the name of each column is given."""
        first, second = self.times
        rows = [
            f"INSERT INTO chattings ({COLUMNS}) VALUES "
            f"""(1, 1, '"환불 방법"', {first}, ''), (2, 1, '"Refund"', {second}, 'n'), """
            f"""(3, 2, '"refund"', {first}, '')""",
            f"INSERT INTO chat_incoming ({COLUMNS}) VALUES (11, 2, '\"배송\"', {second}, ''), "
            f"(12, 1, '\"pay\"', {first}, 'x')",
        ]
        if self.rows != "absent":
            when = "1749600000" if self.rows == "bigint" else "'2025-06-11'"
            rows.append(
                "INSERT INTO admin_chat_keywords "
                "(chat_keyword_pk, query_text, keyword, category_id, query_count, created_at, batch_created_at) "
                f"VALUES (1, 'Refund', 'refund', 1, 2, {when}, '2025-06-12 00:00:00')"
            )
            rows.append("INSERT INTO admin_categories (category_id, category_name) VALUES (1, '환불')")
        return rows

    def tables(self) -> list[str]:
        """The tables that writers write to and that `seeds` fills, those that others refer to last."""
        audit = ["chat_audit"] if self.extra == "triggers" else []
        rows = ["admin_chat_keywords", "admin_categories"] if self.rows != "absent" else []
        return [self.base, "chat_incoming", "chat_archive", *audit, *rows]

    @property
    def base(self) -> str:
        """The table itself; `chattings` may be a view of it."""
        return "chat_base" if self.extra == "view" else "chattings"

    def _columns(self) -> str:
        number = KEYS[self.key][0]
        # CSV has no columns that may be NULL.
        note = "VARCHAR(20) NOT NULL DEFAULT ''" if self.engine == "CSV" else "VARCHAR(20)"
        return (
            f"chatting_pk {number}, room_id INT NOT NULL DEFAULT 1, input_text {TEXTS[self.text]}, "
            f"created_at {TIMES[self.time][0]}, note {note}"
        )

    def _chattings(self) -> list[str]:
        extra = {
            "generated": ", text_length INT GENERATED ALWAYS AS (CHAR_LENGTH(input_text)) VIRTUAL",
            "check": ", CONSTRAINT few_rooms CHECK (room_id < 1000)",
            "parent": ", CONSTRAINT in_room FOREIGN KEY (room_id) REFERENCES rooms (room_id)",
            "invisible": ", trace VARCHAR(40) DEFAULT 'none' INVISIBLE",
            "fulltext": ", FULLTEXT KEY words (input_text)",
        }.get(self.extra, "")
        create = (
            f"CREATE TABLE {self.base} ({self._columns()}{extra}{KEYS[self.key][1]}) "
            f"ENGINE={self.engine} DEFAULT CHARACTER SET utf8mb4{PARTITIONS[self.partitions]}"
        )
        # Made before the upgrade from the same columns: rows go to and fro between these by `SELECT *`.
        others = f"({self._columns()}) ENGINE={self.engine} DEFAULT CHARACTER SET utf8mb4"
        if self.key == "auto":
            others = others.replace("AUTO_INCREMENT", "")
        return [create, f"CREATE TABLE chat_incoming {others}", f"CREATE TABLE chat_archive {others}"]

    def _neighbours(self) -> list[str]:
        if self.extra == "parent":
            return ["CREATE TABLE rooms (room_id INT PRIMARY KEY)", "INSERT INTO rooms VALUES (1), (2)"]
        if self.extra == "namesake":
            # Of the owner's own, who could not know our names.
            return [
                "CREATE TABLE keyword_locks (door INT PRIMARY KEY, note VARCHAR(20))",
                "INSERT INTO keyword_locks VALUES (1, 'front')",
                "CREATE TABLE keyword_workers (staff INT PRIMARY KEY)",
            ]
        return []

    def _keyword_rows(self) -> list[str]:
        shape = ROWS[self.rows]
        if shape is None:
            return []
        text, time, rest = shape
        return [
            f"CREATE TABLE admin_chat_keywords (chat_keyword_pk BIGINT, query_text {text}, keyword VARCHAR(100), "
            f"category_id INT, query_count INT, created_at {time}, batch_created_at DATETIME(6){rest}",
            "CREATE TABLE admin_categories (category_id INT PRIMARY KEY, category_name VARCHAR(255))",
        ]

    def _after(self) -> list[str]:
        made = [
            "CREATE PROCEDURE add_chat (IN said TEXT) "
            f"INSERT INTO chattings (chatting_pk, input_text, created_at) VALUES (501, said, {self.times[0]})"
        ]
        if self.extra == "triggers":
            made += [
                "CREATE TABLE chat_audit (what VARCHAR(10), pk VARCHAR(40), body LONGTEXT, at VARCHAR(40)) "
                f"ENGINE={'InnoDB' if self.is_transactional else 'MyISAM'} DEFAULT CHARACTER SET utf8mb4",
                "CREATE TRIGGER chat_before BEFORE INSERT ON chattings FOR EACH ROW "
                "SET NEW.note = CONCAT('b', NEW.note)",
                "CREATE TRIGGER chat_after AFTER INSERT ON chattings FOR EACH ROW "
                "INSERT INTO chat_audit VALUES ('insert', NEW.chatting_pk, HEX(NEW.input_text), NEW.created_at)",
                "CREATE TRIGGER chat_update AFTER UPDATE ON chattings FOR EACH ROW "
                "INSERT INTO chat_audit VALUES ('update', NEW.chatting_pk, HEX(OLD.input_text), OLD.created_at)",
            ]
        if self.extra == "child":
            made.append(
                "CREATE TABLE chat_likes (chatting_pk BIGINT NOT NULL, "
                "CONSTRAINT of_chat FOREIGN KEY (chatting_pk) REFERENCES chattings (chatting_pk) ON DELETE CASCADE)"
            )
        if self.extra == "view":
            made.insert(0, f"CREATE VIEW chattings AS SELECT {COLUMNS} FROM chat_base")
        return made


def kinds(strength: int) -> list[Kind]:
    """Kinds in which all values (1), or all pairs of values (2), occur; some of them are for one server alone."""
    return [Kind(**row) for row in covering(_DIMENSIONS, strength, _possible)]


def served_kinds(strength: int) -> list[Kind]:
    """The same of kinds that we can serve: an upgrade of these must not be refused."""
    chosen = {**_DIMENSIONS, **_SERVED}
    return [Kind(**row) for row in covering(chosen, strength, _possible)]


def _possible(row: Row) -> bool:
    """Whether at least one server has such a table."""
    engine, key, time, text = (row[name] for name in ("engine", "key", "time", "text"))
    alone = engine == "InnoDB" and row["partitions"] == "none"
    rules = {
        "MEMORY": (engine, text in ("varchar_bin", "varchar_20", "euckr", "utf16", "char", "varbinary")),
        "ARCHIVE": (engine, key == "none"),
        "CSV": (engine, key == "none" and text in _NOT_NULL_TEXTS and time in _NOT_NULL_TIMES),
        "by_time": (key, time in _NOT_NULL_TIMES),
        "by_key": (row["partitions"], engine == "InnoDB" and key in ("none", "composite")),
        "by_day": (row["partitions"], engine == "InnoDB" and key in ("none", "by_time") and time in _DAYS),
        "generated": (row["extra"], engine in ("InnoDB", "MyISAM", "Aria") and text not in _BINARY),
        "check": (row["extra"], engine in ("InnoDB", "MyISAM", "Aria")),
        "parent": (row["extra"], alone),
        "child": (row["extra"], alone and key == "auto"),
        "fulltext": (row["extra"], alone and text not in (*_BINARY, "utf16")),
        "view": (row["extra"], row["partitions"] == "none"),
    }
    return all(holds for value, (chosen, holds) in rules.items() if value == chosen)
