-- Programme definitions: every version that was ever proposed or published, and whether a programme is open.
-- +goose Up
-- body is the definition as RFC 8785 JSON; hash is SHA-256 of it. Rows are never changed but for state, publisher and published.
CREATE TABLE programme_versions (
  hash        @KEY@ PRIMARY KEY,
  code        @KEY@ NOT NULL,
  number      @KEY@ NOT NULL,
  fiscal_year INTEGER NOT NULL,
  round       INTEGER NOT NULL,
  breaking    INTEGER NOT NULL,
  compatible  INTEGER NOT NULL,
  state       @KEY@ NOT NULL,
  body        TEXT NOT NULL,
  author      @KEY@ NOT NULL,
  author_name TEXT NOT NULL DEFAULT '',
  proposed    @TIME@ NOT NULL,
  publisher   @KEY@ NOT NULL DEFAULT '',
  publisher_name TEXT NOT NULL DEFAULT '',
  published   @TIME@
);
CREATE INDEX programme_versions_by_code ON programme_versions (code, fiscal_year, round, breaking, compatible);

-- The shipped folders that were stored already, by the hash of all of them.
CREATE TABLE programme_seeds (
  hash        @KEY@ PRIMARY KEY,
  at          @TIME@ NOT NULL
);

-- Who opened or closed a programme, from which day, and why. The last row of a programme holds.
CREATE TABLE programme_states (
  code        @KEY@ NOT NULL,
  seq         BIGINT NOT NULL,
  state       @KEY@ NOT NULL,
  from_day    @KEY@ NOT NULL,
  reason      TEXT NOT NULL,
  who         @KEY@ NOT NULL,
  who_name    TEXT NOT NULL DEFAULT '',
  at          @TIME@ NOT NULL,
  PRIMARY KEY (code, seq)
);
