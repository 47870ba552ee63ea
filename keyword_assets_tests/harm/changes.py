"""What owners do to their tables; what a change has done is taken back, so that the next finds the same table."""

from keyword_assets_tests.harm.kinds import Kind

_PARTITIONED = (
    [
        # Of the day of that partition alone.
        "DELETE FROM chat_incoming WHERE chatting_pk = 11",
        "ALTER TABLE chattings EXCHANGE PARTITION p1 WITH TABLE chat_incoming",
        "SELECT * FROM chattings ORDER BY 1, 2",
        "ALTER TABLE chattings EXCHANGE PARTITION p1 WITH TABLE chat_incoming",
    ],
    [
        "ALTER TABLE chattings EXCHANGE PARTITION p2 WITH TABLE chat_archive WITHOUT VALIDATION",
        "ALTER TABLE chattings EXCHANGE PARTITION p2 WITH TABLE chat_archive",
    ],
    [
        "ALTER TABLE chattings REORGANIZE PARTITION rest INTO "
        "(PARTITION p3 VALUES LESS THAN ('2025-06-14'), PARTITION rest VALUES LESS THAN (MAXVALUE))",
        "ALTER TABLE chattings REORGANIZE PARTITION p3, rest INTO (PARTITION rest VALUES LESS THAN (MAXVALUE))",
    ],
    ["ALTER TABLE chattings TRUNCATE PARTITION p2"],
    ["ALTER TABLE chattings DROP PARTITION rest"],
    ["ALTER TABLE chattings ADD PARTITION (PARTITION p4 VALUES LESS THAN ('2026-01-01'))"],
    ["ALTER TABLE chattings REBUILD PARTITION p1", "ALTER TABLE chattings CHECK PARTITION p1"],
    ["ALTER TABLE chattings REMOVE PARTITIONING"],
)
_ROWS = (
    ["ALTER TABLE admin_chat_keywords ADD COLUMN checked INT", "ALTER TABLE admin_chat_keywords DROP COLUMN checked"],
    ["ALTER TABLE admin_chat_keywords DROP COLUMN query_text"],
    ["ALTER TABLE admin_chat_keywords MODIFY created_at DATE NOT NULL"],
    ["ALTER TABLE admin_chat_keywords CHANGE query_text question VARCHAR(200)"],
    ["ALTER TABLE admin_chat_keywords CONVERT TO CHARACTER SET latin1"],
    ["TRUNCATE TABLE admin_chat_keywords"],
    ["DROP TABLE admin_chat_keywords"],
)
_ROOMS = "CREATE TABLE owners (id INT PRIMARY KEY, chat BIGINT NOT NULL)"


