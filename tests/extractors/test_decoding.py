from __future__ import annotations

import io
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from extractors import decoding
from extractors.limits import Limits
from extractors.pages import open_pages
from models.errors import DamagedFileError, DecodingLimitError, EngineError, SaapuvaError

ROOT = Path(__file__).parents[2]


def tiff(pages: int = 1, size: tuple[int, int] = (1728, 1146)) -> bytes:
    buffer = io.BytesIO()
    page = Image.new("L", size, 255)
    page.save(buffer, "TIFF", save_all=True, append_images=[page] * (pages - 1), compression="tiff_adobe_deflate")
    return buffer.getvalue()


def saved(pdf: pikepdf.Pdf) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, compress_streams=False, recompress_flate=False)
    return buffer.getvalue()


def nested_forms(depth: int = 9) -> bytes:
    """A PDF of a few kilobytes whose page draws 10 to the power of `depth` lines."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))

    def form(content: bytes, **resources: object) -> pikepdf.Object:
        stream = pikepdf.Stream(pdf, content)
        stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
        stream.Resources = Dictionary(**resources)
        return pdf.make_indirect(stream)

    inner = form(b"0 0 m 100 100 l S")
    for _ in range(depth):
        inner = form(b"/F Do " * 10, XObject=Dictionary(F=inner))
    pdf.pages[0].Contents = pikepdf.Stream(pdf, b"/F Do")
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(F=inner))
    return saved(pdf)


def flate_bomb() -> bytes:
    """A PDF of two kilobytes whose page's content unpacks, twice, to a gigabyte."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(10_000_000)) for _ in range(100)) + packer.flush()
    stream = pikepdf.Stream(pdf, b"")
    stream.write(zlib.compress(packed, 9), filter=Array([Name.FlateDecode, Name.FlateDecode]))
    pdf.pages[0].Contents = stream
    return saved(pdf)


def read(data: bytes, limits: Limits | None = None) -> int:
    return len(list(open_pages(data, "x.bin", limits)))


