"""Small numbers as people say them: digits of any script, "two", "the second", "the last"."""

from collections.abc import Callable, Mapping

#: Numbers from one on, and what "first" begins with and so on, without accents.
CARDINALS = {
    "en": "one two three four five six seven eight nine ten",
    "hr": "jedan dva tri cetiri pet sest sedam osam devet deset",
    "de": "eins zwei drei vier funf sechs sieben acht neun zehn",
    "fr": "un deux trois quatre cinq six sept huit neuf dix",
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez",
    "it": "uno due tre quattro cinque sei sette otto nove dieci",
    "pt": "um dois tres quatro cinco seis sete oito nove dez",
    "nl": "een twee drie vier vijf zes zeven acht negen tien",
    "pl": "jeden dwa trzy cztery piec szesc siedem osiem dziewiec dziesiec",
    "cs": "jedna dva tri ctyri pet sest sedm osm devet deset",
    "da": "et to tre fire fem seks syv otte ni ti",
    "sv": "ett tva tre fyra fem sex sju atta nio tio",
    "ru": "один два три четыре пять шесть семь восемь девять десять",
    "uk": "один два три чотири пять шість сім вісім девять десять",
    "tr": "bir iki uc dort bes alti yedi sekiz dokuz on",
    "zh": "一 二 三 四 五 六 七 八 九 十",
    "ko": "하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열",
    "ar": "واحد اثنان ثلاثة اربعة خمسة ستة سبعة ثمانية تسعة عشرة",
}
ORDINALS = {
    "en": "first second third fourth fifth sixth",
    "hr": "prv drug trec cetvrt pet sest",
    "de": "erste zweite dritte vierte funfte sechste",
    "fr": "premi deuxieme troisieme quatrieme cinquieme sixieme",
    "es": "primer segund tercer cuart quint sext",
    "it": "prim second terz quart quint sest",
    "pt": "primeir segund terceir quart quint sext",
    "nl": "eerste tweede derde vierde vijfde zesde",
    "pl": "pierwsz drug trzeci czwart piat szost",
    "cs": "prvni druh treti ctvrt paty sesty",
    "da": "forste anden tredje fjerde femte sjette",
    "sv": "forsta andra tredje fjarde femte sjatte",
    "ru": "перв втор трет четверт пят шест",
    "uk": "перш друг трет четверт пят шост",
    "tr": "birinci ikinci ucuncu dorduncu besinci altinci",
    "zh": "第一 第二 第三 第四 第五 第六",
    "ja": "一番目 二番目 三番目 四番目 五番目 六番目",
    "ko": "첫 두번째 세번째 네번째 다섯번째 여섯번째",
    "ar": "الاول الثاني الثالث الرابع الخامس السادس",
}
LASTS = {
    "en": "last",
    "hr": "zadnj posljednj",
    "de": "letzte",
    "fr": "derni",
    "es": "ultim",
    "it": "ultim",
    "pt": "ultim",
    "nl": "laatste",
    "pl": "ostatni",
    "cs": "posledni",
    "da": "sidste",
    "sv": "sista",
    "ru": "последн",
    "uk": "останн",
}
ENDING = 3  #: letters that may follow the beginning of an ordinal, as endings do
EVERYWHERE = "en"  #: what is understood besides the customer's language


def counts(words: list[str], last: int, language: str | None = None) -> set[int]:
    """Return which of *last* options folded words count; empty when they count nothing there.

    >>> counts(["the", "second", "one"], 3), counts(["2nd"], 3), counts(["druga"], 3, "hr")
    ({2}, {2}, {2})
    >>> counts(["last"], 3), counts(["4"], 3), counts(["٢"], 3), counts(["want", "to"], 3, "da")
    ({3}, set(), {2}, set())
    """
    languages = [one for one in (language, EVERYWHERE) if one]
    ways = [
        {number for word in words if (number := digits(word))},
        {number for one in languages for word in words if (number := ordinal(word, last, one))},
        {number for one in languages if len(words) == 1 and (number := cardinal(words[0], one))},
    ]
    found = next((way for way in ways if way), set())
    return {number for number in found if number <= last}


def digits(word: str) -> int | None:
    """Return the number that a word begins with, when at most an ending follows, as in 2nd."""
    bare = word.rstrip("abcdefghijklmnopqrstuvwxyzªº")
    fine = bare.isdecimal() and len(bare) <= 2 and len(word) - len(bare) <= 2
    return int(bare) if fine else None


def cardinal(word: str, language: str) -> int | None:
    return place(CARDINALS, language, word.__eq__)


def ordinal(word: str, last: int, language: str) -> int | None:
    def begins(start: str) -> bool:
        return word.startswith(start) and len(word) - len(start) <= ENDING

    found = place(ORDINALS, language, begins)
    return found or (last if place(LASTS, language, begins) else None)


def place(table: Mapping[str, str], language: str, fits: Callable[[str], bool]) -> int | None:
    words = table.get(language, "").split()
    return next((number for number, one in enumerate(words, 1) if fits(one)), None)
