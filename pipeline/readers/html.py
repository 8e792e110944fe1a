"""Saved web pages: headline, lead, body, captions and tables of the article, without the furniture around it.

trafilatura says which paragraphs are the article; the blocks are then taken from the page itself, because it drops
leads and captions and loses the order of tables.
"""

import re
from collections.abc import Iterator
from typing import Final

import lxml.html
import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from extractors.domain.errors import Damaged, NotText
from extractors.domain.records import Block, BlockKind, Sourced, SourceText
from pipeline.readers.encodings import decode, repair_blocks
from pipeline.readers.html_metadata import Metadata, day_of, is_date_line, joined, text_of
from pipeline.readers.limits import LIMITS, check

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_BREAK: Final = "\u2028"
_DROPPED_LIST: Final = "script style noscript nav aside button iframe select textarea template svg object embed head"
_DROPPED: Final = frozenset(_DROPPED_LIST.split())
_FURNITURE: Final = re.compile(
    r"(?:^|[\s_-])(?:relate[ds]?|relation|lien-?quan|tin-?lien-?quan|tin-?khac|cung-?chuyen-?muc|xem-?them|doc-?them|"
    r"read-?more|recommend\w*|suggest\w*|comments?|binh-?luan|fb-\w+|share|sharing|social|chia-?se|tags?|tag-?list|tu-?khoa|"
    r"keywords?|breadcrumbs?|menu|nav|ads?|advert\w*|quang-?cao|banner|sponsor\w*|newsletter|subscribe|poll|vote|rating|"
    r"print|toolbar|footer|masthead|top-?bar|clock|today|hidden|popup|modal|audio|player|paging|pagination|copyright|most-?read|hot-?news|sidebar|widget)"
    r"(?:$|[\s_-]|\d)|related|tinlienquan|binhluan|quangcao|lienquan|box-?tin",
    re.IGNORECASE,
)
_CAPTION: Final = re.compile(r"caption|chu-?thich|img-?desc|image-?desc|photo-?desc|pic-?desc|note-?anh", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"(?:^|[\s_-])(?:sapo|lead|chapeau|summary|intro|teaser|abstract|mo-?ta|tom-?tat|trich-?dan|description|"
    r"head-?content|desc)(?:$|[\s_-]|\d)|sapo",
    re.IGNORECASE,
)
_KICKER: Final = re.compile(r"kicker|eyebrow|(?:over|pre|sur|super|top|sub)-?title|tieu-?de-?phu", re.IGNORECASE)
_SIGNPOST: Final = re.compile(  # headings of boxes that were left out
    r"(?:đọc|xem) (?:thêm|nhiều)|(?:các )?(?:tin|bài)(?: viết)? (?:liên quan|khác|mới|cùng chuyên mục|đã đưa)|chia sẻ|"
    r"đừng bỏ lỡ|có thể bạn quan tâm|từ khóa|tags?|bình luận(?: \(\d+\))?|in bài(?: này)?|gửi email|trở lại|"
    r"về trang trước",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"(?:[^\W\d_a-zà-ỹ][^\W\d_]*\.?[ -]){1,4}[^\W\d_a-zà-ỹ][^\W\d_]*(?:\s*\([^()]{2,30}\))?")
_BYLINE: Final = re.compile(r"(?:^|[\s_-])(?:author|byline|tac-?gia|source|nguon)", re.IGNORECASE)
_BLOCK_LIST: Final = """p div section article main header footer h1 h2 h3 h4 h5 h6 ul ol li blockquote figure figcaption
    table thead tbody tfoot tr td th dl dt dd pre center address details summary fieldset"""
_BLOCK_TAGS: Final = frozenset(_BLOCK_LIST.split())
_HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


