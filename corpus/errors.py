"""What can go wrong between a file and the library.

CorpusError
├── UnreadableDocument      the file cannot be read: torn, empty, no rights, over a limit of the reader
│   ├── NeedsOcr            pages are pictures: no text to read
│   ├── NeedsPassword       encrypted, and opens only with a password
│   └── DocumentTooLarge    over the limits on size, pages, memory or time
├── UnsupportedFormat       a suffix no reader knows
├── UnknownDocument         an id or name that is not in the library, or a name that several documents have
├── UnknownPage             a document has no page of that number
├── OriginalUnavailable     the file that a document was read from cannot be shown
│   ├── OriginalGone        it no longer lies where it was read
│   └── OriginalChanged     it is no longer the file that was read
├── InvalidCorrection       a value that a document's metadata cannot have
└── LibraryUnavailable      the library itself cannot be opened, read or written
"""


class CorpusError(Exception):
    """One clear line for a person: names the thing and, where there is one, the way out."""


class UnreadableDocument(CorpusError):
    """The file is of a known format but cannot be read."""


class NeedsOcr(UnreadableDocument):
    """The pages are pictures without a text layer."""


class NeedsPassword(UnreadableDocument):
    """The file is encrypted and opens only with a password."""


class DocumentTooLarge(UnreadableDocument):
    """The file, or what it unpacks to, is over a limit."""


class UnsupportedFormat(CorpusError):
    """No reader knows the file's suffix."""


class UnknownDocument(CorpusError):
    """No document of the library has that id or name, or several have the name."""


class UnknownPage(CorpusError):
    """The document has no page of that number."""


class OriginalUnavailable(CorpusError):
    """The file that a document was read from cannot be shown."""


class OriginalGone(OriginalUnavailable):
    """The file no longer lies where it was read, or may not be read any more."""


class OriginalChanged(OriginalUnavailable):
    """The file that lies there is not the one that was read."""


class InvalidCorrection(CorpusError):
    """A document's metadata cannot have that key or value."""


class LibraryUnavailable(CorpusError):
    """The library cannot be opened, read or written: no rights, no space, damaged, busy, or made by a newer program."""
