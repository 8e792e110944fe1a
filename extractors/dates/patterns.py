"""The written forms of dates, as named patterns over a matching key; what they mean stands in `values.py`.

Each pattern is matched at one place, behind the lead that introduces it; every repetition is bounded.
`G` is the gap between words: spaces, or one line break where a page wraps.
"""

import re

from extractors.dates.vocabulary import (
    BRANCH_WORDS,
    COUNTS,
    DAYS,
    MONTHS,
    PARTS,
    ROMAN,
    STEM_WORDS,
    WEEKDAYS,
    alternatives,
)

G = r"(?:[ ]{1,3}|[ ]?\n[ ]?)"
_D = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_M = r"(?:0?[1-9]|1[0-2])(?!\d)"
_Y = r"(?:1[0-9]|20)\d\d(?!\d)"
_YY = rf"(?:{_Y}|\d\d(?!\d))"
_SEP = r"[ ]?[/.-][ ]?"
_WD = rf"(?:{alternatives(DAYS)})(?!\w)"
_WM = rf"(?:{alternatives(MONTHS)})(?!\w)"
_STEM, _BRANCH = alternatives(STEM_WORDS), alternatives(BRANCH_WORDS)
_ROMAN = rf"(?:{alternatives(ROMAN)})(?!\w)"
_PART = alternatives(PARTS)
_WEEKDAY = alternatives(WEEKDAYS)
_N = rf"(?:\d{{1,2}}|{alternatives(COUNTS)})"
_NOT_ON = r"-\d(?!\d?/\d)"  # a dash and digits that begin no other date
_END = r"(?!\w)(?![/-]\w)"  # no number follows, no symbol of a document (12/2018/nq-hđnd)

# Where a date may begin. Everything else is looked up from these places.
TRIGGER = re.compile(
    r"\d+|ngày|tháng|năm|niên|sáng|trưa|chiều|tối|đêm|rạng|khuya|nửa|giữa|xế|buổi|thứ|chủ nhật|chúa nhật|hôm|m[ùồ]ng"
    r"|rằm|quý|quí|thế k[ỷỉ]|thập (?:niên|k[ỷỉ])|giai đoạn|thời kỳ|nhiệm k|khóa|mùa|vụ|cùng|tuần|sn|lúc|hồi"
    r"|khoảng|đầu giờ"
    r"|(?:những|các)(?= (?:năm|tháng|ngày))|cách đây|xuân|tết"
    rf"|{alternatives(w for w in COUNTS if ' ' not in w and w != 'năm')}|hai mươi"
)

_TIME = r"""
    (?P<hour>[01]?\d|2[0-4])
    (?: [ ]?(?:giờ|h|g)(?!\w*[a-zđ]{2})(?:[ ]?(?P<minute>[0-5]?\d)(?!\d)(?:[ ]?(?:phút|'|p)(?!\w))?|[ ]?(?P<half>rưỡi))?
      | :(?P<minute_colon>[0-5]\d)(?::[0-5]\d)?(?:[ ]?(?:'|h|giờ|phút)(?!\w))?
    )"""
LEAD = re.compile(
    rf"""
    (?:(?P<about>khoảng|chừng|tầm){G}(?=\d|lúc|giữa|đầu|ngày|sáng|trưa|chiều|tối))?
    (?:(?:vào[ ])?(?:lúc|hồi){G}(?:khoảng{G})?)?
    (?:{_TIME}[ ]?[,-]?(?:[ ]|\n|(?=[(]))[ ]?)?
    (?:(?:buổi{G})?(?P<part>{_PART})(?!\w)(?:[ ]?[,:]?{G})?)?
    (?:(?P<weekday>{_WEEKDAY})(?!\w)[ ]?[,(-]?[ ]{{0,2}})?
    (?:(?:buổi{G})?(?P<part_after>{_PART}){G}(?=\d|ngày))?
    (?:(?P<intro>(?:(?:các|những|hai|cả|trong){G})?ngày|hôm)(?!\w)[ ]?[:,]?{G})?
    (?P<early>m[ùồ]ng{G})?
    """,
    re.VERBOSE,
)

# --- numbers only --------------------------------------------------------------------------------

