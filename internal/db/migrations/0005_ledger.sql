-- +goose Up
CREATE TABLE budgets (
  id @KEY@ PRIMARY KEY,               -- programme/fiscal year
  programme @KEY@ NOT NULL,
  fiscal_year INTEGER NOT NULL,
  total BIGINT NOT NULL,
  committed BIGINT NOT NULL,          -- decided and not yet paid or released
  paid BIGINT NOT NULL,
  CHECK (committed >= 0 AND paid >= 0 AND committed + paid <= total)
);
CREATE TABLE ledger_entries (
  id @SERIAL@,
  budget @KEY@ NOT NULL REFERENCES budgets (id),
  case_id @KEY@ NOT NULL,
  at @TIME@ NOT NULL,
  person @KEY@ NOT NULL,
  role @KEY@ NOT NULL,
  debit @KEY@ NOT NULL,               -- account the money goes to
  credit @KEY@ NOT NULL,              -- account it comes from
  amount BIGINT NOT NULL CHECK (amount > 0),
  reason TEXT NOT NULL
);
CREATE INDEX ledger_budget ON ledger_entries (budget, id);
CREATE INDEX ledger_case ON ledger_entries (case_id, id);
