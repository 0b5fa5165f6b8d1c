-- Where a person works and is called: the division (課) and the telephone of an account.
-- +goose Up
ALTER TABLE people ADD COLUMN division TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN phone TEXT NOT NULL DEFAULT '';
