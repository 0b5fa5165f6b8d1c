-- What the ranking of a call needs of a case: it reads thousands of them at once, and a whole document is many times as long.
-- +goose Up
CREATE TABLE case_standings (
  case_id @KEY@ PRIMARY KEY REFERENCES cases (id),
  version INTEGER NOT NULL,                  -- of the case; a row of another one is not read
  own BIGINT NOT NULL,                       -- yen of own money, and of the whole cost: their share decides ties
  total BIGINT NOT NULL,
  scores @KEY@ NOT NULL,                     -- fingerprint of the sheets
  doc TEXT NOT NULL                          -- the projection without answers, comments, papers and money
);
-- Which cases are ranked, and in which version, is told without their rows.
CREATE INDEX cases_scored ON cases (programme, fiscal_year, score DESC, submitted, id, version, phase, section, demo) WHERE score > 0 AND NOT ended;
