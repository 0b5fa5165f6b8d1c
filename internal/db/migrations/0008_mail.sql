-- +goose Up
CREATE TABLE mails (
    id @KEY@ PRIMARY KEY,
    mail_key @KEY@ UNIQUE,                  -- the same key is queued once; NULL for mails without one
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,                     -- emptied after sending when secret
    secret BOOLEAN NOT NULL DEFAULT FALSE,
    lang @KEY@ NOT NULL,
    case_id @KEY@ NOT NULL DEFAULT '',
    state @KEY@ NOT NULL,                   -- queued | sent | failed
    attempts INTEGER NOT NULL DEFAULT 0,
    failure TEXT NOT NULL DEFAULT '',
    queued @TIME@ NOT NULL,
    sent @TIME@
);
CREATE INDEX mails_case ON mails (case_id, id) WHERE case_id <> '';
CREATE INDEX mails_state ON mails (state, id);
