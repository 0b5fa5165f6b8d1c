-- What happened, as its readers find it in the application: the mails about cases, by address, and who has read which.
-- +goose Up
ALTER TABLE mails ADD COLUMN address @KEY@ NOT NULL DEFAULT '';   -- of the recipient, small letters
CREATE INDEX mails_notices ON mails (address, id) WHERE case_id <> '';

CREATE TABLE notice_reads (
    mail @KEY@ NOT NULL REFERENCES mails (id) ON DELETE CASCADE,
    person @KEY@ NOT NULL,
    at @TIME@ NOT NULL,
    PRIMARY KEY (mail, person)
);
