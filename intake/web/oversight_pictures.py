"""The pictures of the oversight page, in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from intake.pipeline.oversight import DAYS, Standing
from intake.store.throughput import Through
from intake.web import charts
from intake.web.charts import Chart, Series
from intake.web.names import filters as name_filters
from intake.web.words import N_, translations

Say = Callable[[str], str]
AGE_WORDS = (N_("under a day"), N_("1 to 3 days"), N_("3 to 7 days"), N_("7 to 14 days"), N_("over 14 days"))


@dataclass(frozen=True)
class Pictures:
    """`overdue` counts work whose last filing day has passed, which `deadlines` leaves out."""

    days: Chart
    hours: Chart
    automation: Chart
    queues: Chart
    deadlines: Chart
    overdue: int
    share: float | None


def pictures(standing: Standing, language: str) -> Pictures:
    """Draw what stands in figures. `share` is of the documents settled these days that went on by themselves, 0…1."""
    say = translations(language).gettext
    by_itself = sum(each.by_itself for each in standing.automation)
    settled = by_itself + sum(each.looked_at for each in standing.automation)
    return Pictures(
        days=charts.columns([_short(each.day) for each in standing.days], _through(standing.days, say), every=2),
        hours=charts.columns([str(each.at) for each in standing.hours], _through(standing.hours, say), every=3),
        automation=_automation(standing, say),
        queues=_queues(standing, language, say),
        deadlines=_deadlines(standing, say),
        overdue=sum(item.last_filing_day < standing.today for item in standing.at_risk),
        share=by_itself / settled if settled else None,
    )


def _short(day: date) -> str:
    return f"{day.day}.{day.month}."


def _through(counted: Sequence[Through], say: Say) -> list[Series]:
    return [
        Series(say(N_("came in")), "tone-2", [each.came for each in counted]),
        Series(say(N_("read")), "tone-1", [each.read for each in counted]),
        Series(say(N_("delivered")), "tone-good", [each.delivered for each in counted]),
    ]


def _automation(standing: Standing, say: Say) -> Chart:
    days = standing.automation
    series = [
        Series(say(N_("by itself")), "tone-good", [each.by_itself for each in days]),
        Series(say(N_("looked at by a person")), "tone-2", [each.looked_at for each in days]),
        Series(say(N_("waits")), "tone-warn", [each.waits for each in days]),
        Series(say(N_("closed otherwise")), "tone-3", [each.elsewhere for each in days]),
    ]
    return charts.columns([_short(each.day) for each in days], series, stacked=True, every=2)


def _queues(standing: Standing, language: str, say: Say) -> Chart:
    waiting = [queue for queue in standing.queues if queue.waiting]
    name = name_filters(language)["queue_name"]
    series = [Series(say(words), f"age-{age}", [queue.by_age[age] for queue in waiting]) for age, words in enumerate(AGE_WORDS)]
    return charts.rows([name(queue.queue) for queue in waiting], series)


def _deadlines(standing: Standing, say: Say) -> Chart:
    counted = Counter(item.last_filing_day for item in standing.at_risk)
    days = [standing.today + timedelta(days=ahead) for ahead in range(DAYS + 1)]
    near, far = ([counted[day] if (ahead < 4) is is_near else 0 for ahead, day in enumerate(days)] for is_near in (True, False))
    series = [Series(say(N_("within three days")), "tone-bad", near), Series(say(N_("later")), "tone-warn", far)]
    return charts.columns([_short(day) for day in days], series, stacked=True, height=150, every=2)
