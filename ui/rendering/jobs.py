"""Files on their way into the library, and the form that hands them in, as HTML."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from indexing.intake import Job
from ui.rendering.html import escape
from ui.texts import Texts


def render_adding(jobs: Sequence[Job], suffixes: Collection[str], max_bytes: int, texts: Texts) -> str:
    """Return the form that hands files in, and the list of those on their way."""
    words = texts.documents.adding
    failures = texts.documents.failures
    return (
        f'<section class="adding" aria-labelledby="adding-heading"><h2 id="adding-heading">{escape(words.heading)}</h2>'
        '<form id="adding" class="drop" method="post" action="/documents" enctype="multipart/form-data" '
        f'data-max-bytes="{max_bytes}" data-too-large="{escape(failures.too_large)}" '
        f'data-not-sent="{escape(failures.sending)}">'
        f'<div class="field"><label for="files">{escape(words.choose)}</label>'
        f'<input id="files" type="file" name="files" multiple accept="{escape(",".join(sorted(suffixes)))}" '
        f'aria-describedby="files-hint"><p class="hint" id="files-hint">{escape(_limits(suffixes, max_bytes, texts))} '
        f'<span class="drop-hint" hidden>{escape(words.drop)}</span></p></div>'
        f'<button class="button primary" type="submit">{escape(words.send)}</button></form>'
        f'<div id="jobs"><h3 id="jobs-heading" tabindex="-1">{escape(words.jobs)}</h3>{render_jobs(jobs, texts)}</div>'
        f'<template id="sending">{_render_sending(texts)}</template></section>'
    )


def render_jobs(jobs: Sequence[Job], texts: Texts) -> str:
    """Return the list of the files on their way, and the link that shows how far they are by now."""
    words = texts.documents.adding
    unfinished = any(not job.is_finished for job in jobs)
    # without a place in the page: an address that differs by that alone is not loaded again
    refresh = f'<p class="refresh"><a href="/documents">{escape(words.refresh)}</a></p>'
    empty = f'<p class="empty"{" hidden" if jobs else ""}>{escape(words.no_jobs)}</p>'
    items = "".join(render_job(job, texts) for job in jobs)
    return f'{empty}<ul class="jobs">{items}</ul>{refresh if unfinished else ""}'


def render_job(job: Job, texts: Texts) -> str:
    """Return one file: its name, how far it is in figures and words, and why it failed."""
    words = texts.documents.adding
    progress = "" if job.is_finished else _render_progress(job, texts)
    link = (
        f' <a href="/documents/{escape(job.document_id)}">{escape(words.open)}'
        f'<span class="visually-hidden"> ({escape(job.name)})</span></a>'
        if job.state == "done"
        else ""
    )
    details = (
        f"<details><summary>{escape(words.details)}</summary>"
        f'<p lang="en">{escape(job.name)}: {escape(job.reason)}</p></details>'
        if job.state == "failed"
        else ""
    )
    return (
        f'<li id="job-{escape(job.id)}" data-state="{job.state}"><span class="job-name">{escape(job.name)}</span>'
        f'{progress}<span class="job-state">{escape(describe_job(job, texts))}</span>{link}{details}</li>'
    )


def describe_job(job: Job, texts: Texts) -> str:
    """Return in words how far a file is, or what became of it; not HTML."""
    words = texts.documents.adding
    if job.state == "failed":
        return f"{words.failed}. {getattr(texts.documents.failures, job.failure or 'program')}"
    if job.state == "done":
        return str(getattr(words, job.outcome or "added"))
    if job.state == "embedding" and job.total:
        return f"{words.embedding} · {words.sentences.format(done=job.done, total=job.total)}"
    return str(getattr(words, job.state))


def _render_progress(job: Job, texts: Texts) -> str:
    label = escape(texts.documents.adding.progress.format(name=job.name))
    figures = f' value="{job.done}" max="{job.total}"' if job.state == "embedding" and job.total else ""
    return f'<progress aria-label="{label}"{figures}></progress>'


def _render_sending(texts: Texts) -> str:
    """Return what the page's script fills in for a file that is being sent."""
    words = texts.documents.adding
    return (
        '<li data-state="sending"><span class="job-name"></span>'
        f'<progress max="100" value="0" aria-label="{escape(words.progress.format(name=""))}"></progress>'
        f'<span class="job-state" data-failed="{escape(words.failed)}">{escape(words.sending)}</span></li>'
    )


def _limits(suffixes: Collection[str], max_bytes: int, texts: Texts) -> str:
    kinds = ", ".join(sorted(suffix.removeprefix(".") for suffix in suffixes))
    return texts.documents.adding.limits.format(megabytes=max(1, max_bytes >> 20), suffixes=kinds)