def read(data: bytes, name: str) -> SourceText:
    """Returns the blocks of the article on a saved page: title, lead, body with captions and tables, byline.

    Scripts, menus, related articles, comments and adverts are left out. A page without an article gives all its
    visible text.
    """
    check(name, "bytes of HTML", len(data), LIMITS.html_bytes)
    declared = _CHARSET.search(data[:8192])
    decoded = decode(data, declared[1].decode("ascii") if declared else None, is_markup=True)
    tree = _parse(decoded.text, name)
    metadata = Metadata(tree)
    wanted = _article_texts(decoded.text)
    body = _container(tree, wanted)
    blocks = list(_blocks(tree, metadata, body, wanted))
    if not any(block.text.strip() for block in blocks):
        raise NotText(f"{name} shows no text", advice="If scripts draw the page, save it from the browser")
    author = metadata.author(body)
    if _NAME.fullmatch(blocks[-1].text) and blocks[-1].kind is not BlockKind.TABLE_ROW and len(blocks) > 2:
        blocks[-1] = Block(text=blocks[-1].text, kind=BlockKind.BYLINE)
        author = author or Sourced(value=blocks[-1].text, evidence="byline at the end of the text")
    repaired, notes = repair_blocks(blocks)
    return SourceText(
        format="html",
        blocks=repaired,
        title=metadata.title(),
        author=author,
        publisher=metadata.publisher(),
        published=metadata.published(body),
        notes=(*decoded.notes, *notes),
    )


def _parse(text: str, name: str) -> HtmlElement:
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text.replace("\x00", ""))
    try:
        tree = lxml.html.document_fromstring(text, parser=lxml.html.HTMLParser(huge_tree=False, remove_comments=True))
    except (etree.LxmlError, ValueError) as error:
        raise NotText(f"{name} holds no page", advice="Save it again from the browser") from error
    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        check(name, "levels of nesting", depth, LIMITS.html_depth)
    if tree is None:
        raise Damaged(f"{name} is broken HTML", advice="Save it again from the browser")
    return tree


def _article_texts(page: str) -> set[str]:
    """Keys of the paragraphs that trafilatura takes for the article; empty where it finds none."""
    found = trafilatura.bare_extraction(
        page, favor_precision=True, include_comments=False, include_tables=True, with_metadata=False, deduplicate=False
    )
    text = found.get("text") if isinstance(found, dict) else found.text if found is not None else None
    return {key for line in (text or "").split("\n") if len(key := _key(line.lstrip("-| "))) > 20}


def _key(text: str) -> str:
    """Letters and digits only, so that quotes and white space do not separate equal paragraphs."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _container(tree: HtmlElement, wanted: set[str]) -> HtmlElement | None:
    """The smallest element that holds most of the article's paragraphs, found by going down from the body."""

    def weight(element: HtmlElement) -> int:
        content = _key(element.text_content())
        return sum(len(key) for key in wanted if key in content)

    node = tree.find("body")
    total = weight(node) if node is not None and wanted else 0
    if not total:
        return None
    while True:
        heirs = [child for child in node if isinstance(child.tag, str) and child.tag not in _DROPPED]
        heir = next((child for child in heirs if weight(child) >= 0.85 * total), None)
        if heir is None or heir.tag not in _BLOCK_TAGS:
            return node
        node = heir


def _blocks(tree: HtmlElement, metadata: Metadata, body: HtmlElement | None, wanted: set[str]) -> Iterator[Block]:
    """Date line, kicker, title, lead where they stand apart, then what the article holds behind its headline."""
    title = metadata.title()
    title_key = _key(title.value) if title else ""
    root = body if body is not None else tree.find("body")
    inner = list(_walk(root if root is not None else tree, wanted, is_article=body is not None))
    inner = [_as_byline(block) for block in inner if not _SIGNPOST.fullmatch(block.text.rstrip(": .>»"))]
    at = next((n for n, block in enumerate(inner) if _key(block.text) == title_key), -1)
    published = metadata.published(body)
    day = published.value[:10] if published else None
    above = [block for block in inner[: at + 1] if block.kind is BlockKind.BYLINE and day_of(block.text) == day]
    inner = inner[at + 1 :]
    shown = metadata.date_line(body)
    if shown and not any(_key(shown) in _key(block.text) for block in [*above, *inner[:6]]):
        above.append(Block(text=shown, kind=BlockKind.BYLINE))
    yield from above
    yield from (Block(text=kicker, kind=BlockKind.HEADING) for kicker in _kickers(metadata))
    if title:
        yield Block(text=title.value, kind=BlockKind.TITLE)
    lead = _lead(tree, metadata, body)
    if lead is not None and _key(lead) not in {_key(block.text) for block in inner}:
        yield Block(text=lead)
    yield from inner


