-- Screening and approval: who may not judge what and why, the panel of a call, saved rankings and minutes, who approves and for whom.
-- +goose Up
ALTER TABLE case_members ADD COLUMN area BOOLEAN NOT NULL DEFAULT TRUE;             -- a home in the applicant's prefecture bars (definition)
ALTER TABLE case_members ADD COLUMN since @KEY@ NOT NULL DEFAULT '9999-12-31';      -- a post at the applicant that ended on this day or later bars

CREATE TABLE conflicts (                     -- why somebody may not judge a case
  id @KEY@ PRIMARY KEY,
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  person @KEY@ NOT NULL,
  name TEXT NOT NULL,
  kind @KEY@ NOT NULL,                       -- same | area | post (derived) · declared · noted
  reason TEXT NOT NULL,
  by_person @KEY@ NOT NULL,                  -- who recorded it; the platform where it was derived
  by_name TEXT NOT NULL,
  at @TIME@ NOT NULL
);
CREATE UNIQUE INDEX conflicts_of ON conflicts (case_id, person, kind);

CREATE TABLE former_posts (                  -- posts somebody held at a body
  id @KEY@ PRIMARY KEY,
  person @KEY@ NOT NULL,
  org_code @KEY@ NOT NULL,
  org_name TEXT NOT NULL,
  title TEXT NOT NULL,
  until_day @KEY@ NOT NULL,                  -- last day in the post, 9999-12-31 while it is held
  by_person @KEY@ NOT NULL,
  by_name TEXT NOT NULL,
  at @TIME@ NOT NULL
);
CREATE INDEX former_posts_of ON former_posts (person, org_code, until_day);

CREATE TABLE panels (                        -- the committee of one call
  programme @KEY@ NOT NULL,
  fiscal_year INTEGER NOT NULL,
  sample BOOLEAN NOT NULL,
  tell_on @KEY@ NOT NULL DEFAULT '',         -- ISO day on which decisions are told; '' at once
  by_person @KEY@ NOT NULL,
  by_name TEXT NOT NULL,
  at @TIME@ NOT NULL,
  PRIMARY KEY (programme, fiscal_year, sample)
);
CREATE TABLE panel_seats (
  programme @KEY@ NOT NULL,
  fiscal_year INTEGER NOT NULL,
  sample BOOLEAN NOT NULL,
  person @KEY@ NOT NULL,
  name TEXT NOT NULL,
  knows @JSON@ NOT NULL,                     -- values of the definition's field of expertise
  most INTEGER NOT NULL DEFAULT 0,           -- cases at most, 0 without limit
  PRIMARY KEY (programme, fiscal_year, sample, person)
);

CREATE TABLE rankings (                      -- what-ifs of a ranking, kept by name
  id @KEY@ PRIMARY KEY,
  programme @KEY@ NOT NULL,
  fiscal_year INTEGER NOT NULL,
  sample BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  rules @JSON@ NOT NULL,
  outcome @JSON@ NOT NULL,
  sha256 @KEY@ NOT NULL,
  by_person @KEY@ NOT NULL,
  by_name TEXT NOT NULL,
  at @TIME@ NOT NULL
);
CREATE INDEX rankings_of ON rankings (programme, fiscal_year, sample, at);

CREATE TABLE minutes (                       -- minutes of a meeting of the committee; a row never changes
  id @KEY@ PRIMARY KEY,
  programme @KEY@ NOT NULL,
  fiscal_year INTEGER NOT NULL,
  sample BOOLEAN NOT NULL,
  n INTEGER NOT NULL,                        -- meeting of the call, from 1
  held_on @KEY@ NOT NULL,
  body @JSON@ NOT NULL,
  sha256 @KEY@ NOT NULL,
  by_person @KEY@ NOT NULL,
  by_name TEXT NOT NULL,
  at @TIME@ NOT NULL
);
CREATE UNIQUE INDEX minutes_of ON minutes (programme, fiscal_year, sample, n);

CREATE TABLE approver_seats (                -- who sits in a seat of an approval route, and who may act while they are away
  section @KEY@ NOT NULL,
  seat @KEY@ NOT NULL,
  person @KEY@ NOT NULL,
  name TEXT NOT NULL,
  deputy BOOLEAN NOT NULL,
  by_person @KEY@ NOT NULL,
  at @TIME@ NOT NULL,
  PRIMARY KEY (section, seat, person)
);
CREATE TABLE absences (
  id @KEY@ PRIMARY KEY,
  section @KEY@ NOT NULL,
  person @KEY@ NOT NULL,
  name TEXT NOT NULL,
  from_day @KEY@ NOT NULL,
  until_day @KEY@ NOT NULL,
  reason TEXT NOT NULL,
  by_person @KEY@ NOT NULL,
  by_name TEXT NOT NULL,
  at @TIME@ NOT NULL
);
CREATE INDEX absences_of ON absences (section, person, until_day);
