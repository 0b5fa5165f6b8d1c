-- +goose Up
CREATE TABLE cases (
  id @KEY@ PRIMARY KEY,
  number @KEY@,                       -- P01-2027-00012, from the first submission on
  programme @KEY@ NOT NULL,
  definition @KEY@ NOT NULL,          -- hash of the version the case keeps
  fiscal_year INTEGER NOT NULL,
  section @KEY@ NOT NULL,             -- desk of HQ that owns the programme
  org_code @KEY@ NOT NULL,
  org_type @KEY@ NOT NULL,
  org_name TEXT NOT NULL,
  branch @KEY@ NOT NULL,
  prefecture @KEY@ NOT NULL,
  state @KEY@ NOT NULL,
  phase INTEGER NOT NULL,
  holder @KEY@ NOT NULL,
  title TEXT NOT NULL,
  due @KEY@ NOT NULL,                 -- ISO day, 9999-12-31 when none
  requested BIGINT NOT NULL,
  decided BIGINT NOT NULL,
  fixed BIGINT NOT NULL,
  paid BIGINT NOT NULL,
  score INTEGER NOT NULL,             -- weighted mean times ten, 0 when none
  owner @KEY@ NOT NULL,               -- person in charge at the body
  ended BOOLEAN NOT NULL,
  demo BOOLEAN NOT NULL,
  version INTEGER NOT NULL,           -- sequence of the last event
  head @KEY@ NOT NULL,                -- hash of the last event
  created @TIME@ NOT NULL,
  submitted @KEY@ NOT NULL,           -- moment of the first submission, "" before
  updated @TIME@ NOT NULL,
  doc TEXT NOT NULL                   -- the projection: fold of the journal
);
CREATE UNIQUE INDEX cases_number ON cases (number) WHERE number <> '';
CREATE INDEX cases_org ON cases (org_code, due, id);
-- What of a body's cases may have changed is told from their versions, without the rows.
CREATE INDEX cases_org_version ON cases (org_code, number, version) WHERE number <> '';
-- Lists are read in order of due day from an index that also holds what filters ask for; what is counted needs no row at all, so an
-- index holds even the phase that it is limited to.
CREATE INDEX cases_branch ON cases (branch, due, id, holder, state, programme, fiscal_year, phase) WHERE phase >= 1;
CREATE INDEX cases_branch_state ON cases (branch, state, due, id, programme, fiscal_year, phase) WHERE phase >= 1;
CREATE INDEX cases_section ON cases (section, due, id, holder, state, programme, fiscal_year, phase) WHERE phase >= 2;
CREATE INDEX cases_section_state ON cases (section, state, due, id, programme, fiscal_year, phase) WHERE phase >= 2;
CREATE INDEX cases_section_call ON cases (section, programme, fiscal_year, state, due, id, phase) WHERE phase >= 2;
CREATE INDEX cases_programme ON cases (programme, fiscal_year, state, due, id);
CREATE INDEX cases_due ON cases (due, id, ended, phase, programme, fiscal_year);
-- HQ is told how many of its cases stand before the branches: there are never many.
CREATE INDEX cases_at_branch ON cases (section) WHERE phase = 1;
CREATE INDEX cases_state ON cases (state, due, id, phase);

CREATE TABLE case_events (
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  seq INTEGER NOT NULL,
  type @KEY@ NOT NULL,
  at @TIME@ NOT NULL,
  person @KEY@ NOT NULL,
  name TEXT NOT NULL,
  role @KEY@ NOT NULL,
  body @KEY@ NOT NULL,
  behalf @KEY@ NOT NULL,
  origin TEXT NOT NULL,
  data TEXT NOT NULL,                 -- text, not JSONB: its bytes are hashed
  prev @KEY@ NOT NULL,
  hash @KEY@ NOT NULL,
  PRIMARY KEY (case_id, seq)
);
-- Whose reason to read a case was noted lately: there are few.
CREATE INDEX case_events_opened ON case_events (person, at, case_id) WHERE type = 'opened';

CREATE TABLE case_counters (
  series @KEY@ PRIMARY KEY,           -- P01-2027, or a letter series with its year
  n BIGINT NOT NULL
);

CREATE TABLE case_tokens (
  token @KEY@ PRIMARY KEY,
  case_id @KEY@ NOT NULL,
  at @TIME@ NOT NULL
);

CREATE TABLE case_members (
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  person @KEY@ NOT NULL,
  interest BOOLEAN NOT NULL,          -- declared or derived: the member may not open the case
  PRIMARY KEY (case_id, person)
);
CREATE INDEX case_members_person ON case_members (person, case_id);

CREATE TABLE letters (
  id @KEY@ PRIMARY KEY,
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  kind @KEY@ NOT NULL,                -- L01 …
  series @KEY@ NOT NULL,
  n BIGINT NOT NULL,
  number TEXT NOT NULL,               -- as printed
  day @KEY@ NOT NULL,
  addressee @KEY@ NOT NULL,           -- applicant | hq
  definition @KEY@ NOT NULL,
  data TEXT NOT NULL,                 -- the document as issued
  issued @TIME@ NOT NULL,
  issued_by @KEY@ NOT NULL,
  sha256 @KEY@ NOT NULL,              -- of the PDF, "" until it is made
  file @KEY@ NOT NULL,
  opened @KEY@ NOT NULL               -- moment the addressee first opened it
);
CREATE UNIQUE INDEX letters_number ON letters (series, n);
CREATE INDEX letters_case ON letters (case_id, issued);
CREATE INDEX letters_sha256 ON letters (sha256);

CREATE TABLE case_reminders (
  key @KEY@ PRIMARY KEY               -- case, state, due day and days left: each is sent once
);
