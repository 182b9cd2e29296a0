-- Since when tests end the same way: the latest result alone does not say it.
CREATE TABLE statuses (
    test {key} NOT NULL PRIMARY KEY,
    outcome {int} NOT NULL,
    since {int} NOT NULL
);
