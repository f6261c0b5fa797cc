"""What tells where somebody lives, when they were born and what they drive, by its form.

Streets have a word for it and a number; a date is a birthday where one is spoken of; a licence
plate has its country's shape. Only what is certain is taken: sizes, models, amounts and order
numbers look alike.
"""

import re

# --- where somebody lives -------------------------------------------------------------------
CAPITAL = r"(?-i:[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĘĚĞİĽŁŃŇŐŘŚŞŠŤŮŰŹŻŽА-ЯЁІЇЄ])[\w'’]{0,30}\.?"
NAME = r"(?:[^\W\d_][\w'’.-]{0,30}|\d{1,2}\.?)"
UNIT = (
    r"(?!\d|[.,:]\d| ?[%€$£]| (?:eur|euro?s?|kn|kr|z[łl]|uhr|tag|dan|day|week|jour|d[ií]a|giorn"
    r"|dias|dni|dage|dnej|kom|pcs|st(?:ü|u)ck|minut|min|hour|stund|sat|дн)\w*| (?:km|m|км|м)\b)"
)
HOUSE = rf"\d{{1,4}}{UNIT}(?: ?[a-z](?!\w))?(?: ?[-/] ?\d{{1,4}}(?!\d))?"
FLAT = r"(?:,? (?:кв|kv|stan|apt|flat|apartment|piso|lok|m)\.? ?\d{1,4}\b)?"
TOWN = rf"(?:,? (?:[A-Z]{{1,2}}[- ])?\d{{2,4}}[- ]?\d{{2,3}}(?: [A-Z]{{2}}\b)? {CAPITAL})?"
FRONT = (  # words before the name of a street
    r"ulic[aiue]|ul\.?|trg|avenija|cesta|šetalište|prilaz|calle|c/|avenida|avda\.?|plaza|paseo|via"
    r"|viale|piazza|corso|vicolo|rua|travessa|praça|alameda|estrada|aleja|al\.|plac|pl\.|os\."
    r"|osiedle|náměstí|nám\.|třída|улиц[аеуы]|проспект[ае]?|пр\.|пр-т|переулок|пер\.|набережная"
    r"|наб\.|шоссе|бульвар|вулиц[яі]|вул\.|ул\."
)
BACK = r"stra(?:ß|ss)e|str\.|gasse|allee|chaussee|straat|laan|kade|vej|gade|allé|gatan|gata|vägen"
JOINED = (  # endings of its name that are words for other things, too
    r"weg|platz|ring|damm|ufer|steig|pfad|plein|gracht|singel|stræde|gränd|torget|torg|gate|veien"
    r"|boulevarden"
)
FRENCH = (
    r"(?<![\w.,])\d{1,4}(?: bis| ter)?,? "
    r"(?:rue|avenue|av\.|boulevard|bd|place|chemin|all[ée]e|impasse|quai|route)"
)
ENGLISH = (
    r"(?-i:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Square|Sq|Terrace|Way|Close"
    r"|Crescent|Place|Boulevard|Blvd|Gardens|Grove|Hill|Row|Mews)"
)
ENDING = (
    rf"(?:(?:{CAPITAL}[ -]){{1,3}}(?:{BACK})|(?:{CAPITAL}[ -]){{0,3}}{CAPITAL}(?:{BACK}|{JOINED}))"
)
NUMBERED = rf"(?:n[.ºo°]{{0,2}} ?|(?:д|дом)\.? ?)?{HOUSE}{FLAT}{TOWN}"
ARTICLES = r"(?:(?:d[eu]s?|la|les?|l['’]|d['’]) ?){0,3}"
COUNTRIES = (
    r"(?!(?:Hrvat|Njemač|Češ|Polj|Tur|Dan|Šved|Francu|Slovač|Grč|Norveš|Ir|Fin|Ma[đd]ar)[sčš]?ka)"
)
CROATIAN = rf"(?:{COUNTRIES}{CAPITAL}(?<=[sčš]ka)(?: (?:cesta|ulica|ul\.))?|(?-i:Ilica))"
STREETS = (
    # Hauptstraße 5, Lange Str. 12a, Nørregade 3
    rf"(?<!\w){ENDING} {HOUSE}{TOWN}",
    # ulica kralja Zvonimira 15, Via Roma 1, ul. Długa 7/3, C/ Mayor, 5
    rf"(?<!\w)(?:{FRONT}) ?(?:(?:{NAME} ){{1,4}}?{CAPITAL}|{NAME}),? {NUMBERED}",
    # Невский проспект 28
    rf"(?<!\w){CAPITAL} (?:проспект|переулок|бульвар|шоссе|улица),? {NUMBERED}",
    # 12 rue de la Paix
    rf"{FRENCH} {ARTICLES}{CAPITAL}(?:[ -]{CAPITAL}){{0,3}}{TOWN}",
    # 221B Baker Street
    rf"(?<![\w.,])\d{{1,5}}[a-z]?,? (?:{CAPITAL} ){{1,3}}{ENGLISH}\b\.?",
    # Vrapčanska 7, Savska cesta 41, Ilica 12
    rf"(?<!\w){CROATIAN} {HOUSE}{TOWN}",
    # Atatürk Caddesi No: 12
    rf"(?:{CAPITAL} ){{1,3}}(?-i:Sokak|Sokağı|Sok\.|Caddesi|Cad\.|Bulvarı) (?:no:? ?)?{HOUSE}",
    # 人民路12号, 本町1丁目2-3
    r"[\u4e00-\u9fff]{2,8}[路街道巷] ?\d{1,4} ?[号號]",
    r"[\u4e00-\u9fff]{1,10}\d{1,3}丁目[\d番地号-]{0,12}",
)
STREET = re.compile("|".join(STREETS), re.IGNORECASE)

