"""Every sentence of an error that may reach a screen, as `errors.po` writes it: values are %(v1)s, %(v2)s …"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
RAISED_WITH_WORDS = frozenset({"RefusedError", "ConflictError"})
WITHOUT_A_SCREEN = frozenset(
    {
        "EngineError", "TypeFileError", "OutputError", "SettingsError", "ManifestError", "StartError", "SchemaError",
        "BackupError", "EmbeddedPostgresError", "DatabaseVersionError",
    }
)  # fmt: skip
"""What only the command line or a log ever says."""


def sentences() -> set[str]:
    found = set(_of_classes(ast.parse((ROOT / "models" / "errors.py").read_text())))
    for package in ("intake/pipeline", "intake/store", "intake/web"):
        for path in (ROOT / package).rglob("*.py"):
            found |= set(_of_calls(ast.parse(path.read_text())))
    return {each for each in found if any(letter.isalpha() for letter in each.replace("%(v", ""))}


def _of_classes(tree: ast.Module) -> Iterator[str]:
    for kind in tree.body:
        if isinstance(kind, ast.ClassDef) and kind.name not in WITHOUT_A_SCREEN:
            for node in ast.walk(kind):
                target = node.targets[0] if isinstance(node, ast.Assign) else None
                if isinstance(target, ast.Attribute) and target.attr in ("problem", "remedy"):
                    yield from _written(node.value)


def _of_calls(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in RAISED_WITH_WORDS:
                for argument in node.args[:2]:
                    yield from _written(argument)
            elif node.func.id == "NotFoundError" and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


def _written(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _written(value.body)
        yield from _written(value.orelse)
    elif isinstance(value, ast.JoinedStr):
        text, values = "", 0
        for part in value.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
            else:
                values += 1
                text += f"%(v{values})s"
        yield text
