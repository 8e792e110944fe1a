"""A small database of our own sentences, one for each file name of `queries.tsv`, and the dataset made of it."""

from pathlib import Path

import pytest

from pipeline.publish import Conditions, publish
from pipeline.publish import Order as PublishOrder
from pipeline.run import Order, run
from pipeline.settings import Settings

SENTENCES = {
    "ha-noi": "Lớp vẽ ở Hà Nội khai giảng ngày 3/3/2019, thầy Lò Văn Mẫu đứng lớp.",
    "noi-ha": "Năm 2016 làng bên nói với nhau: giá hà bớt đi, nội đồng lại vui.",
    "da-nang": "Gió biển Đà Nẵng thổi suốt mùa hè năm 2018, 12 lớp bơi mở cửa.",
    "da-nang-luc": "Nhà đa năng của xã Mẫu đã nâng nền thêm 30 cm hồi tháng 4/2017.",
    "dak-lak": "Tỉnh Đắk Lắk mở 5 vườn ươm cà phê trong năm 2015.",
    "dac-lac": "Hồi năm 1994, người trồng cà phê ở tỉnh Đắc Lắc kể chuyện mùa khô.",
    "thi-dua": "Phong trào thi đua dạy tốt ở xã Mẫu có 42 lớp học tham gia.",
    "thi-sinh": "Thí sinh đến trường thi từ sáng sớm, mẹ đùa: con thi xong mẹ nấu chè.",
    "sai-gon": "Ngày 7/7/2014, thành phố Hồ Chí Minh trồng 900 cây me mới.",
    "tp-hcm": "Chợ phiên ở TP HCM bán 300 chậu hoa trong dịp Tết 2020.",
    "bac-ho": "Bức tranh vẽ Chủ tịch Hồ Chí Minh treo giữa nhà văn hóa xã Mẫu.",
    "bien-gio": "Ngoài biển, gió nổi lên, thuyền của ông Mẫu quay về bến.",
    "lang-son": "Thư viện xã vừa mở thêm phòng đọc; sách do bạn đọc Lạng Sơn gửi tặng 500 cuốn.",
    "khuyen-hoc": "Quỹ khuyến học của dòng họ Mẫu trao 18 suất quà.",
    "hoa-giai": "Tổ hòa giải thôn Mẫu họp đều mỗi tháng, 9 vụ đã xong.",
    "ong-dang": "Ông Đặng Văn Mẫu kể chuyện đắp đê năm 1971.",
    "ngay-le": "Ngày 25/12/2013, trẻ em xóm Mẫu diễn kịch.",
    "quyet-dinh": "Theo Quyết định số 12/QĐ-UBND ngày 5/5/2016, đường làng được sửa.",
    "hue": "Mưa dầm ở Huế kéo dài 11 ngày trong tháng 10/2018.",
    "vung-tau": "Tỉnh Bà Rịa - Vũng Tàu thả 40.000 con cua giống năm 2012.",
    "pccc": "Đội phòng cháy chữa cháy xã Mẫu có 15 người.",
    "ha-tay": "Năm 2005, tỉnh Hà Tây có 1.100 làng nghề, nhiều làng làm nón.",
}


@pytest.fixture(scope="session")
def working(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    source = folder / "in"
    source.mkdir()
    for name, sentence in SENTENCES.items():
        (source / f"{name}.txt").write_text(sentence + "\n", encoding="utf-8")
    settings = Settings(db=folder / "sovang.db", workers=1)
    assert not run(Order(sources=(source,)), settings, lambda _: None).has_failures
    return folder / "sovang.db"


@pytest.fixture(scope="session")
def published(working: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("published") / "dataset"
    conditions = Conditions()
    publish(
        PublishOrder(
            working=working, target=target, conditions=conditions, title="Sổ Vàng", creator="", licence="CC0-1.0"
        )
    )
    return target / "sovang.db"
