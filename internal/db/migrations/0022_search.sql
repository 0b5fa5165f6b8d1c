-- What can be found, with its word boundaries. Postings are not stored: every process makes them in memory and follows by change number.
-- +goose Up
CREATE TABLE search_docs (
  id      @KEY@ PRIMARY KEY,
  change  BIGINT NOT NULL,               -- the last change of the index that touched it
  gone    BOOLEAN NOT NULL DEFAULT FALSE,
  kind    @KEY@ NOT NULL,
  url     TEXT NOT NULL,
  lang    @KEY@ NOT NULL,
  date    @KEY@ NOT NULL,                -- ISO day, '' for none
  title   TEXT NOT NULL,
  also    TEXT NOT NULL,
  body    TEXT NOT NULL,
  facets  @JSON@ NOT NULL,
  starts  @BYTES@ NOT NULL,              -- a bit per folded character that begins a word
  hash    @KEY@ NOT NULL                 -- of everything above and of the folding rules
);
CREATE INDEX search_docs_by_change ON search_docs (change);
CREATE INDEX search_docs_by_kind ON search_docs (kind, id);

CREATE TABLE search_state (
  one     INTEGER PRIMARY KEY,
  change  BIGINT NOT NULL
);
INSERT INTO search_state (one, change) VALUES (1, 0);
