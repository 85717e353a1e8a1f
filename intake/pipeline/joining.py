"""Which matter papers belong to, across files and days.

A packet (papers of one file that belong together) is placed by what stands on it and by papers whose person is sure, never
by packets that were only placed themselves: so the order in which files come makes no difference. Whenever papers come or
are corrected, every packet that shares a key with them is placed anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from intake.pipeline.identity import Claims, claims_of, guardians_of, is_surely, likeness, sure_codes
from intake.pipeline.matters import group
from intake.pipeline.rerouting import records_of
from intake.pipeline.routing_table import RoutingTable, routing_table
from intake.store import documents, matters
from intake.store.database import Conn
from intake.store.matters import PacketRow, PlacedBy
from models.extraction import Record
from models.work import Candidate

JOINS_WITHIN_DAYS = 400
"""Between a matter's papers. The benefit is applied for within two months and paid within a year (guide 1.3, 1.5.3); papers
of one period of it do not lie further apart, and an order a year later is another matter."""

MOST_CANDIDATES = 10


@dataclass(frozen=True)
class Group:
    """Documents of one file that reading found to belong together. `person_hetu` holds its check; it may not be sure."""

    person_hetu: str | None
    documents: tuple[UUID, ...]


class _Neighbours:
    """Packets with what their papers say; each is looked at once."""

    def __init__(self, conn: Conn) -> None:
        self._conn = conn
        self._claims: dict[UUID, Claims] = {}

    def claims(self, packets: Sequence[PacketRow]) -> dict[UUID, Claims]:
        unseen = [packet for packet in packets if packet.id not in self._claims]
        bodies: dict[UUID, dict[UUID, Mapping[str, object]]] = {packet.id: {} for packet in unseen}
        for paper in matters.papers_in(self._conn, list(bodies)):
            if paper.duplicate_of is None:
                bodies[paper.packet_id][paper.id] = paper.body
        for packet in unseen:
            self._claims[packet.id] = claims_of(records_of(bodies[packet.id]), packet.person_hetu)
        return {packet.id: self._claims[packet.id] for packet in packets}

    def around(self, packet: PacketRow) -> list[Claims]:
        """What the papers say that may show whose this packet is: those with a sure person, not too far in time."""
        found = [other for other in matters.packets_by_keys(self._conn, packet.keys) if _are_near(packet, other)]
        return [said for other, said in zip(found, self.claims(found).values(), strict=True) if other.person_hetu or said.pairs]


def join(conn: Conn, groups: Sequence[Group], records: Mapping[UUID, Record], now: datetime) -> set[UUID]:
    """Place a file's new documents in matters. Gives the matters that have other papers now than before.

    The caller holds `matters.lock`; each of these matters is then to be judged.
    """
    table, sure = routing_table(), sure_codes(records.values())
    fresh = []
    for one in groups:
        person = one.person_hetu if one.person_hetu in sure else None
        fresh.append(_add(conn, table, person, [records[document] for document in one.documents]))
    return place(conn, fresh, now)


def join_alone(conn: Conn, document_id: UUID, now: datetime) -> set[UUID]:
    """Place one document anew, by itself. Gives the matters that changed."""
    left = matters.leave(conn, [document_id])
    [record] = records_of({document_id: documents.newest_record(conn, document_id).body})
    [found] = group([record], {}, routing_table())
    return left | join(conn, [Group(found.person_hetu, (document_id,))], {document_id: record}, now)


def follow(conn: Conn, duplicates: Mapping[UUID, UUID]) -> set[UUID]:
    """Lay documents that came before beside their originals, whose matters are given."""
    for again, of in duplicates.items():
        matters.put_beside(conn, again, of)
    return matters.of_documents(conn, list(duplicates))


def regroup(conn: Conn, packet_id: UUID, *, codes_changed: bool, now: datetime) -> set[UUID]:
    """Place a packet anew after one of its records has changed; it may fall apart. Gives the matters it has changed."""
    table = routing_table()
    [packet] = matters.packets(conn, [packet_id])
    papers = matters.papers_in(conn, [packet_id])
    records = {paper.id: record for paper, record in zip(papers, records_of({p.id: p.body for p in papers}), strict=True)}
    own = [records[paper.id] for paper in papers if paper.duplicate_of is None] or list(records.values())
    if packet.placed_by == "person" and not codes_changed:
        claims = claims_of(own, packet.person_hetu)
        matters.set_identity(conn, packet.id, packet.kind, packet.person_hetu, claims.keys)
        return {packet.matter_id} if packet.matter_id else set()
    sure = sure_codes(own)
    kept = None if codes_changed else packet.person_hetu
    changed = [packet.id]
    for number, found in enumerate(group(own, {}, table)):
        person = found.person_hetu if found.person_hetu in sure else kept
        if number == 0:
            _rename(conn, table, packet, person, found.records)
        else:
            changed.append(_add(conn, table, person, found.records))
    touched = place(conn, changed, now) | ({packet.matter_id} if packet.matter_id else set())
    return touched | follow(conn, {paper.id: paper.duplicate_of for paper in papers if paper.duplicate_of})


def place(conn: Conn, packet_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Place packets, and place anew those that they may say something of. Gives the matters that changed, or may look new."""
    fresh = matters.packets(conn, packet_ids)
    keys = {key for packet in fresh for key in packet.keys}
    near = matters.packets_by_keys(conn, keys)
    neighbours, touched = _Neighbours(conn), set[UUID]()
    affected = {packet.id: packet for packet in (*fresh, *near) if packet.placed_by != "person" or packet.matter_id is None}
    # Sure ones first: whoever is placed by a name or a child finds their matters open.
    for packet in sorted(affected.values(), key=lambda one: (one.person_hetu is None, one.first_day, one.id)):
        if packet.id not in packet_ids and packet.person_hetu and keys.isdisjoint(_child_keys(packet)):
            continue  # it goes by its own code, whatever else has come
        [claims] = neighbours.claims([packet]).values()
        person, by = _resolved(claims, neighbours.around(packet) if claims.child or claims.person is None else ())
        touched |= _lay(conn, packet, person, by, now)
    return touched


