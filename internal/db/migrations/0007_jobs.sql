-- +goose Up
-- The table goqite is the queue library's own; its types are what the library binds on each engine.
-- @SQLITE@
CREATE TABLE goqite (
    id TEXT PRIMARY KEY DEFAULT ('m_' || lower(hex(randomblob(16)))),
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    updated TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    queue TEXT NOT NULL,
    body BLOB NOT NULL,
    timeout TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    received INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL DEFAULT 0
) STRICT;
-- @POSTGRES@
CREATE TABLE goqite (
    id TEXT COLLATE "C" PRIMARY KEY DEFAULT ('m_' || replace(gen_random_uuid()::text, '-', '')),
    created TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated TIMESTAMPTZ NOT NULL DEFAULT now(),
    queue TEXT NOT NULL,
    body BYTEA NOT NULL,
    timeout TIMESTAMPTZ NOT NULL DEFAULT now(),
    received INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL DEFAULT 0
);
-- @BOTH@
CREATE INDEX goqite_due ON goqite (queue, timeout);

CREATE TABLE job_keys (
    once_key @KEY@ PRIMARY KEY,
    kind @KEY@ NOT NULL,
    created @TIME@ NOT NULL
);

CREATE TABLE job_runs (
    id @KEY@ PRIMARY KEY,
    message @KEY@ NOT NULL,
    kind @KEY@ NOT NULL,
    attempt INTEGER NOT NULL,
    started @TIME@ NOT NULL,
    ended @TIME@ NOT NULL,
    failure TEXT NOT NULL DEFAULT ''        -- '' when it went well
);
CREATE INDEX job_runs_started ON job_runs (started);
CREATE INDEX job_runs_kind ON job_runs (kind, started);
CREATE INDEX job_runs_failed ON job_runs (started) WHERE failure <> '';

CREATE TABLE job_dead (
    id @KEY@ PRIMARY KEY,
    kind @KEY@ NOT NULL,
    payload TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    failure TEXT NOT NULL,
    died @TIME@ NOT NULL
);

CREATE TABLE job_schedules (
    kind @KEY@ PRIMARY KEY,
    every BIGINT NOT NULL,                  -- seconds
    daily TEXT NOT NULL DEFAULT '',         -- '08:00' JST, or ''
    next @TIME@ NOT NULL,
    message @KEY@ NOT NULL DEFAULT '',      -- the run now in the queue
    started @TIME@,
    ended @TIME@,
    failure TEXT NOT NULL DEFAULT ''
);
