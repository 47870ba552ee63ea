"""What writers do to rows: each in a transaction of its own, which is rolled back afterwards."""

from dataclasses import dataclass

from keyword_assets_tests.harm.kinds import COLUMNS, Kind

# No value of any type of time, or of one type and in some modes.
ODD_TIMES = {
    "zero": "'0000-00-00 00:00:00'",
    "february": "'2025-02-30 10:00:00'",
    "no_day": "'2025-06-00'",
    "word": "'yesterday'",
    "null": "NULL",
    "negative": "-1",
    "nothing": "0",
    "empty": "''",
    "huge": "99999999999999999999",
    "digits": "20250611090000",
    "nanoseconds": "'2025-06-11 09:00:00.999999999'",
    "iso": "'2025-06-11T09:00:00+09:00'",
    "default": "DEFAULT",
    "now": "NOW(6)",
    "last": "'9999-12-31 23:59:59.999999'",
    "summer": "'2025-03-30 02:30:00'",
}
# The quotes make most of them JSON, too.
ODD_TEXTS = {
    "emoji": "'\"😀 가 나\"'",
    "null": "NULL",
    "empty": "''",
    "blanks": "'  \t '",
    "full_width_blank": "'\u3000\u00a0'",
    "control": "X'0001021F7F'",
    "invalid": "X'FF41FEC3'",
    "binary": "_binary X'00FF00'",
    "latin1": "_latin1 X'E9E8'",
    "euckr": "_euckr X'C8AFBAD2'",
    "backslash": r"'a\nb\\'",
    "pattern": r"'[x-y] [[:space:]]* %_ \\u00a0'",
    "long": "REPEAT('가', 90)",
    "longer": "REPEAT('x', 70000)",
    "number": "12",
}
LARGE = "REPEAT('가', 5000000)"


@dataclass(frozen=True)
class Write:
    """One thing that a writer does, in one statement or several; `looks_at` are the tables to compare after it."""

    name: str
    statements: tuple[str, ...]
    looks_at: tuple[str, ...]


def writes(kind: Kind, file: str, rows_file: str) -> list[Write]:
    """All of them.

    Args:
        kind: of the tables.
        file: a file of ours with rows of all columns, to be loaded.
        rows_file: the same of three columns.
    """
    audit = ("chat_audit",) if kind.extra == "triggers" else ()
    looks_at = (kind.base, "chat_archive", *audit)
    made = {
        **_inserts(kind),
        **_changes(kind),
        **_reads(),
        **_loads(file, rows_file),
        **{f"time {name}": [_insert(kind, at=value)] for name, value in ODD_TIMES.items()},
        **{f"text {name}": [_insert(kind, text=value)] for name, value in ODD_TEXTS.items()},
        **{
            f"ignore time {name}": [_insert(kind, at=value).replace("INSERT", "INSERT IGNORE", 1)]
            for name, value in ODD_TIMES.items()
        },
        **{f"set time {name}": [f"UPDATE chattings SET created_at = {value}"] for name, value in ODD_TIMES.items()},
        **{
            f"set text {name}": [f"UPDATE chattings SET input_text = {value} WHERE chatting_pk = 1"]
            for name, value in ODD_TEXTS.items()
        },
    }
    found = [Write(name, tuple(statements), looks_at) for name, statements in made.items()]
    if kind.rows != "absent":
        found += [
            Write(name, (statement,), ("admin_chat_keywords", "admin_categories"))
            for name, statement in _keyword_writes().items()
        ]
    return found


def large(kind: Kind) -> list[Write]:
    """A text of 15 MB, which few servers take in a single statement of more."""
    return [
        Write("large insert", (_insert(kind, text=LARGE),), ()),
        Write("large update", (f"UPDATE chattings SET input_text = {LARGE} WHERE chatting_pk = 1",), ()),
    ]


def _insert(kind: Kind, text: str = "'\"환불\"'", at: str | None = None) -> str:
    return f"INSERT INTO chattings (chatting_pk, input_text, created_at) VALUES (101, {text}, {at or kind.times[0]})"


def _inserts(kind: Kind) -> dict[str, list[str]]:
    at, later = kind.times
    row, more = f"(101, 1, '\"환불\"', {at}, 'n')", f"(102, 2, '\"😀\"', {later}, NULL)"
    return {
        "insert": [_insert(kind)],
        "insert without columns": [f"INSERT INTO chattings VALUES {row}"],
        "insert rows": [f"INSERT INTO chattings ({COLUMNS}) VALUES {row}, {more}"],
        "insert rows without columns": [f"INSERT INTO chattings VALUES {row}, {more}"],
        "insert one column": ["INSERT INTO chattings (chatting_pk) VALUES (103)"],
        "insert nothing": ["INSERT INTO chattings () VALUES ()"],
        "insert set": [f"INSERT INTO chattings SET chatting_pk = 104, input_text = '\"b\"', created_at = {at}"],
        "insert select": ["INSERT INTO chattings SELECT * FROM chat_incoming"],
        "insert into archive": ["INSERT INTO chat_archive SELECT * FROM chattings"],
        "insert from itself": [
            "INSERT INTO chattings SELECT chatting_pk + 200, room_id, input_text, created_at, note FROM chattings"
        ],
        "insert ignore": [
            f"INSERT IGNORE INTO chattings ({COLUMNS}) VALUES (1, 1, '\"dup\"', {at}, 'much too long a note for it')"
        ],
        "insert known key": [f"INSERT INTO chattings ({COLUMNS}) VALUES (1, 1, '\"dup\"', {at}, '')"],
        "replace": [f"REPLACE INTO chattings ({COLUMNS}) VALUES (1, 1, '\"new\"', {later}, ''), {more}"],
        "replace without columns": [f"REPLACE INTO chattings VALUES (2, 1, '\"new\"', {later}, '')"],
        "replace select": ["REPLACE INTO chattings SELECT * FROM chat_incoming"],
        "on duplicate": [
            f"INSERT INTO chattings ({COLUMNS}) VALUES (1, 1, '\"dup\"', {later}, ''), {more} "
            "ON DUPLICATE KEY UPDATE note = 'again', created_at = VALUES(created_at), input_text = VALUES(input_text)"
        ],
        "on duplicate without columns": [
            f"INSERT INTO chattings VALUES (1, 1, '\"dup\"', {at}, '') ON DUPLICATE KEY UPDATE room_id = room_id + 1"
        ],
        "procedure": ["CALL add_chat('\"called\"')"],
        "prepared": [
            "PREPARE adding FROM 'INSERT INTO chattings (chatting_pk, input_text, created_at) "
            f"VALUES (?, ?, {_doubled(at)})'",
            "SET @pk = 301, @body = '\"prepared\"'",
            "EXECUTE adding USING @pk, @body",
            "DEALLOCATE PREPARE adding",
        ],
        "copy table": [
            "CREATE TEMPORARY TABLE chat_copy LIKE chattings",
            "INSERT INTO chat_copy SELECT * FROM chattings",
            "SELECT * FROM chat_copy",
            "DROP TEMPORARY TABLE chat_copy",
        ],
    }


