-- The register of bodies: local governments, associations and every other organisation that can have a case.
-- +goose Up
CREATE TABLE orgs (
  code        @KEY@ PRIMARY KEY,
  type        @KEY@ NOT NULL,
  prefecture  @KEY@ NOT NULL DEFAULT '',
  branch      @KEY@ NOT NULL DEFAULT '',
  founder     @KEY@ NOT NULL DEFAULT '',
  head_title  TEXT NOT NULL DEFAULT '',
  postcode    TEXT NOT NULL DEFAULT '',
  address     TEXT NOT NULL DEFAULT '',
  phone       TEXT NOT NULL DEFAULT '',
  mail        TEXT NOT NULL DEFAULT '',
  site        TEXT NOT NULL DEFAULT '',
  valid_from  @KEY@ NOT NULL DEFAULT '',
  valid_to    @KEY@ NOT NULL DEFAULT '',
  successor   @KEY@ NOT NULL DEFAULT '',
  source      TEXT NOT NULL,
  found       TEXT NOT NULL,
  area        TEXT NOT NULL,
  sample      BOOLEAN NOT NULL DEFAULT FALSE,
  version     BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX orgs_by_type ON orgs (type, code);
CREATE INDEX orgs_by_branch ON orgs (branch, code);
CREATE INDEX orgs_by_prefecture ON orgs (prefecture, code);

-- Every name a body has had, day by day: the first begins at '' (always), the last ends at '' (still). Days are the last included.
CREATE TABLE org_names (
  code        @KEY@ NOT NULL REFERENCES orgs (code),
  valid_from  @KEY@ NOT NULL,
  valid_to    @KEY@ NOT NULL DEFAULT '',
  name        TEXT NOT NULL,
  kana        TEXT NOT NULL DEFAULT '',
  english     TEXT NOT NULL DEFAULT '',
  source      TEXT NOT NULL,
  PRIMARY KEY (code, valid_from)
);

-- Reference data beside the bodies: offices, routes, sections, desks, holidays, figures. One row per key and validity.
CREATE TABLE org_reference (
  kind        @KEY@ NOT NULL,
  key         @KEY@ NOT NULL,
  valid_from  @KEY@ NOT NULL DEFAULT '',
  valid_to    @KEY@ NOT NULL DEFAULT '',
  place       INTEGER NOT NULL DEFAULT 0,
  body        @JSON@ NOT NULL,
  source      TEXT NOT NULL,
  PRIMARY KEY (kind, key, valid_from)
);

-- Who changed what in the register. One hash chain per subject ("lg:172014", "office:PAR").
CREATE TABLE org_journal (
  subject     @KEY@ NOT NULL,
  seq         BIGINT NOT NULL,
  at          @TIME@ NOT NULL,
  person      @KEY@ NOT NULL,
  hat         TEXT NOT NULL DEFAULT '',
  act         @KEY@ NOT NULL,
  before      TEXT NOT NULL,
  after       TEXT NOT NULL,
  source      TEXT NOT NULL,
  hash        TEXT NOT NULL,
  PRIMARY KEY (subject, seq)
);
CREATE INDEX org_journal_by_time ON org_journal (at);
