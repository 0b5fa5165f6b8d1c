-- Who read which case: one chain of lines, each bound to the one before; the day's signed head names the last of them.
-- +goose Up
DROP TABLE IF EXISTS case_reads;
CREATE TABLE case_reads (
    seq BIGINT PRIMARY KEY,
    logged @TIME@ NOT NULL,                 -- when it was written down; never falls
    at @TIME@ NOT NULL,                     -- when it was read
    person @KEY@ NOT NULL,
    name TEXT NOT NULL,
    role @KEY@ NOT NULL,
    body @KEY@ NOT NULL,
    behalf @KEY@ NOT NULL,
    origin TEXT NOT NULL,
    case_id @KEY@ NOT NULL,                 -- '' for a list of many
    what @KEY@ NOT NULL,                    -- case | application | screening | letter | payments | history | form | move | hold | file | archive | list | money | lost
    item TEXT NOT NULL,                     -- id of the letter or file, address of the list
    words @KEY@ NOT NULL,                   -- digest of all that is said above, which stays when the words go
    gone BOOLEAN NOT NULL DEFAULT FALSE,    -- its term is over: the words were taken out
    hash @KEY@ NOT NULL
);
CREATE INDEX case_reads_case ON case_reads (case_id, seq);
CREATE INDEX case_reads_person ON case_reads (person, seq);
CREATE INDEX case_reads_logged ON case_reads (logged);

-- A letter found wrong is issued again under its number (訂正); the first stays as it was.
ALTER TABLE letters ADD COLUMN edition BIGINT NOT NULL DEFAULT 0;          -- 0 as first issued
ALTER TABLE letters ADD COLUMN replaces @KEY@ NOT NULL DEFAULT '';         -- the letter it corrects
DROP INDEX letters_number;
CREATE UNIQUE INDEX letters_number ON letters (series, n, edition) WHERE number <> '';
CREATE INDEX letters_replaces ON letters (replaces) WHERE replaces <> '';
CREATE TABLE letter_errata (
    id @KEY@ PRIMARY KEY,
    letter @KEY@ NOT NULL,
    case_id @KEY@ NOT NULL,
    state @KEY@ NOT NULL,                   -- proposed | approved | refused
    texts TEXT NOT NULL,                    -- what is to be said instead, by part of the letter
    reason TEXT NOT NULL,
    person @KEY@ NOT NULL,
    name TEXT NOT NULL,
    at @TIME@ NOT NULL,
    answer TEXT NOT NULL DEFAULT '',        -- why it was refused
    decided_by @KEY@ NOT NULL DEFAULT '',
    decided @TIME@
);
CREATE INDEX letter_errata_letter ON letter_errata (letter);
CREATE UNIQUE INDEX letter_errata_open ON letter_errata (letter) WHERE state = 'proposed';
CREATE INDEX letter_errata_case ON letter_errata (case_id);
