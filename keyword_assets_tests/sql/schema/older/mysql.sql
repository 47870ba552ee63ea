-- the user's

CREATE TABLE chattings (
    chatting_pk BIGINT NOT NULL AUTO_INCREMENT,
    input_text LONGTEXT COLLATE utf8mb4_bin,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (chatting_pk)
)CHARSET=utf8mb4 COMMENT='keyword_assets';

CREATE TABLE admin_categories (
    category_id INTEGER NOT NULL,
    category_name VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (category_id)
)CHARSET=utf8mb4 COMMENT='keyword_assets';

CREATE TABLE admin_chat_keywords (
    chat_keyword_pk BIGINT NOT NULL AUTO_INCREMENT,
    query_text LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    keyword VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
    category_id INTEGER NOT NULL,
    query_count INTEGER NOT NULL,
    created_at DATETIME(6) NOT NULL,
    batch_created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (chat_keyword_pk)
)CHARSET=utf8mb4 COMMENT='keyword_assets';

CREATE INDEX ix_chattings_created_at ON chattings (created_at);

CREATE INDEX ix_admin_chat_keywords_created_at ON admin_chat_keywords (created_at);

CREATE INDEX ix_keyword_text ON admin_chat_keywords (query_text(64), created_at);

-- 0001

CREATE TABLE keyword_schema_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT keyword_schema_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE keyword_answers (
    share_key BINARY(32) NOT NULL,
    classifier_version VARCHAR(64) NOT NULL,
    answer LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    answered_at DATETIME(6) NOT NULL,
    PRIMARY KEY (share_key, classifier_version)
)CHARSET=utf8mb4;

CREATE TABLE keyword_quarantine (
    text_hash BINARY(32) NOT NULL,
    share_key BINARY(32) NOT NULL,
    query_text LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    reason VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    tries INTEGER NOT NULL,
    last_reply LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    classifier_version VARCHAR(64) NOT NULL,
    quarantined_at DATETIME(6) NOT NULL,
    PRIMARY KEY (text_hash)
)CHARSET=utf8mb4;

CREATE INDEX ix_keyword_quarantine_share_key ON keyword_quarantine (share_key);

CREATE TABLE keyword_missing_reports (
    day DATE NOT NULL,
    reported_at DATETIME(6) NOT NULL,
    messages BIGINT NOT NULL,
    blank BIGINT NOT NULL,
    questions BIGINT NOT NULL,
    classified BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    PRIMARY KEY (day, reported_at)
)CHARSET=utf8mb4;

CREATE TABLE keyword_locks (
    name VARCHAR(64) NOT NULL,
    PRIMARY KEY (name)
)CHARSET=utf8mb4;

INSERT INTO keyword_locks (name) VALUES ('write');

INSERT INTO keyword_schema_version (version_num) VALUES ('0001');

-- 0002

CREATE TABLE keyword_quota (
    place_id BIGINT NOT NULL AUTO_INCREMENT,
    account BINARY(32) NOT NULL,
    waiting SMALLINT NOT NULL,
    requests INTEGER NOT NULL,
    tokens BIGINT NOT NULL,
    free_at DOUBLE NOT NULL,
    PRIMARY KEY (place_id)
)CHARSET=utf8mb4;

CREATE TABLE keyword_workers (
    worker_id VARCHAR(64) NOT NULL,
    host VARCHAR(255) NOT NULL,
    pid BIGINT NOT NULL,
    began_at DATETIME(6) NOT NULL,
    alive_until DOUBLE NOT NULL,
    PRIMARY KEY (worker_id)
)CHARSET=utf8mb4;

CREATE TABLE keyword_claims (
    share_key BINARY(32) NOT NULL,
    classifier_version VARCHAR(64) NOT NULL,
    worker_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (share_key, classifier_version)
)CHARSET=utf8mb4;

CREATE TABLE keyword_usage (
    used_on DATE NOT NULL,
    run_id VARCHAR(64) NOT NULL,
    day DATE NOT NULL,
    model VARCHAR(64) NOT NULL,
    requests BIGINT NOT NULL,
    retries BIGINT NOT NULL,
    possibly_twice BIGINT NOT NULL,
    prompt BIGINT NOT NULL,
    completion BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    cost_krw NUMERIC(16, 4) NOT NULL,
    PRIMARY KEY (used_on, run_id, day, model)
)CHARSET=utf8mb4;

CREATE TABLE keyword_sizes (
    classifier_version VARCHAR(64) NOT NULL,
    sizes LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    learned_at DATETIME(6) NOT NULL,
    PRIMARY KEY (classifier_version)
)CHARSET=utf8mb4;

CREATE INDEX ix_keyword_quota_free_at ON keyword_quota (account, free_at);

CREATE INDEX ix_keyword_claims_worker_id ON keyword_claims (worker_id);

CREATE INDEX ix_keyword_usage_day ON keyword_usage (day);

INSERT INTO keyword_locks (name) VALUES ('quota');

UPDATE keyword_schema_version SET version_num='0002' WHERE keyword_schema_version.version_num = '0001';

