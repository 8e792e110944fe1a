"""Whether a written word can be a Vietnamese syllable: the yardstick for guessing encodings.

Source of the tables: Đoàn Thiện Thuật, *Ngữ âm tiếng Việt*, for onsets, rhymes and the rule that a
syllable closed by c, ch, p or t carries sắc or nặng.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_ONSET_LIST: Final = " b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYME_LIST: Final = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
    ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang
    oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt
    ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut uơ uy uya
    uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu
    oong uyn ynh yt ych"""
_ONSETS: Final = frozenset(_ONSET_LIST.split(" "))
_RHYMES: Final = frozenset(_RHYME_LIST.split())
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SHARP: Final = frozenset("\u0301\u0323")
_ONSET: Final = re.compile(r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?")

# A word for counting: letters, and the Latin-1 signs that legacy codings use as letters, next to letters.
_RUN: Final = re.compile(r"(?:[^\W\d_]|[\u0080-\u009f\u00a1-\u00bf])+")


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Tells whether a lower-case NFC word is spelled like a Vietnamese syllable, its tone included."""
    tones = ""
    letters = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tones += char
        else:
            letters.append(char)
    if len(tones) > 1:
        return False
    plain = unicodedata.normalize("NFC", "".join(letters))
    match = _ONSET.match(plain)
    onset = match.group() if match else ""
    rhyme = plain[len(onset) :]
    if not (onset in _ONSETS and rhyme in _RHYMES):
        if not (onset == "gi" and plain[1:] in _RHYMES):  # gì, gìn, giếng
            return False
        rhyme = plain[1:]
    is_closed = rhyme[-1] in "cpt" or rhyme.endswith("ch")
    return not is_closed or tones in _SHARP


def marked_words(text: str) -> list[str]:
    """Returns the words that hold something beyond ASCII, lower-case, in order; the evidence of an encoding."""
    return [run for run in _RUN.findall(text.lower()) if not run.isascii()]


def share_of_syllables(words: list[str]) -> float:
    """Returns which part of the words are Vietnamese syllables, 0 for no words."""
    return sum(map(is_syllable, words)) / len(words) if words else 0.0
