"""`saapuva ledger` as a person sees it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from intake.commands.ledger import _show
from intake.store.ledger import BatchLedgerRow, DayRow

COUNTS = {
    "files": 1, "unopened": 2, "pages_in": 123456, "received": 12345, "in_document": 110000, "blank": 1000, "separator": 99,
    "duplicate": 6, "parked": 3, "difference": 3,
}  # fmt: skip
BATCH = UUID("bb3aa29f-b636-4add-9c16-bf28e4fd832d")


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_days_fit_eighty_columns_with_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    _show([DayRow(**COUNTS, day=date(2026, 3, 1), batches=3)], [], False)

    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown
    assert all(str(count) in shown.split() for name, count in COUNTS.items() if name != "files")


def test_batches_show_their_whole_id_and_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    _show([BatchLedgerRow(**COUNTS, batch_id=BATCH, taken_at=datetime(2026, 3, 1, tzinfo=UTC))], [], False)

    shown = capsys.readouterr().out
    assert str(BATCH) in shown
    assert "…" not in shown
