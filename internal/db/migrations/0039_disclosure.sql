-- Copies of a case for somebody outside who asked to see it (情報公開): what is left out and on which ground, asked by one person and decided by another.
-- +goose Up
CREATE TABLE case_disclosures (
  id          @KEY@ PRIMARY KEY,
  case_id     @KEY@ NOT NULL,
  state       @KEY@ NOT NULL,                -- proposed | approved | refused
  matter      TEXT NOT NULL,                 -- number or subject of the request
  forms       TEXT NOT NULL,                 -- forms in the copy, separated by blanks
  hidden      TEXT NOT NULL,                 -- JSON: field → ground
  person      @KEY@ NOT NULL,
  name        TEXT NOT NULL,
  at          @TIME@ NOT NULL,               -- the copy shows the case as it stood then
  answer      TEXT NOT NULL DEFAULT '',      -- why it was refused
  decided_by  @KEY@ NOT NULL DEFAULT '',
  decider     TEXT NOT NULL DEFAULT '',
  decided     @TIME@,
  file        @KEY@ NOT NULL DEFAULT '',     -- the copy as it was handed out
  sha256      @KEY@ NOT NULL DEFAULT ''
);
CREATE INDEX case_disclosures_case ON case_disclosures (case_id);
CREATE UNIQUE INDEX case_disclosures_open ON case_disclosures (case_id) WHERE state = 'proposed';
