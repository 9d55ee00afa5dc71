"""The words of a text by which it is found: bigrams for Chinese, which is written without spaces
(Nie, Gao, Zhang and Zhou, 2000), whole words for Latin letters and digits."""

import re
import unicodedata

RUN = re.compile(r"[0-9a-z]+|[\u3400-\u9fff\U00020000-\U0003ffff]+")


def bigrams(text: str) -> list[str]:
    """The words of a text in the order they stand: pairs of neighbours for Chinese, whole
    words for Latin letters and digits."""
    words: list[str] = []
    for run in RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0].isascii() or len(run) == 1:
            words.append(run)
        else:
            words += [run[place : place + 2] for place in range(len(run) - 1)]
    return words
