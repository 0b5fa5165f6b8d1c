-- Who else takes part in a case, and the links by which somebody without an account consents.
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