def _child_keys(packet: PacketRow) -> list[str]:
    return [key for key in packet.keys if key.startswith("k:")]


def candidates(conn: Conn, matter_id: UUID) -> list[Candidate]:
    """Find open matters of known persons that the papers of a matter of nobody may belong to, likeliest first."""
    neighbours, found = _Neighbours(conn), dict[UUID, Candidate]()
    for packet in matters.packets_of_matter(conn, matter_id):
        [claims] = neighbours.claims([packet]).values()
        around = neighbours.around(packet)
        persons = {other.person for other in around if other.person} | {guardian for o in around for _, guardian in o.pairs}
        for person in persons:
            score, why = likeness(claims, person, around)
            for matter in _open_matters(conn, person, packet) if score else []:
                found.setdefault(matter, Candidate(matter_id=matter, why=why, score=score))
    return sorted(found.values(), key=lambda one: (-one.score, str(one.matter_id)))[:MOST_CANDIDATES]


def lay_by_person(conn: Conn, packet: PacketRow, matter_id: UUID, person_hetu: str | None) -> set[UUID]:
    """Lay a packet where a person says; no code or name moves it again. Gives the matters that changed."""
    matters.set_person_said(conn, packet.id, person_hetu)
    keys = {*packet.keys, *([f"c:{person_hetu}"] if person_hetu else [])}
    matters.set_identity(conn, packet.id, packet.kind, person_hetu, keys)
    matters.place(conn, packet.id, matter_id, "person")
    return {matter_id} | ({packet.matter_id} if packet.matter_id else set())


