-- Times in which nothing is sent about tests.
CREATE TABLE silences (
    id {key} NOT NULL PRIMARY KEY,
    tests {text} NOT NULL, -- ids, a JSON array
    tags {text} NOT NULL, -- a JSON array
    starts_at {int} NOT NULL,
    ends_at {int} NOT NULL,
    maintenance {int} NOT NULL, -- 1 if failures do not count either
    comment {text} NOT NULL,
    owner {key} NOT NULL, -- the id of the token
    created_at {int} NOT NULL
);
CREATE INDEX silences_by_end ON silences (ends_at, id);
