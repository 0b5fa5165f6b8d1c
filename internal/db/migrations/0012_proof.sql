-- Proof: signed heads of all journals, nightly looks at what is kept, what was disposed of and what may not be.
-- +goose Up
CREATE TABLE proof_heads (
    day @KEY@ PRIMARY KEY,                  -- ISO day in Japan that it closes
    statement TEXT NOT NULL,                -- the words that are signed
    public_key @KEY@ NOT NULL,              -- Ed25519, hexadecimal
    signature TEXT NOT NULL,                -- hexadecimal
    made @TIME@ NOT NULL
);

CREATE TABLE proof_looks (
    id @KEY@ PRIMARY KEY,
    started @TIME@ NOT NULL,
    ended @TIME@ NOT NULL,
    counts @JSON@ NOT NULL,
    faults @JSON@ NOT NULL
);

CREATE TABLE case_erased (
    case_id @KEY@ NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    words @KEY@ NOT NULL,                   -- digest of what stood there
    PRIMARY KEY (case_id, seq)
);

CREATE TABLE case_holds (
    case_id @KEY@ PRIMARY KEY REFERENCES cases (id),
    reason TEXT NOT NULL,
    person @KEY@ NOT NULL,
    name TEXT NOT NULL,
    at @TIME@ NOT NULL
);

CREATE TABLE disposals (
    id @KEY@ PRIMARY KEY,
    section @KEY@ NOT NULL,
    state @KEY@ NOT NULL,                   -- drafted | approved | done | dropped
    drafted_by @KEY@ NOT NULL,
    drafted_name TEXT NOT NULL,
    drafted @TIME@ NOT NULL,
    approved_by @KEY@ NOT NULL DEFAULT '',
    approved_name TEXT NOT NULL DEFAULT '',
    approved @TIME@,
    ended @TIME@
);
CREATE TABLE disposal_lines (
    disposal @KEY@ NOT NULL REFERENCES disposals (id),
    case_id @KEY@ NOT NULL REFERENCES cases (id),
    number @KEY@ NOT NULL,
    rule @KEY@ NOT NULL,                    -- adopted | rejected | draft
    until @KEY@ NOT NULL,                   -- last day it had to be kept
    kept TEXT NOT NULL DEFAULT '',          -- why it is kept after all
    done BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (disposal, case_id)
);
CREATE INDEX disposal_lines_case ON disposal_lines (case_id);
