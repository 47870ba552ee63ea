"""What writers do to rows: each in a transaction of its own, which is rolled back afterwards."""

from dataclasses import dataclass
from pathlib import Path

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


class Files:
    """What writers load, in a folder where a server on this machine writes what they ask it for.

    Args:
        folder: there until all is written.
        kind: of the tables.
    """

    def __init__(self, folder: Path, kind: Kind) -> None:
        first, second = (value.strip("'") for value in kind.times)
        self.folder = folder
        # Rows of all columns, and of three.
        self.whole, self.three = folder / "all.tsv", folder / "three.tsv"
        self.whole.write_text(
            f'1\t1\t"환불 방법"\t{first}\tloaded\n401\t2\t"😀"\t{second}\t\\N\n'
            '402\t1\t"a\\\\b"\t0000-00-00\tlast\n403\t1\n',
            encoding="utf-8",
        )
        self.three.write_text(f'411\t"배송"\t{first}\n412\t\\N\t{second}\n', encoding="utf-8")
        # A server reads none but those that everybody may read.
        for file in (self.whole, self.three):
            file.chmod(0o644)

    def forget_written(self) -> None:
        """Remove what a server has written: it writes over no file."""
        for file in self.folder.glob("*.out"):
            file.unlink()


def writes(kind: Kind, files: Files | None = None) -> list[Write]:
    """All of them; those with files only where there are some."""
    audit = ("chat_audit",) if kind.extra == "triggers" else ()
    looks_at = (kind.base, "chat_archive", *audit)
    made = {
        **_inserts(kind),
        **_changes(kind),
        **_reads(),
        **(_loads(files) | _unloads(files) if files else {}),
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


def _loads(files: Files) -> dict[str, list[str]]:
    whole, three = f"INFILE '{files.whole}'", f"INFILE '{files.three}'"
    columns = "(chatting_pk, input_text, created_at) SET note = 'loaded'"
    loads = {
        "load": f"{whole} INTO TABLE chattings CHARACTER SET utf8mb4",
        "load replace": f"{whole} REPLACE INTO TABLE chattings CHARACTER SET utf8mb4",
        "load columns": f"{three} INTO TABLE chattings CHARACTER SET utf8mb4 {columns}",
        "load raw": f"{whole} IGNORE INTO TABLE chattings",
    }
    return {
        # The client sends a file of its own, or the server reads one of its own.
        **{name: [f"LOAD DATA LOCAL {rest}"] for name, rest in loads.items()},
        **{f"{name} at the server": [f"LOAD DATA {rest}"] for name, rest in loads.items()},
    }


def _unloads(files: Files) -> dict[str, list[str]]:
    return {
        f"outfile {name}": [
            # Named after the database: two of them have the same statements, and one folder.
            f"SET @file = CONCAT('{files.folder}/', DATABASE(), '.out')",
            f"SET @said = CONCAT('SELECT {what} FROM chattings ORDER BY chatting_pk, room_id INTO OUTFILE ', "
            f"QUOTE(@file), '{how}')",
            "PREPARE writing FROM @said",
            "EXECUTE writing",
            "DEALLOCATE PREPARE writing",
            "SELECT LOAD_FILE(@file)",
        ]
        for name, what, how in (("rows", "*", ""), ("columns", COLUMNS, " CHARACTER SET utf8mb4"))
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
