"""Check an endpoint's store: journal, sheets and index, by readers that are not
the program's.

usage: storecheck.py

Reads questions, one a line, and answers each with a line: JSON both.  "do" says
what is asked.  "control": the control record of the endpoint main below home.
"carry": home was copied to copy; what the record told of it is told of the copy.
"restart": the machine went down, and inodes tells which file has which inode.
"check" is answered with a list of sentences, what is wrong; it has
  home    the home; its endpoint is main
  kept    {id: leads}: answered 200 at least once
  maybe   {id: leads}: sent, and never answered 200
  edited  the names of sheets that someone has edited
  skip    what is not looked at: "index" (it may be behind), "sheets" (they
          may lack rows), "stale" (the index may have keys that the journal
          hasn't), "lines" (a power cut may leave one that doesn't count),
          "closed" (sheets may be missing that nothing is written to any more),
          "nobody" (other deliveries than these may have rows)
"""
import csv, datetime, hashlib, io, json, os, re, stat, struct, sys

sys.dont_write_bytecode = True
import controlrecord
import journalreader as jr

EPOCH = datetime.date(1970, 1, 1)
BLOCK, SLOT = 512, 16


def whole_lines(journal, day, found, bad):
    """All lines of a day's last segment count: what doesn't was put aside."""
    number, path = found[-1]
    with open(path, "rb") as f:
        data = f.read()
    if data and not data.endswith(b"\n"):
        bad.append("the journal of %s ends in the middle of a line" % day)
    if None in jr.read_segment(day, number, path):
        bad.append("segment %d of %s has a line that doesn't count"
                   % (number, day))


def entries(path):
    """What an index has: {(hash, place)}; and what is wrong with its form."""
    with open(path, "rb") as f:
        data = f.read()
    head = data[:BLOCK].ljust(BLOCK, b"\0")
    if not head.startswith(b"leadsheet index 1\n") and head.strip(b"\0"):
        return None, ["the index's first block is none of ours"]
    found, at, table, blocks = set(), BLOCK, 0, 128
    while at < len(data):
        size = blocks * BLOCK
        for i in range(at, min(at + size, len(data) - SLOT + 1), SLOT):
            slot = data[i:i + SLOT]
            if slot == bytes(SLOT):
                continue
            hash, place = struct.unpack("<QQ", slot)
            # The block that it stands in is its hash's.
            if (i - at) // BLOCK == hash >> (64 - 7 - 3 * table):
                found.add((hash, place, table))
        at += size
        table, blocks = table + 1, blocks * 8
    return found, []


def reachable(path, found):
    """Those that a look-up comes to: no block with room stands before."""
    with open(path, "rb") as f:
        data = f.read()
    out = set()
    for hash, place, table in found:
        at, blocks = BLOCK, 128
        for before in range(table):
            start = at + (hash >> (64 - 7 - 3 * before)) * BLOCK
            block = data[start:start + BLOCK].ljust(BLOCK, b"\0")
            if any(block[i:i + SLOT] == bytes(SLOT)
                   for i in range(0, BLOCK, SLOT)):
                break
            at, blocks = at + blocks * BLOCK, blocks * 8
        else:
            out.add((hash, place))
    return out


def check_index(main, known, skip):
    path = main + "/index"
    if not os.path.exists(path):
        return ["I5: there is no index"] if known else []
    found, bad = entries(path)
    if bad:
        return bad
    there = reachable(path, found)
    wanted = {}
    for identity, line in known:
        hash = int(hashlib.sha256(identity.encode()).hexdigest()[:16], 16)
        day = (datetime.date.fromisoformat(line.day) - EPOCH).days
        wanted[hash, day << 48 | line.segment << 40 | line.offset] = identity
    bad += ["I5: the index lacks %s" % wanted[k]
            for k in wanted if k not in there]
    if "stale" not in skip:
        bad += ["I5: the index has a key at day %d, segment %d, byte %d, that "
                "the journal hasn't" % (p >> 48, p >> 40 & 255, p & (1 << 40) - 1)
                for h, p in there if (h, p) not in wanted]
    return bad


def check_sheet(sheets, part, edited, skip, missing_ok):
    path = sheets + "/" + part.file
    if part.file in edited:
        return []
    try:
        with open(path, "rb") as f:
            data = f.read()
    except FileNotFoundError:
        return [] if missing_ok or "sheets" in skip else ["I3: %s is missing" % part.file]
    except IsADirectoryError:
        return ["I3: %s is a directory" % part.file]
    what, lacks = jr.compare(part, data)
    if what == "equal" or what == "sealed" or what == "lacks" \
            and "sheets" in skip:
        return []
    return ["I3: %s is not what its journal makes: %s%s"
            % (part.file, what, " %d" % lacks if lacks else "")]


