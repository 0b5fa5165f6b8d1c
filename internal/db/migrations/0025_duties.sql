-- What a body has to do years after a grant: the tax report, property to be kept, records. Worked out of the case with every step of it; the
-- body owns them, whoever its people are.
-- +goose Up
CREATE TABLE case_duties (
  case_id @KEY@ NOT NULL REFERENCES cases (id),
  org_code @KEY@ NOT NULL,
  due @KEY@ NOT NULL,
  kind TEXT NOT NULL,                        -- tax | assets | records
  item TEXT NOT NULL                         -- which property
);
CREATE INDEX case_duties_org ON case_duties (org_code, due);
CREATE INDEX case_duties_due ON case_duties (due, case_id);
CREATE INDEX case_duties_case ON case_duties (case_id);
