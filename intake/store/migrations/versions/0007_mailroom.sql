-- What the mailroom's screens need beside what is there.

ALTER TABLE batch DROP CONSTRAINT batch_door_check;
ALTER TABLE batch ADD CONSTRAINT batch_door_check CHECK (door IN ('api', 'watch', 'mailroom'));

ALTER TABLE file ADD COLUMN idempotency_key text UNIQUE; -- of a file that was added to its batch alone; sent again it is taken once
ALTER TABLE attempt ADD COLUMN pages_read int NOT NULL DEFAULT 0; -- so far, for whoever waits for it

-- What papers are found by. One row for each file, one for each document; kept in the transaction of what it is about.
CREATE TABLE search_entry (
    file_id     uuid   NOT NULL REFERENCES file ON DELETE CASCADE, -- made of it, and gone with it
    document_id uuid   REFERENCES document,
    words       text   NOT NULL, -- names, references, name of the file: without accents, each word with a space before it
    names       text   NOT NULL, -- the names alone, short: what is like a typed word is looked for in these
    keys        text[] NOT NULL, -- what is found whole: h:identity code, p:its first six digits, b:day of birth, y:, i:, r:
    UNIQUE NULLS NOT DISTINCT (file_id, document_id)
);
CREATE INDEX search_entry_document ON search_entry (document_id);
CREATE INDEX search_entry_keys ON search_entry USING gin (keys);
CREATE INDEX document_arrival ON document (arrival_day);

-- Names that are written differently are found by their triplets of letters. A database that lacks pg_trgm, or whose owner
-- may not create it, finds them as they are written, and slower.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX search_entry_words ON search_entry USING gin (words gin_trgm_ops);
    CREATE INDEX search_entry_names ON search_entry USING gin (names gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'pg_trgm is not to be had: names are found as they are written';
END $$;
