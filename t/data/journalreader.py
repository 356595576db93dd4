"""Read a journal, and make its sheets, by leadsheet-journal(5) alone.

usage: journalreader.py ENDPOINT_DIR

For each sheet that the journal names it prints how the file is: equal, lacks
rows, edited, missing, sealed.  With no line of the program's own in it: what
the page says is all that this knows.
"""
import base64, datetime, hashlib, json, os, re, stat, sys, zoneinfo
from collections import namedtuple

COLUMNS = """received_at delivery_id timestamp urn full_name headline
company_name job_title location linkedin_url engagement_type signal_name
reaction_type comment_text connections followers industry company_size post_id
post_url post_text post_date extra""".split()
OF_LEAD = COLUMNS[3:19]
OF_POST = {"url": "post_url", "text": "post_text", "date": "post_date"}
INTEGERS = ("connections", "followers")
DELIMITERS = {"comma": b",", "semicolon": b";", "tab": b"\t", "pipe": b"|"}
BOM = b"\xef\xbb\xbf"
LIMIT = 32000                       # UTF-16 units in a cell
RULES = 1                           # what this reader knows to make

# ---------------------------------------------------------------- JSON as text
TOKEN = re.compile(
    r'[ \t\r\n]*(?:([{}\[\],:])|("(?:[^"\\]|\\.)*")'
    r'|(-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|(true|false|null))', re.S)


def meaning(raw):
    """What a JSON string means; half a surrogate pair is U+FFFD."""
    return re.sub("[\ud800-\udfff]", "\ufffd", json.loads(raw))


class Value:
    """A JSON value as it is written: raw text, and what is in it."""
    __slots__ = ("kind", "text", "start", "end", "items")

    def __init__(self, kind, text, start, end=None, items=None):
        self.kind, self.text, self.items = kind, text, items
        self.start, self.end = start, end

    @property
    def raw(self):
        return self.text[self.start:self.end]

    def string(self):
        return meaning(self.raw) if self.kind == "string" else None

    def member(self, name):
        found = None
        for key, value in self.items if self.kind == "object" else ():
            found = value if key == name else found
        return found


def tokens(text):
    at = 0
    while True:
        m = TOKEN.match(text, at)
        if m is None:
            if text[at:].strip(" \t\r\n"):
                raise ValueError("no JSON at %d" % at)
            return
        yield m.lastindex, m.group(m.lastindex), m.start(m.lastindex), m.end()
        at = m.end()


def parse(text):
    """Its value; without recursion, as bodies may be nested deeply."""
    top, stack, key = None, [], []
    text = text.removeprefix("\ufeff")
    for which, token, start, end in tokens(text):
        if which == 1 and token in "{[":
            stack.append((Value("object" if token == "{" else "array", text,
                                start, items=[]), len(key)))
            continue
        if which == 1 and token in "}]":
            value = stack.pop()[0]
            value.end = end
        elif which == 1:
            continue
        else:
            value = Value(("", "", "string", "number", "word")[which],
                          text, start, end)
        if not stack:
            top = value
        elif stack[-1][0].kind == "array":
            stack[-1][0].items.append(value)
        elif len(key) == stack[-1][1]:
            key.append(value.string())
        else:
            stack[-1][0].items.append((key.pop(), value))
    return top


ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n",
           "\r": "\\r", "\t": "\\t"}


def write_string(text):
    return '"%s"' % re.sub(
        '["\\\\\x00-\x1f]',
        lambda m: ESCAPES.get(m.group(), "\\u%04x" % ord(m.group())), text)


def rewrite(raw):
    """A JSON text on one line, in the one way that it is written in a cell."""
    return "".join(write_string(meaning(token)) if which == 2 else token
                   for which, token, _, _ in tokens(raw))


# ---------------------------------------------------------------- the lines
Line = namedtuple("Line", "day segment offset end form received kind id sha256 "
                  "was body file shape again before counts")
TIME = rb'"received":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"'
STRING = rb'("(?:[^"\\\x00-\x1f]|\\.)*")'
HEX = rb'"([0-9a-f]{64})"'
DELIVERY = re.compile(
    rb'\{' + TIME + rb',"kind":"(leads|test|other|unreadable)","id":' + STRING +
    # A line counts by its sha256; its signature may be damaged.
    rb',"sha256":' + HEX + rb',"signature":"([^"]{64})"' +
    rb'(?:,"was":' + HEX + rb')?,"(body|text|base64)":(.+)\}', re.S)
PRUNED = re.compile(
    rb'\{' + TIME + rb',"kind":"(leads|other|unreadable)","id":' + STRING +
    rb',"was":' + HEX + rb',"sha256":' + HEX + rb'\}')
