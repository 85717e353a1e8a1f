"""What is shipped installs alone: exact hashes, no hosts, our package names, a launcher that prepares once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REQUIREMENTS = (ROOT / "requirements.txt").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~\[; ]", name)[0]).lower()


# -- requirements ------------------------------------------------------------------------------------------------------


def test_requirements_name_no_host_and_no_index() -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|\bwww\.|@\s", REQUIREMENTS)


def test_every_requirement_is_exact_and_hashed() -> None:
    requirements = re.sub(r"\\\n", "", REQUIREMENTS).splitlines()
    named = [line for line in requirements if line.strip() and not line.lstrip().startswith("#")]

    assert named
    assert [line for line in named if not re.match(r"[\w.\[\]-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_every_dependency_is_in_the_export() -> None:
    wanted = {plain(name) for name in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]}
    exported = {plain(name) for name in re.findall(r"^([\w.-]+)==", REQUIREMENTS, re.MULTILINE)}

    assert wanted - exported == set()


# -- names -------------------------------------------------------------------------------------------------------------


def test_nobody_else_owns_our_package_names() -> None:
    owners = packages_distributions()

    for package in ("intake", "extractors", "models"):
        assert set(owners.get(package, ())) <= {"saapuva"}


def test_the_distribution_and_its_command_bear_our_own_name() -> None:
    assert PROJECT["name"] == "saapuva"
    assert PROJECT["scripts"] == {"saapuva": "intake.cli:app"}


def test_no_tests_folder_is_a_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


# -- launcher ----------------------------------------------------------------------------------------------------------

# Stands in for every Python the launcher calls: probes and locks are done for real, the rest is written down.
FAKE_PYTHON = """#!/bin/sh
case "$1 $2" in
    "-c "*) exec "{python}" "$@" ;;
    "-m venv") mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; chmod +x "$4/bin/python"; echo venv >>"$CALLS" ;;
    "-m pip")
        [ "$3" = install ] || exit 0
        sleep 0.2
        [ ! -e "$CALLS.broken" ] || {{ echo "no matching distribution"; exit 1; }}
        echo pip >>"$CALLS" ;;
    "-m intake.cli") shift 2; echo "ran $OMP_THREAD_LIMIT $PYTHONPATH [$*] in $(pwd)" ;;
esac
"""
FAKE_TESSERACT = """#!/bin/sh
echo "List of available languages"
[ ! -e "$CALLS.no-tesseract" ] && printf 'eng\\nfin\\nswe\\n'
"""
FAKE_APT = """#!/bin/sh
echo "apt $*" >>"$CALLS"
[ ! -e "$CALLS.apt-serves" ] || rm -f "$CALLS.no-tesseract"
"""


class Machine:
    """A copy of the launcher in a folder with a space, and a PATH where nothing is real but the shell's tools."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "the project"
        self.calls = folder / "calls"
        self.bin = folder / "bin"
        self.root.mkdir()
        self.bin.mkdir()
        self.calls.touch()
        shutil.copy(ROOT / "saapuva", self.root)
        (self.root / "requirements.txt").write_text("one==1\n")
        for name, text in (("python3.11", FAKE_PYTHON), ("tesseract", FAKE_TESSERACT), ("apt-get", FAKE_APT)):
            self.put(name, text.format(python=sys.executable) if name == "python3.11" else text)
        self.put("sudo", '#!/bin/sh\nshift\nexec "$@"\n')

    def put(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def flag(self, name: str) -> Path:
        path = Path(f"{self.calls}.{name}")
        path.touch()
        return path

    def start(self, *words: str, launcher: Path | None = None, cwd: Path | None = None) -> subprocess.Popen[str]:
        environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "CALLS": str(self.calls)}
        return subprocess.Popen(
            [launcher or self.root / "saapuva", *words],
            cwd=cwd or self.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *words: str, launcher: Path | None = None, cwd: Path | None = None) -> tuple[int, str, str]:
        command = self.start(*words, launcher=launcher, cwd=cwd)
        out, err = command.communicate(timeout=60)
        return command.returncode, out, err

    def done(self) -> list[str]:
        return self.calls.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_first_run_prepares_and_the_second_only_runs(machine: Machine) -> None:
    code, out, err = machine.run("version")
    assert (code, machine.done()) == (0, ["venv", "pip"])
    assert out == f"ran 1 {machine.root} [version] in {machine.root}\n"
    assert len(err.splitlines()) == 2

    code, out, err = machine.run("version")

    assert (code, err, machine.done()) == (0, "", ["venv", "pip"])


def test_changed_requirements_are_installed_again(machine: Machine) -> None:
    machine.run("version")
    (machine.root / "requirements.txt").write_text("one==2\n")

    machine.run("version")

    assert machine.done() == ["venv", "pip", "pip"]


def test_a_failed_installation_is_said_and_tried_again(machine: Machine) -> None:
    broken = machine.flag("broken")
    code, _, err = machine.run("version")
    assert code == 3
    assert "no matching distribution" in err

    broken.unlink()

    assert machine.run("version")[0] == 0
    assert machine.done() == ["venv", "pip"]


def test_two_first_runs_at_once_prepare_once(machine: Machine) -> None:
    both = [machine.start("version"), machine.start("types")]

    printed = [command.communicate(timeout=60)[0] for command in both]

    assert [command.returncode for command in both] == [0, 0]
    assert ["[version]" in printed[0], "[types]" in printed[1]] == [True, True]
    assert machine.done() == ["venv", "pip"]


def test_it_runs_through_links_from_any_folder_with_words_kept_whole(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "first").symlink_to("../the project/saapuva")
    second = tmp_path / "second"
    second.symlink_to(tmp_path / "links" / "first")

    _, out, _ = machine.run("read", "my scan.pdf", launcher=second, cwd=tmp_path)

    assert out == f"ran 1 {machine.root} [read my scan.pdf] in {tmp_path}\n"


def test_missing_tesseract_is_installed_where_apt_may(machine: Machine) -> None:
    machine.flag("no-tesseract")
    machine.flag("apt-serves")

    code, _, err = machine.run("version")

    assert code == 0
    assert any("install" in call and "tesseract-ocr-fin" in call for call in machine.done())
    assert "is missing" not in err


def test_where_apt_cannot_serve_one_line_says_what_to_install_and_apt_is_not_asked_twice(machine: Machine) -> None:
    machine.flag("no-tesseract")
    assert machine.run("version")[0] == 0
    asked = machine.done()

    code, _, err = machine.run("version")

    assert code == 0
    assert err.count("\n") == 1
    for package in ("tesseract-ocr", "tesseract-ocr-fin", "tesseract-ocr-swe"):
        assert package in err
    assert machine.done() == asked


def test_without_a_python_that_serves_it_says_what_is_needed(machine: Machine, tmp_path: Path) -> None:
    for name in ("python3.11", "python3.12", "python3.13", "python3.14", "python3", "python"):
        machine.put(name, "#!/bin/sh\nexit 127\n")

    code, _, err = machine.run("version")

    assert code == 3
    assert "Python 3.11" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(machine: Machine) -> None:
    machine.root.chmod(0o555)

    code, _, err = machine.run("version")

    assert code == 3
    assert "cannot write" in err
