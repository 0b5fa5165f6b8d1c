-- Reference data row by row with all of its past: nothing is overwritten. A row another one took the place of stays, with the moment it
-- went (gone); the rows that stand have gone = ''. Days of validity are ISO days, the last one included; '' is open.
-- +goose Up
CREATE TABLE org_rows (
  kind        @KEY@ NOT NULL,
  key         @KEY@ NOT NULL,
  seq         BIGINT NOT NULL,
  valid_from  @KEY@ NOT NULL DEFAULT '',
  valid_to    @KEY@ NOT NULL DEFAULT '',
  place       BIGINT NOT NULL DEFAULT 0,
  body        @JSON@ NOT NULL,
  source      TEXT NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  person      @KEY@ NOT NULL DEFAULT '',
  recorded    @KEY@ NOT NULL DEFAULT '',
  gone        @KEY@ NOT NULL DEFAULT '',
  PRIMARY KEY (kind, key, seq)
);
INSERT INTO org_rows (kind, key, seq, valid_from, valid_to, place, body, source)
  SELECT kind, CASE WHEN kind IN ('route', 'holiday') THEN replace(replace(key, '/', '-'), ' ', '-') ELSE key END,
    row_number() OVER (PARTITION BY kind, key ORDER BY valid_from), valid_from, valid_to, place, body, source FROM org_reference;
DROP TABLE org_reference;

-- How often each kind was changed. Every process reads it and forgets what it kept when a number has moved.
CREATE TABLE org_versions (
  kind        @KEY@ PRIMARY KEY,
  n           BIGINT NOT NULL
);
