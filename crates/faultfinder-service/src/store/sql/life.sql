-- One row: when the service on this database was last known to live.
CREATE TABLE life (alive_at {int});
INSERT INTO life (alive_at) VALUES (NULL);
