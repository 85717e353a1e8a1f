"""A real receiver process: what reaches its store, whatever goes wrong on the way."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from intake.core_client import HttpCore, Terms, open_core, signed_headers, signer
from intake.pipeline import deliver
from intake.pipeline.delivered import event_id
from intake.settings import Settings
from intake.store import deliveries
from intake.store.database import Database
from models.errors import CoreAwayError, CoreRefusedError
from tests.intake.core_stand_in import SECRET, receiver
from tests.intake.kept_documents import application, field, keep, next_version

pytestmark = pytest.mark.end_to_end

TERMS = Terms(answer_s=5.0)
OTHER_SECRET = "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("echo")
    with receiver(folder) as url:
        yield url, folder


def an_event(database: Database, version: int = 1, document: Any = None) -> tuple[UUID, UUID, bytes]:
    """Document, event and body of a version in the outbox."""
    document = document or keep(database, application()).document
    if version > 1:
        next_version(database, document, version, application(absence_start=field(f"2019-03-{version:02}")))
    with database.transaction() as conn:
        event = deliver.offer(conn, document, datetime.now(UTC))
        assert event is not None
        body = deliveries.body_of(conn, event)
    assert body is not None
    return document, event, body.encode()


def files_of(folder: Path, document: Any) -> list[str]:
    return sorted(path.name for path in (folder / str(document)).iterdir())


def post(url: str, body: bytes, headers: dict[str, str]) -> httpx2.Response:
    return httpx2.post(url, content=body, headers={"Content-Type": "application/cloudevents+json", **headers})


def test_a_version_is_stored_once_and_said_so_again(database: Database, echo: tuple[str, Path]) -> None:
    url, folder = echo
    document, event, body = an_event(database)
    core = HttpCore(url, signer(SECRET), TERMS)

    receipts = [core.deliver(event, body) for _ in range(3)]

    assert [(receipt.status, receipt.duplicate) for receipt in receipts] == [(201, False), (200, True), (200, True)]
    assert (folder / str(document) / "1.json").read_bytes() == body
    assert files_of(folder, document) == ["1.json"]
    core.close()


def test_an_older_version_after_a_newer_one_is_refused(database: Database, echo: tuple[str, Path]) -> None:
    url, folder = echo
    document, first, first_body = an_event(database)
    _, second, second_body = an_event(database, 2, document)
    core = HttpCore(url, signer(SECRET), TERMS)
    core.deliver(second, second_body)

    with pytest.raises(CoreRefusedError) as refused:
        core.deliver(first, first_body)

    assert refused.value.status == 409 and files_of(folder, document) == ["2.json"]
    core.close()


def test_a_wrong_key_an_old_hour_and_a_changed_body_are_refused(database: Database, echo: tuple[str, Path]) -> None:
    url, folder = echo
    document, event, body = an_event(database)
    now, key = datetime.now(UTC), signer(SECRET)
    named = {"Idempotency-Key": str(event)}

    answers = [
        post(url, body, {**named, **signed_headers(signer(OTHER_SECRET), event, body, now)}),
        post(url, body, {**named, **signed_headers(key, event, body, now - timedelta(minutes=6))}),
        post(url, body.replace(b"false", b"true"), {**named, **signed_headers(key, event, body, now)}),
        post(url, body, {**named, **signed_headers(key, event, body, now), "webhook-signature": "v1,%%%"}),
        post(url, body, {**named, **signed_headers(key, event, body, now), "webhook-signature": "nonsense"}),
        post(url, b"\xff\xfe", {**named, **signed_headers(key, event, body, now)}),
        post(url, body, named),
    ]

    assert [answer.status_code for answer in answers] == [401] * 7
    assert not (folder / str(document)).exists()


def test_a_body_that_breaks_the_contract_or_names_another_event_is_refused(database: Database, echo: tuple[str, Path]) -> None:
    url, _ = echo
    _, event, body = an_event(database)
    now, key = datetime.now(UTC), signer(SECRET)
    scored = body.replace(b'"no_value"', b'"confidence": 0.9, "no_value"', 1)
    stranger = uuid4()

    answers = [
        post(url, scored, {"Idempotency-Key": str(event), **signed_headers(key, event, scored, now)}),
        post(url, b"[]", {"Idempotency-Key": str(event), **signed_headers(key, event, b"[]", now)}),
        post(url, body, {"Idempotency-Key": str(stranger), **signed_headers(key, stranger, body, now)}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 3
    assert answers[0].headers["content-type"] == "application/problem+json"


def test_twenty_at_once_of_the_same_version_are_stored_once(database: Database, echo: tuple[str, Path]) -> None:
    url, folder = echo
    document, event, body = an_event(database)
    core = HttpCore(url, signer(SECRET), TERMS)

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: core.deliver(event, body).status, range(20)))

    assert Counter(receipts) == {201: 1, 200: 19} and files_of(folder, document) == ["1.json"]
    core.close()


def test_a_lost_answer_does_not_store_twice(database: Database, tmp_path: Path) -> None:
    with receiver(tmp_path, "--slow-s", "1.5") as url:
        document, event, body = an_event(database)
        hasty, patient = (HttpCore(url, signer(SECRET), Terms(answer_s=seconds)) for seconds in (0.3, 10.0))

        with pytest.raises(CoreAwayError, match="ReadTimeout"):
            hasty.deliver(event, body)
        receipt = patient.deliver(event, body)
        hasty.close()
        patient.close()

    assert receipt.duplicate and files_of(tmp_path, document) == ["1.json"]


def test_a_receiver_that_refuses_all_makes_parked_deliveries_that_can_be_replayed(database: Database, tmp_path: Path) -> None:
    document, event, _ = an_event(database)
    with receiver(tmp_path, "--refuse", "422") as url:
        core = HttpCore(url, signer(SECRET), TERMS)
        assert deliver.deliver(database, core, event, datetime.now(UTC)) == "parked"
        core.close()

    deliver.replay(database, event, "ann", datetime.now(UTC))
    with receiver(tmp_path) as url:
        core = HttpCore(url, signer(SECRET), TERMS)
        assert deliver.deliver(database, core, event, datetime.now(UTC)) == "delivered"
        stored = httpx2.get(url.replace("/records", "/stored")).json()
        core.close()

    assert stored == {"stored": [{"document_id": str(document), "version": 1}], "receipts": {"refused": 1, "stored": 1}}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_order_and_the_failures_the_newest_version_ends_in_the_store_and_each_at_most_once(
    database: Database, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    documents = [keep(database, application()).document for _ in range(3)]
    newest = dict.fromkeys(documents, 0)
    now = datetime.now(UTC)
    with receiver(tmp_path, "--fail-rate", "0.4") as url:
        core = HttpCore(url, signer(SECRET), Terms(attempts=100, backoff_s=1.0, answer_s=5.0))

        def attempt(event: UUID) -> str:
            return deliver.deliver(database, core, event, now)

        with ThreadPoolExecutor(4) as pool:
            for _ in range(12):
                now += timedelta(minutes=5)
                document = chance.choice(documents)
                newest[document] += 1
                an_event(database, newest[document], document)
                events = [event_id(one, version) for one in documents for version in range(1, newest[one] + 1)] * 2
                chance.shuffle(events)
                list(pool.map(attempt, events))
            for _ in range(60):
                now += timedelta(hours=2)
                list(pool.map(attempt, [event_id(one, newest[one]) for one in documents if newest[one]]))
                with database.transaction() as conn:
                    if not deliveries.counts(conn).get("waiting"):
                        break
        core.close()

    lines = [json.loads(line) for line in (tmp_path / "receipts.jsonl").read_text().splitlines()]
    stored = Counter((line["document_id"], line["version"]) for line in lines if line["outcome"] == "stored")
    assert max(stored.values()) == 1
    for document in (one for one in documents if newest[one]):
        versions = [version for one, version in stored if one == str(document)]
        assert max(versions) == newest[document] and versions == sorted(versions)


def a_certificate(name: str, issuer: tuple[x509.Name, Any] | None = None) -> tuple[x509.Certificate, Any]:
    """A certificate for an hour; without `issuer`, an authority of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by, by_key = issuer or (subject, key)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(by).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5)).not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), critical=False)
    )  # fmt: skip
    if issuer is None:
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        builder = builder.add_extension(usage, critical=True)
    else:
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(both), critical=False)
    return builder.sign(by_key, hashes.SHA256()), key


