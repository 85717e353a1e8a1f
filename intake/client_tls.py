"""How we speak TLS to others: whom we believe, and who we say we are."""

from __future__ import annotations

import ssl
from pathlib import Path

from models.errors import SettingsError


def client_tls(variable: str, ca: Path | None, cert: Path | None, key: Path | None) -> ssl.SSLContext:
    """The system's certificates, or those of `ca` alone; with `cert` we show who we are.

    Raises SettingsError that names the variable (`variable` with _CA or _CERT) and no file.
    """
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"{variable}_CA", f"no certificates can be read from it ({type(error).__name__})") from None
    if cert is not None:
        try:
            # An empty password, not none: OpenSSL would ask the terminal for one.
            context.load_cert_chain(cert, key, password="")
        except (OSError, ssl.SSLError) as error:
            problem = f"certificate and key cannot be used ({type(error).__name__})"
            raise SettingsError(f"{variable}_CERT", problem) from None
    return context
