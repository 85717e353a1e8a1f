-- One person has a work item at a time, until `expires_at`; the page that shows it moves that on while it is open.
CREATE TABLE work_lock (
    work_item_id uuid        PRIMARY KEY REFERENCES work_item,
    holder       text        NOT NULL,  -- login
    holder_name  text        NOT NULL,
    taken_at     timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    CHECK (expires_at > taken_at)
);
CREATE INDEX work_lock_holder ON work_lock (holder);

-- Whom a work item is not given to as "next" for a while: they have put it back.
CREATE TABLE work_passed (
    work_item_id uuid        NOT NULL REFERENCES work_item,
    holder       text        NOT NULL,
    until        timestamptz NOT NULL,
    PRIMARY KEY (holder, work_item_id)
);

-- What a person has typed and not yet finished: a dead session or a reload loses nothing.
CREATE TABLE work_draft (
    work_item_id uuid        NOT NULL REFERENCES work_item,
    holder       text        NOT NULL,
    body         jsonb       NOT NULL,
    saved_at     timestamptz NOT NULL,
    PRIMARY KEY (work_item_id, holder)
);

ALTER TABLE document ADD COLUMN language text; -- of the paper, as it was read
UPDATE document
   SET language = record.body ->> 'language'
  FROM record
 WHERE record.document_id = document.id AND record.version = document.version;

ALTER TABLE page ADD COLUMN words text; -- what the page reader saw, line by line; NULL: drawn before this was kept

ALTER TABLE work_item
    ADD COLUMN settled jsonb NOT NULL DEFAULT '[]', -- findings and queues a person has dealt with: {key, document, says, reason, by, at}
    ADD COLUMN due_day date;                        -- the nearest day of law: last filing day, or the day an answer is due

-- Kept by triggers, for many ways lead to a new day and none may be forgotten.
CREATE FUNCTION due_day_of(item uuid, last_filing_day date) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT least(last_filing_day, (SELECT min(due_day)
                                     FROM request
                                    WHERE work_item_id = item
                                      AND (state = 'sent' OR (state = 'answered' AND seen_at IS NULL))))
$$;
CREATE FUNCTION keep_due_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.due_day := due_day_of(NEW.id, NEW.last_filing_day);
    RETURN NEW;
END $$;
CREATE TRIGGER work_item_due_day BEFORE INSERT OR UPDATE OF last_filing_day ON work_item
    FOR EACH ROW EXECUTE FUNCTION keep_due_day();
CREATE FUNCTION request_moves_due_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE work_item SET due_day = due_day_of(id, last_filing_day)
     WHERE id = NEW.work_item_id OR TG_OP = 'UPDATE' AND id = OLD.work_item_id;
    RETURN NULL;
END $$;
CREATE TRIGGER request_due_day AFTER INSERT OR UPDATE OF state, due_day, seen_at, work_item_id ON request
    FOR EACH ROW EXECUTE FUNCTION request_moves_due_day();
UPDATE work_item SET due_day = due_day_of(id, last_filing_day);

-- The order of work: what the law makes urgent, then what has waited longest. Without a day: last ('infinity' sorts and compares).
CREATE INDEX work_item_urgent ON work_item ((coalesce(due_day, 'infinity'::date)), opened_at, id) WHERE state = 'waiting';
CREATE INDEX work_item_urgent_in_queue ON work_item (queue, (coalesce(due_day, 'infinity'::date)), opened_at, id)
    WHERE state = 'waiting';