def matter_of_person(conn: Conn, packet: PacketRow, person_hetu: str, now: datetime) -> UUID:
    """Give the person's open matter of the packet's kind, or open one."""
    fitting = matters.fitting(conn, person_hetu, packet.kind, packet, JOINS_WITHIN_DAYS)
    return fitting[0] if fitting else matters.open(conn, packet.kind, person_hetu, now)


def _resolved(claims: Claims, around: Sequence[Claims]) -> tuple[str | None, PlacedBy]:
    """Whose a packet is; nobody's when that is not sure, or when it may be two persons'."""
    if claims.child is not None:
        guardians = guardians_of(claims.child, around)
        if len(guardians) == 1:
            return guardians.pop(), "child"
        if guardians or claims.is_childs:
            return None, "nothing"
    if claims.person is not None:
        return claims.person, "code"
    persons = {other.person for other in around if other.person}
    fits = [person for person in persons if is_surely(claims, person, around)]
    return (fits[0], "name") if len(fits) == 1 else (None, "nothing")


def _lay(conn: Conn, packet: PacketRow, person: str | None, by: PlacedBy, now: datetime) -> set[UUID]:
    """Lay a packet into its person's matter; matters that it brings together become one, the oldest."""
    current = matters.get(conn, packet.matter_id) if packet.matter_id else None
    fitting = matters.fitting(conn, person, packet.kind, packet, JOINS_WITHIN_DAYS) if person else []
    stays = current is not None and current.closed_at is None and (current.person_hetu, current.kind) == (person, packet.kind)
    if current is not None and stays and (person is not None or len(matters.packets_of_matter(conn, current.id)) == 1):
        target = fitting[0] if fitting else current.id
    else:
        target = fitting[0] if fitting else matters.open(conn, packet.kind, person, now)
    touched = {target} | ({current.id} if current else set())
    matters.place(conn, packet.id, target, by)
    for other in fitting[1:]:
        for moved in matters.packets_of_matter(conn, other):
            matters.place(conn, moved.id, target, moved.placed_by)
        touched.add(other)
    return touched


def _open_matters(conn: Conn, person: str, packet: PacketRow) -> list[UUID]:
    """A person's matters of the packet's kind; where there is none, those of the benefit."""
    same = matters.fitting(conn, person, packet.kind, packet, JOINS_WITHIN_DAYS)
    return same or matters.fitting(conn, person, "benefit", packet, JOINS_WITHIN_DAYS)


def _add(conn: Conn, table: RoutingTable, person: str | None, records: Sequence[Record]) -> UUID:
    claims = claims_of(records, person)
    return matters.add_packet(conn, kind_of(records, table), person, claims.keys, [UUID(record.id) for record in records])


def part(conn: Conn, packet: PacketRow, records: Sequence[Record], table: RoutingTable) -> UUID:
    """Make a packet of some of a packet's papers. Gives its id."""
    sure = sure_codes(records)
    return _add(conn, table, packet.person_hetu if packet.person_hetu in sure else None, records)


def _rename(conn: Conn, table: RoutingTable, packet: PacketRow, person: str | None, records: Sequence[Record]) -> None:
    matters.set_identity(conn, packet.id, kind_of(records, table), person, claims_of(records, person).keys)
    if packet.placed_by == "person" and packet.matter_id is not None:
        matters.place(conn, packet.id, packet.matter_id, "nothing")


def kind_of(records: Iterable[Record], table: RoutingTable) -> str:
    """What a packet is about: the benefit, as soon as one of its papers is."""
    kinds = sorted({table.matter_of(record.document_type) for record in records})
    return "benefit" if "benefit" in kinds or not kinds else kinds[0]


def _are_near(one: PacketRow, other: PacketRow) -> bool:
    days = timedelta(days=JOINS_WITHIN_DAYS)
    return one.id != other.id and one.first_day - days <= other.last_day and one.last_day + days >= other.first_day
