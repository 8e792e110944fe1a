"""What a saved page says of itself: title, author, publisher and date of publication, each with its evidence.

A date is only believed where it belongs to the article: JSON-LD, meta tags, `time` elements, or a line beside
the headline. Dates in mastheads and clocks are those of the visit and are refused.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from html import unescape
from typing import Final

from lxml.html import HtmlElement

from extractors.domain.records import Sourced

_ARTICLE: Final = re.compile(r"article|posting|report", re.IGNORECASE)
_DATE_METAS: Final = (
    "article:published_time",
    "og:article:published_time",
    "datePublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "date",
)
_MASTHEAD: Final = re.compile(
    r"\b(?:mast|header|head(?!ing|line)|top(?!ic)|nav|menu|clock|now|today|current|footer|foot|sidebar|side|relate|lien-?quan|"
    r"comment|other|most|hot|latest|weather|lich)",
    re.IGNORECASE,
)
_ARTICLE_PART: Final = re.compile(r"entry|article|post(?!er)|detail|content", re.IGNORECASE)
_TITLE_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:p|c|art|news|post|detail|article)?-?_?(?:title|headline|tieu-?de)(?:$|[\s_-])|article-?header",
    re.IGNORECASE,
)
_DATE_CLASS: Final = re.compile(r"date|time|ngay|publish|meta|info|author|byline", re.IGNORECASE)
_BYLINE_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:author|byline|tac-?gia|journalist|reporter)|author(?:name)?(?:$|[\s_-])", re.IGNORECASE
)
_SHOWN: Final = re.compile(
    r"(?<![\d/.-])(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})(?![\d/.-])"
    r"|ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})",
    re.IGNORECASE,
)
_AMERICAN: Final = re.compile(  # what ASP.NET pages show where nobody set the culture
    r"\b(\d{1,2})/(\d{1,2})/(\d{4})\s+(\d{1,2}):(\d{2})(?::\d{2})?\s*([AP])M\b", re.IGNORECASE
)
_SHOWN_TIME: Final = re.compile(r"(?<!\d)([01]?\d|2[0-3])\s*(?::|h|giờ)\s*([0-5]\d)(?![\d/])", re.IGNORECASE)
_ISO: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_VIETNAM: Final = timezone(timedelta(hours=7))
_YEARS: Final = range(1990, 2100)


class Metadata:
    """The metadata of one parsed page; every property is looked up once, None where the page is silent."""

    def __init__(self, tree: HtmlElement) -> None:
        self.tree = tree
        self.articles = list(_json_ld(tree))
        self.metas = _metas(tree)
        self.headline = _headline(tree, self._claimed_title())

    def _claimed_title(self) -> str:
        for article in self.articles:
            if isinstance(title := article.get("headline"), str) and title.strip():
                return _squeeze(title)
        return self.metas.get("og:title") or self.metas.get("twitter:title") or ""

    def title(self) -> Sourced | None:
        """The headline as the page shows it; what it claims in JSON-LD or meta tags where none is shown."""
        if self.headline is not None:
            return Sourced(value=text_of(self.headline), evidence="headline (h1)")
        if claimed := self._claimed_title():
            return Sourced(value=_without_site(claimed, self._site()), evidence="og:title or JSON-LD headline")
        element = self.tree.find(".//title")
        value = _squeeze(element.text_content()) if element is not None else ""
        return Sourced(value=_without_site(value, self._site()), evidence="title element") if value else None

    def publisher(self) -> Sourced | None:
        """The medium: JSON-LD publisher, og:site_name, or what the page title ends with."""
        for article in self.articles:
            name = next(_names(article.get("publisher")), "")
            if name:
                return Sourced(value=name, evidence="JSON-LD publisher")
        site = self.metas.get("og:site_name", "")
        if site and site not in (self.metas.get("og:title"), self.metas.get("title")):
            return Sourced(value=site, evidence="meta og:site_name")
        element = self.tree.find(".//title")
        parts = re.split(r"\s+[-–|]\s+", _squeeze(element.text_content())) if element is not None else []
        shown = text_of(self.headline).casefold() if self.headline is not None else ""
        ends = (parts[-1], parts[0]) if len(parts) > 1 else ()
        sites = [part for part in ends if len(part) < 60 and part.casefold() not in shown]
        if not ends and shown and parts and len(parts[0]) < 60 and parts[0].casefold() not in shown:
            sites = [parts[0]]
        if sites:
            return Sourced(value=sites[0], evidence="title element")
        return None

    def _site(self) -> str:
        publisher = self.publisher()
        return publisher.value if publisher else ""

    def author(self, body: HtmlElement | None) -> Sourced | None:
        """Who wrote it: JSON-LD, meta tag or a byline beside the headline or text; the medium's own name is none."""
        site = self._site().casefold()

        def is_person(name: str) -> bool:
            return (
                2 < len(name) < 80 and name.casefold() != site and not re.search(r"https?:|www\.|\.vn$|\.com$|@", name)
            )

        for article in self.articles:
            names = [name for name in _names(article.get("author")) if is_person(name)]
            if names:
                return Sourced(value=", ".join(names), evidence="JSON-LD author")
        for key in ("author", "article:author", "dc.creator"):
            if is_person(self.metas.get(key, "")):
                return Sourced(value=self.metas[key], evidence=f"meta {key}")
        for element in self._beside(body):
            if _BYLINE_CLASS.search(_names_of(element)) and is_person(name := _without_date(text_of(element))):
                return Sourced(value=name, evidence="byline shown on the page")
        return None

    def published(self, body: HtmlElement | None) -> Sourced | None:
        """The date of publication in EDTF, Vietnamese time."""
        claimed = self._claimed_date()
        shown = self._shown_date(body)
        if claimed is None:
            return shown
        if shown is not None and _hours_apart(shown.value, claimed.value) == -7:  # local time labelled as UTC
            return Sourced(value=shown.value, evidence=f"{claimed.evidence}, clock as the page shows it")
        if shown is not None and shown.value[:10] != claimed.value[:10]:
            return Sourced(value=claimed.value, evidence=f"{claimed.evidence}; the page shows {shown.value[:10]}")
        return claimed

    def _claimed_date(self) -> Sourced | None:
        for article in self.articles:
            if (value := _edtf(article.get("datePublished"))) is not None:
                return Sourced(value=value, evidence="JSON-LD datePublished")
        for key in _DATE_METAS:
            if (value := _edtf(self.metas.get(key.lower()))) is not None:
                return Sourced(value=value, evidence=f"meta {key}")
        for element in self.tree.iterfind(".//*[@itemprop='datePublished']"):
            value = _edtf(element.get("datetime") or element.get("content") or text_of(element))
            if value is not None and not _in_masthead(element):
                return Sourced(value=value, evidence="itemprop datePublished")
        return None

    def date_line(self, body: HtmlElement | None) -> str | None:
        """The line beside headline or text that shows the date of publication, as printed."""
        element = self._date_element(body)
        return text_of(element) if element is not None and is_date_line(text_of(element)) else None

    def _shown_date(self, body: HtmlElement | None) -> Sourced | None:
        """A `time` element or a short dated line that belongs to the article."""
        element = self._date_element(body)
        if element is None:
            return None
        if element.tag == "time" and (value := _edtf(element.get("datetime"))) is not None:
            return Sourced(value=value, evidence="time element of the article")
        text = text_of(element)
        value = _shown(text)
        return Sourced(value=value, evidence=f"date line of the article: {text[:60]}") if value else None

    def _date_element(self, body: HtmlElement | None) -> HtmlElement | None:
        for element in self._beside(body):
            text = text_of(element)
            if element.tag == "time" and (_edtf(element.get("datetime")) or _shown(text)):
                return element
            if len(text) < 90 and _DATE_CLASS.search(_names_of(element)) and _shown(text):
                return element
        return None

    def _beside(self, body: HtmlElement | None) -> Iterator[HtmlElement]:
        """Elements that share a container with the headline or lie in the article, mastheads left out."""
        seen: set[HtmlElement] = set()
        roots = [self.headline.getparent(), self.headline.getparent().getparent()] if self.headline is not None else []
        if body is not None:
            roots += [body, body.getparent()]
        for root in roots:
            if root is None or (root.tag in ("html", "body") and root is not body):
                continue
            for element in root.iter():
                if isinstance(element.tag, str) and element not in seen:
                    seen.add(element)
                    if element is not self.headline and not _in_masthead(element, root):
                        yield element


