"""What a message is read as: three fields of counted features (character grams, words, grams of its head). Knows no label.

Words are cut by jieba's dictionary alone; its cache in the temporary directory is not used, since anybody could write it.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

GRAMS, WORDS, HEAD = "grams", "words", "head"
FIELDS: Final[Mapping[str, float]] = {GRAMS: 1.0, WORDS: 1.0, HEAD: 0.6}  # and what each counts
LONGEST_READ = 5_000  # characters; what a message is about is said by then
HEAD_LENGTH = 80
_SPACE = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")
_NO_WORD = re.compile(r"[\W_]+")
_SALUTATION = re.compile(
    r"^(尊敬的)?[^,。!:]{0,12}(领导|书记|市长|局长|厅长|省长|县长|区长|主任|先生|同志)们?[,。:!]*"
    r"([您你]们?好)?[,。:!]*"
)

Counts = Mapping[str, Mapping[str, int]]


def counted_fields(title: str, text: str) -> Counts:
    """How often each feature stands in each field."""
    title, text = _folded(title), _folded(text)
    whole = f"{title}。{text}"
    head = f"{title}。{_SALUTATION.sub('', text)[:HEAD_LENGTH]}"
    return {GRAMS: _grams(whole), WORDS: _words(whole), HEAD: _grams(head)}


def _folded(text: str) -> str:
    """Full-width forms and capitals folded, spaces gone, each number written 0."""
    short = unicodedata.normalize("NFKC", text[:LONGEST_READ]).lower()
    return _DIGITS.sub("0", _SPACE.sub("", short))


def _grams(text: str) -> Counter[str]:
    counts = Counter(text)
    counts.update(a + b for a, b in pairwise(text))
    return counts


def _words(text: str) -> Counter[str]:
    return Counter(word for word in _cutter().cut(text) if not _NO_WORD.fullmatch(word))


@lru_cache(maxsize=1)
def _cutter() -> Any:
    with warnings.catch_warnings():  # of its escapes and its use of pkg_resources
        warnings.simplefilter("ignore")
        import jieba  # a second to read its dictionary: only who sorts messages pays it

    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return cutter
