"""The catalogue: both languages complete, nothing missing, nothing that no page uses."""

import re
from importlib.resources import files
from pathlib import Path

from extractors.domain.errors import ReadError
from pipeline.web.messages import LANGUAGES, catalogue, say
from pipeline.web.ways import NAV, WAYS

WEB = Path(str(files("pipeline.web")))
SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted(WEB.rglob("*")) if path.suffix in {".html", ".js", ".py"}
)


def test_every_key_has_words_in_both_languages_with_the_same_gaps() -> None:
    vietnamese, english = (catalogue()[language] for language in LANGUAGES)
    assert list(vietnamese) == list(english)
    for key, words in vietnamese.items():
        assert words.strip(), key
        assert english[key].strip(), key
        assert set(re.findall(r"\{(\w+)\}", words)) == set(re.findall(r"\{(\w+)\}", english[key])), key


def test_every_key_that_is_used_exists() -> None:
    known = catalogue()["vi"]
    whole = set(re.findall(r"""(?:\bt|\bsay)\(\s*["']([a-z0-9_.]+)["']\s*[,)]""", SOURCES))
    begun = set(re.findall(r"""\bt\(\s*["']([a-z_.]+\.)["']\s*~""", SOURCES))
    begun |= set(re.findall(r"\bt\(\s*`([a-z_.]+\.)\$\{", SOURCES))
    assert whole - set(known) == set()
    assert {start for start in begun if not any(key.startswith(start) for key in known)} == set()
    assert {link.key for link in NAV} <= set(known)


def test_every_key_is_used() -> None:
    begun = set(re.findall(r"""["'`]([a-z_]+\.[a-z_]*?)(?:["'`]\s*~|\$\{)""", SOURCES)) | {"error."}
    unused = [
        key for key in catalogue()["vi"] if key not in SOURCES and not any(key.startswith(start) for start in begun)
    ]
    assert unused == []


def test_closed_sets_have_words() -> None:
    from extractors.domain.records import DateRole, DocumentKind
    from pipeline.review import KINDS, STATES, Role
    from pipeline.review.values import FACT_FIELDS, STATUSES

    for key in (
        *(f"kind.{kind}" for kind in KINDS),
        *(f"state.{state}" for state in STATES),
        *(f"role.{role}" for role in Role),
        *(f"document_kind.{kind}" for kind in DocumentKind),
        *(f"value.{role}" for role in DateRole),
        *(f"value.{status}" for status in STATUSES),
        *(f"field.{field}" for field in FACT_FIELDS),
        *(f"verdict.{verdict}" for verdict in ("accepted", "corrected", "rejected", "added", "undone")),
    ):
        assert all(say(language, key) for language in LANGUAGES)


def test_no_page_holds_inline_code_or_names_another_host() -> None:
    for path in WEB.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"\bstyle\s*=|<style|\bon[a-z]+\s*=\s*[\"']|javascript:", text), path
        assert "|safe" not in text, path
    for path in WEB.rglob("*.*"):
        if path.suffix in {".html", ".js", ".css"}:
            assert not re.search(r"https?://|//[a-z]+\.", path.read_text(encoding="utf-8")), path


def test_scripts_never_read_text_as_markup() -> None:
    for path in WEB.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            path
        )


def test_every_route_is_told_once() -> None:
    assert len({(way.method, way.path) for way in WAYS}) == len(WAYS)


def test_every_failure_has_cause_and_advice() -> None:
    from pipeline.run import work  # noqa: F401 (with every error that a reader may raise)

    def below(kind: type[Exception]) -> set[str]:
        return {kind.__name__}.union(*(below(each) for each in kind.__subclasses__()))

    told = "\n".join(
        path.read_text(encoding="utf-8") for path in WEB.parent.rglob("*.py") if path.parent.name in {"pipeline", "run"}
    )
    kinds = below(ReadError) | set(re.findall(r'error="(\w+)"', told)) | {"Other"}
    assert {"TimeLimit", "WorkerDied", "Encrypted"} <= kinds
    for kind in kinds:
        assert all(say(language, f"failure.{kind}{end}") for language in LANGUAGES for end in ("", ".advice")), kind
