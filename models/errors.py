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
│   └── DecodingLimitError      decoding took too long or too much memory
├── EngineError             an OCR engine is missing or failed
├── TypeFileError           a document type file says something it may not
├── ReaderDiedError         the process that read a file ended without an answer
├── ReadingTimeError        reading a file took longer than any honest file needs
└── OutputError             a record cannot be written where it was asked to go
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

    def __init__(self, name: str, problem: str) -> None:
        self.problem = f"{name}: {problem}"
        self.remedy = "Mend the file, then run `./saapuva types`."


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