def _as_byline(block: Block) -> Block:
    """A short line that is there for its date is part of the byline."""
    if block.kind is BlockKind.PARAGRAPH and is_date_line(block.text):
        return Block(text=block.text, kind=BlockKind.BYLINE)
    return block


def _kickers(metadata: Metadata) -> list[str]:
    """The short lines above the headline (section, series), known by their class, from top to bottom."""
    before = [] if metadata.headline is None else list(metadata.headline.itersiblings(preceding=True))[:3]
    texts = [text_of(element) for element in before if _KICKER.search(element.get("class") or "")]
    return [text for text in reversed(texts) if 3 < len(text) < 120]


def _lead(tree: HtmlElement, metadata: Metadata, body: HtmlElement | None) -> str | None:
    """The lead where it stands apart from the body: by its class, or because the page's description repeats it."""
    described = _key(metadata.metas.get("og:description") or metadata.metas.get("description") or "")
    start = metadata.headline
    for element in tree.iter("h2", "h3", "p", "div", "strong", "span"):
        if start is not None and start in element.iterdescendants():
            continue
        if body is not None and (element is body or body in element.iterdescendants()):
            continue
        text = text_of(element)
        if not 40 <= len(text) <= 1200 or _link_share(element) > 0.5 or _is_furniture(element, None):
            continue
        names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        key = _key(text)
        is_described = len(described) > 40 and (key == described or key.startswith(described[:60]))
        if is_described or (_LEAD.search(names) and _near(element, start, body)):
            return text
    return None


def _near(element: HtmlElement, headline: HtmlElement | None, body: HtmlElement | None) -> bool:
    """The element lies in the part of the page that holds headline or body."""
    for other in (headline, body):
        if other is not None:
            node, levels = other.getparent(), 0
            while node is not None and levels < 4 and node.tag not in ("body", "html"):
                if node in element.iterancestors():
                    return True
                node, levels = node.getparent(), levels + 1
    return False


def _walk(element: HtmlElement, wanted: set[str], *, is_article: bool) -> Iterator[Block]:
    """Blocks of an element in order; an element with blocks inside is opened, one without is a paragraph."""
    if _is_dropped(element, wanted):
        return
    if element.tag == "table" and (rows := _rows(element)):
        yield from rows
        return
    if not any(child.tag in _BLOCK_TAGS for child in element.iterdescendants() if isinstance(child.tag, str)):
        yield from _paragraphs(element, wanted, is_article=is_article)
        return
    inline: list[str] = [element.text or ""]
    for child in element:
        is_block = isinstance(child.tag, str) and (
            child.tag in _BLOCK_TAGS or any(c.tag in _BLOCK_TAGS for c in child.iterdescendants())
        )
        if is_block or child.tag == "br":
            yield from _loose(joined(inline))
            inline = []
            if is_block:
                yield from _walk(child, wanted, is_article=is_article)
        elif isinstance(child.tag, str) and not _is_dropped(child, wanted):
            inline.append(_with_breaks(child) if child.tag != "time" else f" {text_of(child)} ")
        inline.append(child.tail or "")
    yield from _loose(joined(inline))


def _loose(text: str) -> Iterator[Block]:
    squeezed = _squeeze(text)
    if len(squeezed) > 1:
        yield Block(text=squeezed)


