"""What stands around a number and tells whether it is a date: blockers, units, weak cues.

Numbers with a word of the calendar before them need none of this; a bare `5/9` or `2015` does.
"""

import re

_BEHIND = 36

# Names that are made of a date, and things that bear numbers.
_BLOCKED = re.compile(
    r"(?:đường|phố|quảng trường|cầu|bệnh viện|trường|công viên|công ty|cty|nhà máy|xí nghiệp|rạp|chợ|bến xe|cảng|sân vận động|nhà hát"
    r"|ngõ|hẻm|ngách|kiệt|lô|thửa|thửa đất|tổ|ấp|phòng|căn|kp|số|số nhà|nhà|quốc lộ|tỉnh lộ|ql|tl|đt|hl|km|lớp|bản đồ|tờ|điều|khoản|mục"
    r"|tỷ số|tỉ số|hotline|đt:|phiên bản|iso|chương trình|dự án|nông trường|lâm trường|đoàn|trung đoàn|sư đoàn|khối|block|tòa|mã|model"
    r"|cấp|tỷ lệ|tỉ lệ|bảng|cỡ|size|nghị định|thông tư|quyết định|chỉ thị|nghị quyết|công văn|tờ trình|quy chuẩn|qcvn|tcvn|khu phố|cụm)"
    r"(?: số)?[ ]?[:.]?[ ]?$"
)
_QUANTITY = re.compile(
    r"(?:hơn|gần|trên|dưới|khoảng|đạt|còn|thêm|số|tổng|lên|xuống|mỗi|mấy|chừng|ước|tăng|giảm|giá|từ \d+|lô|thứ|top|đủ|cả"
    r"|cấp|phòng|đường|mã|tổng đài|điện thoại|sđt|đt|tài khoản|biển số|xe)[ ]?[:.]?[ ]$"
)
_WEAK = re.compile(
    r"(?:từ|đến|tới|trước|sau|hết|vào|trong|dịp|lễ|kỷ niệm|nhân|hôm|qua|nay|mai|cho|kể từ|đêm|là|sinh|mất|nguyên đán|quốc khánh|cuối"
    r"|lao động|phụ nữ|nhà giáo|nhà giáo việt nam|thầy thuốc|giải phóng|giỗ tổ|thiếu nhi|liệt sĩ|noel|giáng sinh|kỳ họp|tối|ngày)"
    r"(?:[ ]việt nam|[ ]quốc tế)?[ ,]{1,2}\(?$"
)
_STOP = (
    "và hoặc của tại ở là được bị đã sẽ đang khi với cho đến tới trên trong ngoài do vì để diễn có vừa thì mà nên như này lên ra vào từ so "
    "tăng giảm đạt bởi theo nhưng sau trước giữa vẫn còn cũng không chưa phải cùng về qua lại mới nhân nhằm bắt tổ hàng hằng năm âm dương "
    "cách đây bằng thuộc gồm ông bà anh chị em các những nay rồi mang thay chính bao chỉ đều liên tại hay nếu lúc hồi đó đầu cuối "
    "dành giúp trở gây cho khiến cần tháng ngày sáng chiều tối đêm thu kết chứng ghi nói thấy"
)
_FOLLOW = re.compile(
    rf"[ ]*(?:$|\n|\t|[,.;:!?)\]\"'…/|>-](?!\d)|(?:{'|'.join(sorted(set(_STOP.split()), key=len, reverse=True))})(?!\w))"
)
_UNIT = re.compile(
    r"[ ]?(?:%|°|đồng|vnđ|usd|triệu|tỷ|tỉ|nghìn|ngàn|người|em|học|sinh viên|thí sinh|hộ|trường|vụ|tấn|tạ|kg|g|gram|ha|m|m2|m3|km|cm|mm|lít|ml|"
    r"giờ|phút|giây|tuổi|lần|lượt|chiếc|cái|con|căn|bộ|xe|ca|cán|doanh|sản|tập|cá nhân|điểm|mét|héc|kw|kwh|mw|w|v|calo|kcal|euro|đô|bạn|"
    r"nhân|cây|quả|trang|bài|bản|gói|suất|đại|chiến|liệt|tàu|máy|phòng|giường|ghế|chỗ|khách|lao|nhà|cơ|đơn|hồ sơ|khẩu|viên|hạt|vé|phiếu|cc|"
    r"cv|mã|tên|đoàn|công|loài|loại|mẫu|bức|sào|thùng|hộp|tổ|thôn|xã|tỉnh|huyện|hội|đội|x|byte|mb|gb)(?!\w)"
)


def is_blocked(key: str, start: int) -> bool:
    """Tells whether what stands before `start` makes a name, an address or a document number of a date."""
    return bool(_BLOCKED.search(key, max(0, start - _BEHIND), start))


def has_weak_cue(key: str, start: int) -> bool:
    """Tells whether a preposition or the name of a feast stands directly before `start`."""
    return bool(_WEAK.search(key, max(0, start - _BEHIND), start))


def ends_like_date(key: str, end: int) -> bool:
    """Tells whether what stands at `end` may follow a date: a mark, the end of a line, a function word."""
    return bool(_FOLLOW.match(key, end))


def is_counted(key: str, end: int) -> bool:
    """Tells whether a unit or a counted noun stands directly behind `end`."""
    return bool(_UNIT.match(key, end))


def is_year(key: str, text: str, start: int, end: int) -> bool:
    """Tells whether the bare four digits of `[start, end)` are meant as a year."""
    year = int(key[start:end])
    if not 1930 <= year <= 2060:
        return False
    before = key[start - 1] if start else "\n"
    if before not in " \n\t(\"'[," or re.search(r"\d[ ,]$", key[max(0, start - 2) : start]):
        return False
    if re.match(r"[ ]\d|[-/:.,]\d|[-/]\w", key[end : end + 3]) or is_counted(key, end):
        return False
    if _QUANTITY.search(key, max(0, start - _BEHIND), start) or is_blocked(key, start):
        return False
    if year % 100 == 0 and year != 2000:
        return False
    return ends_like_date(key, end) or text[max(0, start - 2) : start].strip() != ""
