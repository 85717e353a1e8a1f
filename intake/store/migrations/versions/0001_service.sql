-- All that the service keeps. Times are timestamptz; days of law are dates in Finnish time; sums of pages are checked by the ledger.

CREATE TABLE batch (
    id                uuid        PRIMARY KEY,
    door              text        NOT NULL CHECK (door IN ('api', 'watch')),
    channel           text        CHECK (channel IN ('post', 'fax', 'office', 'email')), -- NULL: nobody said; the pages tell
    sender            text,
    reference         text,
    received_at       timestamptz NOT NULL,  -- when it reached us, by the best evidence the door had
    received_evidence text        NOT NULL CHECK (received_evidence IN ('told', 'manifest', 'folder', 'file_time', 'clock')),
    taken_at          timestamptz NOT NULL,  -- when it was durably written: never the legal clock
    idempotency_key   text        UNIQUE,
    request_digest    text        NOT NULL   -- of the request's content: one key with another content is a conflict
);
CREATE INDEX batch_taken ON batch (taken_at);

CREATE TABLE file (
    id           uuid    PRIMARY KEY,
    batch_id     uuid    NOT NULL REFERENCES batch,
    number       int     NOT NULL CHECK (number >= 1), -- in the batch
    name         text    NOT NULL,
    sha256       text    NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes        bigint  NOT NULL,
    media_type   text    NOT NULL,
    pages_in     int     NOT NULL CHECK (pages_in >= 0), -- counted at the door, before anything was read; 0 only in quarantine
    stage        text    NOT NULL CHECK (stage IN ('received', 'read', 'parked', 'duplicate', 'quarantined')),
    revision     int     NOT NULL DEFAULT 0, -- the fence: every change of stage adds one
    duplicate_of uuid    REFERENCES file,    -- the first file of the same bytes
    problem      jsonb,                      -- {code, problem, remedy} of a parked or quarantined file
    UNIQUE (batch_id, number),
    CHECK ((stage = 'duplicate') = (duplicate_of IS NOT NULL)),
    CHECK ((stage IN ('parked', 'quarantined')) = (problem IS NOT NULL)),
    CHECK (pages_in > 0 OR stage = 'quarantined')
);
CREATE INDEX file_sha256 ON file (sha256);
CREATE INDEX file_stage ON file (stage) WHERE stage IN ('received', 'parked', 'quarantined');

-- When a file's papers reached us, every piece of evidence; the legal clock is worked out from these, never overwritten.
CREATE TABLE arrival (
    file_id    uuid        NOT NULL REFERENCES file,
    evidence   text        NOT NULL CHECK (evidence IN ('stamp', 'fax_header', 'told', 'manifest', 'folder', 'file_time', 'clock')),
    day        date        NOT NULL,
    at         timestamptz,
    confidence real        NOT NULL DEFAULT 1,
    noted_at   timestamptz NOT NULL,
    PRIMARY KEY (file_id, evidence)
);

