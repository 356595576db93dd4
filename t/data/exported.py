"""Hold what "leadsheet export" wrote against the journal, value by value.

usage: exported.py ENDPOINT FILE FORMAT [delimiter=C] [plain] [no-bom]
           [zone=NAME] [sheet-rows=N] [links=N]
Reads with Python's own csv, json, zipfile and xml.etree: none of them knows
how the file was made.
"""
import csv, datetime, glob, json, re, sys, zipfile, zoneinfo
import xml.etree.ElementTree as xml

csv.field_size_limit(1 << 24)
sys.setrecursionlimit(1 << 14)
LEAD = """urn full_name headline company_name job_title location linkedin_url
engagement_type signal_name reaction_type comment_text connections followers
industry company_size post_id""".split()
POST = {"url": "post_url", "text": "post_text", "date": "post_date"}
INTEGERS = ("connections", "followers")
WHEN = ("received_at", "timestamp", "post_date")
COLUMNS = ["received_at", "delivery_id", "timestamp", *LEAD, *POST.values(),
           "extra"]
BIDI = "\u202a-\u202e\u2066-\u2069"
ONE_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029%s]" % BIDI)
NO_XML = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff%s]" % BIDI)
LIMIT = 32000
EPOCH = datetime.datetime(1899, 12, 30)
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Other(str):
    """A value of another type than the sender's table has: as JSON text."""


def units(text):
    return len(text.encode("utf-16-le")) // 2


def workbook_units(text):
    """The same as a workbook has it: with what would be an escape escaped."""
    return units(text) + 6 * len(re.findall("(?=_x[0-9A-Fa-f]{4}_)", text))


def value_of(value, key):
    if value is None or (isinstance(value, str) and key not in INTEGERS):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?(0|[1-9][0-9]*)", value):
        return int(value)
    is_number = isinstance(value, (int, float)) and value is not True \
        and value is not False
    if is_number and key in INTEGERS:
        return value
    return Other(json.dumps(value, ensure_ascii=False))


def rest_of(lead, post):
    """What goes to extra; a post's members are post_ whatever is free."""
    rest = {k: v for k, v in lead.items() if k not in LEAD}
    for k, v in post.items():
        if k in POST or k == "id":
            continue
        k = "post_" + k
        while k in rest:
            k = "post_" + k
        rest[k] = v
    return rest or None


def expected(endpoint):
    for name in sorted(glob.glob(endpoint + "/journal/*.jsonl")):
        for line in open(name, encoding="utf-8", newline="\n"):
            r = json.loads(line)
            if r["kind"] != "leads":
                continue
            body = r["body"] if "body" in r else json.loads(r["text"])
            posts = {}
            data = body["data"]
            for p in data["posts"] if isinstance(data.get("posts"), list) else []:
                if isinstance(p, dict) and isinstance(p.get("id"), str):
                    posts.setdefault(p["id"], p)
            for lead in data["leads"]:
                of = lead.get("post_id")
                post = posts.get(of, {}) if isinstance(of, str) else {}
                row = {"received_at": r["received"], "delivery_id": r["id"],
                       "timestamp": value_of(body.get("timestamp"), "")}
                row.update((k, value_of(lead.get(k), k)) for k in LEAD)
                row.update((n, value_of(post.get(k), k)) for k, n in POST.items())
                row["extra"] = rest_of(lead, post)
                yield row


def local(text, zone):
    t = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return t.astimezone(zone).replace(tzinfo=None, microsecond=0)


def same_text(cell, value, blank, back=str, units=units):
    """A text as a cell may have it: without controls, and cut where it is long."""
    there = back(cell)
    as_json = isinstance(value, (Other, dict))
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    value = blank(value)
    # Marks take room as well, so that a little less may be left.
    cut = cell.endswith("\u2026") and units(cell) > LIMIT - 8 \
        and units(value) > LIMIT - 8
    if cut:
        return as_json or value.startswith(there[:-1])
    return there == value or (as_json and json.loads(there) == json.loads(value))


def check_csv(path, options, zone):
    d = options.get("delimiter", ",")
    raw = open(path, "rb").read()
    assert raw.startswith(b"\xef\xbb\xbf") != ("no-bom" in options), "BOM"
    text = raw.decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n") == text.count("\r")
    foreign = [c for c in ";,|" if c != d]
    blank = lambda s: ONE_LINE.sub(" ", s)

    def back(cell):
        if "plain" in options or not cell.startswith("'"):
            return cell
        cell = cell[1:]
        for c in foreign:
            cell = cell.replace(c + "'", c)
        return cell

    def same(k, cell, value):
        assert units(cell) <= LIMIT, k
        if k == "received_at":
            return cell == str(local(value, zone))
        if value is None:
            return cell == ""
        if isinstance(value, (int, float)):
            return json.loads(cell) == value
        return same_text(cell, value, blank, back)

    lines = csv.reader(text.splitlines(keepends=True), delimiter=d, strict=True)
    assert next(lines) == COLUMNS, "header"
    return lines, same


