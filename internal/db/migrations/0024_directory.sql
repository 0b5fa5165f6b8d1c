-- The registry of sister-city ties, its journal, and the month by month figures that never change again.
-- +goose Up
CREATE TABLE ties (
  id             @KEY@ PRIMARY KEY,
  body           @KEY@ NOT NULL,              -- code of the Japanese body in the register
  partner_ja     TEXT NOT NULL,
  partner_en     TEXT NOT NULL,
  partner        TEXT NOT NULL,               -- in its own script
  partner_key    @KEY@ NOT NULL,              -- folded: one pair counts once
  country        @KEY@ NOT NULL,
  region         TEXT NOT NULL,               -- state or province
  kind           @KEY@ NOT NULL,              -- sister, friendship, other
  agreed         @KEY@ NOT NULL,              -- ISO day of the signature
  heads          BOOLEAN NOT NULL,            -- condition 1: an agreement signed by both heads
  open           BOOLEAN NOT NULL,            -- condition 2: fields are not limited
  assembly       BOOLEAN NOT NULL,            -- condition 3: the assembly approved
  assembly_day   @KEY@ NOT NULL,
  signed_by      TEXT NOT NULL,
  status         @KEY@ NOT NULL,              -- active, suspended, ended
  ended          @KEY@ NOT NULL,
  succeeded_from @KEY@ NOT NULL,
  source         TEXT NOT NULL,
  sample         BOOLEAN NOT NULL DEFAULT FALSE,
  version        BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ties_by_body ON ties (body, id);
CREATE INDEX ties_by_country ON ties (country, id);
CREATE UNIQUE INDEX ties_pair ON ties (body, country, partner_key) WHERE status <> 'ended';

CREATE TABLE tie_journal (
  tie         @KEY@ NOT NULL REFERENCES ties (id),
  seq         BIGINT NOT NULL,
  at          @TIME@ NOT NULL,
  person      @KEY@ NOT NULL,
  hat         TEXT NOT NULL,
  reason      TEXT NOT NULL,
  before      TEXT NOT NULL,
  after       TEXT NOT NULL,
  PRIMARY KEY (tie, seq)
);

CREATE TABLE tie_months (
  month       @KEY@ PRIMARY KEY,              -- 2026-10
  frozen      @TIME@ NOT NULL,
  body        @JSON@ NOT NULL                 -- the figures, the ties counted, and the corrections of earlier months
);
