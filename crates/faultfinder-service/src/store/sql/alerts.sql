-- What is kept of the watch over a test, where there is more to keep than that it passes.
CREATE TABLE watches (
    test {key} NOT NULL PRIMARY KEY,
    body {text} NOT NULL -- JSON
);

CREATE TABLE alerts (
    id {key} NOT NULL PRIMARY KEY,
    test {key} NOT NULL,
    number {int} NOT NULL, -- among those of the test
    opened_at {int} NOT NULL,
    ended_at {int},
    body {text} NOT NULL -- the latest notice, JSON
);
CREATE INDEX alerts_by_time ON alerts (opened_at, id);
CREATE INDEX alerts_by_test ON alerts (test, number);

-- What was sent of alerts, and what is to be sent.
CREATE TABLE deliveries (
    alert {key} NOT NULL,
    notice {int} NOT NULL, -- its number among those of the alert
    notifier {key} NOT NULL,
    at {int} NOT NULL, -- when it came about
    due_at {int} NOT NULL, -- when it is tried next
    attempts {int} NOT NULL,
    ended_at {int}, -- when it was delivered or given up
    failure {text}, -- of the latest attempt
    body {text} NOT NULL, -- the notice, JSON
    PRIMARY KEY (alert, notice, notifier)
);
CREATE INDEX deliveries_due ON deliveries (notifier, ended_at, due_at);
