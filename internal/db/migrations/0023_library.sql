-- The library: publications of every series with the values they are narrowed by, and who brought each on its way.
-- +goose Up
CREATE TABLE publications (
  id          @KEY@ PRIMARY KEY,
  state       @KEY@ NOT NULL,               -- draft, review, published, superseded
  series      @KEY@ NOT NULL,
  form        @KEY@ NOT NULL,
  year        INTEGER NOT NULL,             -- fiscal year
  day         @KEY@ NOT NULL DEFAULT '',    -- ISO day it was published here
  record      @JSON@ NOT NULL,              -- titles, summaries, countries, fields, languages …
  successor   @KEY@ NOT NULL DEFAULT '',
  source      TEXT NOT NULL,
  sent_by     @KEY@ NOT NULL DEFAULT '',    -- who sent it to review: another publishes it
  changed     @TIME@ NOT NULL,
  sample      BOOLEAN NOT NULL DEFAULT FALSE,
  version     BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX publications_by_state ON publications (state, changed, id);
CREATE INDEX publications_by_series ON publications (series, year, id);

CREATE TABLE publication_journal (
  publication @KEY@ NOT NULL REFERENCES publications (id),
  seq         BIGINT NOT NULL,
  at          @TIME@ NOT NULL,
  person      @KEY@ NOT NULL,
  hat         TEXT NOT NULL,
  act         @KEY@ NOT NULL,
  reason      TEXT NOT NULL,
  before      TEXT NOT NULL,
  after       TEXT NOT NULL,
  PRIMARY KEY (publication, seq)
);