def write_pem(folder: Path, name: str, certificate: x509.Certificate, key: Any) -> tuple[Path, Path]:
    certificate_path, key_path = folder / f"{name}.pem", folder / f"{name}.key"
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key_path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return certificate_path, key_path


def test_with_mutual_tls_only_a_vouched_client_and_a_vouched_core_talk(database: Database, tmp_path: Path) -> None:
    ca, ca_key = a_certificate("throw-away authority")
    ca_path, _ = write_pem(tmp_path, "ca", ca, ca_key)
    own, own_key = write_pem(tmp_path, "core", *a_certificate("core", (ca.subject, ca_key)))
    ours, our_key = write_pem(tmp_path, "ours", *a_certificate("saapuva", (ca.subject, ca_key)))
    _, event, body = an_event(database)
    options = ("--tls-cert", str(own), "--tls-key", str(own_key), "--client-ca", str(ca_path))

    with receiver(tmp_path / "kept", *options) as url:
        told: dict[str, Any] = {"data": tmp_path, "core": url, "core_secret": SECRET, "core_timeout_s": 5}
        vouched = open_core(Settings.model_validate({**told, "core_ca": ca_path, "core_cert": ours, "core_key": our_key}))
        nameless = open_core(Settings.model_validate({**told, "core_ca": ca_path}))
        doubting = open_core(Settings.model_validate({**told, "core_cert": ours, "core_key": our_key}))

        assert vouched.deliver(event, body).status == 201
        for core in (nameless, doubting):
            with pytest.raises(CoreAwayError):
                core.deliver(event, body)
        for core in (vouched, nameless, doubting):
            core.close()
