"""What can be set from outside: environment variables that begin with SAAPUVA_, each with its unit and meaning."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.errors import SettingsError


class Settings(BaseSettings):
    """All settings, frozen. `docs/settings.md` lists them; a test compares the two."""

    model_config = SettingsConfigDict(env_prefix="SAAPUVA_", frozen=True, extra="ignore")

    # Where things are kept
    data: Path = Field(
        default=Path("data"), description="Folder of all that is kept on this machine: blobs, database, watched folders."
    )
    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL to use (postgresql://…); without it, the built-in one."
    )
    blobs: str | None = Field(
        default=None, description="Where originals and page images lie: a folder, or s3://bucket/prefix; default: DATA/blobs."
    )
    s3_endpoint: str | None = Field(
        default=None, description="Address of an S3 server that is not Amazon's; credentials come from AWS_* variables."
    )
    reserve_mb: int = Field(default=1024, ge=0, description="New files are refused when fewer megabytes than this are free.")

    # Doors
    host: str = Field(default="127.0.0.1", description="Address the web door listens on; anything but loopback needs a token.")
    port: int = Field(default=8350, ge=0, le=65535, description="Port of the web door; 0 takes a free one.")
    api_token: SecretStr | None = Field(
        default=None,
        description="What every call of the API must bear (Authorization: Bearer …); default: the one in DATA/api-token.",
    )
    public_url: str | None = Field(
        default=None, description="Address that people call it by where a proxy stands before it; https makes cookies Secure."
    )
    session_idle_min: float = Field(default=30.0, gt=0, description="Minutes without use after which a person is signed out.")
    session_hours: float = Field(default=12.0, gt=0, description="Hours after which a person is signed out in any case.")
    max_upload_mb: int = Field(default=512, ge=1, description="Largest upload, all files together.")
    max_upload_files: int = Field(default=200, ge=1, description="Most files in one upload.")
    watch: str | None = Field(
        default=None,
        description="Watched folders, channel=path with commas: post=/in/post,fax=/in/fax; default: DATA/inbox/…",
    )
    watch_poll_s: float = Field(default=2.0, gt=0, description="Seconds between two looks into the watched folders.")
    watch_quiet_s: float = Field(default=3.0, ge=0, description="A file must have rested so many seconds before it is taken.")
    watch_incomplete_s: float = Field(
        default=600.0, ge=0, description="A file still incomplete after so many seconds goes to quarantine."
    )
    manifest: Literal["off", "expected", "required"] = Field(
        default="expected",
        description="off: none is looked for; expected: one that comes is reconciled; required: a file without one is an alarm.",
    )
    manifest_wait_s: float = Field(
        default=900.0, ge=0, description="After so many seconds a missing item or a missing manifest is an alarm."
    )

    # Work
    workers: int | None = Field(default=None, ge=1, description="Workers that `saapuva up` starts; default: one per core.")
    read_limit_s: float = Field(default=1800.0, gt=0, description="Longest that reading one file may take.")
    max_failures: int = Field(default=3, ge=1, description="So many failed readings, and a person gets the file.")
    max_lost: int = Field(default=8, ge=1, description="So many workers lost while reading one file, and a person gets it.")
    heartbeat_s: float = Field(default=2.0, gt=0, description="A worker says so often that it lives.")
    lost_after_s: float = Field(
        default=6.0, gt=0, description="A worker silent for so long is taken for dead and its work given on."
    )

    # The rules core
    core: str | None = Field(default=None, description="Where records go: an http(s) address, or a folder; default: DATA/outbox.")
    core_secret: SecretStr | None = Field(
        default=None, description="Key that signs deliveries (whsec_… or base64); needed for an address."
    )
    core_ca: Path | None = Field(default=None, description="Certificates that vouch for the core (PEM); default: the system's.")
    core_cert: Path | None = Field(default=None, description="Our client certificate (PEM) where the core asks for one.")
    core_key: Path | None = Field(default=None, description="Key of that certificate (PEM).")
    core_timeout_s: float = Field(default=20.0, gt=0, description="Longest wait for the core's answer.")
    delivery_attempts: int = Field(
        default=12, ge=1, description="So many attempts, and a delivery is parked with the core's answer."
    )
    delivery_backoff_s: Annotated[float, Field(gt=0)] = Field(
        default=2.0, description="Wait before the second attempt; doubles each time, at most an hour."
    )

    # Registers and routing
    registers: str | None = Field(
        default=None, description="Where registers are asked (http(s) address, see registers.md); without it nobody is asked."
    )
    registers_token: SecretStr | None = Field(default=None, description="Sent to the registers (Authorization: Bearer …).")
    registers_timeout_s: float = Field(
        default=3.0, gt=0, description="Longest wait for what registers know of one person, all attempts together."
    )
    registers_ca: Path | None = Field(
        default=None, description="Certificates that vouch for the registers (PEM); default: the system's."
    )
    registers_cert: Path | None = Field(default=None, description="Our client certificate (PEM) where the registers ask for one.")
    registers_key: Path | None = Field(default=None, description="Key of that certificate (PEM).")
    routing: Path | None = Field(
        default=None, description="Own copy of the routing table (routing.toml, see routing.md); default: the one shipped."
    )

    # Words
    log_format: Literal["json", "text"] = Field(default="json", description="How the log is written to stderr.")

    @field_validator("api_token", "core_secret", "registers_token")
    @classmethod
    def _is_a_secret(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse what would be no protection, or what no header can carry: an empty variable is not an unset one."""
        if value is not None and not re.fullmatch(r"[\x21-\x7e]+", value.get_secret_value()):
            raise ValueError("must be visible ASCII characters without spaces; leave the variable out to set none")
        return value

    @field_validator("blobs", "core", "registers", "s3_endpoint")
    @classmethod
    def _says_something(cls, value: str | None) -> str | None:
        """Refuse an empty variable: as a folder it would be the one the command was called from."""
        if value is not None and not value.strip():
            raise ValueError("it is empty; leave the variable out to set none")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, url: str | None) -> str | None:
        """Refuse what is no address of a whole service: pages have their places from the root on."""
        if url is not None and not re.fullmatch(r"https?://[^/\s?#@]+/?", url):
            raise ValueError("it must be http(s)://name or http(s)://name:port")
        return None if url is None else url.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        """Refuse the address of another database, and of a driver; `host=… dbname=…` is PostgreSQL's own way to write one."""
        if url is not None and re.match(r"(?!postgres(ql)?://)[^=]*(://|$)", url.get_secret_value()):
            raise ValueError("it is no postgresql:// address")
        return url

    @property
    def watched(self) -> tuple[tuple[str, Path], ...]:
        """Pairs of channel and folder. Raises SettingsError for a channel that does not exist."""
        if self.watch is None:
            return tuple((channel, self.data / "inbox" / channel) for channel in ("post", "fax", "office"))
        pairs = []
        for part in filter(None, (part.strip() for part in self.watch.split(","))):
            channel, _, path = part.partition("=")
            if channel not in ("post", "fax", "office", "email") or not path:
                raise SettingsError("SAAPUVA_WATCH", f"{part!r} is not channel=path with post, fax, office or email")
            pairs.append((channel, Path(path)))
        return tuple(pairs)


def load_settings() -> Settings:
    """Read the environment. Raises SettingsError that names the variable, never its value."""
    from pydantic import ValidationError

    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "SAAPUVA_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(name, first["msg"].removeprefix("Value error, ")) from None
