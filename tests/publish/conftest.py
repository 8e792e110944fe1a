"""A small working database of our own sentences, and releases made of it."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from pipeline.publish import Conditions, Order, Release, publish
from pipeline.run import Order as RunOrder
from pipeline.run import run
from pipeline.settings import Settings

LEAD = "Sáng 25/12/2013, UBND tỉnh Lạng Sơn tặng Bằng khen cho Trường THPT Suối Mẫu và ông Đặng Văn Mẫu."
ARTICLE = f"""Trao bằng khen cho Trường THPT Suối Mẫu

{LEAD}
Hai năm qua, trường đã trồng 1.200 cây xanh trên đồi Mẫu và dựng 3 phòng đọc cho 450 học sinh của xã.
Từ tháng 9/2012, mỗi tuần thầy trò dành một buổi chiều để chăm cây, có hôm đến tối mới về.

{LEAD}
"""
TEXTS = {
    "bai-bao.txt": ARTICLE,
    # Longer by so much that it counts in whatever order the two come in.
    "chep-lai.txt": ARTICLE
    + "\nBạn đọc chép lại nguyên văn để gửi cho người thân ở xa, và thêm mấy lời: xem bài này mà nhớ "
    "ngôi trường cũ, nhớ hàng cây bên suối và tiếng trống tan học.\n",
    "de-nghi.txt": "Tờ trình\n\nNgày 3/2/2014, Sở Giáo dục tỉnh Hà Tây đề nghị Chủ tịch nước tặng "
    "Huân chương Lao động hạng Nhì cho Trường Tiểu học Đồi Mẫu vì đã dạy chữ cho 75% số người lớn tuổi trong xã.\n",
    "da-nang.txt": "=HYPERLINK gió biển Đà Nẵng\n\nNgày 5/5/2018, thành phố Đà Nẵng và tỉnh Đắk Lắk mở 12 lớp học "
    "bơi; phong trào thi đua thu hút hơn 2.000 người.\n",
    "ghi-chep.txt": "Ghi chép ở Hà Nội\n\nNăm 2019, nhóm chúng tôi đi 40 km trên quốc lộ 1A để thăm 7 làng nghề của "
    "Hà Nội. Đường xa nhưng ai cũng vui, trời nắng nhẹ và gió thổi suốt dọc đường về.\n",
}


def build(folder: Path, names: Iterable[str]) -> Path:
    """Reads texts into a database, one after the other in the order of their names here."""
    source = folder / "in"
    source.mkdir(parents=True)
    for number, name in enumerate(names):
        (source / f"{number}").mkdir()
        (source / f"{number}" / name).write_text(TEXTS[name], encoding="utf-8")
    report = run(RunOrder(sources=(source,)), Settings(db=folder / "sovang.db", workers=1), lambda _: None)
    assert not report.has_failures
    return folder / "sovang.db"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working database, made once; tests take copies."""
    return build(tmp_path_factory.mktemp("working") / "made", TEXTS)


@pytest.fixture(scope="session")
def built_backwards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same documents, come in in another order."""
    return build(tmp_path_factory.mktemp("working") / "made", reversed(TEXTS))


@pytest.fixture
def working(built: Path, tmp_path: Path) -> Path:
    """A copy of the working database that a test may change."""
    target = tmp_path / "work" / "sovang.db"
    target.parent.mkdir()
    shutil.copy(built, target)
    return target


Publisher = Callable[..., Release]


@pytest.fixture
def published(built: Path, tmp_path: Path) -> Publisher:
    """Publishes into `dataset` of the test's folder; words of `Order` and `Conditions` may be given."""

    def call(working: Path = built, target: str = "dataset", **words: object) -> Release:
        conditions = {name: words.pop(name) for name in list(words) if name in Conditions.__dataclass_fields__}
        order = {"title": "Sổ Vàng", "creator": "Nhóm Mẫu", "licence": "CC-BY-4.0", "date": "2026-11-24", **words}
        return publish(
            Order(working=working, target=tmp_path / target, conditions=Conditions(**conditions), **order)  # type: ignore[arg-type]  # words of one test
        )

    return call


@pytest.fixture(scope="session")
def dataset(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One release that tests only read."""
    target = tmp_path_factory.mktemp("release") / "dataset"
    publish(
        Order(
            working=built,
            target=target,
            conditions=Conditions(base_url="https://example.org/sovang"),
            title="Sổ Vàng",
            creator="Nhóm Mẫu",
            licence="CC0-1.0",
        )
    )
    return target
