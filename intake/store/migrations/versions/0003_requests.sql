-- Everything that is asked of one party of a matter, in one letter. Days are days of law in Finnish time.

CREATE TABLE request (
    id               uuid        PRIMARY KEY,
    number           bigint      GENERATED ALWAYS AS IDENTITY UNIQUE, -- its reference is made of it; a number given up stays unused
    work_item_id     uuid        NOT NULL REFERENCES work_item,
    addressee        text        NOT NULL CHECK (addressee IN ('insured', 'employer', 'fund')),
    language         text        NOT NULL CHECK (language IN ('fi', 'sv')),
    recipient        text[]      NOT NULL,  -- name and address; {}: the papers show none, or it is never printed
    recipient_doubtful boolean   NOT NULL,  -- read from a paper, and nobody has looked at it
    text             text        NOT NULL CHECK (text <> ''), -- the body, as a person has edited it
    asked            text[]      NOT NULL,  -- each thing that is asked, in Finnish: what was asked is not asked again
    finding_keys     text[]      NOT NULL,
    letter_codes     text[]      NOT NULL,
    sections         text[]      NOT NULL,  -- of the guide
    written_day      date        NOT NULL,
    due_day          date        NOT NULL,
    first_due_day    date,                  -- the day that a longer time has replaced; longer time is given once
    state            text        NOT NULL CHECK (state IN ('draft', 'sent', 'answered', 'withdrawn')),
    version          int         NOT NULL DEFAULT 1,
    written_at       timestamptz NOT NULL,
    written_by       text        NOT NULL,
    sent_at          timestamptz,
    sent_by          text,
    overdue_at       timestamptz,           -- when it was noticed that no answer had come in time
    answered_at      timestamptz,
    answered_file_id uuid        REFERENCES file, -- the first file that answered
    seen_at          timestamptz,           -- when a person had looked at the answer
    withdrawn_at     timestamptz,
    CHECK ((sent_at IS NULL) = (sent_by IS NULL)),
    CHECK (state NOT IN ('sent', 'answered') OR sent_at IS NOT NULL),
    CHECK (state <> 'draft' OR sent_at IS NULL),
    CHECK ((state = 'answered') = (answered_at IS NOT NULL)),
    CHECK ((answered_at IS NULL) = (answered_file_id IS NULL)),
    CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CHECK (first_due_day < due_day)
);
CREATE UNIQUE INDEX request_draft ON request (work_item_id, addressee) WHERE state = 'draft';
CREATE INDEX request_work_item ON request (work_item_id);
CREATE INDEX request_due ON request (due_day) WHERE state = 'sent';
CREATE INDEX request_written ON request (written_at);
