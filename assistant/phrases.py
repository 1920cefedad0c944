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
PARTLY_ANSWERED: dict[Language, str] = {
    "da": "Materialet svarer kun på en del af spørgsmålet.",
    "no": "Materialet svarer bare på en del av spørsmålet.",
    "en": "The material answers only a part of the question.",
}
SENTENCE_REMOVED: dict[Language, str] = {
    "da": "Én sætning er fjernet, fordi kilderne ikke dækker den.",
    "no": "Én setning er fjernet fordi kildene ikke dekker den.",
    "en": "One sentence was removed because the sources do not bear it out.",
}
SENTENCES_REMOVED: dict[Language, str] = {
    "da": "{count} sætninger er fjernet, fordi kilderne ikke dækker dem.",
    "no": "{count} setninger er fjernet fordi kildene ikke dekker dem.",
    "en": "{count} sentences were removed because the sources do not bear them out.",
}
ANSWERED_WITHOUT_MODEL: dict[Language, str] = {
    "da": "{reason} Svaret er i stedet citater fra materialet.",
    "no": "{reason} Svaret er i stedet sitater fra materialet.",
    "en": "{reason} The answer is quoted from the material instead.",
}
REFUSED_WITHOUT_MODEL: dict[Language, str] = {
    "da": "{reason} Der er kun søgt efter citater, der svarer på spørgsmålet.",
    "no": "{reason} Det er bare søkt etter sitater som svarer på spørsmålet.",
    "en": "{reason} Only quotations that answer the question were looked for.",
}
MODEL_OUT_OF_TIME: dict[Language, str] = {
    "da": "Sprogmodellen svarede ikke i tide.",
    "no": "Språkmodellen svarte ikke i tide.",
    "en": "The language model did not answer in time.",
}
MODEL_OUT_OF_REACH: dict[Language, str] = {
    "da": "Der er ikke forbindelse til sprogmodellen.",
    "no": "Det er ikke forbindelse til språkmodellen.",
    "en": "The language model cannot be reached.",
}
MODEL_UNUSABLE: dict[Language, str] = {
    "da": "Sprogmodellens svar kunne ikke bruges.",
    "no": "Svaret fra språkmodellen kunne ikke brukes.",
    "en": "What the language model answered could not be used.",
}
