-- +goose Up
ALTER TABLE budgets ADD COLUMN reserved BIGINT NOT NULL DEFAULT 0 CHECK (reserved >= 0);  -- proposed and not yet decided
ALTER TABLE budgets ADD COLUMN settled BIGINT NOT NULL DEFAULT 0 CHECK (settled >= 0);    -- paid and fixed
ALTER TABLE budgets ADD COLUMN owed BIGINT NOT NULL DEFAULT 0
  CHECK (owed >= 0 AND reserved + committed + paid + settled + owed <= total);            -- demanded back and not yet returned
ALTER TABLE budgets ADD COLUMN income BIGINT NOT NULL DEFAULT 0 CHECK (income >= 0);      -- interest received; no part of total
ALTER TABLE budgets ADD COLUMN released BIGINT NOT NULL DEFAULT 0;                        -- given back by cases so far
ALTER TABLE budgets ADD COLUMN closed_on @KEY@ NOT NULL DEFAULT '';                       -- ISO day of the year-end close
ALTER TABLE ledger_entries ADD COLUMN kind @KEY@ NOT NULL DEFAULT '';
ALTER TABLE ledger_entries ADD COLUMN event INTEGER NOT NULL DEFAULT 0;                   -- event of the case, 0 without a case
ALTER TABLE ledger_entries ADD COLUMN seal @KEY@ NOT NULL DEFAULT '';                     -- chain of a budget's entries without a case
CREATE INDEX ledger_owed ON ledger_entries (case_id) WHERE debit = 'owed';
CREATE TABLE budget_changes (                -- additions, cuts and transfers, asked by one person and decided by another
  id @KEY@ PRIMARY KEY,
  kind @KEY@ NOT NULL,                       -- add | cut | transfer
  budget @KEY@ NOT NULL REFERENCES budgets (id),
  source @KEY@ NOT NULL,                     -- budget a transfer comes from
  amount BIGINT NOT NULL CHECK (amount > 0),
  reason TEXT NOT NULL,
  state @KEY@ NOT NULL,                      -- asked | done | refused
  asked_by @KEY@ NOT NULL,
  asked_name TEXT NOT NULL,
  asked_at @TIME@ NOT NULL,
  decided_by @KEY@ NOT NULL DEFAULT '',
  decided_name TEXT NOT NULL DEFAULT '',
  decided_at @KEY@ NOT NULL DEFAULT '',
  answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX budget_changes_of ON budget_changes (budget, state, asked_at);
CREATE TABLE payers (                        -- the account the operating body pays from; the newest row counts
  id @KEY@ PRIMARY KEY,
  data @JSON@ NOT NULL,
  by_person @KEY@ NOT NULL,
  at @TIME@ NOT NULL
);
CREATE TABLE transfers (                     -- a file for the bank (総合振込), made by one person and released by another
  id @KEY@ PRIMARY KEY,
  n @KEY@ NOT NULL UNIQUE,                   -- number of the file, 2027-0001
  sample BOOLEAN NOT NULL,
  pay_on @KEY@ NOT NULL,                     -- day of the transfer
  state @KEY@ NOT NULL,                      -- built | released | done | dropped
  lines INTEGER NOT NULL,
  total BIGINT NOT NULL,
  content @BYTES@ NOT NULL,                  -- the records as the bank gets them
  sha256 @KEY@ NOT NULL,
  built_by @KEY@ NOT NULL,
  built_name TEXT NOT NULL,
  built_at @TIME@ NOT NULL,
  released_by @KEY@ NOT NULL DEFAULT '',
  released_name TEXT NOT NULL DEFAULT '',
  released_at @KEY@ NOT NULL DEFAULT ''
);
CREATE TABLE transfer_lines (
  transfer @KEY@ NOT NULL REFERENCES transfers (id),
  n INTEGER NOT NULL,                        -- place in the file, from 1
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  version INTEGER NOT NULL,                  -- of the case when the file was made
  move @KEY@ NOT NULL,                       -- move that books the payment
  number @KEY@ NOT NULL,
  org_name TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  bank @JSON@ NOT NULL,
  state @KEY@ NOT NULL,                      -- open | paid | refused | dropped
  reason TEXT NOT NULL DEFAULT '',
  live @KEY@,                                -- case id while the line is open, so that no case is in two files
  PRIMARY KEY (transfer, n)
);
CREATE UNIQUE INDEX transfer_lines_live ON transfer_lines (live);
CREATE INDEX transfer_lines_case ON transfer_lines (case_id);
CREATE TABLE closings (                      -- year-end close of one budget: prepared by one person, approved by another, run by a job
  id @KEY@ PRIMARY KEY,
  fund @KEY@ NOT NULL,
  fiscal_year INTEGER NOT NULL,
  state @KEY@ NOT NULL,                      -- prepared | approved | done | dropped
  prepared_by @KEY@ NOT NULL,
  prepared_name TEXT NOT NULL,
  prepared_at @TIME@ NOT NULL,
  approved_by @KEY@ NOT NULL DEFAULT '',
  approved_name TEXT NOT NULL DEFAULT '',
  approved_at @KEY@ NOT NULL DEFAULT ''
);
CREATE INDEX closings_of ON closings (fund, fiscal_year, prepared_at);
CREATE TABLE closing_items (
  closing @KEY@ NOT NULL REFERENCES closings (id),
  case_id @KEY@ NOT NULL,
  number @KEY@ NOT NULL,
  org_name TEXT NOT NULL,
  reserved BIGINT NOT NULL,
  committed BIGINT NOT NULL,
  choice @KEY@ NOT NULL,                     -- carry | lapse
  reason TEXT NOT NULL,
  state @KEY@ NOT NULL,                      -- open | done | left
  PRIMARY KEY (closing, case_id)
);
CREATE INDEX closing_items_open ON closing_items (closing, state, case_id);