def text_of(element: HtmlElement) -> str:
    """Returns the text of an element with its white space squeezed."""
    return _squeeze(joined(element.itertext()))


def joined(parts: Iterable[str]) -> str:
    """Joins the pieces of inline elements; words that only the style sheet sets apart get their space."""
    text = ""
    for part in parts:
        if text and part and part[0].isupper() and (text[-1].islower() or text[-1].isdigit()):
            text += " "
        text += part
    return text


def day_of(text: str) -> str:
    """Returns the first day shown in a text as `YYYY-MM-DD`, an empty string for none."""
    return (_shown(text) or "")[:10]


def is_date_line(text: str) -> bool:
    """Tells whether a short line is there for its date and time, as under headlines and in mastheads."""
    return len(text) < 90 and _SHOWN.search(text) is not None and len(_without_date(text)) < 40


def _squeeze(text: str) -> str:
    return " ".join(re.sub("[\u00ad\u200b-\u200f\u2060\ufeff]", "", text).split())


def _names_of(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"


def _metas(tree: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.iterfind(".//meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if key and meta.get("content"):
            metas.setdefault(key.strip().lower(), _squeeze(meta.get("content")))
    return metas


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, object]]:
    """Article objects of the page's JSON-LD, at any depth of lists and graphs."""
    for script in tree.iterfind(".//script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            found: object = json.loads(re.sub(r"[\x00-\x1f]+", " ", script.text or ""))
        except (ValueError, RecursionError):
            continue
        for item in _objects(found, 0):
            if any(_ARTICLE.search(str(kind)) for kind in _list(item.get("@type"))):
                yield item


def _objects(value: object, depth: int) -> Iterator[dict[str, object]]:
    if depth > 6:
        return
    if isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"), depth + 1)
        yield from _objects(value.get("mainEntity"), depth + 1)
    elif isinstance(value, list):
        for item in value[:100]:
            yield from _objects(item, depth + 1)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _names(value: object) -> Iterator[str]:
    """Names of JSON-LD persons or organisations given as object, list or plain string."""
    for item in _list(value):
        name = item.get("name") if isinstance(item, dict) else item
        for part in _list(name):
            if isinstance(part, str) and part.strip():
                yield _squeeze(unescape(part))


def _headline(tree: HtmlElement, claimed: str) -> HtmlElement | None:
    """The heading that says what the page claims as its title, else its first h1, else what is styled as a title.

    Logos set as h1 repeat the whole title of the page from its masthead and are none.
    """
    headings = [h for h in tree.iter("h1", "h2") if len(text_of(h)) > 8]
    title = tree.find(".//title")
    wanted = (claimed or (text_of(title) if title is not None else "")).casefold()
    for heading in headings:
        shown = text_of(heading).casefold()
        is_same = bool(wanted) and (wanted.startswith(shown) or shown.startswith(wanted))
        if is_same and (claimed or shown != wanted or not _in_masthead(heading)):
            return heading
    first = next((h for h in headings if h.tag == "h1" and not _in_masthead(h)), None)
    if first is not None:
        return first
    for element in tree.iter("p", "div", "span", "td", "h2", "h3"):
        is_title = _TITLE_CLASS.search(element.get("class") or "") is not None and 15 < len(text_of(element)) < 250
        if is_title and next(element.iter("a", "p", "h1"), element) is element and not _in_masthead(element):
            return element
    return None


def _in_masthead(element: HtmlElement, root: HtmlElement | None = None) -> bool:
    """Tells whether an element or one around it, below `root`, is the head, foot or side of the page."""
    node = element
    while node is not None and node is not root:
        if node.tag in ("nav", "footer", "aside") or (node.tag == "header" and node.getparent().tag == "body"):
            return True
        names = _names_of(node)
        if _MASTHEAD.search(names) and not _ARTICLE_PART.search(names) and node.tag not in ("html", "body"):
            return True
        node = node.getparent()
    return False


def _without_site(title: str, site: str) -> str:
    if not site:
        return title
    return re.sub(rf"\s*[-–|]\s*{re.escape(site)}\s*$", "", title, flags=re.IGNORECASE) or title


def _without_date(text: str) -> str:
    text = _SHOWN_TIME.sub("", _SHOWN.sub("", text))
    text = re.sub(r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)\s*,?", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^\s*(?:(?:tác giả|theo|bài|bài, ảnh|bài và ảnh)\s*:|(?:bởi|by)\s)", "", text, flags=re.IGNORECASE)
    return text.strip(" \t,|-–•·()")


def _edtf(value: object) -> str | None:
    """Reads ISO dates and dates as shown; a time with an offset is moved to Vietnamese time."""
    if not isinstance(value, str):
        return None
    match = _ISO.search(value)
    if match is None:
        return _shown(value)
    year, month, day, hour, minute, zone = match.groups()
    try:
        if hour is None:
            return _checked(date(int(year), int(month), int(day)))
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute))
    except ValueError:
        return None
    if zone:
        offset = UTC if zone in ("Z", "UTC", "GMT") else _offset(zone)
        moment = moment.replace(tzinfo=offset).astimezone(_VIETNAM)
    if _checked(moment.date()) is None:
        return None
    return moment.strftime("%Y-%m-%d") if not (moment.hour or moment.minute) else moment.strftime("%Y-%m-%dT%H:%M")


def _hours_apart(one: str, other: str) -> float | None:
    """Hours from the second to the first of two EDTF values, None where either has no time."""
    if len(one) < 16 or len(other) < 16:
        return None
    return (datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds() / 3600


def _offset(zone: str) -> timezone:
    sign = -1 if zone[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])))


def _shown(text: str) -> str | None:
    if (american := _AMERICAN.search(text)) is not None:
        month, day, year, hour, minute = (int(part) for part in american.groups()[:5])
        hour = hour % 12 + (12 if american[6] in "Pp" else 0)
        try:
            return datetime(year, month, day, hour, minute).strftime("%Y-%m-%dT%H:%M")
        except ValueError:
            return None
    match = _SHOWN.search(text)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups() if part is not None)
    try:
        found = _checked(date(year, month, day))
    except ValueError:
        return None
    clock = _SHOWN_TIME.search(text[: match.start()] + " " + text[match.end() :])
    return f"{found}T{int(clock[1]):02}:{clock[2]}" if found and clock else found


def _checked(day: date) -> str | None:
    return day.isoformat() if day.year in _YEARS else None
