-- Persons who work here. An account is never deleted: the audit trail names it by its login.
CREATE TABLE account (
    id              uuid        PRIMARY KEY,
    login           text        NOT NULL CHECK (login <> '' AND login = lower(login)),
    name            text        NOT NULL,
    password_hash   text,       -- argon2id; NULL until the person has set a password
    roles           text[]      NOT NULL CHECK (roles <@ ARRAY['mailroom', 'caseworker', 'supervisor', 'administrator']),
    sees_protected  boolean     NOT NULL DEFAULT false, -- may see persons under a security ban
    language        text        CHECK (language IN ('fi', 'sv', 'en')), -- NULL: as the browser says
    theme           text        CHECK (theme IN ('light', 'dark')),     -- NULL: as the browser says
    made_at         timestamptz NOT NULL,
    password_set_at timestamptz,
    blocked_at      timestamptz,
    CHECK ((password_hash IS NULL) = (password_set_at IS NULL))
);
CREATE UNIQUE INDEX account_login ON account (login);

-- One-time links. Only their hash is kept: who reads the database cannot use them.
CREATE TABLE account_link (
    token_hash text        PRIMARY KEY CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    account_id uuid        REFERENCES account, -- whose password it sets; NULL: it makes the first administrator
    made_by    text        NOT NULL,
    made_at    timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    used_at    timestamptz -- also when a newer link has replaced it
);
CREATE INDEX account_link_open ON account_link (account_id) WHERE used_at IS NULL;

-- Who is signed in where. The cookie's token is kept as its hash only.
CREATE TABLE session (
    id         uuid        PRIMARY KEY,
    token_hash text        NOT NULL UNIQUE CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    account_id uuid        NOT NULL REFERENCES account,
    client     text        NOT NULL, -- what the browser calls itself, shortened
    began_at   timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL, -- when its person last did something
    ended_at   timestamptz,
    ended_by   text        CHECK (ended_by IN ('person', 'idle', 'age', 'password', 'administrator')),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX session_open ON session (account_id) WHERE ended_at IS NULL;

-- Tries to sign in that did not succeed, by account name and by address, both as hashes: a password may stand in the wrong field.
CREATE TABLE sign_in_try (
    subject    text        PRIMARY KEY,
    failures   int         NOT NULL,
    last_at    timestamptz NOT NULL,
    wait_until timestamptz NOT NULL
);

-- Who stands under a security ban (turvakielto): what registers said, or did not answer, and what lies in the queue for it.
-- Neither function names anything of ours: indexes are built, and backups restored, without our search path.
CREATE FUNCTION is_banned(known jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(known ->> 'has_security_ban' = 'true' OR (known ->> 'is_away' = 'true' AND known ->> 'has_security_ban' IS NULL), false)
$$;
CREATE FUNCTION names_banned(facts jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_path_exists(facts, '$.* ? (@.has_security_ban == true || (@.is_away == true && (!exists(@.has_security_ban) || @.has_security_ban == null)))')
$$;
CREATE INDEX matter_banned ON matter (person_hetu) WHERE names_banned(facts);
CREATE INDEX work_item_protected ON work_item (person_hetu) WHERE queue = 'protected_clients';

CREATE VIEW protected_person AS
    SELECT person_hetu AS hetu FROM matter WHERE names_banned(facts) AND person_hetu IS NOT NULL
    UNION
    SELECT each.key FROM matter, jsonb_each(matter.facts) AS each WHERE names_banned(matter.facts) AND is_banned(each.value)
    UNION
    SELECT person_hetu FROM work_item WHERE queue = 'protected_clients' AND person_hetu IS NOT NULL;
CREATE VIEW protected_matter AS
    SELECT id FROM matter WHERE names_banned(facts)
    UNION
    SELECT matter.id FROM matter JOIN protected_person ON protected_person.hetu = matter.person_hetu
    UNION
    SELECT matter_id FROM work_item WHERE queue = 'protected_clients' AND matter_id IS NOT NULL;
CREATE VIEW protected_work_item AS
    SELECT id FROM work_item WHERE queue = 'protected_clients'
    UNION
    SELECT work_item.id FROM work_item JOIN protected_person ON protected_person.hetu = work_item.person_hetu
    UNION
    SELECT work_item.id FROM work_item JOIN protected_matter ON protected_matter.id = work_item.matter_id;
CREATE VIEW protected_document AS
    SELECT document.id, document.file_id FROM document JOIN protected_matter ON protected_matter.id = document.matter_id
    UNION
    SELECT document.id, document.file_id
      FROM protected_work_item
      JOIN work_item_document ON work_item_document.work_item_id = protected_work_item.id
      JOIN document ON document.id = work_item_document.document_id;
-- A file whose very bytes came again is the same paper.
CREATE VIEW protected_file AS
    SELECT file_id AS id FROM protected_document
    UNION
    SELECT file_id FROM work_item JOIN protected_work_item ON protected_work_item.id = work_item.id
    UNION
    SELECT file.id FROM file JOIN protected_document ON protected_document.file_id = file.duplicate_of;
