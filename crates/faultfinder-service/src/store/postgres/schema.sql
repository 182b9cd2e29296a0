-- What a database of PostgreSQL holds. Moments are milliseconds since 1970 (UTC). Ids are in the order of their bytes.

CREATE TABLE tests (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    tags TEXT NOT NULL, -- a JSON array
    every_ms BIGINT,
    definition TEXT NOT NULL,
    file TEXT, -- where it comes from; from the API when there is none
    paused BIGINT NOT NULL,
    restricted BIGINT NOT NULL, -- whether denied networks are denied to it
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
);

CREATE TABLE test_tags (
    tag TEXT COLLATE "C" NOT NULL,
    test TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tag, test)
);
CREATE INDEX test_tags_by_test ON test_tags (test);

CREATE TABLE results (
    id BYTEA NOT NULL PRIMARY KEY,
    test TEXT COLLATE "C" NOT NULL,
    test_version BIGINT NOT NULL,
    location TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    outcome BIGINT NOT NULL,
    code TEXT,
    duration_ms DOUBLE PRECISION NOT NULL,
    delay_ms DOUBLE PRECISION NOT NULL,
    triggered_by BIGINT NOT NULL,
    body TEXT NOT NULL
);
-- The included columns are what summing up reads.
CREATE INDEX results_by_test ON results (test, started_at, id) INCLUDE (outcome, duration_ms);
CREATE INDEX results_by_time ON results (started_at, id);
CREATE INDEX results_by_code ON results (code, started_at, id) WHERE code IS NOT NULL;
-- What is asked for most is what did not pass, which is little.
CREATE INDEX results_not_passed ON results (outcome, started_at, id) WHERE outcome = 1 OR outcome = 2 OR outcome = 3;
CREATE INDEX results_by_location ON results (location, started_at, id);

CREATE TABLE summaries (
    test TEXT COLLATE "C" NOT NULL,
    period BIGINT NOT NULL, -- its length in milliseconds
    begins BIGINT NOT NULL,
    passed BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    missed BIGINT NOT NULL,
    durations BYTEA NOT NULL, -- a histogram
    PRIMARY KEY (test, period, begins)
);
CREATE INDEX summaries_by_time ON summaries (begins);

-- One row: results of hours before this one, and of this hour those of tests up to this one, are in summaries.
CREATE TABLE summed_up (hour BIGINT NOT NULL, test TEXT COLLATE "C" NOT NULL);
INSERT INTO summed_up (hour, test) VALUES (-9000000000000000, '');

CREATE TABLE tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE, -- SHA-256
    name TEXT NOT NULL,
    scopes TEXT NOT NULL, -- with spaces between
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);

CREATE TABLE audit (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    trace_id TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);

-- One row, written to see whether writing works.
CREATE TABLE pings (count BIGINT NOT NULL);
INSERT INTO pings (count) VALUES (0);
