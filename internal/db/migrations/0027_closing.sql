-- +goose Up
ALTER TABLE closing_items ADD COLUMN said_ja TEXT NOT NULL DEFAULT '';  -- why the item could not be done, state left
ALTER TABLE closing_items ADD COLUMN said_en TEXT NOT NULL DEFAULT '';