-- One attempt at a file's stage. A row without an end belongs to a worker at work, or to one that died.
CREATE TABLE attempt (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    file_id    uuid        NOT NULL REFERENCES file,
    stage      text        NOT NULL,         -- the stage being worked towards: 'read'
    revision   int         NOT NULL,         -- of the file when the attempt began
    worker     text        NOT NULL,         -- host:pid
    began_at   timestamptz NOT NULL,
    ended_at   timestamptz,
    outcome    text        CHECK (outcome IN ('done', 'failed', 'lost', 'stale', 'postponed')),
    problem    jsonb,
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX attempt_file ON attempt (file_id);
CREATE INDEX attempt_ended ON attempt (ended_at);

-- What reading a file printed (schema intake-result/1), each time it was read. Never changed.
CREATE TABLE reading (
    id       uuid        PRIMARY KEY,
    file_id  uuid        NOT NULL REFERENCES file,
    revision int         NOT NULL,
    result   jsonb       NOT NULL,
    versions jsonb       NOT NULL,  -- of product, engines, types, weights, calibration
    seconds  real        NOT NULL,
    read_at  timestamptz NOT NULL,
    UNIQUE (file_id, revision)
);

CREATE TABLE document (
    id                    uuid PRIMARY KEY,
    file_id               uuid NOT NULL REFERENCES file,
    reading_id            uuid NOT NULL REFERENCES reading,
    label                 text NOT NULL,   -- its id in the reading: d1, d2 …
    pages                 int[] NOT NULL,  -- numbers in the file
    document_type         text NOT NULL,
    version               int  NOT NULL CHECK (version >= 1), -- of its newest record
    arrival_day           date NOT NULL,   -- the legal clock: the earliest that counts, duplicates included
    arrival_evidence      text NOT NULL,
    duplicate_of          uuid REFERENCES document,           -- the same paper came again: this one is shown, not delivered
    possible_duplicate_of uuid REFERENCES document,           -- looks the same, but a person must say
    UNIQUE (reading_id, label)
);
CREATE INDEX document_file ON document (file_id);
CREATE INDEX document_type ON document (document_type);

-- Everything known of one document at one time. Never edited, only superseded by the next version.
CREATE TABLE record (
    document_id uuid        NOT NULL REFERENCES document,
    version     int         NOT NULL CHECK (version >= 1),
    body        jsonb       NOT NULL,  -- a document of intake-result/1; a field a person has seen bears seen_by
    origin      text        NOT NULL CHECK (origin IN ('reading', 'correction', 'arrival')),
    author      text        NOT NULL,  -- 'saapuva' or a person's account
    made_at     timestamptz NOT NULL,
    PRIMARY KEY (document_id, version)
);

-- The custody of pages: each page is in exactly one state at any time.
CREATE TABLE page (
    file_id       uuid NOT NULL REFERENCES file,
    number        int  NOT NULL CHECK (number >= 1),
    state         text NOT NULL CHECK (state IN ('received', 'in_document', 'blank', 'separator', 'duplicate', 'parked')),
    document_id   uuid REFERENCES document,
    duplicate_of_file   uuid,
    duplicate_of_number int,
    parked_because      text,
    image_sha256  text,      -- the page as a viewer shows it, once somebody has drawn it
    width_px      int,
    height_px     int,
    phash         bigint,    -- perceptual hash of the upright page (64 bits); NULL for blank pages
    ink           bytea,     -- small bilevel picture of the upright page, to hold two pages against each other
    PRIMARY KEY (file_id, number),
    FOREIGN KEY (duplicate_of_file, duplicate_of_number) REFERENCES page (file_id, number),
    CHECK (state <> 'in_document' OR document_id IS NOT NULL),
    CHECK ((state = 'duplicate') = (duplicate_of_file IS NOT NULL)),
    CHECK ((state = 'parked') = (parked_because IS NOT NULL))
);
CREATE INDEX page_state ON page (state);
CREATE INDEX page_document ON page (document_id);
CREATE INDEX page_phash ON page (phash) WHERE phash IS NOT NULL;

CREATE TABLE work_item (
    id              uuid        PRIMARY KEY,
    file_id         uuid        NOT NULL REFERENCES file,
    person_hetu     text,
    queue           text        NOT NULL,
    owner           text        NOT NULL,
    specifier       text        NOT NULL,
    comment         text        NOT NULL DEFAULT '',
    pending_date    date,
    last_filing_day date,
    reasons         jsonb       NOT NULL,
    findings        jsonb       NOT NULL,
    state           text        NOT NULL CHECK (state IN ('waiting', 'done')),
    waits_because   text[]      NOT NULL DEFAULT '{}', -- doubtful_fields, doubtful_type, queue, unread, possible_duplicate
    version         int         NOT NULL DEFAULT 1,
    reviewer        text,
    opened_at       timestamptz NOT NULL,
    closed_at       timestamptz,
    CHECK ((state = 'done') = (closed_at IS NOT NULL))
);
CREATE INDEX work_item_queue ON work_item (queue, opened_at) WHERE state = 'waiting';
CREATE INDEX work_item_file ON work_item (file_id);
CREATE INDEX work_item_person ON work_item (person_hetu);

CREATE TABLE work_item_document (
    work_item_id uuid NOT NULL REFERENCES work_item,
    document_id  uuid NOT NULL REFERENCES document,
    PRIMARY KEY (work_item_id, document_id)
);
CREATE INDEX work_item_document_document ON work_item_document (document_id);

-- The outbox: one row per version of a record that goes to the rules core.
CREATE TABLE delivery (
    id           uuid        PRIMARY KEY,  -- the event's id and idempotency key: the same for the same document and version
    document_id  uuid        NOT NULL,
    version      int         NOT NULL,
    body         text        NOT NULL,     -- the CloudEvents envelope, byte for byte as it is signed and sent
    state        text        NOT NULL CHECK (state IN ('waiting', 'delivered', 'parked', 'superseded')),
    attempts     int         NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    next_try_at  timestamptz NOT NULL,
    answered_at  timestamptz,
    answer       jsonb,                    -- the core's last answer: {status, body} or {problem}
    delivered_at timestamptz,
    UNIQUE (document_id, version),
    FOREIGN KEY (document_id, version) REFERENCES record (document_id, version),
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL))
);
CREATE INDEX delivery_waiting ON delivery (next_try_at) WHERE state = 'waiting';
CREATE INDEX delivery_state ON delivery (state, created_at);

