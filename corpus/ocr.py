"""Pictures of pages → a PDF with text, through the programs ocrmypdf and tesseract; the only caller of them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

from corpus.errors import DocumentTooLarge, NeedsOcr, UnreadableDocument

OCR_LANGUAGES = ("dan", "nor", "eng")
OCR_PACKAGES = ("ocrmypdf", *(f"tesseract-ocr-{language}" for language in OCR_LANGUAGES))
"""Debian's names."""

_ASKING_SECONDS = 30


def missing_ocr_packages() -> tuple[str, ...]:
    """Return the Debian packages that OCR still needs on this machine; none when it can run."""
    tesseract = shutil.which("tesseract")
    if tesseract is None:
        return OCR_PACKAGES
    answer = subprocess.run(  # noqa: S603 - a program found on the path, without arguments from outside
        [tesseract, "--list-langs"], capture_output=True, text=True, timeout=_ASKING_SECONDS, check=False
    )
    installed = answer.stdout.split()
    missing = tuple(f"tesseract-ocr-{language}" for language in OCR_LANGUAGES if language not in installed)
    return missing if shutil.which("ocrmypdf") else ("ocrmypdf", *missing)


def add_text_layer(source: Path, target: Path, *, seconds: float) -> None:
    """Write a copy of a PDF whose pictures of pages have text, in Danish, Norwegian or English; other pages stay.

    Args:
        source: a PDF.
        target: the file to write.
        seconds: of wall time, after which it is stopped.

    Raises:
        NeedsOcr: the programs or their languages are not installed; says which packages to install.
        DocumentTooLarge: it took longer than `seconds`.
        UnreadableDocument: ocrmypdf cannot read the file.
    """
    missing = missing_ocr_packages()
    ocrmypdf = shutil.which("ocrmypdf")
    if missing or ocrmypdf is None:
        install = f"sudo apt install {' '.join(missing)}"
        raise NeedsOcr(f"holds pictures of pages, and OCR is not installed: run `{install}` and add it again")
    options = ["--skip-text", "--output-type", "pdf", "--optimize", "0", "--quiet", "-l", "+".join(OCR_LANGUAGES)]
    with subprocess.Popen(  # noqa: S603 - the paths are single arguments and absolute, so never read as options
        [ocrmypdf, *options, str(source.absolute()), str(target.absolute())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={"PATH": os.pathsep.join((str(Path(ocrmypdf).parent), os.defpath)), "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    ) as process:
        try:
            _, said = process.communicate(timeout=seconds)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise DocumentTooLarge(f"took longer than {seconds:g} seconds of OCR: split it") from error
            raise
    if process.returncode != 0 or not target.is_file():
        lines = said.decode("utf-8", errors="replace").split("\n")
        reason = next((line.strip() for line in reversed(lines) if line.strip()), f"exit status {process.returncode}")
        raise UnreadableDocument(f"cannot be read by OCR: {reason[:300]}")
