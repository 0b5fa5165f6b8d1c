-- What offices take in on paper or by e-mail for a body, and the questions and answers of a case.
-- +goose Up
CREATE TABLE case_intakes (                  -- what an office took in and entered for a body
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  n INTEGER NOT NULL,                        -- counts the intakes of the case
  office @KEY@ NOT NULL,                     -- hq:keishin, branch:17
  org_name TEXT NOT NULL,
  person @KEY@ NOT NULL,
  name TEXT NOT NULL,
  channel @KEY@ NOT NULL,                    -- post | hand | mail | fax
  day @KEY@ NOT NULL,                        -- ISO day on which it arrived
  at @TIME@ NOT NULL,
  PRIMARY KEY (case_id, n)
);
CREATE INDEX case_intakes_office ON case_intakes (office, at);

CREATE TABLE case_talks (                    -- where the questions and answers of a case stand
  case_id @KEY@ PRIMARY KEY REFERENCES cases (id),
  waits @KEY@ NOT NULL,                      -- body | branch | hq: who is asked for an answer; "" nobody
  last INTEGER NOT NULL,                     -- number of the last message
  at @TIME@ NOT NULL,                        -- when it was written
  read_body INTEGER NOT NULL,                -- number of the last message each side has opened
  read_branch INTEGER NOT NULL,
  read_hq INTEGER NOT NULL
);
CREATE INDEX case_talks_waits ON case_talks (waits, case_id) WHERE waits <> '';
