"""Make the committed sample inbox again: python -m samples.generator.inbox [FOLDER]."""

import sys
from pathlib import Path

from .build import Wish, build

HERE = Path(__file__).parent.parent / "inbox"

# name, seed, case, medium, by hand, language. Seeds were chosen by looking: each file shows what its name says.
FILES: tuple[tuple[str, int, str, str, bool, str], ...] = (
    ("01-hakemus-ja-paatos-faksi", 5, "apply", "fax_fine", True, "fi"),
    ("02-hakemus-paatos-y17-skannaus-tyhja-kaantopuoli", 20, "apply_y17", "scan", False, "fi"),
    ("03-ansokan-och-beslut-skanning", 1, "apply", "scan", True, "sv"),
    ("04-lapsi-faksi", 1, "child", "fax_fine", False, "fi"),
    ("05-barn-fax-standard", 2, "child", "fax_std", False, "sv"),
    ("06-ulkomailla-ohjelmasta", 1, "abroad", "born", False, "fi"),
    ("07-hakemus-ja-a-todistus-huono-skannaus", 1, "sick_infectious", "scan_harsh", False, "fi"),
    ("08-muu-sairaus-faksi", 1, "sick_other", "fax_fine", False, "fi"),
    ("09-y17-kuva", 1, "y17", "photo", True, "fi"),
    ("10-y17r-fax-standard", 1, "y17", "fax_std", False, "sv"),
    ("11-y17-ohjelmasta", 1, "y17", "born", False, "fi"),
    ("12-a-todistus-skannaus", 1, "cert_ok", "scan", True, "fi"),
    ("13-lakarintyg-kuva", 4, "cert_gp", "photo", False, "sv"),
    ("14-tilinumero-faksi", 1, "y121", "fax_fine", True, "fi"),
    ("15-kontonummer-program", 1, "y121", "born", False, "sv"),
    ("16-e115-skannaus", 2, "e115", "scan", True, "fi"),
    ("17-e115-fax", 1, "e115", "fax_fine", False, "fi"),
    ("18-paatos-faksi", 1, "order", "fax_fine", False, "fi"),
    ("19-beslut-skanning-uppochner", 19, "order", "scan_harsh", False, "sv"),
    ("20-maksukielto-skannaus-leima", 3, "ban", "scan", False, "fi"),
    ("21-betalningsforbud-fax", 3, "ban", "fax_std", False, "sv"),
    ("22-maksukielto-kuva", 2, "ban", "photo", False, "fi"),
    ("23-peruutus-kasin-faksi", 12, "letter", "fax_fine", True, "fi"),
    ("24-vaatimus-ohjelmasta", 13, "letter", "born", False, "fi"),
    ("25-kaksi-henkiloa-erotinsivu-faksi", 6, "two", "fax_fine", False, "fi"),
)


def make(folder: Path) -> None:
    """Write every file of the inbox with its truth."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, seed, case, medium, hand, lang in FILES:
        truth = build(f"inbox-{seed}", name, folder, Wish(media=(medium,), hands=(hand,), cases=(case,), langs=(lang,)))
        print(truth["file"], [document["type"] for document in truth["documents"]], truth["blank_pages"])


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
