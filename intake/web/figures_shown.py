"""Figures in the words of Prometheus. Every metric the service has is named here, once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from intake.store.figures import Figures, StageSeconds
from intake.version import VERSION

KEEP_S = 2.0
"""Several scrapers, or an impatient one, share one count."""


class ServiceCollector(Collector):
    """Asks for figures when scraped. `count` gives None while the database is away: `saapuva_up` is 0 then."""

    def __init__(self, count: Callable[[], Figures | None], free_mb: Callable[[], int | None]) -> None:
        self._count = count
        self._free_mb = free_mb
        self._lock = threading.Lock()
        self._kept: tuple[float, Figures | None] | None = None

    def collect(self) -> Iterable[Metric]:
        counted = self._figures()
        yield GaugeMetricFamily("saapuva_up", "1 when the database answers.", value=float(counted is not None))
        yield InfoMetricFamily("saapuva_build", "Version of the product.", value={"version": VERSION})
        free = self._free_mb()
        if free is not None:
            yield GaugeMetricFamily(
                "saapuva_disk_free_bytes", "Room left where originals are kept.", value=free * 1024.0 * 1024.0
            )
        if counted is not None:
            yield from _kept_things(counted)
            yield from _work(counted)

    def describe(self) -> Iterable[Metric]:
        return []  # registering must not ask the database

    def _figures(self) -> Figures | None:
        with self._lock:
            if self._kept is None or time.monotonic() - self._kept[0] > KEEP_S:
                self._kept = (time.monotonic(), self._count())
            return self._kept[1]


def _kept_things(counted: Figures) -> Iterator[Metric]:
    yield _by("saapuva_pages", "Pages by state.", "state", counted.pages)
    yield _by("saapuva_files", "Files by stage.", "stage", counted.files)
    yield _by(
        "saapuva_queue_waiting", "Work items that wait for a person.", "queue", {q: n for q, (n, _) in counted.waiting.items()}
    )
    yield _by(
        "saapuva_queue_oldest_age_seconds",
        "Age of a queue's oldest waiting item.",
        "queue",
        {q: s for q, (_, s) in counted.waiting.items()},
    )
    yield _by("saapuva_deliveries", "Deliveries by state.", "state", {s: n for s, (n, _) in counted.deliveries.items()})
    age = counted.deliveries.get("waiting", (0, 0.0))[1]
    yield GaugeMetricFamily("saapuva_delivery_oldest_age_seconds", "Age of the oldest delivery that waits.", value=age)
    difference = counted.ledger_difference
    yield GaugeMetricFamily("saapuva_ledger_difference_pages", "Pages that do not add up: 0, always.", value=difference)
    yield _by("saapuva_alarms", "Open alarms.", "kind", counted.alarms)


def _work(counted: Figures) -> Iterator[Metric]:
    age = counted.oldest_unread_s
    yield GaugeMetricFamily("saapuva_oldest_unread_file_age_seconds", "Age of the oldest file nobody has read.", value=age)
    yield _stages(counted.stages)
    attempts = CounterMetricFamily("saapuva_attempts", "Attempts at a stage by outcome.", labels=["outcome"])
    for outcome in ("done", "failed", "lost", "stale", "postponed"):
        attempts.add_metric([outcome], counted.attempts.get(outcome, 0))
    yield attempts
    running = counted.attempts.get("running", 0)
    yield GaugeMetricFamily("saapuva_attempts_running", "Attempts without an end: at work, or their worker died.", value=running)
    jobs = GaugeMetricFamily("saapuva_jobs", "Machine work by lane.", labels=["lane", "status"])
    for (lane, status), count in sorted(counted.jobs.items()):
        jobs.add_metric([lane, status], count)
    yield jobs
    yield GaugeMetricFamily("saapuva_workers_alive", "Workers heard of lately.", value=counted.workers_alive)


def _stages(stages: list[StageSeconds]) -> Metric:
    # The library's own summary knows no quantiles.
    metric = Metric("saapuva_stage_seconds", "Seconds an attempt took; quantiles are of the last hours.", "summary")
    for stage in stages:
        for quantile, seconds in stage.by_quantile.items():
            metric.add_sample("saapuva_stage_seconds", {"stage": stage.stage, "quantile": str(quantile)}, seconds)
        metric.add_sample("saapuva_stage_seconds_count", {"stage": stage.stage}, stage.attempts)
        metric.add_sample("saapuva_stage_seconds_sum", {"stage": stage.stage}, stage.total)
    return metric


def _counts(both: dict[str, tuple[int, float]]) -> dict[str, int]:
    return {key: count for key, (count, _) in both.items()}


def _ages(both: dict[str, tuple[int, float]]) -> dict[str, float]:
    return {key: age for key, (_, age) in both.items()}


def _by(name: str, says: str, label: str, values: dict[str, int] | dict[str, float]) -> Metric:
    gauge = GaugeMetricFamily(name, says, labels=[label])
    for key, value in sorted(values.items()):
        gauge.add_metric([key], value)
    return gauge