SHEET = re.compile(
    rb'\{' + TIME + rb',"kind":"sheet","file":' + STRING +
    rb',"shape":(\{.*\}),"again":(\d+|"all"),"sha256":' + HEX + rb'\}')
SEGMENT = re.compile(
    rb'\{' + TIME + rb',"kind":"segment","before":\{"segment":(\d+),'
    rb'"counts":(\d+)\},"sha256":' + HEX + rb'\}')
SHAPE = re.compile(
    rb'\{"format":"(?:csv|tsv)","delimiter":"(?:comma|semicolon|tab|pipe)",'
    rb'"bom":(?:true|false),"protect":(?:true|false),'
    rb'"columns":\["[a-z_]+"(?:,"[a-z_]+")*\],"timezone":"[^"\\]+",'
    rb'"rules":\d+\}')
SEGMENT_NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?:-([1-9]\d{0,2}))?\.jsonl",
                          re.A)
SHEET_NAME = re.compile(
    r"(leads|test)-(\d{4}-\d\d-\d\d)(?:-([1-9]\d*))?\.([ct]sv)", re.A)


def is_day(text):
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read_time(text):
    try:
        return datetime.datetime.strptime(
            text.decode(), "%Y-%m-%dT%H:%M:%S.%fZ").replace(
                tzinfo=datetime.timezone.utc)
    except ValueError:
        return None


def holds(line, sha256):
    """The sha256 of a line without a body is of the bytes before it."""
    end = line.rindex(b',"sha256":')
    return hashlib.sha256(line[:end]).hexdigest().encode() == sha256


def body_of(form, text):
    if form == b"body":
        return text
    if form == b"text":
        return json.loads(text).encode("utf-8")
    return base64.b64decode(json.loads(text), validate=True)


def read_line(day, segment, offset, end, line):
    """A line that has one of the four forms and whose sha256 holds; or None."""
    none = Line(day, segment, offset, end, *[None] * 12)
    try:
        if m := DELIVERY.fullmatch(line):
            received, kind, id, sha256, _, was, form, text = m.groups()
            body = body_of(form, text)
            if hashlib.sha256(body).hexdigest().encode() != sha256:
                return None
            one = none._replace(form="delivery", id=json.loads(id), body=body,
                                sha256=sha256.decode(), kind=kind.decode(),
                                was=was.decode() if was else None)
        elif m := PRUNED.fullmatch(line):
            received, kind, id, was, sha256 = m.groups()
            one = none._replace(form="pruned", id=json.loads(id),
                                kind=kind.decode(), was=was.decode())
        elif m := SHEET.fullmatch(line):
            received, file, shape, again, sha256 = m.groups()
            file = json.loads(file)
            name = SHEET_NAME.fullmatch(file)
            if not name or name[2] != day or name[3] == "1" \
                    or not SHAPE.fullmatch(shape):
                return None
            one = none._replace(form="sheet", kind=name[1], file=file,
                                shape=json.loads(shape),
                                again=json.loads(again))
        elif m := SEGMENT.fullmatch(line):
            received, before, counts, sha256 = m.groups()
            one = none._replace(form="segment", before=int(before),
                                counts=int(counts))
        else:
            return None
    except ValueError:
        return None
    if one.form != "delivery" and not holds(line, sha256):
        return None
    received = read_time(received)
    return one._replace(received=received) if received else None


def segments(journal):
    """The segments of each day, by the names that are segments' names."""
    days = {}
    for name in sorted(os.listdir(journal)):
        m = SEGMENT_NAME.fullmatch(name)
        number = int(m[2] or 1) if m else 0
        if not m or not is_day(m[1]) or m[2] == "1" or number > 255:
            continue
        path = os.path.join(journal, name)
        if stat.S_ISREG(os.lstat(path).st_mode):
            days.setdefault(m[1], []).append((number, path))
    return {day: sorted(found) for day, found in sorted(days.items())}


def read_segment(day, number, path):
    """Its lines, whole ones, each with its place; None for a bad one."""
    with open(path, "rb") as f:
        data = f.read()
    at, lines = 0, []
    while (end := data.find(b"\n", at)) != -1:
        while data[at] == 0 and at < end:
            at += 1
        if at < end:
            lines.append(read_line(day, number, at, end + 1, data[at:end]))
        at = end + 1
    return lines


def read_lines(journal, day):
    """The lines of a day that count, in order."""
    marks, found = {}, {}
    for number, path in segments(journal).get(day, []):
        found[number] = read_segment(day, number, path)
        first = found[number][0] if found[number] else None
        if first and first.form == "segment" and first.before < number:
            marks[first.before] = min(first.counts,
                                      marks.get(first.before, first.counts))
    return [l for number, lines in found.items() for l in lines
            if l and l.form != "segment"
            and (number not in marks or l.end <= marks[number])]