DAY_MONTH_YEAR = re.compile(
    rf"(?P<day>{_D})(?P<sep>{_SEP})(?P<month>{_M}){_SEP}(?P<year>{_YY})(?![/.]?\d|{_NOT_ON})(?!/\w)(?!\w)"
)
MONTH_FIRST = re.compile(
    rf"(?P<month>{_M})/(?P<day>{_D})/(?P<year>{_Y})[ ,]{{1,2}}"
    r"(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::[0-5]\d)?[ ]?(?P<half>[ap]m)(?!\w)"
)
YEAR_MONTH_DAY = re.compile(
    rf"(?P<year>{_Y})(?P<sep>[/-])(?P<month>{_M})(?P=sep)(?P<day>{_D})(?:t(?=\d\d:))?(?![/-]?\d)"
)
DAY_MONTH = re.compile(
    rf"(?P<day>{_D})(?P<sep>[ ]?/[ ]?|[.-]|[ ]-[ ]?)(?P<month>{_M})"
    r"(?![ ]?/[ ]?\d|-\d(?!\d?/\d)|[.,]\d)(?!\w)(?!/\w|-[^\W\d])"  # 1/5-3/5 goes on, 12/2018/nq-hđnd does not
)
MONTH_YEAR = re.compile(rf"(?P<month>{_M})(?P<sep>{_SEP})(?P<year>{_Y})(?![/.,]\d|{_NOT_ON})(?!\w)(?!/\w|-[^\W\d])")
YEARS = re.compile(
    rf"(?P<first>{_Y})[ ]?(?P<sep>[/-]|đến(?=[ ])|tới(?=[ ]))[ ]?(?:năm[ ])?(?P<last>{_Y}|\d\d(?!\d))(?![.,]\d){_END}"
)
YEAR = re.compile(rf"(?P<year>{_Y})(?![.,:]\d)(?![./:]\w|-(?!nay\b)\w)(?!\w|%)")

# --- with words ----------------------------------------------------------------------------------

