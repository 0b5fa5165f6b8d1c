-- Long work that people wait for and may leave: imports, later batches and matching. What it was given, how far it is, what became of each item.
-- +goose Up
CREATE TABLE works (
    id @KEY@ PRIMARY KEY,
    kind @KEY@ NOT NULL,
    title TEXT NOT NULL,                    -- what it works on: a file's name
    person @KEY@ NOT NULL,
    hat TEXT NOT NULL DEFAULT '',
    state @KEY@ NOT NULL,                   -- waiting | running | done | stopped | failed
    total BIGINT NOT NULL DEFAULT 0,        -- 0 while it is not known
    done BIGINT NOT NULL DEFAULT 0,
    fine BIGINT NOT NULL DEFAULT 0,
    warned BIGINT NOT NULL DEFAULT 0,
    refused BIGINT NOT NULL DEFAULT 0,
    halt BOOLEAN NOT NULL DEFAULT FALSE,    -- somebody asked it to stop at the next safe point
    given @BYTES@ NOT NULL,
    settings @JSON@ NOT NULL,
    failure TEXT NOT NULL DEFAULT '',
    created @TIME@ NOT NULL,
    started @TIME@,
    moved @TIME@ NOT NULL,
    ended @TIME@
);
CREATE INDEX works_created ON works (created);
CREATE INDEX works_kind ON works (kind, id);

CREATE TABLE work_items (
    work @KEY@ NOT NULL REFERENCES works (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,                  -- line of the file
    outcome @KEY@ NOT NULL,                 -- the kind's own word: add, rename, change, refused
    code TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    part TEXT NOT NULL DEFAULT '',          -- column of the file that is wrong
    ja TEXT NOT NULL DEFAULT '',
    en TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (work, place)
);
CREATE INDEX work_items_outcome ON work_items (work, outcome, place);

-- An import finds a body without a code by its name.
CREATE INDEX org_names_name ON org_names (name);
