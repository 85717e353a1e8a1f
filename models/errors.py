"""Every error raised on purpose.

SaapuvaError                problem, remedy, code, exit_code, retryable
├── InputError              a file that cannot be read as paper
│   ├── FileMissingError        no such file, or not a regular one
│   ├── EmptyFileError          0 bytes
│   ├── NotADocumentError       no PDF, TIFF, JPEG, PNG or HEIC
│   ├── EncryptedFileError      locked with a password
│   ├── DamagedFileError        truncated, or bytes that do not decode
│   ├── TooManyPagesError       more pages than the limit
│   ├── PageTooLargeError       more pixels than the limit
│   ├── DecodingLimitError      decoding took too long or too much memory
│   └── FileTooLargeError       more bytes than one file may have
├── ManifestError           a list of what was sent cannot be read
├── EngineError             an OCR engine is missing or failed
├── TypeFileError           a document type file says something it may not
├── ReaderDiedError         the process that read a file ended without an answer
├── ReadingTimeError        reading a file took longer than any honest file needs
├── OutputError             a record cannot be written where it was asked to go
├── SettingsError           a setting says something it may not
├── RequestError            what was asked for cannot be done as asked
│   ├── NotFoundError           there is no such batch, file, document, delivery …
│   ├── ConflictError           somebody else was faster, or one key stands for two things
│   ├── RefusedError            the request itself is wrong: too large, no files, a bad date
│   ├── UnreadableFilesError    some files of an upload cannot be opened: none of it was taken
│   └── NotReadYetError         a file has no result yet
├── AwayError               something we need is away for now; waiting helps
│   ├── DatabaseAwayError       PostgreSQL does not answer
│   ├── BlobsAwayError          the store of originals does not answer
│   ├── DiskFullError           too little room to take anything new
│   └── CoreAwayError           the rules core does not answer, or asks us to wait
├── BlobDamagedError        an original or a page image is gone, or its bytes are not those that were stored
├── StaleWorkError          the file was given to another worker meanwhile: this one's work is thrown away
├── CoreRefusedError        the rules core has refused a delivery for good
├── ChainError              the audit trail does not hold together
├── StartError              something stands in the way of starting: a port, a second `up`, a missing token
├── BackupError             a backup cannot be made, is damaged, or has no place to be restored to
├── SchemaError             the database's schema is not this version's
└── EmbeddedPostgresError   the built-in PostgreSQL cannot be found, made, started or stopped
    └── DatabaseVersionError    its database was made by another major version of PostgreSQL
"""

from __future__ import annotations

from typing import ClassVar


