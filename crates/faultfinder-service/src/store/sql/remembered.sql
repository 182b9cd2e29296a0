-- Responses that are given again to the same request with the same key, for a day.
CREATE TABLE remembered (
    owner {key} NOT NULL,
    key {key} NOT NULL,
    request {bytes} NOT NULL, -- SHA-256
    at {int} NOT NULL,
    bytes {int} NOT NULL, -- length of the response
    response {text} NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX remembered_by_owner ON remembered (owner, at, bytes);
CREATE INDEX remembered_by_time ON remembered (at);
