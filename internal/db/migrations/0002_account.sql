-- People, their hats, how they prove who they are, and the journal of all of it.
-- +goose Up
CREATE TABLE people (
  id          @KEY@ PRIMARY KEY,
  login       @KEY@ NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  kana        TEXT NOT NULL DEFAULT '',
  email       @KEY@ NOT NULL,
  shared      BOOLEAN NOT NULL DEFAULT FALSE,
  lang        TEXT NOT NULL DEFAULT 'ja',
  density     TEXT NOT NULL DEFAULT 'standard',
  home        @KEY@ NOT NULL DEFAULT '',
  password    TEXT NOT NULL DEFAULT '',
  totp        TEXT NOT NULL DEFAULT '',
  totp_new    TEXT NOT NULL DEFAULT '',
  totp_step   BIGINT NOT NULL DEFAULT 0,
  last_hat    @KEY@ NOT NULL DEFAULT '',
  sample      BOOLEAN NOT NULL DEFAULT FALSE,
  created_at  @TIME@ NOT NULL
);
CREATE INDEX people_by_email ON people (email);
CREATE INDEX people_sample ON people (sample) WHERE sample = TRUE;

-- state: proposed, active, refused, ended. source and behalf are set on a delegation: whose membership, which person.
CREATE TABLE memberships (
  id          @KEY@ PRIMARY KEY,
  person      @KEY@ NOT NULL REFERENCES people (id),
  role        @KEY@ NOT NULL,
  body        @KEY@ NOT NULL,
  section     TEXT NOT NULL DEFAULT '',
  programmes  TEXT NOT NULL DEFAULT '',
  state       @KEY@ NOT NULL,
  source      @KEY@ NOT NULL DEFAULT '',
  behalf      @KEY@ NOT NULL DEFAULT '',
  from_at     @TIME@ NOT NULL,
  until_at    @TIME@ NOT NULL,
  invited_by  @KEY@ NOT NULL DEFAULT '',
  proven_by   @KEY@ NOT NULL DEFAULT '',
  reason      TEXT NOT NULL DEFAULT '',
  sample      BOOLEAN NOT NULL DEFAULT FALSE,
  created_at  @TIME@ NOT NULL
);
CREATE INDEX memberships_by_person ON memberships (person, state);
CREATE INDEX memberships_by_body ON memberships (body, state);
CREATE INDEX memberships_by_source ON memberships (source);

-- kind: invite (somebody at the body, its branch or HQ asked) or join (the person asked).
CREATE TABLE invitations (
  id          @KEY@ PRIMARY KEY,
  token       @KEY@ NOT NULL UNIQUE,
  kind        @KEY@ NOT NULL,
  body        @KEY@ NOT NULL,
  role        @KEY@ NOT NULL,
  section     TEXT NOT NULL DEFAULT '',
  programmes  TEXT NOT NULL DEFAULT '',
  name        TEXT NOT NULL DEFAULT '',
  email       @KEY@ NOT NULL,
  shared      BOOLEAN NOT NULL DEFAULT FALSE,
  lang        TEXT NOT NULL DEFAULT 'ja',
  note        TEXT NOT NULL DEFAULT '',
  vouched     BOOLEAN NOT NULL,
  invited_by  @KEY@ NOT NULL DEFAULT '',
  state       @KEY@ NOT NULL,
  accepted_by @KEY@ NOT NULL DEFAULT '',
  expires_at  @TIME@ NOT NULL,
  created_at  @TIME@ NOT NULL
);
CREATE INDEX invitations_by_body ON invitations (body, state);

-- kind: membership (is this person really of this body?) or factor (is this really the person who lost the second factor?).
CREATE TABLE proofs (
  id          @KEY@ PRIMARY KEY,
  kind        @KEY@ NOT NULL,
  person      @KEY@ NOT NULL REFERENCES people (id),
  membership  @KEY@ NOT NULL DEFAULT '',
  body        @KEY@ NOT NULL,
  branch      @KEY@ NOT NULL DEFAULT '',
  note        TEXT NOT NULL DEFAULT '',
  state       @KEY@ NOT NULL,
  decided_by  @KEY@ NOT NULL DEFAULT '',
  reason      TEXT NOT NULL DEFAULT '',
  created_at  @TIME@ NOT NULL,
  decided_at  @TIME@ NOT NULL
);
CREATE INDEX proofs_by_branch ON proofs (state, branch);
CREATE INDEX proofs_by_body ON proofs (state, body);

