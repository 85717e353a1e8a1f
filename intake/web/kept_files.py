"""Static files that browsers may keep: their address bears a mark of their bytes."""

from __future__ import annotations

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_A_DAY = "public, max-age=86400"


class KeptFiles(StaticFiles):
    """Serves static files; an address with a mark is kept for ever, the others (fonts) for a day.

    Scripts that others import have no mark, for a module of two addresses would run twice: browsers ask whether they are new.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if answer.status_code == 200:
            kept = _ASK_AGAIN if path.endswith(".js") else _A_DAY
            answer.headers["Cache-Control"] = _FOR_EVER if b"v=" in scope["query_string"] else kept
        return answer
