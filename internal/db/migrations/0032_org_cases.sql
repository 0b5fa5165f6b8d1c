-- What a body handed in within a year is read from the index alone where the engine can: each of its rows lies on another page of the table.
-- +goose Up
DROP INDEX cases_org_year;
-- @SQLITE@
CREATE INDEX cases_org_year ON cases (org_code, fiscal_year, number, version, programme, state, due, id, requested, title) WHERE number <> '';
-- @POSTGRES@
CREATE INDEX cases_org_year ON cases (org_code, fiscal_year, number, version) WHERE number <> '';
-- @BOTH@
