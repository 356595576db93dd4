"""What leadsheet export does, in Python: the same leads, the same cells.

usage: export.py ENDPOINT FILE.csv|FILE.xlsx [xlsxwriter | openpyxl] [DAY...]
Checks each line's digest, joins each lead with its post, protects and cleans
as leadsheet does, and has the file on the disk before it gets its name; written
to be as fast as plain Python is.
"""
import csv, datetime, hashlib, json, os, re, resource, sys

LEAD = """urn full_name headline company_name job_title location linkedin_url
engagement_type signal_name reaction_type comment_text connections followers
industry company_size post_id""".split()
KNOWN = frozenset(LEAD)
POST = ("url", "text", "date")
POST_KNOWN = frozenset(POST) | {"id"}
COLUMNS = ["received_at", "delivery_id", "timestamp", *LEAD,
           "post_url", "post_text", "post_date", "extra"]
SIZE = COLUMNS.index("company_size")  # is protected whatever it says
BIDI = "\u202a-\u202e\u2066-\u2069"
CONTROL = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{BIDI}]")
NO_XML = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff{BIDI}]")
BLANK = r"[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u3000\ufeff]*"
BEHIND = BLANK.replace("[", '["')
SIGN = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
FORMULA = re.compile(f"(?:^{BLANK}|[;|]{BEHIND}){SIGN}")
MARK = re.compile(f"[;|](?='|{BEHIND}{SIGN})")
MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
CHANGED = re.compile(rf"[\s\-/.,:'()%$+]*(?:{MONTH}[\s\-/.,:']*)?\d"
                     rf"(?:[\d\s\-/.,:'()%$+]|e\+?|[ap]m|{MONTH})*|true|false",
                     re.IGNORECASE)
EXACT = re.compile(r"0|[1-9]\d{0,14}|(?:1[3-9]|[2-9]\d|\d{3,})-"
                   r"(?:1[3-9]|[2-9]\d|\d{3,})")
dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def cell(value):
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        value = dumps(value)
    if (value[:1] == "'" or FORMULA.search(value)
            or CHANGED.fullmatch(value) and not EXACT.fullmatch(value)):
        value = "'" + MARK.sub(r"\g<0>'", value)
    value = CONTROL.sub(" ", value)
    return value if len(value) <= 32000 else value[:31999] + "\u2026"


def plain(value):
    """A cell of a workbook, which needs no protection."""
    if value is None or isinstance(value, (int, float)):
        return value
    if not isinstance(value, str):
        value = dumps(value)
    value = NO_XML.sub(" ", value)
    return value if len(value) <= 32000 else value[:31999] + "\u2026"


def rows(endpoint, days, cell):
    for day in days:
        for line in open(f"{endpoint}/journal/{day}.jsonl", "rb"):
            r = json.loads(line)
            body = line[line.index(b'"body":') + 7:-2]
            if hashlib.sha256(body).hexdigest() != r["sha256"]:
                continue
            if r["kind"] != "leads":
                continue
            b = r["body"]
            data = b["data"]
            posts = {}
            for p in data.get("posts", ()):
                posts.setdefault(p["id"], p)
            at, of, sent = r["received"], cell(r["id"]), b.get("timestamp")
            for lead in data["leads"]:
                get = lead.get
                post = posts.get(get("post_id")) or {}
                rest = {k: v for k, v in lead.items() if k not in KNOWN}
                for k in post.keys() - POST_KNOWN:
                    rest["post_" + k] = post[k]
                yield [at, of, sent, *[cell(get(k)) for k in LEAD],
                       *[cell(post.get(k)) for k in POST],
                       cell(rest) if rest else None]


def to_csv(source, path):
    with open(path, "w", newline="", encoding="utf-8-sig") as f:
        out = csv.writer(f)
        out.writerow(COLUMNS)
        for row in source:
            row[0] = row[0][:19].replace("T", " ")
            row[2] = cell(row[2])
            if row[SIZE] and row[SIZE][0] != "'":
                row[SIZE] = "'" + row[SIZE]
            out.writerow(row)


def moment(text):
    """A time of ISO 8601, in the time zone of the sheet: UTC."""
    try:
        t = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (TypeError, ValueError, AttributeError):
        return text
    return t.astimezone(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)


def to_xlsxwriter(source, path):
    import xlsxwriter
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    link = book.get_default_url_format()
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
    links = n = 0
    for n, row in enumerate(source, 1):
        for i, v in enumerate(row):
            if v is None or v == "":
                continue
            if i in (0, 2, 21):
                v = moment(v)
                if isinstance(v, datetime.datetime):
                    sheet.write_datetime(n, i, v, when)
                    continue
            if isinstance(v, (int, float)):
                sheet.write_number(n, i, v)
            elif i in (9, 19) and links < 65530 and v.startswith("http"):
                sheet.write_url(n, i, v, link)
                links += 1
            else:
                sheet.write_string(n, i, v)
    sheet.autofilter(0, 0, n, len(COLUMNS) - 1)
    book.close()


def to_openpyxl(source, path):
    import openpyxl
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append(COLUMNS)
    for row in source:
        for i in (0, 2, 21):
            row[i] = moment(row[i])
        sheet.append(row)
    book.save(path)


def main(endpoint, path, writer, *days):
    part = path + ".part.xlsx"
    if path.endswith(".csv"):
        to_csv(rows(endpoint, days, cell), part)
    elif writer == "openpyxl":
        to_openpyxl(rows(endpoint, days, plain), part)
    else:
        to_xlsxwriter(rows(endpoint, days, plain), part)
    with open(part, "rb") as f:
        os.fsync(f.fileno())
    os.rename(part, path)
    use = resource.getrusage(resource.RUSAGE_SELF)
    print(use.ru_utime + use.ru_stime, use.ru_maxrss)


main(*sys.argv[1:])
