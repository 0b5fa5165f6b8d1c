-- Lists that officers live in: views they keep, what a desk notes on its cases.
-- +goose Up
CREATE TABLE list_views (                    -- a list with its filters, by name
  id @KEY@ PRIMARY KEY,
  person @KEY@ NOT NULL,                     -- whose it is
  by_name TEXT NOT NULL,
  role @KEY@ NOT NULL,                       -- of the hat under which it was kept
  body @KEY@ NOT NULL,                       -- the desk of that hat: hq:keishin, branch:17
  name TEXT NOT NULL,
  query TEXT NOT NULL,                       -- the filters as they stand in the address
  shared BOOLEAN NOT NULL,                   -- everybody of the desk finds it
  sample BOOLEAN NOT NULL,
  at @TIME@ NOT NULL
);
CREATE INDEX list_views_of ON list_views (body, person);
CREATE TABLE list_defaults (                 -- the view a person's list opens with, under one desk
  person @KEY@ NOT NULL,
  body @KEY@ NOT NULL,
  view_id @KEY@ NOT NULL REFERENCES list_views (id) ON DELETE CASCADE,
  PRIMARY KEY (person, body)
);

CREATE TABLE case_desks (                    -- what a desk notes on a case; each change is an event of the case
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  body @KEY@ NOT NULL,                       -- the desk: hq:keishin, branch:17
  officer @KEY@ NOT NULL DEFAULT '',         -- person in charge at the desk
  officer_name TEXT NOT NULL DEFAULT '',
  remind_on @KEY@ NOT NULL DEFAULT '',       -- ISO day
  note TEXT NOT NULL DEFAULT '',
  rev INTEGER NOT NULL,                      -- grows with every change: what an exported sheet was made from
  PRIMARY KEY (case_id, body)
);
CREATE INDEX case_desks_officer ON case_desks (body, officer, case_id) WHERE officer <> '';
CREATE INDEX case_desks_remind ON case_desks (remind_on) WHERE remind_on <> '';
