-- One person, one kind of business, whatever files brought its papers and whenever. A matter without papers is closed.
CREATE TABLE matter (
    id          uuid        PRIMARY KEY,
    kind        text        NOT NULL,  -- benefit, account, tax …: `matters` of routing.toml
    person_hetu text,                  -- the insured person; NULL while nobody knows for sure
    facts       jsonb       NOT NULL DEFAULT '{}', -- what registers said of the person when last asked
    opened_at   timestamptz NOT NULL,
    closed_at   timestamptz
);
CREATE INDEX matter_person ON matter (person_hetu, kind) WHERE closed_at IS NULL;

-- Documents of one file that belong together by what stands on them; a packet is always in one matter, whole.
CREATE TABLE packet (
    id          uuid   PRIMARY KEY,
    matter_id   uuid   REFERENCES matter, -- NULL only while it is being placed
    kind        text   NOT NULL,
    person_hetu text,             -- by a code on its papers that is sure; or as a person has said
    placed_by   text   NOT NULL CHECK (placed_by IN ('code', 'name', 'child', 'nothing', 'person')),
    keys        text[] NOT NULL   -- what it can be found by: codes, halves of codes, names
);
CREATE INDEX packet_matter ON packet (matter_id);
CREATE INDEX packet_keys ON packet USING gin (keys);

ALTER TABLE document
    ADD COLUMN matter_id uuid REFERENCES matter,
    ADD COLUMN packet_id uuid REFERENCES packet,
    ADD COLUMN said text; -- all words of its pages, for papers that routing knows by their words
CREATE INDEX document_matter ON document (matter_id);
CREATE INDEX document_packet ON document (packet_id);

ALTER TABLE work_item
    ADD COLUMN matter_id uuid REFERENCES matter,   -- NULL: pages that nobody has read
    ADD COLUMN side_tasks jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN candidates jsonb NOT NULL DEFAULT '[]'; -- matters it may belong to: {matter_id, why, score}
CREATE INDEX work_item_matter ON work_item (matter_id);

ALTER TABLE record DROP CONSTRAINT record_origin_check;
ALTER TABLE record ADD CONSTRAINT record_origin_check CHECK (origin IN ('reading', 'correction', 'arrival', 'matter'));

-- What was there before: each work item with papers is a matter of its own; the next paper of the person joins them.
CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
    SELECT DISTINCT ON (link.document_id) link.document_id, work_item.id, work_item.person_hetu, work_item.opened_at,
           CASE document.document_type
                WHEN 'y121_account_change' THEN 'account' WHEN 'tax_card' THEN 'tax' WHEN 'unknown' THEN 'unknown'
                WHEN 'misdirected_maintenance' THEN 'maintenance' WHEN 'misdirected_pension' THEN 'pension'
                WHEN 'misdirected_other' THEN 'elsewhere' ELSE 'benefit' END AS kind,
           EXISTS (SELECT 1
                     FROM record, jsonb_each(record.body -> 'fields') AS field
                    WHERE record.document_id = document.id AND record.version = document.version
                      AND jsonb_typeof(field.value) = 'object' AND field.value ->> 'value' = work_item.person_hetu
                      AND (field.value ->> 'accepted' = 'true' OR field.value ? 'seen_by')) AS is_sure
      FROM work_item_document AS link
      JOIN work_item ON work_item.id = link.work_item_id
      JOIN document ON document.id = link.document_id
     ORDER BY link.document_id, work_item.opened_at DESC, work_item.id;
INSERT INTO matter (id, kind, person_hetu, opened_at)
SELECT id, CASE WHEN bool_or(kind = 'benefit') THEN 'benefit' ELSE min(kind) END,
       CASE WHEN bool_or(is_sure) THEN person_hetu END, opened_at
  FROM placed
 GROUP BY id, person_hetu, opened_at;
INSERT INTO packet (id, matter_id, kind, person_hetu, placed_by, keys)
SELECT id, id, kind, person_hetu, CASE WHEN person_hetu IS NULL THEN 'nothing' ELSE 'code' END,
       CASE WHEN person_hetu IS NULL THEN '{}' ELSE ARRAY['c:' || person_hetu] END
  FROM matter;
UPDATE document
   SET matter_id = placed.id, packet_id = placed.id
  FROM placed
 WHERE placed.document_id = document.id;
UPDATE work_item SET matter_id = id WHERE id IN (SELECT id FROM matter);
-- Their pages' words were not kept: one word stands for what the routing table had found in them.
UPDATE document
   SET said = CASE reason ->> 'rule' WHEN 'R07' THEN 'takaisinperintä' WHEN 'R22' THEN 'lähdevero' WHEN 'R23' THEN 'palkkaa varten'
                                     ELSE 'kansaneläke' END
  FROM work_item, jsonb_array_elements(work_item.reasons) AS reason
 WHERE work_item.matter_id = document.matter_id AND reason ->> 'document' = document.label
   AND (reason ->> 'rule' IN ('R07', 'R22', 'R23') OR reason ->> 'rule' = 'R31' AND document.document_type = 'misdirected_other');
-- Reasons and findings named papers as their file's reading did (d1, d2 …): in a matter of several files only ids tell.
CREATE FUNCTION with_ids(said jsonb, of_matter uuid) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_agg(CASE WHEN document.id IS NULL THEN each ELSE each || jsonb_build_object('document', document.id) END
                              ORDER BY position), '[]')
      FROM jsonb_array_elements(said) WITH ORDINALITY AS listed (each, position)
      LEFT JOIN document ON document.matter_id = of_matter AND document.label = each ->> 'document'
$$;
UPDATE work_item
   SET reasons = with_ids(reasons, matter_id), findings = with_ids(findings, matter_id)
 WHERE matter_id IS NOT NULL;
DROP FUNCTION with_ids;

CREATE UNIQUE INDEX work_item_one_waiting ON work_item (matter_id) WHERE state = 'waiting';
