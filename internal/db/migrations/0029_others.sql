-- What a body handed in within a year is found without reading its cases of other years; the sum of versions is told from the same index.
-- +goose Up
CREATE INDEX cases_org_year ON cases (org_code, fiscal_year, number, version) WHERE number <> '';
DROP INDEX cases_org_version;
