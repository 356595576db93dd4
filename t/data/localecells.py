"""Print what may stand in a cell of a sheet in a locale, a line each.

usage: localecells.py SEED LOCALE < what localewords.py printed
With the locale "all": each word of all locales beside a number, and each that
is a boolean, all of which must be protected.
"""
import json, random, re, sys

DATES = ["5 %s", "5. %s", "%s 5", "%s 2024", "5 %s 2024", "%s 5, 2024",
         "5-%s-24", "5/%s/2024", "%s, 5.5.2024", "%s-24", " 5 %s\u00a02024",
         "5 %s 2024 12:30", "%s"]
AMOUNTS = ["5 %s", "%s 5", "5%s", "%s5", "5,00 %s", "5.00 %s", "-5 %s",
           "5.000,50 %s", "5 000 %s", "5\u00a0%s", "%s\u00a05", "(%s5)"]
NOONS = ["3:00 %s", "%s 3:00", "3 %s", "3:00%s", "5.5.2024 3:00 %s"]
PLAIN = """5.5 5,5 1.234 1,234 1.234,5 1,234.5 1'234 1\u2019234 5.5. 5.5.2024
5/5 5/5/2024 5-5 5-5-24 2024-05-05 2024-05-05T12:30 12:30 12:30:45 12:30:45,5
5% 5\u202f% %5 1e5 5E-3 007 (5) +5 5- -5 \u22125 $5 1\u00a0234 1\u202f234
\u202f5 5\u00a0 \uff11\uff12 \uff11\uff0f\uff12 \uff11\uff0c\uff10\uff10\uff10
\uff15\uff05 \u0661\u0662 \u0661\u066b\u0662 \u0967\u0968 \u0e51\u0e52
\u06f1\u06f2 2024\u5e745\u670812\u65e5 5\u670812\u65e5 12\u6642 3\u65f6
2024\ub1445\uc6d412\uc77c 5\uc6d412\uc77c \u4ee4\u548c6\u5e745\u670812\u65e5
5.5.24\u00a012:30 5.V.2024 99\u30fb\u0661""".split() + [
    "1 234", "1 234,5", "1 1/2", "3/4", "5 %", " 5.5 ", "5. 5. 2024",
    "\u30005.5", "2024. 5. 5.", "24. 5. 5", "5 . 5", "11 E11", "12:30 PM"]
SIGNS = list(" \u00a0\u202f.,/-:'%()+eE$\u2019\u066a\u066b\u2212\uff0f\u30fb"
             "\u5e74\u6708\u65e5\uff15\u0661#&*\"_|~[]\u2013TZ")
DIGITS = "0 1 2 5 11 12 13 24 31 99 2024 100 1000".split()


def cells(of, rnd):
    names, noon, amounts = words(of, "names"), of["noon"], of["currencies"][:1]
    yield from PLAIN
    # Calendars other than the locale's own have many names.
    for name in names if len(names) < 60 else rnd.sample(names, 60):
        yield from (form % name for form in DATES)
        yield from (capitals(name), "5 " + capitals(name) + " 2024")
    for word in of["booleans"]:
        yield from (word, word.upper(), word.title(), " " + word,
                    word + "\u00a0", word + "s")
    for sign in amounts:
        yield from (form % sign for form in AMOUNTS)
    for word in noon:
        yield from (form % word for form in NOONS)
    more = SIGNS + names + noon + amounts
    for _ in range(500):
        yield "".join(rnd.choice(of) for _ in range(rnd.randrange(1, 5))
                      for of in (DIGITS, SIGNS, more))


def words(of, kind):
    """Some names have what can only be a mistake: digits, \\0BB1, a _."""
    return [w for w in of[kind] if not re.search(r"[\d\\_]", w)]


def capitals(word):
    """Where LibreOffice compares them: of as many letters."""
    return word.upper() if len(word.upper()) == len(word) else word


def known(locales):
    for of in locales.values():
        for kind in ("names", "noon", "literals"):
            for word in words(of, kind):
                yield from ("5 " + word, capitals(word) + " 5, 2024")
        # All locales' are known; other symbols of a currency are too.
        for sign in of["currencies"]:
            yield from ("5 " + sign, sign + " 5")
        for word in of["booleans"]:
            yield from (word, word.upper())


def main(seed, locale):
    locales = json.load(sys.stdin)
    said = known(locales) if locale == "all" else \
        cells(locales[locale], random.Random(seed + locale))
    for cell in dict.fromkeys(said):
        if cell.strip() and "\n" not in cell:
            print(cell)


main(*sys.argv[1:])