# --- when somebody was born -----------------------------------------------------------------
BIRTH = (
    r"(?<![a-zà-ÿа-яё])(?:born|birth ?day|birth ?date|date of birth|d\.?o\.?b\.?|geboren"
    r"|geburts(?:tag|datum)"
    r"|geb\.|ro[đd]en\w{0,3}|rođendan\w{0,2}|née?\b|naissance|anniversaire|nac[ií]d?[oa]?"
    r"|nacimiento|cumpleaños|nat[oa]\b|nascita|compleanno|nascid[oa]|nasci\b|nascimento|aniversário"
    r"|geboorte(?:datum|dag)|verjaardag|urodz\w{0,6}|urodzin\w{0,3}|narozen\w{0,3}|født"
    r"|fødsels\w{3,5}"
    r"|född|födelse\w{3,5}|родил\w{1,3}|рождени\w|doğum\w{0,5}|出生|生日|誕生日|生年月日|생년월일|ميلاد)"
)
MONTH = r"[^\W\d_]{3,12}\.?"
DAY = (
    r"(?:\d{4}[-./] ?\d{1,2}[-./] ?\d{1,2}|\d{1,2}[-./] ?\d{1,2}[-./] ?(?:\d{4}|\d{2})\b"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th|º|er)? (?:d[e'] ?|of )?{MONTH},? (?:d[e'] ?)?\d{{4}}"
    rf"|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    r"|\d{4}[年년] ?\d{1,2}[月월] ?\d{1,2}[日일])"
)
BIRTHDAY = re.compile(
    rf"{BIRTH}[^\d.!?\n]{{0,30}}?(?P<it>{DAY})|(?P<that>{DAY})[^\d.!?\n]{{0,20}}{BIRTH}",
    re.IGNORECASE,
)

# --- what somebody drives -------------------------------------------------------------------
CAR = (
    r"(?:plates?|registration|number plate|kennzeichen|nummernschild|tablic\w{1,3}|registracij\w"
    r"|oznak\w{1,3}|immatricul\w{2,7}|plaque|matr[ií]cula|targa|targat\w|kenteken|nummerplade\w{0,2}"
    r"|registreringsnummer|rejestrac\w{2,7}|spz|госномер\w{0,2}|номер\w? (?:машины|авто)"
    r"|plaka\w{0,2}|(?<!\w)(?:auto|car|wagen|vozil\w|voiture|coche))"
)
SHAPE = (
    r"(?-i:[A-ZÄÖÜČĆŠŽĐ]{1,3}[- ]?[A-Z]{0,2}[- ]?\d{1,4}(?:[- ]?[A-Z]{1,3})?(?:[- ]?\d{1,3})?"
    r"|\d{1,4}[- ]?[A-Z]{2,3}(?:[- ]?\d{1,3})?|[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2} ?\d{2,3})"
)
CERTAIN = (  # ZG 1234-AB, А123ВС77
    r"(?-i:(?<![\w-])(?:(?:ZG|ST|RI|OS|PU|ZD|VŽ|KA|SB|VU|ŠI|DU|SK|ČK|BJ|KR|KŽ|VK|NA|PŽ|GS|IM|MA|SL)"
    r"[ -]\d{3,4}[ -][A-Z]{1,2}"
    r"|[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2} ?\d{2,3})(?![\w-]))"
)
PLATE = re.compile(
    rf"{CAR}\b[^\d\n.!?]{{0,25}}?(?<![\w-])(?P<it>{SHAPE})(?![\w-])|(?P<that>{CERTAIN})",
    re.IGNORECASE,
)

# --- for taxes ------------------------------------------------------------------------------
VAT = re.compile(
    r"(?<!\w)(?:DE ?\d{3} ?\d{3} ?\d{3}|(?:HR|IT) ?\d{11}|PL ?\d{10}|ATU ?\d{8}"
    r"|FR ?[A-Z0-9]{2} ?\d{3} ?\d{3} ?\d{3}|NL ?\d{9}B\d{2}|ES ?[A-Z]\d{7}[A-Z0-9]"
    r"|GB ?\d{3} ?\d{4} ?\d{2}|(?:DK|PT|SI) ?\d{8,9}|SE ?\d{12})(?!\w)"
)


def is_vat(text: str) -> bool:
    """Check the last digit where the country's rule is an ISO 7064 or H. P. Luhn's; else none."""
    numbers = [int(one) for one in text if one.isdecimal()]
    country = text[:2]
    if country in {"DE", "HR"}:
        return mod_11_10(numbers)
    if country == "PL":
        weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
        return sum(w * n for w, n in zip(weights, numbers, strict=False)) % 11 == numbers[-1]
    return True


def mod_11_10(numbers: list[int]) -> bool:
    """Check digits by ISO 7064, MOD 11,10.

    >>> mod_11_10([1, 3, 6, 6, 9, 5, 9, 7, 6])
    True
    """
    product = 10
    for one in numbers[:-1]:
        product = ((product + one) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == numbers[-1]
