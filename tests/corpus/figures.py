"""Figures of a text in one form: numbers, money, percentages, fractions, dates, years, references.

`figures("Two-thirds of 1.2 million, £2m, 5 December 2023")` gives the keys 2/3, 1200000, £2000000, dec, 5 dec, dec 2023, 2023. One key is one
fact to be found again; `supported` says which keys state the same fact ("two-thirds" and "66%").
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

UNITS = dict(zip("two three four five six seven eight nine".split(), range(2, 10), strict=True))
TEENS = dict(
    zip("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen dozen".split(), [*range(10, 20), 12], strict=True)
)
TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
ORDINALS = dict(zip("second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), range(2, 13), strict=True))
SCALES = {"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9, "hundred": 100}
FRACTIONS = {"half": "1/2", "third": "1/3", "thirds": "2/3", "quarter": "1/4", "quarters": "3/4", "fifth": "1/5", "tenth": "1/10"}
SAME = {
    "1/2": {"50%"},
    "1/3": {"33%", "34%"},
    "2/3": {"66%", "67%"},
    "1/4": {"25%"},
    "3/4": {"75%"},
    "1/5": {"20%"},
    "1/10": {"10%"},
}
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

NOISE = re.compile(
    r"https?://\S+|\bwww\.\S+|\S+@\S+"  # addresses
    r"|(?<!\d)0\d{2,4} \d{3,4} \d{3,4}\b"  # phone numbers
    r"|\b[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b"  # postal codes
    r"|\bCOVID[-‑–]?19\b"
    r"|\b(?:two|three)[- ]way\b|\bthird[- ](?:sector|part(?:y|ies))\b|\b(?:at|in) sixes and sevens\b",
    re.I,
)
MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
SCALE = r"(?:\s?(?:million|billion|thousand)\b|(?:bn|m|k)\b)"
SMALL = "|".join([*UNITS, *TEENS, *TENS])
TOKEN = re.compile(
    rf"""
    \b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<dmonth>{MONTH})\b\.?(?:,?\s+(?P<dyear>(?:19|20)\d\d)\b)?
  | \b(?P<mmonth>{MONTH})\.?\s+(?P<mday>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?%)(?:,?\s+(?P<myear>(?:19|20)\d\d)\b)?
  | \b(?P<month>{MONTH})\b\.?(?:,?\s+(?P<year>(?:19|20)\d\d)\b)?
  | \b(?P<from>(?:19|20)\d\d)\s?[/–-]\s?(?P<until>(?:(?:19|20)\d\d|\d\d))\b
  | \b(?P<short>[12]\d)/(?P<shortuntil>[12]\d)\b
  | \b(?P<reference>[A-Za-z]{{1,4}}\d+[A-Za-z0-9]*|\d+[A-Za-z]+\d+[A-Za-z0-9]*|\d+(?:\.\d+)+(?:\.[a-z])?(?<=[a-z])\b)
  | £\s?(?P<pound>{NUMBER})(?P<poundscale>{SCALE})?(?:\s?(?:[–-]|to)\s?£?(?P<pound2>{NUMBER})(?P<poundscale2>{SCALE})?)?
  | \b(?:(?P<percent2>{NUMBER})\s?%?\s?(?:[–-]|to)\s?)?(?P<percent>{NUMBER})\s?(?:%|per\s?cent\b)
  | \b(?P<parts>(?:two|three|a|one)[- ](?:thirds?|quarters?|fifth|tenth)|half)\b
  | \b(?P<ordinal>\d+)(?:st|nd|rd|th)\b
  | \b(?P<number>{NUMBER})(?P<scale>{SCALE})?
  | \b(?P<words>(?:(?:an?|one|{SMALL})[ ])?(?:hundred|thousand|million|billion)|(?:{"|".join(TENS)})[- ](?:one|{"|".join(UNITS)})|{SMALL})\b
  | \b(?P<ordinalword>{"|".join(ORDINALS)})\b
    """,
    re.X | re.I,
)
MAY_IS_A_MONTH = re.compile(r"\b(?:in|by|from|since|until|to|of|and|during|early|late|mid|end)[- ]$", re.I)


@dataclass(frozen=True)
class Figure:
    """One fact to be found again: its `key` in normal form, and the words that `shown` it."""

    key: str
    shown: str
    start: int


def figures(text: str) -> Iterator[Figure]:
    """The figures of a text in order; addresses, phone numbers, postal codes and "COVID-19" hold none. "One" and "first" are not figures."""
    text = NOISE.sub(lambda m: " " * len(m.group()), text)
    for match in TOKEN.finditer(text):
        if match["month"] and not _is_month(match, text):
            continue
        for key in _keys(match):
            yield Figure(key, match.group().strip(), match.start())


def keys(text: str) -> set[str]:
    """The keys of all figures of a text."""
    return {figure.key for figure in figures(text)}


def supported(key: str, held: Collection[str]) -> bool:
    """Whether one of the `held` keys states the same fact."""
    return key in held or not _equals(key).isdisjoint(held)


def _equals(key: str) -> set[str]:
    same = set(SAME.get(key, ())) | {fraction for fraction, percents in SAME.items() if key in percents}
    if key.startswith("#"):
        same.add(key[1:])
    elif key.isdigit():
        same.add(f"#{key}")
    return same


def _is_month(match: re.Match[str], text: str) -> bool:
    word = match["month"]
    if not word[0].isupper():
        return False
    return bool(match["year"]) or word.lower() not in {"may", "march", "mar"} or bool(MAY_IS_A_MONTH.search(text[: match.start()]))


def _keys(match: re.Match[str]) -> Iterator[str]:
    groups = {name: value for name, value in match.groupdict().items() if value}
    for day, month, year in (("day", "dmonth", "dyear"), ("mday", "mmonth", "myear"), ("", "month", "year")):
        if month in groups:
            yield from _date(groups.get(day), groups[month], groups.get(year))
    if "from" in groups:
        yield from _years(groups["from"], groups["until"])
    elif "short" in groups:
        yield from _years(f"20{groups['short']}", groups["shortuntil"])
    elif "reference" in groups:
        yield re.sub(r"^s(?=\d+z)|^t(?=\d$)", "", groups["reference"].lower())  # s65Z5 is 65Z5, T4 is tier 4
    elif "pound" in groups:
        scale = groups.get("poundscale") or (groups.get("poundscale2", "") if "pound2" in groups else "")
        yield "£" + _value(groups["pound"], scale)
        if "pound2" in groups:
            yield "£" + _value(groups["pound2"], groups.get("poundscale2", ""))
    elif "percent" in groups:
        yield from (_value(groups[name]) + "%" for name in ("percent2", "percent") if name in groups)
    elif "parts" in groups:
        yield FRACTIONS[re.split(r"[- ]", groups["parts"].lower())[-1]]
    elif "ordinal" in groups:
        yield f"#{int(groups['ordinal'])}"
    elif "number" in groups:
        yield _value(groups["number"], groups.get("scale", ""))
    elif "words" in groups:
        yield _in_words(groups["words"].lower())
    elif "ordinalword" in groups:
        yield f"#{ORDINALS[groups['ordinalword'].lower()]}"


def _date(day: str | None, month: str, year: str | None) -> Iterator[str]:
    name = month[:3].lower()
    yield name
    if day:
        yield f"{int(day)} {name}"
    if year:
        yield f"{name} {year}"
        yield year


def _years(first: str, last: str) -> Iterator[str]:
    """A financial year is one key; a longer span is two years."""
    if int(last) % 100 == (int(first) + 1) % 100:
        yield f"{first}/{int(last) % 100:02d}"
    else:
        yield from (first, last if len(last) == 4 else first[:2] + last)


def _value(number: str, scale: str = "") -> str:
    value = Decimal(number.replace(",", "")) * SCALES.get(scale.strip().lower(), 1)
    return f"{value.normalize():f}"


def _in_words(words: str) -> str:
    parts = re.split(r"[- ]", words)
    if parts[-1] in SCALES:
        first = {**UNITS, **TEENS, **TENS}.get(parts[0], 1)
        return str(first * SCALES[parts[-1]])
    return str(sum({**UNITS, **TEENS, **TENS, "one": 1}[part] for part in parts))
