-- Tests whose automatic retries are off, since a target refused their credentials.
CREATE TABLE retries_off (
    test {key} NOT NULL PRIMARY KEY,
    fingerprint {int} NOT NULL, -- 32 bits of a hash of the definition and its variables
    since {int} NOT NULL,
    message {text} NOT NULL -- of the fault
);
