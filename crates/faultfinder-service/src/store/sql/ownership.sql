-- Who wrote a test; empty for what was there before.
ALTER TABLE tests ADD COLUMN owner {text} NOT NULL DEFAULT '';
