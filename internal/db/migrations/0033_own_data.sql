-- What a person asks about the data held of them (開示・訂正・消去), and what an administrator answered.
-- +goose Up
CREATE TABLE data_requests (
  id          @KEY@ PRIMARY KEY,
  person      @KEY@ NOT NULL REFERENCES people (id),
  kind        @KEY@ NOT NULL,                -- correct | erase
  items       TEXT NOT NULL,                 -- what it is about, separated by blanks
  wanted      TEXT NOT NULL,                 -- what it should be, or why it should go
  state       @KEY@ NOT NULL,                -- open | granted | refused | withdrawn
  decided_by  @KEY@ NOT NULL DEFAULT '',
  reason      TEXT NOT NULL DEFAULT '',
  done        TEXT NOT NULL DEFAULT '',      -- items that were changed or erased
  kept        TEXT NOT NULL DEFAULT '',      -- items that stay, each with why
  created_at  @TIME@ NOT NULL,
  decided_at  @TIME@ NOT NULL
);
CREATE INDEX data_requests_state ON data_requests (state, created_at);
CREATE INDEX data_requests_person ON data_requests (person, created_at);

-- What somebody did in the journals of cases is found without reading them all; what the service itself did is not asked for.
CREATE INDEX case_events_of ON case_events (person, case_id) WHERE person <> 'system';
