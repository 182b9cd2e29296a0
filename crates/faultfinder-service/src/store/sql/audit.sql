-- The audit log is read by who, what, and to what. Numbers make the order whole where moments are the same.
CREATE INDEX audit_by_actor ON audit (actor, at, number);
CREATE INDEX audit_by_action ON audit (action, at, number);
CREATE INDEX audit_by_subject ON audit (subject, at, number);