DAY_MONTH_WORDS = re.compile(rf"(?P<day>{_D}|{_WD})[ ]?,?{G}?tháng{G}(?P<month>{_M}|{_WM}){_END.replace('/-', '/')}")
DAYS_LIST = re.compile(
    rf"""
    (?P<days>{_D}(?:(?:[ ]?[,;-][ ]?|{G}(?:và|&|hoặc|rạng[ ]sáng|đến|tới){G})
        (?:(?:hết|rạng[ ]sáng|sáng|trưa|chiều|tối|đêm){G}){{0,2}}(?:ngày{G})?(?:m[ùồ]ng{G})?{_D}(?!,\d)){{1,12}})
    (?:[ ]?(?P<sep>[/.-])[ ]?|{G}tháng{G})(?P<month>{_M}|{_WM})(?:[ ]?[/.-][ ]?(?P<year>{_Y}))?(?![ ]?[/.-][ ]?\d){_END}
    """,
    re.VERBOSE,
)
MONTH = re.compile(rf"tháng{G}(?P<month>{_M}|{_WM})(?!,\d|[.]\d(?!\d{{3}}(?!\d))|%)(?!\w)")
MONTHS_LIST = re.compile(
    rf"""
    (?:các{G})?tháng{G}(?P<months>{_M}(?:(?:[ ]?[,-][ ]?|{G}(?:và|đến|tới){G}){_M}){{1,11}})
    (?:[ ]?[/.-][ ]?|,?{G}năm{G})(?P<year>{_Y})(?![/.,-]\d){_END}
    """,
    re.VERBOSE,
)
MONTHS_DASH = re.compile(rf"tháng{G}(?P<month>{_M})-(?P<last>{_M})(?!%)(?![/.,-]\d)(?!\w)(?!/\w|-)")
QUARTER = re.compile(
    rf"(?:quý|quí|qúy){G}(?P<quarter>[1-4](?!\d|,\d)|i{{1,3}}(?!\w)|iv(?!\w)|đầu|cuối)(?P<more>(?:{G}?(?:,|và|-|&){G}?(?:(?:quý|quí){G})?(?:[2-4](?!\d)|i{{2,3}}(?!\w)|iv(?!\w))){{0,3}})"
)
MONTHS_OF_YEAR = re.compile(rf"(?P<count>{_N}){G}tháng{G}(?P<side>đầu|cuối)(?:{G}của)?(?={G}(?:cùng{G})?năm)")
HALF_YEAR = re.compile(rf"nửa{G}(?P<side>đầu|cuối)(?:{G}của)?(?={G}(?:cùng{G})?năm)")
YEAR_WORD = re.compile(
    rf"(?:năm|niên khóa)(?:[ ]?:)?{G}(?P<year>{_Y})(?![.:]\d|,\d(?!\d{{3}}(?!\d)))(?!-(?!nay\b)\w)(?!/\d{{4}}/)(?!\w|%)"
)
YEAR_SHORT = re.compile(rf"năm{G}(?P<year>[3-9]\d|[1-9]\d\d)(?![\d/%-])(?![.,]\d)(?!\w)")
BIRTH_YEAR = re.compile(rf"(?:sn|sinh năm)[ ]?[.:]?[ ]?(?P<year>{_Y})(?!\w)")
PERIOD = re.compile(
    rf"""
    (?P<word>giai[ ]đoạn|thời[ ]kỳ|nhiệm[ ]k[ỳì]|niên[ ](?:khóa|học|vụ|độ)|khóa|vụ
        |mùa(?:[ ](?:giải|bóng|hè|thi|khô|mưa))?
        |(?:(?:các|những|trong|hai|ba|cả|mấy){G})?năm(?:[ ](?:học(?:[ ]mới)?|tài[ ]chính))?)
    {G}[("]?(?:từ{G})?(?:năm{G})?(?P<first>{_Y})
    [ ]?(?P<sep>[/-]|đến(?=[ ])|tới(?=[ ]))[ ]?(?:năm[ ])?(?P<last>{_Y}|\d\d(?!\d))(?![.,]\d){_END}
    """,
    re.VERBOSE,
)
DECADE = re.compile(
    rf"""
    (?:thập[ ](?:niên|k[ỷỉ])(?:{G}(?:những{G})?năm)?|những{G}năm(?:{G}đầu)?(?:{G}(?:của{G})?thập[ ](?:niên|k[ỷỉ]))?)
    {G}(?P<decade>(?:1[0-9]|20)?[0-9]0)(?!\d|[.,-]\d)(?:'?s)?
    (?:{G}(?:của[ ])?thế[ ]k[ỷỉ]{G}(?:trước|20|{_ROMAN}))?(?!\w)
    """,
    re.VERBOSE,
)
DECADES = re.compile(
    rf"""
    (?:thập[ ](?:niên|k[ỷỉ])(?:{G}(?:những{G})?năm)?|những{G}năm(?:{G}(?:của{G})?thập[ ](?:niên|k[ỷỉ]))?)
    {G}(?P<first>[3-9]0)(?:[ ]?-[ ]?|{G}(?:đến|tới){G}(?:những{G}năm{G}|năm{G}|thập[ ](?:niên|k[ỷỉ]){G})?)
    (?P<last>[4-9]0)(?!\d|[.,/-]\d|[ ]?%)(?:{G}(?:của[ ])?thế[ ]k[ỷỉ]{G}(?:trước|20|xx))?(?!\w)
    """,
    re.VERBOSE,
)
CENTURY = re.compile(rf"thế k[ỷỉ]{G}(?:thứ{G})?(?P<century>{_ROMAN}|\d\d?(?!\d))(?!\w)")
LUNAR_YEAR = re.compile(
    rf"(?:năm|xuân|tết){G}(?P<stem>{_STEM})(?:{G}|-)(?P<branch>{_BRANCH})(?!\w)(?:{G}[(-]?(?P<year>{_Y})[)]?)?"
)
TET_DAY = re.compile(rf"(?P<day>{_D}|{_WD})(?:{G}tháng{G}chạp)?{G}tết(?!\w)(?:{G}(?:nguyên đán|âm lịch|ta))?")
TET_DAYS = re.compile(
    rf"(?P<days>{_D}(?:(?:[ ]?[,-][ ]?|{G}(?:và|đến|tới){G})(?:ngày{G})?(?:m[ùồ]ng{G})?{_D}){{1,6}})"
    rf"{G}tết(?!\w)(?:{G}(?:nguyên đán|âm lịch|ta))?"
)
FULL_MOON = re.compile(rf"rằm{G}(?:tháng{G})?(?P<month>{_M}|{_WM})(?!\w)")
DAY_ONLY = re.compile(rf"(?P<day>{_D})(?![.,/-]\d|%)(?!\w)")

# --- counted from another date -------------------------------------------------------------------

