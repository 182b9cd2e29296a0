-- The secrets of a definition, sealed. The definition has a mask in their places.
ALTER TABLE tests ADD COLUMN sealed {text};