def changes(kind: Kind) -> list[list[str]]:
    """Groups of statements; each group begins at the table as it was made."""
    first, later = kind.times
    insert = f"INSERT INTO chattings VALUES (801, 1, '\"after\"', {first}, NULL)"
    groups = [
        ["ALTER TABLE chattings ADD COLUMN lang CHAR(2)", insert, "ALTER TABLE chattings DROP COLUMN lang"],
        [
            "ALTER TABLE chattings ADD COLUMN lang CHAR(2) FIRST, ALGORITHM=INSTANT",
            "ALTER TABLE chattings DROP COLUMN lang, ALGORITHM=INSTANT",
        ],
        [
            "ALTER TABLE chattings ADD COLUMN lang CHAR(2) DEFAULT 'ko' AFTER input_text, ALGORITHM=INPLACE, LOCK=NONE",
            "ALTER TABLE chattings DROP COLUMN lang, ALGORITHM=INPLACE, LOCK=NONE",
        ],
        ["ALTER TABLE chattings DROP COLUMN note", "ALTER TABLE chattings ADD COLUMN note VARCHAR(20)"],
        [
            "ALTER TABLE chattings DROP COLUMN input_text",
            "ALTER TABLE chattings ADD COLUMN input_text TEXT AFTER room_id",
        ],
        [
            "ALTER TABLE chattings DROP COLUMN created_at",
            "ALTER TABLE chattings ADD COLUMN created_at DATETIME NULL AFTER input_text, ADD KEY by_time (created_at)",
        ],
        [
            "ALTER TABLE chattings RENAME COLUMN input_text TO body",
            f"INSERT INTO chattings (chatting_pk, body, created_at) VALUES (802, 'x', {first})",
            "ALTER TABLE chattings RENAME COLUMN body TO input_text",
        ],
        [
            "ALTER TABLE chattings RENAME COLUMN created_at TO asked_at, ALGORITHM=INSTANT",
            "ALTER TABLE chattings RENAME COLUMN asked_at TO created_at",
        ],
        [
            "ALTER TABLE chattings CHANGE created_at asked_at DATETIME(3) NOT NULL",
            "ALTER TABLE chattings CHANGE asked_at created_at DATETIME NOT NULL",
        ],
        [
            "ALTER TABLE chattings MODIFY created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)",
            "ALTER TABLE chattings MODIFY created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP",
            "ALTER TABLE chattings MODIFY created_at VARCHAR(32) NOT NULL",
            "INSERT INTO chattings VALUES (803, 1, '\"as text\"', 'yesterday', NULL)",
            "DELETE FROM chattings WHERE chatting_pk = 803",
            "ALTER TABLE chattings MODIFY created_at DATETIME NOT NULL",
        ],
        [
            "ALTER TABLE chattings MODIFY input_text LONGTEXT",
            "ALTER TABLE chattings MODIFY input_text VARCHAR(500) CHARACTER SET latin1",
            "ALTER TABLE chattings MODIFY input_text BLOB",
            "INSERT INTO chattings VALUES (804, 1, X'FF00', " + first + ", NULL)",
            "DELETE FROM chattings WHERE chatting_pk = 804",
            "ALTER TABLE chattings MODIFY input_text TEXT CHARACTER SET utf8mb4",
        ],
        [
            "ALTER TABLE chattings MODIFY chatting_pk INT NOT NULL AUTO_INCREMENT",
            "ALTER TABLE chattings MODIFY chatting_pk BIGINT NOT NULL AUTO_INCREMENT",
        ],
        [
            "ALTER TABLE chattings CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci",
            "ALTER TABLE chattings CONVERT TO CHARACTER SET utf8mb3",
            "ALTER TABLE chattings CONVERT TO CHARACTER SET utf8mb4",
        ],
        [
            "ALTER TABLE chattings ADD INDEX by_day (created_at), ADD INDEX by_text (input_text(20))",
            "CREATE UNIQUE INDEX once ON chattings (chatting_pk, created_at)",
            "ALTER TABLE chattings DROP INDEX by_day, DROP INDEX by_text, DROP INDEX once, ALGORITHM=INPLACE",
        ],
        ["ALTER TABLE chattings ADD FULLTEXT KEY words (input_text)", "ALTER TABLE chattings DROP KEY words"],
        ["ALTER TABLE chattings DROP PRIMARY KEY, ADD PRIMARY KEY (chatting_pk, room_id)"],
        ["ALTER TABLE chattings DROP KEY by_time", "ALTER TABLE chattings ADD KEY by_time (created_at)"],
        ["ALTER TABLE chattings ENGINE=InnoDB, ROW_FORMAT=DYNAMIC", "ALTER TABLE chattings FORCE"],
        ["ALTER TABLE chattings ENGINE=MyISAM", insert, "ALTER TABLE chattings ENGINE=InnoDB"],
        ["ALTER TABLE chattings ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8", "ALTER TABLE chattings ROW_FORMAT=COMPACT"],
        ["ALTER TABLE chattings ORDER BY created_at", "ALTER TABLE chattings AUTO_INCREMENT = 5000", insert],
        ["ALTER TABLE chattings COMMENT = 'chats', ALTER COLUMN note SET DEFAULT 'x'", insert],
        ["ALTER TABLE chattings ADD COLUMN day DATE AS (CAST(created_at AS DATE)) VIRTUAL, ADD INDEX (day)", insert],
        ["ALTER TABLE chattings ADD CONSTRAINT said CHECK (input_text <> '')", insert],
        [
            "RENAME TABLE chattings TO chat_old, chat_incoming TO chattings",
            insert,
            "RENAME TABLE chattings TO chat_incoming, chat_old TO chattings",
        ],
        [
            "CREATE TABLE chat_like LIKE chattings",
            "INSERT INTO chat_like SELECT * FROM chattings",
            "SHOW CREATE TABLE chat_like",
        ],
        [
            "CREATE TABLE chat_select AS SELECT * FROM chattings",
            "SHOW CREATE TABLE chat_select",
            "SELECT * FROM chat_select",
        ],
        [
            "CREATE TABLE chat_more LIKE chattings",
            f"INSERT INTO chat_more (chatting_pk, input_text, created_at) VALUES (900, 'm', {later})",
            "INSERT INTO chattings SELECT * FROM chat_more",
            "RENAME TABLE chattings TO chat_full, chat_more TO chattings",
            insert,
        ],
        ["TRUNCATE TABLE chattings", insert, "SELECT * FROM chattings"],
        ["OPTIMIZE TABLE chattings", "ANALYZE TABLE chattings", "CHECK TABLE chattings", "CHECKSUM TABLE chattings"],
        ["LOCK TABLES chattings WRITE", insert, "UNLOCK TABLES"],
        ["FLUSH TABLES chattings WITH READ LOCK", "SELECT * FROM chattings ORDER BY 1", "UNLOCK TABLES"],
        [
            "CREATE TRIGGER later BEFORE UPDATE ON chattings FOR EACH ROW SET NEW.note = 'updated'",
            "UPDATE chattings SET room_id = 2",
            "DROP TRIGGER later",
        ],
        [
            "CREATE VIEW seen AS SELECT * FROM chattings",
            "INSERT INTO seen VALUES (805, 1, 'v', " + first + ", NULL)",
            "SELECT * FROM seen ORDER BY 1",
            "DROP VIEW seen",
        ],
        [_ROOMS, "ALTER TABLE owners ADD FOREIGN KEY (chat) REFERENCES chattings (chatting_pk) ON DELETE CASCADE"],
        ["DROP TABLE chattings"],
        ["CREATE OR REPLACE VIEW chattings AS SELECT 1 AS chatting_pk"],
    ]
    if kind.rows != "absent":
        groups += _ROWS
    if kind.partitions == "by_day":
        groups += _PARTITIONED
    return groups
