"""The mailroom's screens: files added one by one, pages read so far, and what papers are found by."""

from pathlib import Path

from alembic import op

from intake.store import search

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    search.fill(driver)