def check_office(path, options, zone):
    """A workbook that LibreOffice has saved as csv, as it shows it."""
    blank = lambda s: NO_XML.sub(" ", s.replace("\r\n", "\n"))

    def same(k, cell, value):
        if value is None:
            return cell == ""
        if isinstance(value, (int, float)):
            return json.loads(cell) == value
        if k in WHEN and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", cell):
            return cell == str(local(value, zone))
        return same_text(cell.replace("\r\n", "\n"), value, blank,
                         units=workbook_units)
    lines = csv.reader(open(path, encoding="utf-8", newline=""), strict=True)
    assert next(lines) == COLUMNS, "header"
    return lines, same


def check_jsonl(path, options, zone):
    def same(k, there, value):
        if isinstance(value, Other):
            return json.loads(there) == json.loads(value)
        return there == value

    def lines():
        for line in open(path, encoding="utf-8", newline="\n"):
            row = json.loads(line)
            assert list(row) == COLUMNS, "keys"
            yield list(row.values())
    return lines(), same


def cells_of(row, width):
    """A row's cells as (type, value), by their references."""
    out = [None] * width
    for c in row:
        letters = re.match("[A-Z]+", c.get("r")).group()
        at = 0
        for x in letters:
            at = at * 26 + ord(x) - 64
        kind = c.get("t", "n")
        text = c.find(NS + ("is" if kind == "inlineStr" else "v"))
        if text is not None:
            text = "".join(text.itertext())
        if kind == "n" and text is not None:
            text = float(text)
        out[at - 1] = (kind, text, c.get("s"))
    return out


def unescape(text):
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def check_xlsx(path, options, zone):
    z = zipfile.ZipFile(path)
    assert z.testzip() is None
    names = [n for n in z.namelist() if n.startswith("xl/worksheets/sheet")]
    most = int(options.get("sheet-rows", 1048576))
    links = int(options.get("links", 65530))
    blank = lambda s: NO_XML.sub(" ", s.replace("\r\n", "\n"))

    def lines():
        for n in range(1, len(names) + 1):
            root = xml.parse(z.open(f"xl/worksheets/sheet{n}.xml")).getroot()
            rows = list(root.find(NS + "sheetData"))
            assert len(rows) <= most and (n == len(names) or len(rows) == most)
            pane = root.find(f"{NS}sheetViews/{NS}sheetView/{NS}pane")
            assert pane.get("ySplit") == "1" and pane.get("state") == "frozen"
            ref = root.find(NS + "autoFilter").get("ref")
            assert ref == f"A1:W{max(len(rows), 2)}", ref
            assert [c[1] for c in cells_of(rows[0], 23)] == COLUMNS
            there = root.findall(f"{NS}hyperlinks/{NS}hyperlink")
            linked.append(len(there))
            assert len(there) <= links, "links"
            for row in rows[1:]:
                yield cells_of(row, len(COLUMNS))

    def same(k, cell, value):
        if value is None or value == "":
            return cell is None
        kind, there, style = cell
        if k in WHEN and kind == "n":
            t = EPOCH + datetime.timedelta(seconds=round(there * 86400))
            return t == local(value, zone) and style is not None
        if k == "received_at":
            return False
        if isinstance(value, (int, float)) and kind == "n":
            return there == value
        if isinstance(value, (int, float)):
            return json.loads(there) == value and len(there) > 15
        assert kind == "inlineStr", (k, kind)
        assert units(there) <= 32767, k
        there = unescape(there)
        assert units(there) <= LIMIT, k
        return same_text(there, value, blank, units=workbook_units)
    linked = []
    return lines(), same


def main(endpoint, path, form, *words):
    options = dict((w + "=").split("=")[:2] for w in words)
    zone = zoneinfo.ZoneInfo(options.get("zone", "UTC"))
    check = {"csv": check_csv, "tsv": check_csv, "jsonl": check_jsonl,
             "xlsx": check_xlsx, "office": check_office}[form]
    lines, same = check(path, options, zone)
    n = cells = 0
    for row in expected(endpoint):
        there = next(lines)
        assert len(there) == len(COLUMNS), (n, len(there))
        for (k, value), cell in zip(row.items(), there):
            if not same(k, cell, value):
                sys.exit(f"lead {n}, {k}: {cell!r:.300} for {value!r:.300}")
            cells += 1
        n += 1
    assert next(lines, None) is None, "there are more rows"
    print(f"{n} leads, {cells} values")


main(*sys.argv[1:])