def children() -> set[int]:
    """All processes below this one that decode, wardens included."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes()
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        session_leader = int(state[3])
        if b"decoding_server" in words and state[0] != "Z" and session_leader in _wardens():
            found.add(int(entry.name))
    return found


def _wardens() -> set[int]:
    """Session leaders whose parent is our fork server."""
    server = decoding._server._pid
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(state[1]) == server:
                found.add(int(entry.name))
    return found


def eventually(is_so: object, seconds: float = 10) -> bool:
    assert callable(is_so)
    for _ in range(int(seconds / 0.02)):
        if is_so():
            return True
        time.sleep(0.02)
    return False


# --- limits


def test_a_page_that_draws_forever_is_stopped_by_the_clock() -> None:
    with pytest.raises(DecodingLimitError, match=r"x\.bin.*1 seconds for page 1"):
        read(nested_forms(), Limits(max_page_seconds=1, max_memory_bytes=4_000_000_000))

    assert eventually(lambda: not children())


def test_all_pages_together_have_a_clock_too() -> None:
    with pytest.raises(DecodingLimitError, match=r"0\.005 for all pages"):
        read(tiff(pages=30), Limits(max_seconds=0.005))


def test_waiting_for_the_caller_costs_no_decoding_time() -> None:
    pages = open_pages(tiff(pages=3), "x.tif", Limits(max_page_seconds=0.6, max_seconds=0.9))

    numbers = []
    for page in pages:
        numbers.append(page.number)
        time.sleep(0.5)

    assert numbers == [1, 2, 3]


@pytest.mark.parametrize("bomb", [flate_bomb, nested_forms])
def test_a_page_that_eats_memory_is_stopped(bomb: object) -> None:
    assert callable(bomb)
    data = bomb()
    assert len(data) < 20_000

    with pytest.raises(DecodingLimitError, match="200 MB of memory"):
        read(data, Limits(max_memory_bytes=200_000_000))


def test_a_picture_that_needs_more_memory_than_allowed_is_stopped() -> None:
    with pytest.raises(DecodingLimitError, match="50 MB of memory"):
        read(tiff(size=(9000, 9000)), Limits(max_memory_bytes=50_000_000))


def test_an_a3_page_of_600_dpi_in_colour_fits_the_usual_limits() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (7016, 9922), (255, 255, 255)).save(buffer, "TIFF", compression="tiff_adobe_deflate", dpi=(600, 600))

    (page,) = open_pages(buffer.getvalue(), "x.tif")

    assert (page.pixels.shape, page.dpi) == ((9922, 7016), (600.0, 600.0))


# --- crashes


@pytest.mark.parametrize(
    ("ended_by", "error"),
    [(signal.SIGSEGV, DamagedFileError), (signal.SIGKILL, DecodingLimitError), (signal.SIGXCPU, DecodingLimitError)],
)
def test_a_child_that_dies_costs_its_file_and_no_other(ended_by: signal.Signals, error: type[SaapuvaError]) -> None:
    # given a file whose first page is out, and whose child waits for us to take the next
    pages = open_pages(tiff(pages=20, size=(2480, 3508)), "x.tif")
    next(pages)
    wardens = _wardens()
    (child,) = children() - wardens

    # when
    os.kill(child, ended_by)

    # then
    with pytest.raises(error, match=r"x\.tif"):
        list(pages)
    assert read(tiff(pages=2)) == 2
    assert eventually(lambda: not children())


def test_a_killed_warden_is_an_error_of_ours_not_of_the_file() -> None:
    pages = open_pages(tiff(pages=20, size=(2480, 3508)), "x.tif")
    next(pages)
    (warden,) = _wardens()

    os.killpg(warden, signal.SIGKILL)

    with pytest.raises(EngineError):
        list(pages)


def test_a_killed_server_is_replaced() -> None:
    assert read(tiff()) == 1

    os.kill(decoding._server._pid, signal.SIGKILL)
    time.sleep(0.1)

    assert read(tiff()) == 1


def test_an_iterator_that_is_dropped_ends_its_child() -> None:
    pages = open_pages(tiff(pages=20, size=(2480, 3508)), "x.tif")
    next(pages)
    assert children()

    del pages

    assert eventually(lambda: not children())


def test_the_child_says_nothing_on_our_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    data = bytearray(tiff())
    data[300:400] = bytes(100)

    with pytest.raises(SaapuvaError):
        read(bytes(data[: len(data) - 20]))

    assert capfd.readouterr() == ("", "")


def test_nothing_is_left_in_open_files() -> None:
    read(tiff())
    before = len(list(Path("/proc/self/fd").iterdir()))

    for _ in range(5):
        read(tiff())
        with pytest.raises(SaapuvaError):
            read(tiff()[:100])

    assert len(list(Path("/proc/self/fd").iterdir())) == before


# --- from where it is called


SCRIPT = """
import io, sys
from PIL import Image
from extractors.pages import open_pages
buffer = io.BytesIO()
Image.new("L", (60, 40), 255).save(buffer, "PNG")
print("main runs")
print([page.pixels.shape for page in open_pages(buffer.getvalue(), "x.png")])
"""
SAID = "main runs\n[(40, 60)]\n"


def test_it_works_when_the_main_module_cannot_be_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-"], input=SCRIPT, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, SAID, "")


def test_a_script_without_a_main_guard_runs_once_and_from_any_folder(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{SCRIPT}")

    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stdout, done.stderr) == (0, SAID, "")


def test_the_server_ends_with_its_caller_even_when_that_is_killed() -> None:
    program = SCRIPT + "\nfrom extractors import decoding\nprint(decoding._server._pid, flush=True)\nsys.stdin.read()"
    caller = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert caller.stdout is not None and caller.stdin is not None
    *_, last = (caller.stdout.readline() for _ in range(3))
    server = Path("/proc") / last.strip()
    assert server.exists()

    caller.kill()
    caller.communicate()

    assert eventually(lambda: not server.exists() or ") Z" in (server / "stat").read_text())


def read_in_worker(data: bytes) -> int:
    return read(data)


def test_it_works_in_workers_forked_from_a_process_that_has_used_it() -> None:
    data = tiff(pages=2)
    assert read(data) == 2

    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        counts = list(pool.map(read_in_worker, [data] * 4))

    assert counts == [2] * 4
    assert read(data) == 2


def test_it_works_in_daemonic_workers() -> None:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(read_in_worker, (tiff(pages=2),)) == 2


def test_threads_share_the_server() -> None:
    counts: list[int] = []
    data = tiff(pages=3)
    threads = [threading.Thread(target=lambda: counts.append(read(data))) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert counts == [3] * 4