def _doubled(literal: str) -> str:
    return literal.replace("'", "''")


def _changes(kind: Kind) -> dict[str, list[str]]:
    later = kind.times[1]
    return {
        "update key": ["UPDATE chattings SET chatting_pk = 901 WHERE chatting_pk = 1"],
        "update room": ["UPDATE chattings SET room_id = 2 WHERE chatting_pk = 1"],
        "update text": ["UPDATE chattings SET input_text = '\"changed\"' WHERE chatting_pk = 1"],
        "update text by itself": ["UPDATE chattings SET input_text = CONCAT(input_text, '!')"],
        "update time": [f"UPDATE chattings SET created_at = {later} WHERE chatting_pk = 1"],
        "update note": ["UPDATE chattings SET note = 'seen'"],
        "update ignore": ["UPDATE IGNORE chattings SET chatting_pk = 2"],
        "update join": ["UPDATE chattings c JOIN chat_incoming i ON i.room_id = c.room_id SET c.note = 'both'"],
        "delete one": ["DELETE FROM chattings WHERE chatting_pk = 1"],
        "delete day": [f"DELETE FROM chattings WHERE created_at = {later}"],
        "delete all": ["DELETE FROM chattings"],
        "delete limit": ["DELETE FROM chattings ORDER BY created_at, chatting_pk, room_id LIMIT 1"],
    }


def _reads() -> dict[str, list[str]]:
    return {
        "select": ["SELECT * FROM chattings ORDER BY chatting_pk, room_id"],
        "select for update": ["SELECT * FROM chattings ORDER BY chatting_pk, room_id FOR UPDATE"],
        "select natural": ["SELECT * FROM chattings NATURAL JOIN chat_archive"],
        "select union": ["SELECT * FROM chattings UNION SELECT * FROM chat_incoming ORDER BY 1, 2"],
        "describe": ["SHOW COLUMNS FROM chattings"],
        "handler": ["HANDLER chattings OPEN AS h", "HANDLER h READ FIRST", "HANDLER h CLOSE"],
    }


def _loads(file: str, rows_file: str) -> dict[str, list[str]]:
    return {
        "load": [f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE chattings CHARACTER SET utf8mb4"],
        "load replace": [f"LOAD DATA LOCAL INFILE '{file}' REPLACE INTO TABLE chattings CHARACTER SET utf8mb4"],
        "load columns": [
            f"LOAD DATA LOCAL INFILE '{rows_file}' INTO TABLE chattings CHARACTER SET utf8mb4 "
            "(chatting_pk, input_text, created_at) SET note = 'loaded'"
        ],
        "load raw": [f"LOAD DATA LOCAL INFILE '{file}' IGNORE INTO TABLE chattings"],
    }


def _keyword_writes() -> dict[str, str]:
    row = "(77, '환불 A', '환불', 1, 3, '2025-06-11', '2025-06-12 01:00:00')"
    columns = "(query_text, keyword, category_id, query_count, created_at, batch_created_at)"
    values = "('배송', '배송', 1, 1, {}, '2025-06-12 01:00:00')"
    table = "admin_chat_keywords"
    return {
        "rows insert without columns": f"INSERT INTO {table} VALUES {row}",
        "rows insert": f"INSERT INTO {table} {columns} VALUES {values.format('20250611')}",
        "rows replace": f"REPLACE INTO {table} VALUES (1{row[3:]}",
        **{f"rows time {n}": f"INSERT INTO {table} {columns} VALUES {values.format(v)}" for n, v in ODD_TIMES.items()},
        **{f"rows text {n}": f"UPDATE {table} SET query_text = {value}" for n, value in ODD_TEXTS.items()},
        "rows update count": f"UPDATE {table} SET query_count = NULL, category_id = 2, keyword = 'k'",
        "rows delete": f"DELETE FROM {table}",
        "rows select": f"SELECT * FROM {table}",
        "categories insert": "INSERT INTO admin_categories VALUES (2, '배송')",
        "categories update": "UPDATE admin_categories SET category_id = 9, category_name = NULL",
        "categories delete": "DELETE FROM admin_categories",
    }
