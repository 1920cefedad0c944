"""The report says what was measured and what was not, and keeps what others wrote as text."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from metrics_sample import HOSTILE, build_metrics, build_row

from evals.reporting import render_report

BLOCKS = {"p", "li", "dt", "dd", "td", "th", "tr", "h1", "h2", "h3", "div", "figcaption", "caption", "summary", "br"}
VOID = {"meta", "link", "br", "img", "input"}


@dataclass
class Element:
    """An element of the page with the text in and below it."""

    tag: str
    attributes: dict[str, str | None]
    parent: Element | None
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Return the elements below with a tag and attributes, in order."""
        found = []
        for child in self.children:
            if tag in ("", child.tag) and all(
                (child.attributes.get(k.strip("_").replace("_", "-")) or "") == v for k, v in attributes.items()
            ):
                found.append(child)
            found += child.all(tag, **attributes)
        return found

    def words(self) -> str:
        return re.sub(r"\s+", " ", self.text).strip()


class Parser(HTMLParser):
    """Makes a tree; complains of an end tag that does not match."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("", {}, None)

    def handle_starttag(self, tag, attrs):
        if tag in BLOCKS:
            self.handle_data(" ")
        element = Element(tag, dict(attrs), self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag, attrs):
        self.at.children.append(Element(tag, dict(attrs), self.at))

    def handle_endtag(self, tag):
        assert tag == self.at.tag, f"</{tag}> in <{self.at.tag}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data):
        element = self.at
        while element is not None:
            element.text += data
            element = element.parent


def parse(page: str) -> Element:
    parser = Parser()
    parser.feed(page)
    parser.close()
    assert parser.at is parser.root
    return parser.root


def section(page: Element, heading: str) -> Element:
    return page.all("section", aria_labelledby=heading)[0]


def cases(page: Element, heading: str) -> list[Element]:
    return section(page, heading).all("li", tabindex="-1")


def case(page: Element, identity: str) -> Element:
    return next(c for c in page.all("li", tabindex="-1") if identity in [e.words() for e in c.all("span")])


@pytest.fixture(scope="module")
def page() -> Element:
    return parse(render_report(build_metrics()))


@pytest.fixture(scope="module")
def compared() -> Element:
    baseline = build_metrics(lower=0.04)
    baseline["rows"][0] |= {"right": False, "failure": "refused"}
    baseline["rows"][2] |= {"right": True, "failure": ""}
    baseline["rows"].pop()
    return parse(render_report(build_metrics(), baseline))


def test_two_renderings_of_the_same_run_are_the_same():
    assert render_report(build_metrics(), build_metrics(lower=0.1)) == render_report(
        build_metrics(), build_metrics(lower=0.1)
    )


def test_the_page_names_the_run(page: Element):
    words = section(page, "measured").words()
    for told in ("66: 53 answerable, 13 not", "1 ended in an error", "harbour.jsonl", "extractive", "0.1.0", "c1" * 32):
        assert told in words
    assert "Danish 22, Norwegian 22, English 22" in words.replace("\xa0", " ")


def test_a_headline_figure_has_its_interval_number_and_aim(page: Element):
    cards = {card.all("h3")[0].words(): card.words().replace("\xa0", " ") for card in page.all("li", class_="card")}
    assert list(cards)[:4] == ["Right", "Right, answerable", "Unanswerable refused", "Answerable refused"]
    assert "0.83 [0.76–0.91] n 66" in cards["Right"]
    assert "0.81 [0.70–0.89] n 53" in cards["Right, answerable"]
    assert "Aim ≥ 0.95 not met" in cards["Unanswerable refused"]
    assert "Aim 1.00 met" in cards["Verbatim"]
    assert "Aim 1.00 not met" in cards["Supported"]


def test_what_was_not_measured_is_said_and_is_never_zero():
    metrics = build_metrics()
    metrics |= {"supported": None, "risk_coverage": [], "language_confusion": {}}
    kept = ("success_at_5", "supported", "retention_at_5", "truthfulness")
    metrics["figures"] = [
        {**figure, "value": float("nan")} if figure["name"] == "truthfulness" else figure
        for figure in metrics["figures"]
        if figure["name"] not in kept[:3] and not figure["part"].startswith(("pair", "disturbance"))
    ]
    page = parse(render_report(metrics))
    cards = {card.all("h3")[0].words(): card.words() for card in page.all("li", class_="card")}
    for label in ("Success@5", "Supported", "Truthfulness"):
        assert "not measured" in cards[label]
        assert "0.00" not in cards[label]
    for heading in ("refusal", "conversation", "robustness", "languages"):
        assert "ot measured" in section(page, heading).words()
    assert "Nobody wrote paraphrases" in section(page, "unmeasured").words()


def test_a_run_without_anything_is_a_page_that_says_so():
    page = parse(render_report({}))
    assert "not measured" in section(page, "headline").words()
    assert "0.00" not in page.all("main")[0].words()


def test_tables_show_languages_kinds_and_pairs_in_the_project_s_order(page: Element):
    tables = {table.all("caption")[0].attributes["id"]: table for table in section(page, "parts").all("table")}
    columns = [head.words() for head in tables["by-language"].all("thead")[0].all("th")]
    assert columns == ["Figure", "All", "Danish", "Norwegian", "English"]
    kinds = [head.words() for head in tables["by-kind-1"].all("th", scope="row")]
    assert kinds[:2] == ["number", "date"]
    assert kinds[-2:] == ["false premise", "partial"]
    pairs = [head.words() for head in tables["by-pair-1"].all("th", scope="row")]
    assert pairs[:2] == ["Danish → Danish", "Norwegian → Danish"]


def test_every_table_has_a_caption_and_its_scroll_region_that_name(page: Element):
    for table in page.all("table"):
        caption = table.all("caption")[0]
        assert caption.words()
        assert table.parent is not None
        assert table.parent.attributes["role"] == "region"
        assert table.parent.attributes["tabindex"] == "0"
        assert table.parent.attributes["aria-labelledby"] == caption.attributes["id"]
        assert all(head.attributes.get("scope") for head in table.all("th"))


def test_there_is_one_h1_no_heading_level_is_skipped_and_no_id_used_twice(compared: Element):
    levels = [int(e.tag[1]) for e in compared.all() if re.fullmatch("h[1-6]", e.tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [e.attributes["id"] for e in compared.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    targets = {(e.attributes["href"] or "")[1:] for e in compared.all("a")}
    assert targets <= set(ids)


def test_every_question_that_went_wrong_is_shown_with_what_was_said_and_what_is_gold(page: Element):
    rows = build_metrics()["rows"]
    assert len(cases(page, "wrong")) == sum(not row["right"] for row in rows)
    assert len(cases(page, "right")) == sum(row["right"] for row in rows)
    refused = case(page, "en-002").words()
    for told in (
        "Who chairs the harbour council",
        "refused",
        "Det står ikke i materialet.",
        "It would have said The mayor of Nordstrand",
        "harbour-guide.md",
        "fire gange om året",
        r"\bfire\b",
        "rank 3",
    ):
        assert told in refused
    assert "the answer took more than 60 s" in case(page, "no-007").words()
    assert "no gold passage" in case(page, "da-015").words()


@pytest.mark.parametrize("failure", ["contradicted", "error"])
def test_what_failed_is_shown_with_what_that_means_though_the_scorer_calls_it_right(failure: str):
    row = build_row(0, right=True, failure=failure)
    page = parse(render_report(build_metrics() | {"rows": [row]}))
    assert len(cases(page, "wrong")) == 1
    table = next(t for t in page.all("table") if t.all("caption")[0].attributes["id"] == "failures")
    meaning = {"contradicted": "a number or date that nothing bears out", "error": "not known what it would have said"}
    assert meaning[failure] in table.words()


def test_a_follow_up_is_shown_with_what_was_said_before(page: Element):
    assert "Before it Hvad er havnerådet? Et råd for havnen." in case(page, "en-008").words()


def test_questions_and_answers_carry_their_language_and_the_page_its_own(page: Element):
    assert page.all("html")[0].attributes["lang"] == "en"
    shown = case(page, "no-001")
    assert shown.all("h3")[0].all("span")[0].attributes["lang"] == "no"
    assert shown.all("p", class_="words answer")[0].attributes["lang"] == "no"
    assert shown.all("blockquote")[0].attributes["lang"] == ""


def test_a_script_in_a_question_an_answer_or_a_name_stays_text(page: Element):
    assert len(page.all("script")) == 1
    assert not page.all("img")
    assert not page.all("i")
    shown = case(page, "<b>4</b>").words()
    assert shown.count("</script><script>window.ran = true</script>") == 3
    assert HOSTILE in shown


@pytest.mark.parametrize("place", ["question", "answer", "why", "forced", "error", "lang", "kind", "failure", "file"])
def test_markup_anywhere_in_a_row_stays_text(place: str):
    hostile = "\"'><script>x</script></style></textarea><svg onload=x>"
    metrics = build_metrics() | {"rows": [build_row(0, right=False, failure="wrong") | {place: hostile}]}
    page = parse(render_report(metrics, metrics))
    assert len(page.all("script")) == 1
    assert not [e for e in page.all("svg") if "onload" in e.attributes]


def test_markup_anywhere_outside_the_rows_stays_text():
    hostile = "</title></style><script>x</script>"
    metrics = build_metrics()
    metrics["run"] = dict.fromkeys(metrics["run"], hostile) | {"questions": [hostile]}
    metrics["figures"] += [{"name": hostile, "part": f"kind {hostile}", "value": 0.5, "low": 0.1, "high": 0.9, "n": 1}]
    metrics["figures"] += [{"name": "right", "part": f"kind {hostile}", "value": 0.5, "low": 0.1, "high": 0.9, "n": 1}]
    metrics |= {"not_measured": [hostile], "language_confusion": {hostile: {hostile: 1}}, "kinds": {hostile: 1}}
    assert len(parse(render_report(metrics, build_metrics())).all("script")) == 1


def test_characters_that_no_page_can_hold_are_replaced_and_long_texts_cut_and_said_so():
    row = build_row(0, right=False, failure="wrong", question="a\x00b\ud800c", answer="x" * 100_000)
    page = render_report(build_metrics() | {"rows": [row]})
    assert "a\ufffdb\ufffdc" in page
    assert "92000 more characters" in page
    assert len(page.encode("utf-8")) < 150_000


def test_the_policy_of_the_page_lets_through_its_own_style_and_script_alone():
    page = parse(render_report(build_metrics()))
    policy = page.all("meta", http_equiv="Content-Security-Policy")[0].attributes["content"] or ""
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (element,) = page.all(tag)
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not [e for e in page.all() if "style" in e.attributes or any(name.startswith("on") for name in e.attributes)]


def test_nothing_of_the_page_lies_elsewhere():
    page = parse(render_report(build_metrics()))
    links = [e.attributes.get(name) or "" for e in page.all() for name in ("href", "src") if name in e.attributes]
    assert all(link.startswith(("#", "data:")) for link in links)
    assert "url(" not in page.all("style")[0].text
    assert "@import" not in page.all("style")[0].text


def test_a_baseline_shows_which_figures_changed_and_whether_that_is_better(compared: Element):
    tables = {table.all("caption")[0].attributes["id"]: table for table in section(compared, "baseline").all("table")}
    rows = {row.all("th")[0].words(): row.words() for row in tables["baseline-figures"].all("tr")}
    assert "+0.04 better" in rows["Right"]
    assert "+0.04 worse" in rows["Wrong"]
    assert "0.00 same" in rows["Right, answerable"]
    assert "d2" * 32 in tables["baseline-run"].words()


def test_a_baseline_shows_which_questions_got_better_and_worse(compared: Element):
    worse, better = section(compared, "baseline").all("ul", class_="flips")
    assert ["da-000" in worse.words(), "da-000" in better.words()] == [False, True]
    assert "refused → right" in better.words()
    assert "en-002" in worse.words()
    assert "right → refused" in worse.words()
    link = worse.all("a")[0].attributes["href"] or ""
    assert compared.all("li", id=link[1:])[0] is case(compared, "en-002")
    assert "65 questions are in both runs; 1 only in this one" in section(compared, "baseline").words()


def test_a_run_beside_itself_differs_in_nothing():
    words = section(parse(render_report(build_metrics(), build_metrics())), "baseline").words()
    assert "0 got better, 0 got worse" in words
    assert "on the same questions and documents with the same code and settings" in words
    assert "better" not in words.split("Figures over all questions")[1]


def test_a_figure_that_only_the_baseline_has_is_not_a_difference():
    metrics = build_metrics()
    metrics["figures"] = [figure for figure in metrics["figures"] if figure["name"] != "retention_at_5"]
    rows = section(parse(render_report(metrics, build_metrics())), "baseline").all("tr")
    (row,) = [row.words() for row in rows if row.words().startswith("Retention@5")]
    assert "not measured" in row
    assert "not known" in row


def test_filters_are_hidden_until_the_script_shows_them_and_offer_what_there_is(page: Element):
    form = page.all("form")[0]
    assert "hidden" in form.attributes
    controls = {e.attributes["id"] for e in form.all() if e.tag in ("input", "select")}
    assert {label.attributes["for"] for label in form.all("label")} == controls
    options = [o.words() for o in form.all("select", id="filter-failure")[0].all("option")]
    assert options == ["any", "wrong (4)", "answered anyway (4)", "not cited (4)", "refused (5)", "error (1)"]
    documents = [o.words() for o in form.all("select", id="filter-document")[0].all("option")]
    assert documents[1] == "<i>x</i>.md (1)"


def test_the_failures_are_counted_by_language(page: Element):
    table = next(t for t in page.all("table") if t.all("caption")[0].attributes["id"] == "failures")
    rows = [[int(cell.words()) for cell in row.all("td")] for row in table.all("tr")[1:]]
    assert sum(row[-1] for row in rows) == 18
    assert all(sum(row[:-1]) == row[-1] for row in rows)


def test_a_confusion_is_a_table_of_counts_and_shares(page: Element):
    (first, *_) = section(page, "languages").all("tbody")[0].all("tr")
    assert [cell.words() for cell in first.all("td")] == ["21 0.95", "1 0.05", "0 0.00", "22"]