-- 0003

CREATE TABLE keyword_day_facts (
    day DATE NOT NULL,
    counted_at DOUBLE NOT NULL,
    newest_message BIGINT NOT NULL,
    recent_messages INTEGER NOT NULL,
    messages BIGINT NOT NULL,
    blank BIGINT NOT NULL,
    questions BIGINT NOT NULL,
    classified BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    orphaned BIGINT NOT NULL,
    miscounted BIGINT NOT NULL,
    PRIMARY KEY (day)
)CHARSET=utf8mb4;

UPDATE keyword_schema_version SET version_num='0003' WHERE keyword_schema_version.version_num = '0002';

-- 0004

UPDATE keyword_schema_version SET version_num='0004' WHERE keyword_schema_version.version_num = '0003';

-- 0005

ALTER TABLE keyword_workers ADD COLUMN start_day DATE;

ALTER TABLE keyword_workers ADD COLUMN end_day DATE;

ALTER TABLE keyword_workers ADD COLUMN run_id VARCHAR(64);

CREATE TABLE keyword_runs (
    run_id VARCHAR(64) NOT NULL,
    ended_at DATETIME(6) NOT NULL,
    start_day DATE NOT NULL,
    end_day DATE NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    reason VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (run_id)
)CHARSET=utf8mb4;

CREATE INDEX ix_keyword_runs_ended_at ON keyword_runs (ended_at);

CREATE TABLE keyword_alerts (
    subject VARCHAR(128) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    began_at DATETIME(6) NOT NULL,
    told_at DATETIME(6),
    details LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (subject)
)CHARSET=utf8mb4;

CREATE TABLE keyword_outbox (
    message_id BIGINT NOT NULL AUTO_INCREMENT,
    channel BINARY(32) NOT NULL,
    title VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    body LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    written_at DATETIME(6) NOT NULL,
    tries INTEGER NOT NULL,
    next_try DOUBLE NOT NULL,
    last_error VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (message_id)
)CHARSET=utf8mb4;

CREATE INDEX ix_keyword_outbox_next_try ON keyword_outbox (next_try);

CREATE TABLE keyword_day_categories (
    day DATE NOT NULL,
    category_id INTEGER NOT NULL,
    questions BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    counted_at DATETIME(6) NOT NULL,
    PRIMARY KEY (day, category_id)
)CHARSET=utf8mb4;

UPDATE keyword_schema_version SET version_num='0005' WHERE keyword_schema_version.version_num = '0004';

-- 0006

CREATE TABLE keyword_missing_questions (
    day DATE NOT NULL,
    text_hash BINARY(32) NOT NULL,
    missing_since DATETIME(6) NOT NULL,
    query_text LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    query_count BIGINT NOT NULL,
    reason VARCHAR(255) COLLATE utf8mb4_bin,
    tries INTEGER NOT NULL,
    quarantined_at DATETIME(6),
    closed_at DATETIME(6),
    PRIMARY KEY (day, text_hash, missing_since)
)CHARSET=utf8mb4;

INSERT INTO keyword_locks (name) VALUES ('report');

ALTER TABLE keyword_outbox ADD COLUMN attachments LONGTEXT COLLATE utf8mb4_bin;

UPDATE keyword_schema_version SET version_num='0006' WHERE keyword_schema_version.version_num = '0005';

-- 0007

DELETE FROM keyword_quota WHERE keyword_quota.requests != 1;

CREATE TABLE keyword_closings (
    account BINARY(32) NOT NULL,
    key_hash BINARY(32) NOT NULL,
    free_at DOUBLE NOT NULL,
    reason VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    probe BIGINT,
    probe_until DOUBLE,
    PRIMARY KEY (account, key_hash)
)CHARSET=utf8mb4;

UPDATE keyword_schema_version SET version_num='0007' WHERE keyword_schema_version.version_num = '0006';

-- 0008

UPDATE keyword_schema_version SET version_num='0008' WHERE keyword_schema_version.version_num = '0007';

-- 0009

CREATE TABLE keyword_sent_texts (
    sent_on DATE NOT NULL,
    day DATE NOT NULL,
    texts BIGINT NOT NULL,
    PRIMARY KEY (sent_on, day)
)CHARSET=utf8mb4;

UPDATE keyword_schema_version SET version_num='0009' WHERE keyword_schema_version.version_num = '0008';

-- 0010

CREATE TABLE keyword_evaluations (
    evaluation_id BIGINT NOT NULL AUTO_INCREMENT,
    configuration VARCHAR(64) NOT NULL,
    details LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    golden VARCHAR(64) NOT NULL,
    golden_name VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    began_at DATETIME(6) NOT NULL,
    ended_at DATETIME(6),
    in_force_at DATETIME(6),
    questions BIGINT NOT NULL,
    answered BIGINT NOT NULL,
    right_answers BIGINT NOT NULL,
    requests BIGINT NOT NULL,
    prompt BIGINT NOT NULL,
    completion BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    cost_krw NUMERIC(16, 4) NOT NULL,
    seconds DOUBLE NOT NULL,
    PRIMARY KEY (evaluation_id)
)CHARSET=utf8mb4;

