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