def rows_in(path, bad, edited):
    """(delivery_id, urn) of each row; of an edited sheet what can be told."""
    with open(path, "rb") as f:
        text = f.read()
    if not text:
        return
    try:
        text = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        if not edited:
            bad.append("I3: %s is not UTF-8" % path)
        return
    mark = re.search("[,;\t|]", text)
    rows = list(csv.reader(io.StringIO(text, newline=""),
                           delimiter=mark.group() if mark else ","))
    head = rows[0] if rows else []
    if "delivery_id" not in head or "urn" not in head:
        if not edited:
            bad.append("I3: %s has no header" % path)
        return
    if not edited and text.count("received_at") != 1:
        bad.append("I3: %s has no single header" % path)
    at = head.index("delivery_id"), head.index("urn")
    for row in rows[1:]:
        if len(row) > max(at):
            yield row[at[0]], row[at[1]]
        elif not edited:
            bad.append("I3: %s has a row of %d cells" % (path, len(row)))


def check_rows(sheets, kept, maybe, edited, skip):
    """I1 and I2: each lead once, and a delivery's whole or not at all."""
    bad, seen = [], {}
    for name in sorted(os.listdir(sheets)) if os.path.isdir(sheets) else []:
        path = sheets + "/" + name
        if not re.fullmatch(r"leads-.*\.[ct]sv", name) \
                or not stat.S_ISREG(os.lstat(path).st_mode):
            continue
        for id, urn in rows_in(path, bad, name in edited):
            count = seen.setdefault(id, {})
            count[urn] = count.get(urn, 0) + 1
    for id, leads in {**maybe, **kept}.items():
        urns = seen.pop(id, {})
        whole = len(urns) == leads and all(n == 1 for n in urns.values())
        if id in kept and not whole and ("sheets" not in skip
                                         or any(n > 1 for n in urns.values())):
            bad.append("I1: %s was answered 200, its rows are %s" % (id, urns))
        if urns and not whole and "sheets" not in skip:
            bad.append("I2: %s is half there" % id)
    for id in seen if "nobody" not in skip else ():
        if id not in ("probe", "before"):
            bad.append("a row of nobody's: %s" % id)
    return bad


def check_kept(known, kept):
    """What was acknowledged is in the journal, with all its leads."""
    leads = {}
    for identity, line in known:
        if line.kind == "leads" and line.form == "delivery":
            try:
                leads[line.id] = len(jr.leads_of(line.body))
            except (ValueError, UnicodeDecodeError):
                leads[line.id] = -1
    return ["I1: %s was answered 200, and the journal has %s of it"
            % (id, leads.get(id, "nothing")) for id, n in kept.items()
            if leads.get(id) != n]


def check_day(main, day, edited, skip, last, known):
    """The sheets of a day; adds its deliveries to known, and says their names."""
    journal, sheets = main + "/journal", main + "/sheets"
    bad, named, rows = [], set(), set()
    for line in jr.read_lines(journal, day):
        if line.form not in ("delivery", "pruned"):
            continue
        if jr.identity(line):
            known.append((jr.identity(line), line))
        if line.form == "delivery" and line.kind in ("leads", "test") \
                and line.kind not in rows and jr.leads_of(line.body):
            rows.add(line.kind)
    for kind, parts in jr.read_day(journal, day).items():
        if kind in rows and not parts and "sheets" not in skip:
            bad.append("I3: no line names a sheet of %s for %s" % (kind, day))
        for part in parts:
            named.add(part.file)
            bad += check_sheet(sheets, part, edited, skip, "closed" in skip
                               and (day != last or part != parts[-1]))
    return bad, named


def check_names(sheets, named, edited):
    return ["no line of the journal names %s" % name
            for name in sorted(os.listdir(sheets))
            if jr.SHEET_NAME.fullmatch(name) and name not in named
            and name not in edited and os.path.getsize(sheets + "/" + name)
            ] if os.path.isdir(sheets) else []


def check_once(known):
    bad, once = [], {}
    for identity, line in known:
        if identity in once:
            bad.append("the journal has %s twice: in %s and in %s"
                       % (identity, once[identity], line.day))
        once[identity] = line.day
    return bad


def check(home, kept={}, maybe={}, edited=[], skip=[]):
    main = home + "/main"
    journal, sheets = main + "/journal", main + "/sheets"
    bad, known, named = [], [], set()
    days = jr.segments(journal) if os.path.isdir(journal) else {}
    for day in days:
        if "lines" not in skip:
            whole_lines(journal, day, days[day], bad)
        wrong, names = check_day(main, day, edited, skip, max(days), known)
        bad, named = bad + wrong, named | names
    bad += check_names(sheets, named, edited) + check_once(known)
    bad += check_kept(known, kept)
    bad += check_rows(sheets, kept, maybe, edited, skip)
    if "index" not in skip:
        bad += check_index(main, known, skip)
    return bad


def answer(do, home, **more):
    main = home + "/main"
    if do == "control":
        return controlrecord.read(main)
    if do == "carry":
        return controlrecord.carry(main, more["copy"] + "/main")
    if do == "restart":
        return controlrecord.restart(main, {
            int(inode): name for inode, name in more["inodes"].items()})
    try:
        return check(home, **more)
    except (ValueError, OSError, IndexError, AttributeError) as e:
        return ["the checker can't read it: %s: %s" % (type(e).__name__, e)]


def serve():
    for question in sys.stdin:
        print(json.dumps(answer(**json.loads(question))), flush=True)


if __name__ == "__main__":
    serve()
