-- What a database holds. Moments are milliseconds since 1970 (UTC). Keys are in the order of their bytes.

CREATE TABLE tests (
    id {key} NOT NULL PRIMARY KEY,
    version {int} NOT NULL,
    name {text} NOT NULL,
    tags {text} NOT NULL, -- a JSON array
    every_ms {int},
    definition {text} NOT NULL,
    file {text}, -- where it comes from; from the API when there is none
    paused {int} NOT NULL,
    restricted {int} NOT NULL, -- whether denied networks are denied to it
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    deleted_at {int}
);

CREATE TABLE test_tags (
    tag {key} NOT NULL,
    test {key} NOT NULL,
    PRIMARY KEY (tag, test)
@sqlite ) WITHOUT ROWID;
@postgres );
CREATE INDEX test_tags_by_test ON test_tags (test);

CREATE TABLE results (
    id {bytes} NOT NULL PRIMARY KEY,
    test {key} NOT NULL,
    test_version {int} NOT NULL,
    location {text} NOT NULL,
    started_at {int} NOT NULL,
    outcome {int} NOT NULL,
    code {text},
    duration_ms {float} NOT NULL,
    delay_ms {float} NOT NULL,
    triggered_by {int} NOT NULL,
    body {text} NOT NULL
);
-- Its last two columns are what summing up reads.
CREATE INDEX results_by_test ON results
@sqlite (test, started_at, id, outcome, duration_ms);
@postgres (test, started_at, id) INCLUDE (outcome, duration_ms);
CREATE INDEX results_by_time ON results (started_at, id);
CREATE INDEX results_by_code ON results (code, started_at, id) WHERE code IS NOT NULL;
-- What is asked for most is what did not pass, which is little.
CREATE INDEX results_not_passed ON results (outcome, started_at, id) WHERE outcome = 1 OR outcome = 2 OR outcome = 3;
CREATE INDEX results_by_location ON results (location, started_at, id);

CREATE TABLE summaries (
    test {key} NOT NULL,
    period {int} NOT NULL, -- its length in milliseconds
    begins {int} NOT NULL,
    passed {int} NOT NULL,
    failed {int} NOT NULL,
    errors {int} NOT NULL,
    missed {int} NOT NULL,
    durations {bytes} NOT NULL, -- a histogram
    PRIMARY KEY (test, period, begins)
@sqlite ) WITHOUT ROWID;
@postgres );
CREATE INDEX summaries_by_time ON summaries (begins);

-- One row: results of hours before this one, and of this hour those of tests up to this one, are in summaries.
CREATE TABLE summed_up (hour {int} NOT NULL, test {key} NOT NULL);
INSERT INTO summed_up (hour, test) VALUES (-9000000000000000, '');

CREATE TABLE tokens (
    id {key} NOT NULL PRIMARY KEY,
    hash {bytes} NOT NULL UNIQUE, -- SHA-256
    name {text} NOT NULL,
    scopes {text} NOT NULL, -- with spaces between
    created_at {int} NOT NULL,
    expires_at {int},
    revoked_at {int}
);

CREATE TABLE audit (
@sqlite     number INTEGER PRIMARY KEY AUTOINCREMENT,
@postgres     number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at {int} NOT NULL,
    actor {text} NOT NULL,
    action {text} NOT NULL,
    subject {text} NOT NULL,
    trace_id {text} NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);

-- One row, written to see whether writing works.
CREATE TABLE pings (count {int} NOT NULL);
INSERT INTO pings (count) VALUES (0);