CREATE TABLE keyword_evaluation_answers (
    configuration VARCHAR(64) NOT NULL,
    share_key BINARY(32) NOT NULL,
    attempt SMALLINT NOT NULL,
    query_text LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    answer LONGTEXT COLLATE utf8mb4_bin,
    category VARCHAR(255) COLLATE utf8mb4_bin,
    reason VARCHAR(255) COLLATE utf8mb4_bin,
    place INTEGER NOT NULL,
    asked_with INTEGER NOT NULL,
    prompt DOUBLE NOT NULL,
    completion DOUBLE NOT NULL,
    seconds DOUBLE NOT NULL,
    answered_at DATETIME(6) NOT NULL,
    PRIMARY KEY (configuration, share_key, attempt)
)CHARSET=utf8mb4;

UPDATE keyword_schema_version SET version_num='0010' WHERE keyword_schema_version.version_num = '0009';

-- 0011

CREATE TABLE keyword_corrections (
    correction_id BIGINT NOT NULL AUTO_INCREMENT,
    share_key BINARY(32) NOT NULL,
    query_text LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    answer LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    note LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    reviewer VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    corrected_at DATETIME(6) NOT NULL,
    current SMALLINT,
    ended_at DATETIME(6),
    ended_by VARCHAR(255) COLLATE utf8mb4_bin,
    pending SMALLINT NOT NULL,
    PRIMARY KEY (correction_id)
)CHARSET=utf8mb4;

CREATE UNIQUE INDEX ix_keyword_corrections_current ON keyword_corrections (share_key, current);

CREATE INDEX ix_keyword_corrections_pending ON keyword_corrections (pending);

CREATE TABLE keyword_replaced_rows (
    correction_id BIGINT NOT NULL,
    day DATE NOT NULL,
    text_hash BINARY(32) NOT NULL,
    query_text LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    rows_before LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    replaced_at DATETIME(6) NOT NULL,
    ended_at DATETIME(6),
    PRIMARY KEY (correction_id, day, text_hash)
)CHARSET=utf8mb4;

CREATE INDEX ix_keyword_replaced_rows_day ON keyword_replaced_rows (day, text_hash);

UPDATE keyword_schema_version SET version_num='0011' WHERE keyword_schema_version.version_num = '0010';

-- 0012

CREATE TABLE keyword_audits (
    audit_id BIGINT NOT NULL AUTO_INCREMENT,
    start_day DATE NOT NULL,
    end_day DATE NOT NULL,
    drawn_at DATETIME(6) NOT NULL,
    seed BIGINT NOT NULL,
    sampled_by VARCHAR(16) NOT NULL,
    size BIGINT NOT NULL,
    questions BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    strata LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    expected_margin DOUBLE NOT NULL,
    classifier_version VARCHAR(64) NOT NULL,
    PRIMARY KEY (audit_id)
)CHARSET=utf8mb4;

CREATE TABLE keyword_review_items (
    item_id BIGINT NOT NULL AUTO_INCREMENT,
    audit_id BIGINT,
    day DATE NOT NULL,
    text_hash BINARY(32) NOT NULL,
    share_key BINARY(32) NOT NULL,
    query_text LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    messages BIGINT NOT NULL,
    stratum INTEGER,
    weight DOUBLE,
    doubt DOUBLE,
    why VARCHAR(255) COLLATE utf8mb4_bin,
    answer LONGTEXT COLLATE utf8mb4_bin NOT NULL,
    handed_to VARCHAR(255) COLLATE utf8mb4_bin,
    handed_until DOUBLE,
    verdict VARCHAR(16),
    category_right SMALLINT,
    keywords_right SMALLINT,
    right_answer LONGTEXT COLLATE utf8mb4_bin,
    correction_id BIGINT,
    reviewer VARCHAR(255) COLLATE utf8mb4_bin,
    note LONGTEXT COLLATE utf8mb4_bin,
    judged_at DATETIME(6),
    PRIMARY KEY (item_id)
)CHARSET=utf8mb4;

CREATE INDEX ix_keyword_review_items_audit_id ON keyword_review_items (audit_id, verdict);

CREATE INDEX ix_keyword_review_items_share_key ON keyword_review_items (share_key);

UPDATE keyword_schema_version SET version_num='0012' WHERE keyword_schema_version.version_num = '0011';

-- 0013

ALTER TABLE keyword_day_facts ADD COLUMN newest_row BIGINT;

ALTER TABLE keyword_day_facts ADD COLUMN messages_mark BIGINT;

ALTER TABLE keyword_day_facts ADD COLUMN message_texts_mark BIGINT;

ALTER TABLE keyword_day_facts ADD COLUMN rows_mark BIGINT;

ALTER TABLE keyword_day_facts ADD COLUMN row_texts_mark BIGINT;

ALTER TABLE keyword_day_facts ADD COLUMN quarantine_mark BIGINT;

UPDATE keyword_schema_version SET version_num='0013' WHERE keyword_schema_version.version_num = '0012';
