"""What LibreOffice's installed locale data has of words: those that may stand
beside digits in a number or a date, and those that are a boolean.

usage: localewords.py           of each locale, as JSON
       localewords.py --table   the tables of lib/sheet/words.c

The data lies in libraries, liblocaledata_*.so, as arrays of UTF-16 strings that
functions such as getAllCalendars_de_DE() return.
"""
import ctypes, glob, json, os, re, subprocess, sys, unicodedata

# What LibreOffice's formats don't name: Japan's eras, Excel's a and p, years
# and currencies as people write them.
MORE = """明治 大正 昭和 平成 令和 民國 民国 円 圓 圆 元 分钟 点 點 号 лв ден сом
a p am pm gada év den""".split()


ABOUT = """\
/*
 * What spreadsheets know beside digits: made of the locale data of LibreOffice
 * 7.4 by "python3 t/data/localewords.py --table", which prints all of this file
 * again.  t/store/locales.t holds it against the LibreOffice that is installed.
 *
 * Words are in small letters and in the order of their bytes.  "jan|uar" is
 * two: where a word begins another, only the other stands here.
 */"""


class Locale:
    def __init__(self, library, name):
        self.library, self.name = library, name

    def array(self, function, *counts):
        """What a function returns: where its array begins, and its count."""
        f = getattr(self.library, f"{function}_{self.name}")
        f.restype, n = ctypes.c_void_p, ctypes.c_int16()
        return f(ctypes.byref(n), *[ctypes.byref(c) for c in counts]), n.value

    def strings(self, function, each=1, *counts):
        at, n = self.array(function, *counts)
        return [text(p) for p in pointers(at, n * each)]

    def calendars(self):
        """The names of months and days of all calendars."""
        at, n = self.array("getAllCalendars")
        # Of days, three kinds of months, and eras: how many in each calendar.
        counts = [(ctypes.c_uint16 * n).from_address(p)[:]
                  for p in pointers(at, 5)]
        at += 5 * 8
        for c in range(n):
            at += 2 * 8  # its name, and whether it is the default
            names = sum(of[c] for of in counts[:4])
            for _, short, full, _ in quarters(pointers(at, 4 * names)):
                yield from (text(short), text(full))
            at += 8 * (4 * names + 3 * counts[4][c] + 2)

    def literals(self):
        """Words among the letters of date and time formats."""
        if not hasattr(self.library, "getAllFormats0_" + self.name):
            return
        codes = self.strings("getAllFormats0", 7, ctypes.c_void_p(),
                             ctypes.c_void_p())[::7]
        for code in codes:
            if re.search("[YMDH]", code):
                yield from re.findall('"([^"]*)"', code)

    def currencies(self):
        """The symbol of each, the default one first."""
        at, n = self.array("getAllCurrencies")
        some = [(int.from_bytes(ctypes.string_at(of[4], 2), "little"),
                 text(of[1])) for of in chunks(pointers(at, 8 * n), 8)]
        return [s for _, s in sorted(some, key=lambda c: -c[0])]

    def all(self):
        return {"names": sorted(set(self.calendars()) - {""}),
                "noon": self.strings("getLocaleItem")[11:13],
                "literals": sorted(set(self.literals())),
                "currencies": self.currencies(),
                "booleans": self.strings("getReservedWords")[:2]}


def chunks(of, n):
    return [of[i:i + n] for i in range(0, len(of), n)]


def quarters(of):
    return chunks(of, 4)


def pointers(at, n):
    return (ctypes.c_uint64 * n).from_address(at)[:]


def text(at):
    n = 0
    while ctypes.string_at(at + n, 2) != b"\0\0":
        n += 2
    return ctypes.string_at(at, n).decode("utf-16-le")


def locales():
    office = os.path.realpath("/usr/bin/soffice")
    where = os.environ.get("LOCALEDATA", os.path.dirname(office))
    for path in sorted(glob.glob(where + "/liblocaledata_*.so")):
        library = ctypes.CDLL(path)
        said = subprocess.check_output(["nm", "-D", path], text=True)
        for name in re.findall(r" T getLocaleItem_(\w+)", said):
            yield name, Locale(library, name).all()


def folded(word):
    """As characters_fold() of lib/sheet/characters.c has it."""
    return word.lower().replace("i\u0307", "i").translate(
        {ord("ı"): "i", ord("ς"): "σ"})


def pieces(words):
    """Runs of letters and their marks, in small letters."""
    for word in words:
        piece = ""
        for c in folded(word) + " ":
            if unicodedata.category(c)[0] in "LM":
                piece += c
            elif piece:
                yield piece
                piece = ""


def marked(words):
    """A word that another begins with is a | in that other."""
    words, left = sorted(words), []
    for word in reversed(words):
        if left and left[-1].replace("|", "").startswith(word):
            last, n, i = left[-1], len(word), 0
            while n:
                n -= last[i] != "|"
                i += 1
            left[-1] = last[:i] + "|" + last[i:]
        else:
            left.append(word)
    return left[::-1]


def array(name, words, separator):
    """Lines of words as C has them: narrow, and of few bytes."""
    rows = [[]]
    for word in words:
        line = separator.join(rows[-1] + [word])
        if len(line) > 72 or len(line.encode()) > 120:
            rows.append([])
        rows[-1].append(word)
    rows = [separator.join(row) for row in rows]
    print(f"static const char {name}[][{max(len(r.encode()) for r in rows) + 1}]"
          " = {")
    for row in rows:
        print(f'    "{row}",')
    print("};")


def numbers(declared, of):
    print(f"{declared}[{len(of)}] = {{")
    for some in chunks([f"{n:#x}" for n in of], 3):
        print("    " + ", ".join(some) + ",")
    print("};")


def letter(c):
    return ord(c) - ord("a")


def pairs(words):
    """Of each first letter, which second letters there are."""
    seconds = [0] * 26
    for word in words:
        if re.match("[a-z][a-z]", word):
            seconds[letter(word[0])] |= 1 << letter(word[1])
    return seconds


def triples(words):
    """By which three letters words begin, a bit each."""
    bits = [0] * (26 ** 3 // 64 + 1)
    for word in words:
        if re.match("[a-z]{3}", word):
            a, b, c = map(letter, word[:3])
            bit = (a * 26 + b) * 26 + c
            bits[bit // 64] |= 1 << bit % 64
    return bits


def table(found):
    words, booleans = set(pieces(MORE)), set()
    for locale in found.values():
        for kind in ("names", "noon", "literals", "currencies"):
            words.update(pieces(locale[kind]))
        booleans.update(folded(" ".join(w.split())) for w in locale["booleans"])
    lengths = [0] * 73
    for word in booleans:
        for form in (word, word.title(), word.upper()):
            first, n = form.encode()[0], len(form.encode())
            # In Turkish a capital or a small i is a byte longer.
            for more in range(1 + word.count("i")):
                lengths[letter(chr(first | 32)) if first < 128
                        else 26 + first - 0xc2] |= 1 << n + more
    print(ABOUT)
    array("names", marked(words), " ")
    array("booleans", sorted(booleans), ";")
    numbers("static const uint64_t name_triples", triples(words))
    numbers("const uint32_t words_boolean_pairs", pairs(booleans))
    numbers("const uint64_t words_boolean_lengths", lengths)


if __name__ == "__main__":
    if sys.argv[1:] == ["--table"]:
        table(dict(locales()))
    else:
        json.dump(dict(locales()), sys.stdout)
