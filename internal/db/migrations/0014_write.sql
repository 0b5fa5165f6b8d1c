-- +goose Up
-- A submission writes a letter that has no 文書番号 and no PDF yet: it stands in the register of numbers and among the fingerprints of
-- files only from the day it has one.
DROP INDEX letters_number;
CREATE UNIQUE INDEX letters_number ON letters (series, n) WHERE number <> '';
DROP INDEX letters_sha256;
CREATE INDEX letters_sha256 ON letters (sha256) WHERE sha256 <> '';