CREATE TABLE manifest (
    id         uuid        PRIMARY KEY,
    folder     text        NOT NULL,
    name       text        NOT NULL,
    sha256     text        NOT NULL,
    bytes      bigint      NOT NULL,
    arrived_at timestamptz NOT NULL,
    settled_at timestamptz,             -- every item is here and agrees, or a person has closed it
    UNIQUE (folder, name, sha256)
);

CREATE TABLE manifest_item (
    manifest_id uuid NOT NULL REFERENCES manifest,
    number      int  NOT NULL,
    name        text NOT NULL,
    pages       int,
    sha256      text,
    received_at timestamptz,
    sender      text,
    reference   text,
    file_id     uuid REFERENCES file,   -- NULL: has not come yet
    difference  text,                   -- how the file that came disagrees with what the manifest says
    PRIMARY KEY (manifest_id, number)
);
CREATE INDEX manifest_item_missing ON manifest_item (name) WHERE file_id IS NULL;

CREATE TABLE watched_folder (
    path      text        PRIMARY KEY,
    channel   text,
    swept_at  timestamptz NOT NULL,
    waiting   int         NOT NULL,     -- files in it that are not yet complete or not yet rested
    problem   text
);

-- Something is wrong and a person must act. One open alarm per kind and subject.
CREATE TABLE alarm (
    id         uuid        PRIMARY KEY,
    kind       text        NOT NULL,
    subject    text        NOT NULL,
    problem    text        NOT NULL,
    remedy     text        NOT NULL,
    raised_at  timestamptz NOT NULL,
    cleared_at timestamptz
);
CREATE UNIQUE INDEX alarm_open ON alarm (kind, subject) WHERE cleared_at IS NULL;

-- Append-only and chained: hash = sha256(previous hash ‖ entry). `entry` is kept as text so that not one byte of it changes.
CREATE TABLE audit_event (
    seq      bigint PRIMARY KEY CHECK (seq >= 1),
    entry    text   NOT NULL,  -- canonical JSON: seq, at, actor, event, subject, before, after, versions
    previous text   NOT NULL,
    hash     text   NOT NULL,
    subject  text   NOT NULL,
    event    text   NOT NULL,
    at       timestamptz NOT NULL
);
CREATE INDEX audit_event_subject ON audit_event (subject, seq);

-- The chain's end, locked while one is added; it also shows that the newest events were not cut off.
CREATE TABLE audit_head (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq  bigint  NOT NULL,
    hash text    NOT NULL
);
INSERT INTO audit_head (seq, hash) VALUES (0, repeat('0', 64));

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event EXECUTE FUNCTION refuse_change();
CREATE TRIGGER record_append_only BEFORE UPDATE OR DELETE ON record FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reading_append_only BEFORE UPDATE OR DELETE ON reading FOR EACH ROW EXECUTE FUNCTION refuse_change();
