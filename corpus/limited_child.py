"""Run a module of ours on a hostile file in a child process with limits, and hand its answer back.

The parent calls `run_limited`; in the child, `main` imports the module, sets the limits and only then lets it touch the
file. Such a module has a function `answer(request) -> dict` whose values JSON knows.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import errors

_CHILD = (
    "import json, sys; given = json.load(sys.stdin); sys.path[:] = given['import_path']; "
    "from corpus.limited_child import main; main(given)"
)
"""`-I -S` starts Python in 20 ms and lets no environment in; the import path is the parent's own."""
_CHILD_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
"""Nothing of the parent's environment, which may hold keys, reaches a process that reads hostile files."""
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What one run may cost; a run over any of them raises `DocumentTooLarge`."""

    wall_seconds: float = 20.0
    processor_seconds: int = 15
    memory_bytes: int = 1 << 30
    output_bytes: int = 64 << 20


def run_limited(
    module: str,
    request: Mapping[str, Any],
    limits: ChildLimits,
    *,
    files: Sequence[int] = (),
    imports: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what the module's `answer` makes of the request, in a child process.

    Args:
        module: the full name of a module of ours.
        request: values that JSON knows; no other user of the machine sees them.
        limits: what the run may cost.
        files: descriptors that the child may use under the same numbers.
        imports: full names of the modules that `answer` imports by name; they too come before the limits.

    Raises:
        CorpusError: the kind that `answer` raised.
        DocumentTooLarge: a limit was reached.
        UnreadableDocument: the child crashed.
    """
    import_path = [str(Path(__file__).resolve().parents[1]), *(entry for entry in sys.path if os.path.isabs(entry))]
    given = {
        "import_path": import_path,
        "module": module,
        "imports": list(imports),
        "request": dict(request),
        "memory_bytes": limits.memory_bytes,
        "processor_seconds": limits.processor_seconds,
    }
    with tempfile.TemporaryFile() as question:
        question.write(json.dumps(given).encode("ascii"))
        question.seek(0)
        status, output = _run(question.fileno(), limits, files)
    if status != 0:
        raise _death(status, limits)
    try:
        values: dict[str, Any] = json.loads(output)
        if "error" in values:
            raise _stated_error(values)
        return values
    except (ValueError, TypeError) as error:
        raise errors.UnreadableDocument("cannot be read: its reader gave no sensible answer") from error


def main(given: Mapping[str, Any]) -> None:
    """Answer in the child: the module's values, or the kind and text of an error."""
    output = _private_output()
    # before the limits, so that Python can keep their bytecode
    module, *_ = map(importlib.import_module, (given["module"], *given["imports"]))
    _set_limits(given["memory_bytes"], given["processor_seconds"])
    answer = _answer(module.answer, given)
    with os.fdopen(output, "wb") as stream:
        stream.write(answer.encode("ascii"))
    os._exit(0)  # nothing is left to tidy, and big libraries take their time over it


def _run(question: int, limits: ChildLimits, files: Sequence[int]) -> tuple[int, bytes]:
    """Return the child's exit status (negative for a signal) and all it wrote."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module; the request is data in a file
        [sys.executable, "-I", "-S", "-c", _CHILD],
        stdin=question,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_CHILD_ENVIRONMENT,
        pass_fds=files,
        start_new_session=True,
    ) as child:
        try:
            output = _output(child, limits)
            return child.wait(), output
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            raise


def _output(child: subprocess.Popen[bytes], limits: ChildLimits) -> bytes:
    assert child.stdout is not None  # noqa: S101 - opened as a pipe
    deadline = time.monotonic() + limits.wall_seconds
    pieces: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise errors.DocumentTooLarge(f"took longer than {limits.wall_seconds:g} seconds")
            piece = os.read(child.stdout.fileno(), _READ_BYTES)
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
            size += len(piece)
            if size > limits.output_bytes:
                raise errors.DocumentTooLarge(f"unpacks to more than {limits.output_bytes:,} bytes")


def _death(status: int, limits: ChildLimits) -> errors.UnreadableDocument:
    """Return what an exit status of the child means."""
    if status == -signal.SIGXCPU:
        return errors.DocumentTooLarge(f"took longer than {limits.processor_seconds} processor seconds")
    if status == -signal.SIGKILL:
        return errors.DocumentTooLarge("took more memory or time than the system gives")
    if status < 0:
        return errors.UnreadableDocument(f"cannot be read: its reader crashed (signal {-status}); it may be damaged")
    return errors.UnreadableDocument(f"cannot be read: its reader did not start (exit status {status}): install again")


def _stated_error(values: Mapping[str, Any]) -> errors.CorpusError:
    kind = getattr(errors, str(values["error"]), None)
    is_ours = isinstance(kind, type) and issubclass(kind, errors.CorpusError)
    said = " ".join(str(values.get("message", "")).split())[:500]
    return kind(said) if is_ours and kind is not None else errors.UnreadableDocument(said)


def _answer(answer: Any, given: Mapping[str, Any]) -> str:
    """Return the answer as ASCII JSON; an error is an answer too."""
    try:
        return json.dumps(answer(given["request"]), separators=(",", ":"))
    except errors.CorpusError as error:
        return json.dumps({"error": type(error).__name__, "message": str(error)})
    except MemoryError:
        message = f"takes more than {given['memory_bytes'] >> 20:,} MiB of memory"
        return json.dumps({"error": "DocumentTooLarge", "message": message})
    except Exception as error:  # whatever a hostile file does to a library, the parent gets one line about it
        message = f"is damaged or not of its format ({type(error).__name__}: {error})"
        return json.dumps({"error": "UnreadableDocument", "message": message})


def _private_output() -> int:
    """Return a descriptor of its own for the answer; what libraries print then goes nowhere."""
    output = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return output


def _set_limits(memory_bytes: int, processor_seconds: int) -> None:
    """Let this process take so much memory and processor time, write no file and leave no core."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CPU, processor_seconds, grace=5)
    if sys.platform != "darwin":  # macOS refuses a limit on address space; time and output are bounded there too
        _lower(resource.RLIMIT_AS, memory_bytes)


def _lower(kind: int, wanted: int, *, grace: int = 0) -> None:
    """Set the soft limit, which is signalled, and above it by `grace` the hard one, which kills."""
    _, highest = resource.getrlimit(kind)
    allowed = [wanted, wanted + grace] if highest == resource.RLIM_INFINITY else [wanted, wanted + grace, highest]
    resource.setrlimit(kind, (min(allowed), min(allowed[1:])))