def identity(line):
    """What a delivery is known by, so that it is kept once; None for a test."""
    if line.kind == "test":
        return None
    return line.id if line.kind == "leads" else line.was or line.sha256


def deliveries(journal):
    """All deliveries that count, pruned ones too: (line, identity)."""
    return [(line, identity(line)) for day in segments(journal)
            for line in read_lines(journal, day)
            if line.form in ("delivery", "pruned")]


# ---------------------------------------------------------------- the leads
def members(value, name):
    found = value.member(name) if value else None
    return found.items if found and found.kind == "array" else []


def leads_of(body):
    """Each lead of a body: a dict from a column to its value; extra as text."""
    top = parse(body.decode("utf-8"))
    data = top.member("data") if top else None
    leads = [l for l in members(data, "leads") if l.kind == "object"]
    posts = {}
    for post in members(data, "posts"):
        id = post.member("id") if post.kind == "object" else None
        if id and id.kind == "string":
            posts.setdefault(id.string(), post)
    return [one_lead(lead, posts, top.member("timestamp")) for lead in leads]


def one_lead(lead, posts, timestamp):
    row, extra = {"timestamp": timestamp}, {}
    for key, value in lead.items:
        if key in OF_LEAD:
            row[key] = value
        else:
            extra[key] = value.raw
    id = row.get("post_id")
    post = posts.get(id.string()) if id and id.kind == "string" else None
    for key, value in dict(post.items).items() if post else ():
        if key in OF_POST:
            row[OF_POST[key]] = value
        elif key != "id":
            name = "post_" + key
            while name in extra:
                name = "post_" + name
            extra[name] = value.raw
    if extra:
        row["extra"] = "{%s}" % ",".join(
            write_string(k) + ":" + rewrite(v) for k, v in extra.items())
    return row


def cell_text(column, value):
    """What stands in a cell, and whether it is a bare number."""
    if value is None or isinstance(value, str):
        return value or "", False
    if value.raw == "null":
        return "", False
    text = value.string()
    if text is not None and column not in INTEGERS:
        return text, False
    if text is not None and re.fullmatch("-?(?:0|[1-9][0-9]*)", text):
        return text, True
    if value.kind == "number":
        return value.raw, column in INTEGERS
    return rewrite(value.raw), False


# ---------------------------------------------------------------- the cells
CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def cut(text):
    units = 0
    for i, c in enumerate(text):
        units += 2 if ord(c) > 0xffff else 1
        if units <= LIMIT - 1:
            keep = i + 1
        if units > LIMIT:
            return text[:keep], "\u2026"
    return text, ""


def cell(text, delimiter):
    """A string as a cell, without protection: RFC 4180, and more quotes."""
    text, dots = cut(text)
    quoted = re.search('[\x00-\x1f",;' + delimiter.decode() + "]", text)
    text = CONTROL.sub(" ", text)
    quoted = quoted or text[:1] == " " or text[-1:] == " "
    text += dots
    if quoted:
        text = '"%s"' % text.replace('"', '""')
    return text.encode("utf-8")


def local_time(when, zone):
    tz = datetime.timezone.utc if zone == "UTC" else zoneinfo.ZoneInfo(zone)
    return when.astimezone(tz).strftime("%Y-%m-%d %H:%M:%S").encode()


def header(shape):
    delimiter = DELIMITERS[shape["delimiter"]]
    return (BOM if shape["bom"] else b"") + \
        delimiter.join(c.encode() for c in shape["columns"]) + b"\r\n"


def rows(line, shape):
    """The rows of a delivery, as bytes, without protection; one a lead."""
    delimiter = DELIMITERS[shape["delimiter"]]
    out = []
    for lead in leads_of(line.body):
        cells = []
        for column in shape["columns"]:
            if column == "received_at":
                cells.append(local_time(line.received, shape["timezone"]))
            elif column == "delivery_id":
                cells.append(cell(line.id, delimiter))
            else:
                text, bare = cell_text(column, lead.get(column))
                cells.append(text.encode() if bare
                             else cell(text, delimiter))
        out.append(delimiter.join(cells) + b"\r\n")
    return out


# ---------------------------------------------------------------- the sheets
class Part:
    """A sheet that the journal names, and the deliveries that are in it."""

    def __init__(self, line, first):
        self.file, self.kind = line.file, line.kind
        self.shape, self.again, self.line = line.shape, line.again, line
        self.first, self.deliveries = first, []
        self.known = (self.shape["rules"] == RULES
                      and set(self.shape["columns"]) <= set(COLUMNS))

    @property
    def rows(self):
        return [r for d in self.deliveries for r in rows(d, self.shape)]

    @property
    def bytes(self):
        return header(self.shape) + b"".join(self.rows)


