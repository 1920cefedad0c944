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
ALSO_FOREIGN_QUOTE: dict[Language, str] = {
    "da": "Der citeres også fra et dokument på {language}.",
    "no": "Det siteres også fra et dokument på {language}.",
    "en": "A document in {language} is quoted as well.",
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
SOURCES_DISAGREE: dict[Language, str] = {
    "da": "Kilderne er ikke enige: {newer} og {older}.",
    "no": "Kildene er ikke enige: {newer} og {older}.",
    "en": "The sources disagree: {newer} and {older}.",
}
NEWER_OF_TWO: dict[Language, str] = {
    "da": "Den nyeste af de to er fra {date}.",
    "no": "Den nyeste av de to er fra {date}.",
    "en": "The newer of the two is from {date}.",
}
QUOTED: dict[Language, str] = {"da": "»{quote}«", "no": "«{quote}»", "en": "“{quote}”"}
UNDATED: dict[Language, str] = {"da": "uden dato", "no": "uten dato", "en": "undated"}
OLD_SOURCE: dict[Language, str] = {
    "da": "»{title}« er fra {year}.",
    "no": "«{title}» er fra {year}.",
    "en": "“{title}” is from {year}.",
}
ONLY_SOURCE_IS_OLD: dict[Language, str] = {
    "da": "Kilden er fra {year}.",
    "no": "Kilden er fra {year}.",
    "en": "The source is from {year}.",
}
_MONTHS: dict[Language, str] = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "en": "January February March April May June July August September October November December",
}


def spoken_date(date: str, language: Language) -> str:
    """Write an ISO 8601 date, which may stop at the month or the year; what is no such date is returned as it is.

    >>> spoken_date("2025-03-04", "da")
    '4. marts 2025'
    """
    parts = date.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or not 2 <= len(parts) <= 3:
        return date
    if not 1 <= int(parts[1]) <= 12:
        return date
    month = f"{_MONTHS[language].split()[int(parts[1]) - 1]} {parts[0]}"
    if len(parts) == 2:
        return month
    return f"{int(parts[2])}{' ' if language == 'en' else '. '}{month}"