def _paragraphs(element: HtmlElement, wanted: set[str], *, is_article: bool) -> Iterator[Block]:
    text = _with_breaks(element)
    if not text.strip() or (_link_share(element) > 0.8 and _key(text) not in wanted and is_article):
        return
    kind = _kind(element)
    label = _label(element)
    for piece in _split_lines(text):
        yield Block(text=f"{label}{piece}", kind=kind)
        label = ""


def _with_breaks(element: HtmlElement) -> str:
    """Text with a line separator for each br; in pre its own line ends count as such."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "br":
            parts.append(_BREAK)
        elif isinstance(child.tag, str) and child.tag not in _DROPPED:
            parts.append(_with_breaks(child))
        parts.append(child.tail or "")
    text = joined(parts)
    return text.replace("\n", _BREAK) if element.tag == "pre" else text


def _split_lines(text: str) -> list[str]:
    """Lines at br; a single break inside an open sentence is undone."""
    lines: list[str] = []
    for raw in text.split(_BREAK):
        line = _squeeze(raw)
        if line and lines and line[0].islower() and lines[-1][-1] not in '.:;!?”"':
            lines[-1] = f"{lines[-1]} {line}"
        elif line:
            lines.append(line)
    return lines


def _squeeze(text: str) -> str:
    return " ".join(re.sub("[\u00ad\u200b-\u200f\u2060\ufeff]", "", text).split())


def _kind(element: HtmlElement) -> BlockKind:
    node = element
    for _ in range(3):
        if node is None:
            break
        if node.tag == "figcaption" or _CAPTION.search(node.get("class") or ""):
            return BlockKind.CAPTION
        node = node.getparent()
    if element.tag in _HEADINGS:
        return BlockKind.HEADING
    if _BYLINE.search(element.get("class") or ""):
        return BlockKind.BYLINE
    return BlockKind.PARAGRAPH


def _label(element: HtmlElement) -> str:
    """The mark of a list item: a dash, or its number in a numbered list."""
    if element.tag != "li":
        return ""
    parent = element.getparent()
    if parent is not None and parent.tag == "ol":
        return f"{sum(1 for _ in element.itersiblings('li', preceding=True)) + 1}. "
    return "- "


def _rows(table: HtmlElement) -> list[Block]:
    """Rows of a data table; empty for tables that only lay out pictures, captions or whole articles."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    width = max(map(len, cells), default=0)
    if width < 2 or next(table.iter("img"), None) is not None:
        return []
    texts = [[text_of(cell) for cell in row] for row in cells]
    longest = max(len(text) for row in texts for text in row) if any(texts) else 0
    if longest > 1500 or (len(rows) < 2 and width < 3):
        return []
    return [Block(text="\t".join(row), kind=BlockKind.TABLE_ROW) for row in texts if any(row)]


def _is_dropped(element: HtmlElement, wanted: set[str]) -> bool:
    if not isinstance(element.tag, str) or element.tag in _DROPPED:
        return True
    if re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", element.get("style") or "", re.IGNORECASE):
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return _is_furniture(element, wanted)


def _is_furniture(element: HtmlElement, wanted: set[str] | None) -> bool:
    """Boxes of links, comments and adverts by their names, unless most of the article lies in them."""
    names = " ".join(element.get(key) or "" for key in ("class", "id", "type"))
    if not _FURNITURE.search(names) and element.tag not in ("footer", "aside", "nav"):
        return False
    if wanted is None:
        return True
    inside = sum(_key(p.text_content()) in wanted for p in element.iter("p", "div", "td", "li"))
    return inside < max(1, len(wanted) / 3)


def _link_share(element: HtmlElement) -> float:
    """How much of an element's text is link text."""
    total = len(text_of(element))
    linked = sum(len(text_of(link)) for link in element.iter("a")) if element.tag != "a" else total
    return linked / total if total else 0.0