CREATE TABLE passkeys (
  id          @KEY@ PRIMARY KEY,
  person      @KEY@ NOT NULL REFERENCES people (id),
  name        TEXT NOT NULL,
  credential  TEXT NOT NULL,
  created_at  @TIME@ NOT NULL,
  used_at     @TIME@ NOT NULL
);
CREATE INDEX passkeys_by_person ON passkeys (person);

CREATE TABLE recovery_codes (
  person      @KEY@ NOT NULL REFERENCES people (id),
  code        @KEY@ NOT NULL,
  used        BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (person, code)
);

CREATE TABLE sessions (
  token       @KEY@ PRIMARY KEY,
  id          @KEY@ NOT NULL UNIQUE,
  person      @KEY@ NOT NULL REFERENCES people (id),
  hat         @KEY@ NOT NULL DEFAULT '',
  strong      BOOLEAN NOT NULL,
  address     TEXT NOT NULL DEFAULT '',
  agent       TEXT NOT NULL DEFAULT '',
  created_at  @TIME@ NOT NULL,
  seen_at     @TIME@ NOT NULL,
  expires_at  @TIME@ NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person);

-- Steps between two requests: a password was right and the second factor is awaited, a passkey ceremony, a password reset.
CREATE TABLE account_steps (
  token       @KEY@ PRIMARY KEY,
  kind        @KEY@ NOT NULL,
  person      @KEY@ NOT NULL DEFAULT '',
  data        TEXT NOT NULL DEFAULT '',
  expires_at  @TIME@ NOT NULL
);
CREATE INDEX account_steps_by_person ON account_steps (person, kind);

CREATE TABLE account_limits (
  key         @KEY@ PRIMARY KEY,
  tries       BIGINT NOT NULL,
  next_at     @TIME@ NOT NULL,
  seen_at     @TIME@ NOT NULL
);

-- Forms that were posted when the session had ended, sealed with a key only the browser holds.
CREATE TABLE stashes (
  id          @KEY@ PRIMARY KEY,
  sealed      @BYTES@ NOT NULL,
  expires_at  @TIME@ NOT NULL
);

CREATE TABLE handovers (
  id          @KEY@ PRIMARY KEY,
  from_person @KEY@ NOT NULL REFERENCES people (id),
  to_person   @KEY@ NOT NULL REFERENCES people (id),
  body        @KEY@ NOT NULL,
  day         @KEY@ NOT NULL,
  state       @KEY@ NOT NULL,
  asked_by    @KEY@ NOT NULL,
  asked_hat   @KEY@ NOT NULL,
  roles       TEXT NOT NULL,
  moved       BIGINT NOT NULL DEFAULT 0,
  note        TEXT NOT NULL DEFAULT '',
  created_at  @TIME@ NOT NULL
);
CREATE INDEX handovers_by_state ON handovers (state, day);
CREATE INDEX handovers_by_body ON handovers (body, state);

CREATE TABLE feed_tokens (
  token       @KEY@ PRIMARY KEY,
  person      @KEY@ NOT NULL UNIQUE REFERENCES people (id),
  created_at  @TIME@ NOT NULL
);

CREATE TABLE setup_tokens (
  token       @KEY@ PRIMARY KEY,
  used        BOOLEAN NOT NULL DEFAULT FALSE,
  created_at  @TIME@ NOT NULL
);

CREATE TABLE settings (
  key         @KEY@ PRIMARY KEY,
  value       TEXT NOT NULL,
  changed_by  @KEY@ NOT NULL,
  changed_at  @TIME@ NOT NULL
);

-- Append only. Two chains: main, and sample for the people of the demonstration, which is wiped as a whole.
CREATE TABLE account_journal (
  chain       @KEY@ NOT NULL,
  seq         BIGINT NOT NULL,
  at          @TIME@ NOT NULL,
  what        @KEY@ NOT NULL,
  actor       @KEY@ NOT NULL,
  role        @KEY@ NOT NULL,
  body        @KEY@ NOT NULL,
  behalf      @KEY@ NOT NULL,
  address     TEXT NOT NULL,
  subject     @KEY@ NOT NULL,
  detail      TEXT NOT NULL,
  hash        @KEY@ NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX account_journal_by_subject ON account_journal (subject, seq);
CREATE INDEX account_journal_by_body ON account_journal (body, seq);

CREATE TABLE account_chains (
  chain       @KEY@ PRIMARY KEY,
  seq         BIGINT NOT NULL,
  hash        @KEY@ NOT NULL
);
INSERT INTO account_chains (chain, seq, hash) VALUES ('main', 0, ''), ('sample', 0, '');
