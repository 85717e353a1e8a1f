"""Make a printing or a writer unusual: no lines, other combs, marks beside the box, corrections, values off the line."""

from dataclasses import replace
from random import Random

from .pen import Habits, Writer
from .printing import Printing


def printed(look: Printing, rng: Random) -> Printing:
    """Change a printing in one or two ways that the usual ones do not know."""
    looks = {
        "gray": replace(look, style="gray", comb=frozenset(), band=rng.choice(["none", "dark", "rule"]), gap=3.0),
        "ticks": replace(look, comb=frozenset({"hetu", "iban", "postal_code"}), comb_look="ticks"),
        "dividers": replace(look, comb=frozenset({"hetu", "iban", "date", "postal_code"}), comb_look="dividers"),
        "groups": replace(look, comb=frozenset({"hetu", "iban"}), comb_group=4),
        "small": replace(look, label=rng.uniform(5.4, 6.2), check=rng.uniform(6.0, 8.0), option=rng.uniform(6.8, 7.6)),
        "airy": replace(look, value=look.value + rng.uniform(2, 6), rule=rng.choice([0.3, 0.4, 1.6])),
    }
    return looks[rng.choice(sorted(looks))]


def written(writer: Writer, rng: Random) -> Writer:
    """Give a writer habits: marks outside the box or around the option, corrections, values that leave their line."""
    off = rng.choice([0.0, rng.uniform(2.0, 4.5), rng.uniform(-3.0, -1.5)]) if writer.hand else rng.uniform(-2.0, 3.0)
    if not writer.hand:
        return replace(writer, habits=Habits(off=off))
    return replace(
        writer,
        habits=Habits(
            off=off,
            corrects=rng.choice([0.0, 0.15, 0.3]),
            beside=rng.choice([0.0, 0.0, 0.0, 1.0]),
            rings=rng.choice([0.0, 0.0, 0.0, 1.0]),
            above=rng.choice([0.0, 0.06]),
            spills=rng.choice([0.0, 0.0, 0.1]),
            low=rng.choice([0.0, 5.0, 9.0]),
        ),
    )
