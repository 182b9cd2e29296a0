-- What a database of SQLite holds. Moments are milliseconds since 1970 (UTC).

CREATE TABLE tests (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    tags TEXT NOT NULL, -- a JSON array
    every_ms INTEGER,
    definition TEXT NOT NULL,
    file TEXT, -- where it comes from; from the API when there is none
    paused INTEGER NOT NULL,
    restricted INTEGER NOT NULL, -- whether denied networks are denied to it
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
);

CREATE TABLE test_tags (
    tag TEXT NOT NULL,
    test TEXT NOT NULL,
    PRIMARY KEY (tag, test)
) WITHOUT ROWID;
CREATE INDEX test_tags_by_test ON test_tags (test);

CREATE TABLE results (
    id BLOB NOT NULL PRIMARY KEY,
    test TEXT NOT NULL,
    test_version INTEGER NOT NULL,
    location TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    code TEXT,
    duration_ms REAL NOT NULL,
    delay_ms REAL NOT NULL,
    triggered_by INTEGER NOT NULL,
    body TEXT NOT NULL
);
-- Its last two columns are what summing up reads.
CREATE INDEX results_by_test ON results (test, started_at, id, outcome, duration_ms);
CREATE INDEX results_by_time ON results (started_at, id);
CREATE INDEX results_by_code ON results (code, started_at, id) WHERE code IS NOT NULL;
-- What is asked for most is what did not pass, which is little.
CREATE INDEX results_not_passed ON results (outcome, started_at, id) WHERE outcome = 1 OR outcome = 2 OR outcome = 3;
CREATE INDEX results_by_location ON results (location, started_at, id);

CREATE TABLE summaries (
    test TEXT NOT NULL,
    period INTEGER NOT NULL, -- its length in milliseconds
    begins INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    missed INTEGER NOT NULL,
    durations BLOB NOT NULL, -- a histogram
    PRIMARY KEY (test, period, begins)
) WITHOUT ROWID;
CREATE INDEX summaries_by_time ON summaries (begins);

-- One row: results of hours before this one, and of this hour those of tests up to this one, are in summaries.
CREATE TABLE summed_up (hour INTEGER NOT NULL, test TEXT NOT NULL);
INSERT INTO summed_up (hour, test) VALUES (-9000000000000000, '');

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE, -- SHA-256
    name TEXT NOT NULL,
    scopes TEXT NOT NULL, -- with spaces between
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
);

CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    trace_id TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);

-- One row, written to see whether writing works.
CREATE TABLE pings (count INTEGER NOT NULL);
INSERT INTO pings (count) VALUES (0);