_NEAR = r"này|nay|trước|sau|tới|qua|ngoái|kia|đó|ấy"
RELATIVE_DAY = re.compile(
    rf"(?:ngày{G})?(?:hôm{G}(?P<day>nay|qua|kia|sau|trước)|(?P<tomorrow>mai|mốt|kia))(?!\w)(?!{G}(?:đó|sau))?"
)
RELATIVE_PART = re.compile(
    rf"(?P<part>{_PART}){G}(?P<day>nay|qua|mai|hôm qua|hôm nay|hôm sau|hôm trước|hôm kia|ngày mai)(?!\w)"
)
SAME = re.compile(rf"cùng{G}(?P<unit>ngày|tháng|năm)(?!\w)(?!{G}\d)")
RELATIVE_UNIT = re.compile(
    rf"(?P<unit>tuần|tháng|quý|quí|năm){G}(?P<which>vừa qua|vừa rồi|{_NEAR}|rồi)(?!\w)(?!{G}(?:đó|đây|kia))"
)
RELATIVE_WEEKDAY = re.compile(
    rf"(?P<weekday>{_WEEKDAY}){G}"
    rf"(?:(?:của{G})?tuần{G}(?P<week>này|trước|sau|tới|qua|rồi)|(?P<near>này|tới|vừa qua|vừa rồi))(?!\w)"
)
OFFSET = re.compile(
    rf"(?P<count>{_N}){G}(?P<unit>ngày|hôm|tuần|tháng|quý|năm){G}(?P<which>trước|nữa|tới|sau|qua)(?!\w)(?!{G}khi)"
)
AGO = re.compile(rf"cách{G}đây{G}(?:(?:khoảng|gần|hơn){G})?(?P<count>{_N}){G}(?P<unit>ngày|hôm|tuần|tháng|năm)(?!\w)")

# --- what may follow or precede ------------------------------------------------------------------

YEAR_TAIL = re.compile(
    rf"""
    [ ]?,?{G}(?:của{G})?năm(?:{G}học)?{G}(?P<word>{_Y})(?![.,/-]\d|-)
    |[ ]?[/.-][ ]?(?P<joined>(?:19|20)\d\d)(?!\d|[.,/-]\d|-\w)
    |(?:,[ ]|[ ])(?P<bare>(?:19|20)\d\d)(?!\d|[.,/-]\d|[ ]?-|[ ]\d)(?!\w)
    |,?{G}(?:năm{G})?(?P<stem>{_STEM})(?:{G}|-)(?P<branch>{_BRANCH})(?!\w)(?:{G}[(-]?(?P<cycle_year>{_Y})[)]?)?
    |,?{G}(?:của{G})?(?P<relative>năm{G}(?:nay|ngoái|trước|sau|tới|qua|kia|đó|ấy|rồi)|cùng{G}năm)(?!\w)
    """,
    re.VERBOSE,
)
MONTH_TAIL = re.compile(rf"{G}tháng{G}(?P<which>này|trước|sau|tới)(?!\w)")
LUNAR_TAIL = re.compile(r"[ ]?,?[ ][(]?(?:tháng[ ])?(?P<calendar>âm lịch|dương lịch|âl|al|dl)[)]?(?!\w)")
TIME_TAIL = re.compile(
    r"(?:[ ]?[|,-]?[ ]{1,3}|[ ]?\()(?:lúc |vào lúc )?(?P<hour>[01]?\d|2[0-3])(?::|[ ]?(?:h|giờ)[ ]?)"
    r"(?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d|[.,/]\d)(?:[ ]?phút)?(?P<half>[ ]?[ap]m(?!\w))?[)]?"
)
DIRECTION = re.compile(
    rf"{G}(?:(?P<future>tới(?: đây)?|sắp tới)|(?P<past>vừa qua|vừa rồi|mới đây|qua))(?!\w)(?!{G}(?:nay|ngày|tháng|năm))"
)
YEARLY = re.compile(rf"{G}(?:hàng|hằng|mỗi){G}(?:năm|tháng)(?!\w)")
STAGE_BEFORE = re.compile(
    rf"(?P<about>khoảng|chừng|tầm)?{G}?(?P<stage>nửa đầu|nửa cuối|đầu|giữa|cuối|hết)?(?:{G}(?:của|những|các))?{G}$"
)