def read_day(journal, day):
    """The sheets of a day: {"leads": [Part, ...], "test": [Part, ...]}."""
    parts = {"leads": [], "test": []}
    seen = {"leads": [], "test": []}
    for line in read_lines(journal, day):
        kind = line.kind
        if line.form == "delivery" and kind in seen:
            seen[kind].append(line)
            if parts[kind]:
                parts[kind][-1].deliveries.append(line)
        if line.form != "sheet":
            continue
        least = 0
        if line.again == "all":
            first, parts[kind] = 0, []
        else:
            if parts[kind]:
                least = parts[kind][-1].first
            first = max(least, len(seen[kind]) - line.again)
        part = Part(line, first)
        part.deliveries = seen[kind][first:]
        parts[kind] = [p for p in parts[kind] if p.file != line.file] + [part]
    return parts


# ---------------------------------------------------------------- comparing
def foreign(delimiter):
    """At what a spreadsheet elsewhere would cut a cell."""
    return b"".join(c for c in (b";", b",", b"|") if c != delimiter)


def split_row(row, delimiter):
    """The cells of a row as they are written, quotes included."""
    d = re.escape(delimiter)
    cells, at = [], 0
    one = re.compile(rb'("(?:[^"]|"")*"|[^' + d + rb'"\r\n]*)(' + d +
                     rb'|\r\n)')
    while at < len(row):
        m = one.match(row, at)
        if m is None:
            return None
        cells.append(m.group(1))
        at = m.end()
        if m.group(2) == b"\r\n":
            return cells if at == len(row) else None
    return None


def unprotect(cell, delimiter):
    """Take protection off a cell as it is written."""
    quote = b'"' if cell.startswith(b'"') else b""
    content = cell[len(quote):]
    if not content.startswith(b"'"):
        return cell
    return quote + re.sub(b"([" + foreign(delimiter) + b"])'", rb"\1",
                          content[1:])


def inner(cell):
    """What stands between the quotes, if there are any."""
    return cell[1:-1] if cell.startswith(b'"') else cell


def same_cell(there, made, delimiter):
    """Is a cell of a protected sheet the one that was made without?"""
    plain = unprotect(there, delimiter)
    if plain == made:
        return True
    # Marks count where a cell is cut, also those that the rest would have had.
    dots, text = "\u2026".encode(), inner(made)
    begin = inner(plain)[:-len(dots)]
    marks = 1 + sum(text.count(bytes([c])) for c in foreign(delimiter))
    return plain != there and inner(plain).endswith(dots) \
        and text.startswith(begin) \
        and len(text.replace(b'""', b'"').decode().encode("utf-16-le")) // 2 \
        + marks > LIMIT


def same_row(there, made, shape):
    """Is this row of a file the one that the reader made?"""
    if there == made or not shape["protect"]:
        return there == made
    delimiter = DELIMITERS[shape["delimiter"]]
    a, b = split_row(there, delimiter), split_row(made, delimiter)
    return a is not None and b is not None and len(a) == len(b) and all(
        same_cell(x, y, delimiter) for x, y in zip(a, b))


def compare(part, data):
    """How a file's bytes are: equal, lacks (how many rows), or edited."""
    if not part.known:
        return "sealed", 0
    head, made = header(part.shape), part.rows
    if not data.startswith(head):
        return ("lacks", len(made)) if head.startswith(data) else ("edited", 0)
    there = data[len(head):].split(b"\r\n")
    rest = there.pop()
    for i, row in enumerate(there):
        if i == len(made) or not same_row(row + b"\r\n", made[i], part.shape):
            return "edited", 0
    if rest and (part.shape["protect"] or len(there) == len(made)
                 or not made[len(there)].startswith(rest)):
        return "edited", 0
    lacks = len(made) - len(there)
    return ("lacks", lacks) if lacks or rest else ("equal", 0)


def verdicts(endpoint):
    """Each sheet that the journal names: (file, what, how many rows)."""
    journal = os.path.join(endpoint, "journal")
    for day in segments(journal):
        parts = read_day(journal, day)
        for part in parts["leads"] + parts["test"]:
            path = os.path.join(endpoint, "sheets", part.file)
            try:
                with open(path, "rb") as f:
                    what, lacks = compare(part, f.read())
            except FileNotFoundError:
                what, lacks = "missing", len(part.rows) if part.known else 0
            yield part.file, what, lacks


def main(endpoint):
    bad = 0
    for file, what, lacks in verdicts(endpoint):
        print(file, what, *[lacks] if lacks else [])
        bad |= what != "equal"
    return bad


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
