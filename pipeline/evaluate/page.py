"""The evaluation as one page: tables, diagrams, errors with reasons. It loads nothing and runs nothing."""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final, cast

from extractors.confidence.reasons import in_vietnamese
from extractors.domain.records import Json
from pipeline.evaluate import text_table
from pipeline.evaluate.charts import reliability, risk

_LABELS: Final = {
    "dates": "Ngày tháng · Dates",
    "provinces": "Tỉnh, thành phố · Provinces",
    "figures": "Số liệu · Figures",
    "awards": "Khen thưởng · Awards",
}
_STYLE: Final = """
body{font:15px/1.45 sans-serif;margin:1.5rem auto;max-width:76rem;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}
td,th{border-bottom:1px solid #ddd;padding:.25rem .6rem;text-align:right}
td:first-child,th:first-child{text-align:left}
.errors td{text-align:left;vertical-align:top}
figure{display:inline-block;margin:.4rem}
.note{color:#555}
"""
_MOST_ERRORS: Final = 2000


def page(told: Json) -> str:
    """Returns the report as HTML."""
    return "".join(_page(told))


def write_charts(told: Json, folder: Path) -> None:
    """Writes `reliability_KIND.svg` and `risk_KIND.svg` for each kind into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, scores in cast(dict[str, Json], told["kinds"]).items():
        if measured := cast("Json | None", scores["calibration"]):
            for name, draw, values in (("reliability", reliability, "bins"), ("risk", risk, "curve")):
                drawn = draw(cast(list[list[float]], measured[values]), _LABELS[kind])
                (folder / f"{name}_{kind}.svg").write_text(drawn, encoding="utf-8")


def _page(told: Json) -> Iterator[str]:
    yield (
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Sổ Vàng · Đánh giá · Evaluation</title><style>{_STYLE}</style></head><body>\n"
        "<h1>Sổ Vàng · Đánh giá · Evaluation</h1>\n"
        f'<p class="note">{told["documents"]} văn bản chuẩn · gold documents; '
        f"{told['judged_records']} bản ghi đã xét · judged records; "
        f"độ tin cậy · confidences: {escape(str(told['confidences']))}</p>\n"
    )
    head, *rows = text_table(told)
    yield "<table><tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>\n"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n"
    yield "</table>\n"
    for kind, scores in cast(dict[str, Json], told["kinds"]).items():
        if scores["calibration"]:
            yield _diagrams(_LABELS[kind], cast(Json, scores["calibration"]))
    if told["award_slot_calibration"]:
        yield _diagrams("Chi tiết khen thưởng · Award slots", cast(Json, told["award_slot_calibration"]))
    yield from _errors(cast(list[Json], told["errors"]))
    yield "</body></html>\n"


def _diagrams(label: str, measured: Json) -> str:
    ece, auroc = (_with_interval(measured, name) for name in ("ece", "auroc"))
    return (
        f"<h2>{escape(label)}</h2>\n"
        f'<p class="note">{measured["records"]} bản ghi · records, {measured["wrong"]} sai · wrong; '
        f"ECE {ece}; AUROC {auroc}</p>\n"
        f"<figure>{reliability(cast(list[list[float]], measured['bins']), label)}</figure>"
        f"<figure>{risk(cast(list[list[float]], measured['curve']), label)}</figure>\n"
    )


def _with_interval(measured: Json, name: str) -> str:
    value, bounds = measured[name], measured[f"{name}_interval"]
    if not isinstance(value, float):
        return "không đo được · cannot be measured"
    if not isinstance(bounds, tuple | list):
        return f"{value:.3f}"
    return f"{value:.3f} ({bounds[0]:.3f} – {bounds[1]:.3f}, 95 %)"


def _errors(errors: list[Json]) -> Iterator[str]:
    yield f"<h2>Lỗi · Errors ({len(errors)})</h2>\n"
    yield '<table class="errors"><tr><th>văn bản · document</th><th>loại · kind</th><th>lỗi · what</th>'
    yield "<th>máy đọc · found</th><th>lý do · reasons</th><th>chuẩn · gold</th></tr>\n"
    for error in errors[:_MOST_ERRORS]:
        found = cast(Json, error.get("found") or {})
        reasons = [in_vietnamese(str(phrase)) for phrase in cast(list[object], found.get("evidence", []))]
        cells = [str(error["document"]), str(error["kind"]), str(error["what"]), _found(found), "; ".join(reasons)]
        cells.append(json.dumps(error["gold"], ensure_ascii=False) if "gold" in error else "")
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>\n"
    yield "</table>\n"


_VALUES: Final = ("edtf", "id", "value", "of", "unit", "form", "class", "status", "rule", "confidence")


def _found(found: Json) -> str:
    told = [f"«{found['text']}»"] if "text" in found else []
    return " ".join([*told, *(f"{key}={found[key]}" for key in _VALUES if found.get(key) is not None)])
