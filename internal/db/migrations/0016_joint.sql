-- Who else takes part in a case, what came on paper, and what is asked about it.
-- +goose Up
CREATE TABLE case_parties (                  -- bodies that may read a case beside the one that applies
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  org_code @KEY@ NOT NULL,
  answered BOOLEAN NOT NULL,                 -- their consent holds
  PRIMARY KEY (case_id, org_code)
);
CREATE INDEX case_parties_org ON case_parties (org_code, case_id);

CREATE TABLE consent_links (                 -- links by which somebody without an account consents; only the digest is kept
  token @KEY@ PRIMARY KEY,
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  party TEXT NOT NULL,
  until @TIME@ NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0           -- times it was opened
);
CREATE INDEX consent_links_case ON consent_links (case_id);

CREATE TABLE case_intakes (                  -- applications a desk enters for the body; the desk works on them while open
  case_id @KEY@ PRIMARY KEY REFERENCES cases (id),
  desk @KEY@ NOT NULL,                       -- body of the hat: branch:17, hq:keishin
  way @KEY@ NOT NULL,                        -- paper | mail
  open BOOLEAN NOT NULL                      -- not yet handed in or taken over by the body
);
CREATE INDEX case_intakes_desk ON case_intakes (desk, open);

CREATE TABLE thread_reads (                  -- up to which event somebody has read the questions of a case
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  person @KEY@ NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (case_id, person)
);
