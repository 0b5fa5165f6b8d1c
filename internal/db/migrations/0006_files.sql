-- +goose Up
CREATE TABLE files (
    id @KEY@ PRIMARY KEY,
    sha256 @KEY@ NOT NULL,
    size BIGINT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    ext @KEY@ NOT NULL,
    scan @KEY@ NOT NULL,                    -- pending | clean | infected | unscanned
    scan_note TEXT NOT NULL DEFAULT '',
    scanned @TIME@,
    owner_body @KEY@ NOT NULL,
    ref @KEY@ NOT NULL DEFAULT '',          -- what it is attached to, '' while it is not
    field @KEY@ NOT NULL DEFAULT '',
    visibility @KEY@ NOT NULL DEFAULT '',
    uploaded_by @KEY@ NOT NULL,
    created @TIME@ NOT NULL,
    loose @TIME@                            -- since when it is attached to nothing; NULL while attached
);
CREATE INDEX files_ref ON files (ref, field) WHERE ref <> '';
CREATE INDEX files_loose ON files (loose) WHERE ref = '';
CREATE INDEX files_sha256 ON files (sha256);
CREATE INDEX files_pending ON files (created) WHERE scan = 'pending';

CREATE TABLE uploads (
    id @KEY@ PRIMARY KEY,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,                   -- as announced
    owner_body @KEY@ NOT NULL,
    ref @KEY@ NOT NULL DEFAULT '',
    field @KEY@ NOT NULL DEFAULT '',
    visibility @KEY@ NOT NULL DEFAULT '',
    uploaded_by @KEY@ NOT NULL,
    created @TIME@ NOT NULL
);
CREATE INDEX uploads_created ON uploads (created);
