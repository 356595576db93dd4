"""Hold an endpoint's sheet against its journal, cell by cell.

usage: wayback.py HOME [DELIMITER]
Reads with Python's own csv and json: neither knows how the sheet was made.
Then reads it as who takes it for delimited otherwise: no cell begins with a
formula there.
"""
import csv, glob, json, re, sys

csv.field_size_limit(1 << 24)
LEAD = """urn full_name headline company_name job_title location linkedin_url
engagement_type signal_name reaction_type comment_text connections followers
industry company_size post_id""".split()
POST = {"post_url": "url", "post_text": "text", "post_date": "date"}
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
LIMIT = 32000
DELIMITER = sys.argv[2] if len(sys.argv) > 2 else ","
OTHERS = [c for c in ";,|" if c != DELIMITER]
MARK = re.compile("([" + re.escape("".join(OTHERS)) + "])'")
BLANK = "".join(map(chr, [*range(0x21), *range(0x7f, 0xa1), 0xad, 0x3000, 0xfeff,
                          *range(0x2000, 0x2010), *range(0x2028, 0x2030),
                          *range(0x205f, 0x2070)])).replace("\t", "")
RUNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def units(text):
    return len(text.encode("utf-16-le")) // 2


def back(cell):
    """As README tells it: one ' off the front, and then behind each separator."""
    return MARK.sub(r"\1", cell[1:]) if cell.startswith("'") else cell


def expected(value, integer):
    if value is None:
        return ""
    if isinstance(value, str) and not integer:
        return CONTROL.sub(" ", value)
    if isinstance(value, str) and re.fullmatch(r"-?(0|[1-9][0-9]*)", value):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def records(home):
    for name in sorted(glob.glob(home + "/main/journal/*.jsonl")):
        with open(name, encoding="utf-8", newline="\n") as f:
            for line in f:
                r = json.loads(line)
                if r["kind"] == "leads":
                    body = r["body"] if "body" in r else json.loads(r["text"])
                    yield r["id"], body


def rows(home):
    for name in sorted(glob.glob(home + "/main/sheets/leads-*.csv")):
        with open(name, encoding="utf-8-sig", newline="") as f:
            yield from csv.DictReader(f, strict=True, delimiter=DELIMITER)


def check_others(home):
    """Cut at each other separator, by a lenient reader and by one without any
    notion of quotes."""
    for name in glob.glob(home + "/main/sheets/leads-*.csv"):
        with open(name, encoding="utf-8-sig", newline="") as f:
            text = f.read()
        for c in OTHERS:
            cut = [row.split(c) for row in text.split("\r\n")]
            for row in [*csv.reader(text.splitlines(True), delimiter=c), *cut]:
                for cell in row:
                    shown = cell.lstrip(BLANK + '"')
                    assert not shown.startswith(RUNS), (c, cell)


def main(home):
    sheet, leads, cells = rows(home), 0, 0
    for delivery_id, body in records(home):
        posts = {}
        for post in body["data"].get("posts", []):
            posts.setdefault(post["id"], post)
        for lead in body["data"]["leads"]:
            row = next(sheet)
            post = posts.get(lead.get("post_id"), {})
            want = {"delivery_id": delivery_id,
                    "timestamp": expected(body["timestamp"], False)}
            for k in LEAD:
                want[k] = expected(lead.get(k), k in ("connections", "followers"))
            for k, of in POST.items():
                want[k] = expected(post.get(of), False)
            rest = {k: v for k, v in lead.items() if k not in LEAD}
            for k, value in want.items():
                check(k, row[k], value)
            if rest and not row["extra"].endswith("\u2026"):
                text = CONTROL.sub(" ", json.dumps(rest, ensure_ascii=False))
                assert json.loads(back(row["extra"])) == json.loads(text)
            leads += 1
            cells += len(row)
    assert next(sheet, None) is None, "the sheet has more rows"
    check_others(home)
    print(f"{leads} leads, {cells} cells")


def check(column, cell, value):
    assert units(cell) <= LIMIT, column
    if units(cell) >= LIMIT - 1 and cell.endswith("\u2026"):
        assert value.startswith(back(cell)[:-1]), column
    else:
        assert back(cell) == value, (column, cell, value)


main(sys.argv[1])
