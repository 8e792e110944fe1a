"""Words and parts of speech keep their places in the sentence."""

from extractors.words import tagged_words


def test_words_are_placed_and_tagged() -> None:
    sentence = "Công ty Tân Hưng đóng cửa từ năm 2016"
    words = tagged_words(sentence)
    assert [sentence[a:b] for a, b, _ in words][:3] == ["Công ty", "Tân Hưng", "đóng cửa"]
    assert words[2][2] == "V"


def test_odd_text_gives_no_error() -> None:
    assert tagged_words("") == ()
    assert all(a < b for a, b, _ in tagged_words("\t\u0301 İ ()"))
