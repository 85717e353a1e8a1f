-- What a person has said about how a file's pages belong together. The newest counts whenever the file is read.
CREATE TABLE arrangement (
    file_id  uuid        NOT NULL REFERENCES file,
    revision int         NOT NULL,  -- the file's, once it is in line to be read so
    body     jsonb,                 -- models/arrangement.py; NULL: what was said before is taken back, reading decides
    said_by  text        NOT NULL,
    said_at  timestamptz NOT NULL,
    PRIMARY KEY (file_id, revision)
);
CREATE TRIGGER arrangement_append_only BEFORE UPDATE OR DELETE ON arrangement FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What oversight asks every few seconds, and what the trail is searched by.
CREATE INDEX reading_read_at ON reading (read_at);
CREATE INDEX delivery_delivered_at ON delivery (delivered_at) WHERE delivered_at IS NOT NULL;
CREATE INDEX work_item_closed ON work_item (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX audit_event_event ON audit_event (event, seq);
CREATE INDEX audit_event_at ON audit_event (at);
