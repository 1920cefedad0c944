"""The few sentences the assistant says itself, in each language."""

from __future__ import annotations

from corpus.documents import Language

NOT_IN_THE_MATERIAL: dict[Language, str] = {
    "da": "Det står ikke i materialet.",
    "no": "Det står ikke i materialet.",
    "en": "The material does not say.",
}
PART_NOT_IN_THE_MATERIAL: dict[Language, str] = {
    "da": "Materialet svarer ikke på »{part}«",
    "no": "Materialet svarer ikke på «{part}»",
    "en": "The material does not answer “{part}”",
}
FOREIGN_QUOTE: dict[Language, str] = {
    "da": "Citatet er fra et dokument på {language}.",
    "no": "Sitatet er fra et dokument på {language}.",
    "en": "The quotation is from a document in {language}.",
}
SUPERSEDED: dict[Language, str] = {
    "da": "»{title}« er erstattet af {by}.",
    "no": "«{title}» er erstattet av {by}.",
    "en": "“{title}” has been replaced by {by}.",
}
NO_LONGER_VALID: dict[Language, str] = {
    "da": "»{title}« gjaldt til og med {until}.",
    "no": "«{title}» gjaldt til og med {until}.",
    "en": "“{title}” was valid until {until}.",
}
LANGUAGE_NAMES: dict[Language, dict[Language, str]] = {
    "da": {"da": "dansk", "no": "norsk", "en": "engelsk"},
    "no": {"da": "dansk", "no": "norsk", "en": "engelsk"},
    "en": {"da": "Danish", "no": "Norwegian", "en": "English"},
}