class SaapuvaError(Exception):
    """Base of all our errors: what happened, and what to do about it.

    Subclasses take positional arguments only and pass none of them to `super().__init__`, so that an error
    survives pickling on its way out of a child process.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}"


class InputError(SaapuvaError):
    code = "input"
    exit_code = 10


class FileMissingError(InputError):
    code = "file_missing"
    exit_code = 11

    def __init__(self, name: str) -> None:
        self.problem = f"{name}: there is no such file, or it is a folder."
        self.remedy = "Check the path."


class EmptyFileError(InputError):
    code = "empty_file"
    exit_code = 12

    def __init__(self, name: str) -> None:
        self.problem = f"{name}: the file is empty (0 bytes)."
        self.remedy = "The transfer probably broke off: scan or send it again."


class NotADocumentError(InputError):
    code = "not_a_document"
    exit_code = 13

    def __init__(self, name: str) -> None:
        self.problem = f"{name}: this is not a PDF, TIFF, JPEG, PNG or HEIC file."
        self.remedy = "Save or print it as PDF and send that."


class EncryptedFileError(InputError):
    code = "encrypted_file"
    exit_code = 14

    def __init__(self, name: str) -> None:
        self.problem = f"{name}: the PDF is locked with a password."
        self.remedy = "Ask the sender for an open copy."


class DamagedFileError(InputError):
    code = "damaged_file"
    exit_code = 15

    def __init__(self, name: str, where: str) -> None:
        self.problem = f"{name}: the file is damaged ({where})."
        self.remedy = "It was probably cut off on its way: scan or send it again."


class TooManyPagesError(InputError):
    code = "too_many_pages"
    exit_code = 16

    def __init__(self, name: str, pages: int, limit: int) -> None:
        self.problem = f"{name}: {pages} pages, more than the {limit} that one file may hold."
        self.remedy = "Split the file and send the parts."


class PageTooLargeError(InputError):
    code = "page_too_large"
    exit_code = 17

    def __init__(self, name: str, page: int, width: int, height: int, limit_px: int) -> None:
        allowed = f"{limit_px // 1_000_000} million, and 20,000 along a side, are allowed"
        self.problem = f"{name}: page {page} is {width} × {height} pixels; {allowed}."
        self.remedy = "Scan it at 300 dpi."


class DecodingLimitError(InputError):
    code = "decoding_limit"
    exit_code = 18

    def __init__(self, name: str, limit: str) -> None:
        self.problem = f"{name}: opening the file was stopped: it needed more than {limit}."
        self.remedy = "The file is damaged or built to do harm: ask the sender for a new scan, and tell your administrator."


class FileTooLargeError(InputError):
    code = "file_too_large"
    exit_code = 19

    def __init__(self, name: str, size: int, limit: int) -> None:
        self.problem = f"{name}: {size // 1_000_000} MB, more than the {limit // 1_000_000} MB that one file may have."
        self.remedy = "Split the file and send the parts."


class ManifestError(SaapuvaError):
    """`may_be_cut` says that the rest of the list may still be on its way."""

    code = "manifest"
    exit_code = 26

    def __init__(self, name: str, where: str, may_be_cut: bool = False) -> None:
        self.problem = f"{name}: this list of files cannot be read ({where})."
        self.remedy = "Mend the list and send it again: a CSV with the columns file, pages, sha256, or an XML of <file> elements."
        self.may_be_cut = may_be_cut


class EngineError(SaapuvaError):
    code = "engine"
    exit_code = 20
    retryable = True

    def __init__(self, engine: str, problem: str, remedy: str) -> None:
        self.problem = f"{engine}: {problem}"
        self.remedy = remedy


class TypeFileError(SaapuvaError):
    code = "type_file"
    exit_code = 21

    def __init__(self, name: str, problem: str, remedy: str = "Mend the file, then run `./saapuva types`.") -> None:
        self.problem = f"{name}: {problem}"
        self.remedy = remedy


class ReaderDiedError(SaapuvaError):
    code = "reader_died"
    exit_code = 22
    retryable = True

    def __init__(self, name: str) -> None:
        self.problem = f"{name}: the process that read it ended without an answer."
        self.remedy = "Try again with `--jobs 1`; if it dies again, memory ran out or the file is built to do harm."


class ReadingTimeError(SaapuvaError):
    code = "reading_time"
    exit_code = 23

    def __init__(self, name: str, limit_s: int) -> None:
        self.problem = f"{name}: reading was stopped after {limit_s} seconds."
        self.remedy = "Split the file and send the parts."


class OutputError(SaapuvaError):
    code = "output"
    exit_code = 24

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy


class SettingsError(SaapuvaError):
    code = "settings"
    exit_code = 25

    def __init__(self, name: str, problem: str) -> None:
        self.problem = f"{name}: {problem}."
        self.remedy = "docs/settings.md lists every setting with its unit."


class RequestError(SaapuvaError):
    code = "request"
    exit_code = 30

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy


class NotFoundError(RequestError):
    code = "not_found"
    exit_code = 31

    def __init__(self, what: str, identifier: str) -> None:
        self.problem = f"There is no {what} {identifier}."
        self.remedy = "Check the id."


class ConflictError(RequestError):
    code = "conflict"
    exit_code = 32


class RefusedError(RequestError):
    """`status` is the HTTP status that says it best."""

    code = "refused"
    exit_code = 33

    def __init__(self, problem: str, remedy: str, status: int = 422) -> None:
        self.problem = problem
        self.remedy = remedy
        self.status = status


class UnreadableFilesError(RequestError):
    """`refused` holds the name of each bad file with its code, problem and remedy."""

    code = "unreadable_files"
    exit_code = 34

    def __init__(self, refused: tuple[tuple[str, str, str, str], ...], files: int) -> None:
        self.problem = f"{len(refused)} of {files} files cannot be opened; nothing of this upload was taken."
        self.remedy = "Mend or leave out the files named in `errors`, then send all of it again."
        self.refused = refused


class NotReadYetError(RequestError):
    """`is_waiting` says that waiting helps; else a person must act first."""

    code = "not_read_yet"
    exit_code = 35

    def __init__(self, identifier: str, stage: str) -> None:
        self.is_waiting = stage == "received"
        self.problem = f"The file {identifier} has no result (stage {stage})."
        self.remedy = "Ask again in a few seconds." if self.is_waiting else "A person must look at it first: see its problem."


class AwayError(SaapuvaError):
    code = "away"
    exit_code = 40
    retryable = True

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy


class DatabaseAwayError(AwayError):
    code = "database_away"
    exit_code = 41

    def __init__(self, why: str) -> None:
        self.problem = f"PostgreSQL does not answer ({why})."
        self.remedy = (
            "Nothing is lost: work goes on when it is back. Check that the server runs and SAAPUVA_DATABASE_URL names it."
        )


class BlobsAwayError(AwayError):
    code = "blobs_away"
    exit_code = 42

    def __init__(self, why: str) -> None:
        self.problem = f"The store of originals does not answer ({why})."
        self.remedy = "Nothing is lost: work goes on when it is back. Check SAAPUVA_BLOBS and the folder or S3 server it names."


class DiskFullError(AwayError):
    code = "disk_full"
    exit_code = 43

    def __init__(self, free_mb: int, reserve_mb: int) -> None:
        self.problem = f"Only {free_mb} MB are free; nothing new is taken below {reserve_mb} MB."
        self.remedy = "Make room on the disk, then send again: nothing was taken."


class CoreAwayError(AwayError):
    """`status` is None when the core gave no answer; `wait_s` is how long it asks us to wait."""

    code = "core_away"
    exit_code = 44

    def __init__(self, why: str, status: int | None = None, answer: str = "", wait_s: float = 0.0) -> None:
        self.problem = f"The rules core does not take records now ({why})."
        self.remedy = "Deliveries wait and are tried again. `./saapuva deliveries` shows them."
        self.why = why
        self.status = status
        self.answer = answer
        self.wait_s = wait_s


class BlobDamagedError(SaapuvaError):
    code = "blob_damaged"
    exit_code = 48

    def __init__(self, sha256: str, what: str) -> None:
        self.problem = f"The stored bytes {sha256} {what}."
        self.remedy = "Put them back from a backup; a file of the same bytes that is sent again mends them."


class StaleWorkError(SaapuvaError):
    code = "stale_work"
    exit_code = 45

    def __init__(self, what: str) -> None:
        self.problem = f"{what} was given to another worker meanwhile."
        self.remedy = "Nothing to do: the other worker's result counts."


class CoreRefusedError(SaapuvaError):
    code = "core_refused"
    exit_code = 46

    def __init__(self, status: int, answer: str) -> None:
        self.problem = f"The rules core has refused the record (status {status})."
        self.remedy = "Read its answer with `./saapuva deliveries show ID`, mend the cause, then replay it."
        self.status = status
        self.answer = answer


class BackupError(SaapuvaError):
    code = "backup"
    exit_code = 58

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy


class ChainError(SaapuvaError):
    code = "audit_chain"
    exit_code = 47

    def __init__(self, seq: int, problem: str) -> None:
        self.problem = f"The audit trail breaks at event {seq}: {problem}."
        self.remedy = "Keep the database as it is, compare with the last backup, and tell your administrator."


class StartError(SaapuvaError):
    code = "start"
    exit_code = 50

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy


class SchemaError(SaapuvaError):
    code = "schema"
    exit_code = 51

    def __init__(self, found: str, needed: str) -> None:
        self.problem = f"The database's schema is {found}; this version works with {needed}."
        self.remedy = "Run `saapuva migrate` of the newest version that is in use, then start again."


class EmbeddedPostgresError(SaapuvaError):
    code = "embedded_postgres"
    exit_code = 52

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = f"The built-in PostgreSQL: {problem}."
        self.remedy = remedy


class DatabaseVersionError(EmbeddedPostgresError):
    code = "database_version"
    exit_code = 53

    def __init__(self, cluster: str, found: int, needed: int) -> None:
        self.problem = f"{cluster} was made by PostgreSQL {found}; the programs here are PostgreSQL {needed}."
        self.remedy = (
            f"Nothing was changed. Run `saapuva backup` with the version of saapuva that brought PostgreSQL {found}, "
            "then `saapuva restore` into a new folder with this one."
        )
