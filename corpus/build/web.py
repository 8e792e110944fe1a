"""Newspaper articles to a saved page of a paper that does not exist, with all that stands around a story."""

import json
import re
from html import escape
from typing import Final

from layout import Article

_PAPER: Final = "Báo Sông Lành"
_HOST: Final = "https://baosonglanh.example"
_MENU: Final = (
    "Trang chủ",
    "Chính trị",
    "Kinh tế",
    "Văn hóa - Xã hội",
    "Quốc phòng - An ninh",
    "Bạn đọc",
    "Ảnh",
    "Video",
)
_RELATED: Final = (
    "Chợ phiên mở lại sau mùa nước nổi",
    "Lớp học hát ru của bà Tư Nhãn",
    "Người giữ đèn ở cửa sông",
    "Đường liên xã thêm một cây cầu",
)
_COMMENTS: Final = (
    ("Bạn đọc Minh An", "Bài viết hay, mong tòa soạn có thêm tin về quê tôi."),
    ("thuylinh", "Cảm ơn phóng viên!"),
)
_DATE: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_TIME: Final = re.compile(r"\b(\d{1,2})[:h](\d{2})\b")


def saved_page(article: Article, *, name: str) -> bytes:
    """The page as a browser saves it: masthead with the day of saving, menus, boxes, comments, JSON-LD and metas."""
    published = _published(article.date_line)
    lead, *rest = article.body
    story = []
    for number, line in enumerate(rest, start=1):
        if number in article.captions:
            story.append(
                f'<figure><img src="{name}_files/anh{number}.jpg" alt="">'
                f"<figcaption>{escape(line)}</figcaption></figure>"
            )
        else:
            story.append(f"<p>{escape(line)}</p>")
        if number == 2:
            story.append(_box("box-tin-lien-quan", "Tin liên quan", _RELATED[:2]))
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "inLanguage": "vi",
        "publisher": {"@type": "Organization", "name": _PAPER},
        "mainEntityOfPage": f"{_HOST}/{name}.html",
        **({"datePublished": published} if published else {}),
        **({"author": {"@type": "Person", "name": article.byline.rpartition(": ")[2]}} if article.byline else {}),
    }
    meta_date = f'<meta property="article:published_time" content="{published}">' if published else ""
    kickers = "".join(f'<div class="kicker">{escape(line)}</div>' for line in article.section)
    shown = f'<div class="meta"><time>{escape(article.date_line)}</time></div>' if article.date_line else ""
    byline = f'<p class="author"><strong>{escape(article.byline)}</strong></p>' if article.byline else ""
    comments = "".join(
        f'<li><b>{escape(who)}</b><span class="time">2 giờ trước</span><p>{escape(said)}</p></li>'
        for who, said in _COMMENTS
    )
    return f"""<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<title>{escape(article.title)} | {_PAPER}</title>
<meta name="description" content="{escape(lead)}">
<meta property="og:site_name" content="{_PAPER}">
<meta property="og:type" content="article">
<meta property="og:title" content="{escape(article.title)}">
{meta_date}
<link rel="canonical" href="{_HOST}/{name}.html">
<script type="application/ld+json">{json.dumps(linked, ensure_ascii=False)}</script>
<style>.masthead{{border-bottom:1px solid}} .box-tin-lien-quan{{float:right}}</style>
<script>var dataLayer=[{{"page":"detail","theme":"2026"}}];</script>
</head>
<body>
<header class="masthead"><a href="/"><img src="{name}_files/logo.png" alt="{_PAPER}"></a>
<span class="today">Thứ ba, ngày 3 tháng 3 năm 2026</span><a href="/dang-nhap">Đăng nhập</a></header>
<nav class="menu"><ul>{"".join(f'<li><a href="#">{item}</a></li>' for item in _MENU)}</ul></nav>
<main>
<article class="detail">
{shown}
{kickers}
<h1 class="title">{escape(article.title)}</h1>
<p class="sapo"><strong>{escape(lead)}</strong></p>
<div class="content" itemprop="articleBody">
{chr(10).join(story)}
{byline}
</div>
<div class="share"><a href="#">Chia sẻ Facebook</a><a href="#">Zalo</a><a href="#">In bài</a></div>
</article>
<section class="comments"><h3>Bình luận ({len(_COMMENTS)})</h3><ul>{comments}</ul>
<form><textarea placeholder="Ý kiến của bạn"></textarea><button>Gửi</button></form></section>
<aside>{_box("most-read", "Đọc nhiều", _RELATED)}</aside>
</main>
<footer><p>{_PAPER} - Giấy phép số 45/GP-BTTTT. Tòa soạn: số 8 đường Bến Xưa.</p>
<p>© Ghi rõ nguồn khi phát lại thông tin.</p></footer>
</body>
</html>
""".encode()


def _box(css: str, head: str, titles: tuple[str, ...]) -> str:
    items = "".join(f'<li><a href="#">{escape(title)}</a></li>' for title in titles)
    return f'<div class="{css}"><h4>{head}</h4><ul>{items}</ul></div>'


def _published(date_line: str) -> str | None:
    found = _DATE.search(date_line)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    clock = _TIME.search(date_line)
    hour, minute = (int(part) for part in clock.groups()) if clock else (6, 0)
    if date_line.endswith(("AM", "PM")):  # the site ran on an American server
        day, month = month, day
        hour = hour % 12 + (12 if date_line.endswith("PM") else 0)
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00+07:00"
