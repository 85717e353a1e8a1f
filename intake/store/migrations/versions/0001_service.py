"""The service: procrastinate's own tables, then ours.

Source of the first: procrastinate 3.10, sql/schema.sql. When it brings
migrations of its own, a revision here runs them.
"""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None


def upgrade() -> None:
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(SchemaManager.get_schema())
    driver.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
