"""What axe-core finds on a page, in both themes."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}


def violations(page: Page) -> list[str]:
    """Run WCAG 2.1 A and AA and axe's own good practice in the light and the dark theme."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for each in Axe().run(page, options=_WCAG).response["violations"]:
            places = "; ".join(f"{node['target'][0]} {_why(node)}" for node in each["nodes"][:5])
            found.append(f"{theme}: {each['id']}: {each['help']}: {places}")
    return found


def _why(node: dict[str, object]) -> str:
    return str(node.get("failureSummary", "")).replace("\n", " ")
