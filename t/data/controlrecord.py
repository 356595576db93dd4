"""The control record in an endpoint's file "lock", read and written by someone
else than the program: what a copy of a home, or a restart, makes of it.
"""
import os, struct

SIZE = 512
MAGIC = b"lscontr1"
HEAD = "<8s40s11s11sqqqqq"
PART = "<qqqQqqqq"
TAIL = "<qq"
TEXTS = "boot day owed".split()
NUMBERS = "segment inode size failed copied".split()
FIELDS = "state number format shape inode size mtime ctime".split()
INDEX = "inode behind".split()
KINDS = ("leads", "test")


def checksum(block):
    sum = 14695981039346656037
    for (word,) in struct.iter_unpack("=Q", block[:SIZE - 8]):
        sum = (sum ^ word) * 1099511628211 & (1 << 64) - 1
    return sum


def read(main):
    """As a dict; None where there is none that holds."""
    try:
        with open(main + "/lock", "rb") as f:
            block = f.read(SIZE)
    except OSError:
        return None
    if len(block) < SIZE or block[:8] != MAGIC \
            or struct.unpack("<Q", block[-8:])[0] != checksum(block):
        return None
    head = struct.unpack_from(HEAD, block)
    at = struct.calcsize(HEAD)
    text = [t.rstrip(b"\0").decode() for t in head[1:4]]
    c = dict(zip(TEXTS, text))
    c.update(zip(NUMBERS, head[4:]))
    for kind in KINDS:
        c[kind] = dict(zip(FIELDS, struct.unpack_from(PART, block, at)))
        at += struct.calcsize(PART)
    c["index"] = dict(zip(INDEX, struct.unpack_from(TAIL, block, at)))
    return c


def write(main, c):
    block = struct.pack(HEAD, MAGIC, *(c[k].encode() for k in TEXTS),
                        *(c[k] for k in NUMBERS))
    for kind in KINDS:
        block += struct.pack(PART, *(c[kind][k] for k in FIELDS))
    block += struct.pack(TAIL, *(c["index"][k] for k in INDEX))
    block = block.ljust(SIZE, b"\0")
    st = os.stat(main + "/lock")
    with open(main + "/lock", "r+b") as f:
        f.write(block[:-8] + struct.pack("<Q", checksum(block)))
    # It tells whether the index was changed since.
    os.utime(main + "/lock", ns=(st.st_atime_ns, st.st_mtime_ns))


def number(n):
    return "-%d" % n if n > 1 else ""


def files(c):
    """What it tells of: the place in the record, and the name of the file."""
    yield c, "journal/%s%s.jsonl" % (c["day"], number(c["segment"]))
    for kind in KINDS:
        p = c[kind]
        yield p, "sheets/%s-%s%s.%s" % (kind, c["day"], number(p["number"]),
                                        ("csv", "tsv")[p["format"]])
    yield c["index"], "index"


def look(path):
    try:
        st = os.lstat(path)
    except OSError:
        return None
    return {"inode": st.st_ino, "mtime": st.st_mtime_ns,
            "ctime": st.st_ctime_ns}


def carry(main, copy):
    """What was true of main is true of its copy; nothing else is."""
    c = read(copy)
    if c is None:
        return
    for entry, name in files(c):
        was, now = look(main + "/" + name), look(copy + "/" + name)
        for key in ("inode", "mtime", "ctime") if was and now else ():
            if key in entry and entry[key] == was[key]:
                entry[key] = now[key]
    write(copy, c)


def restart(main, inodes):
    """Another boot.  inodes: {that a file had: the name of it now}."""
    c = read(main)
    if c is None:
        return
    for entry, _ in files(c):
        now = look(main + "/" + inodes.get(entry["inode"], "."))
        entry["inode"] = now["inode"] if entry["inode"] in inodes and now \
            else -entry["inode"]
    c["boot"] = "earlier" if c["boot"] else ""
    write(main, c)
