"""Make the disks that a power cut could have left.

usage: powercut.py --home DIR --out DIR --disks N --seed N [--lose WHAT]

Begins with DIR/.start/, where all is safe, reads DIR/.trace0, .trace1, ...
(strace -xx -y -v of a delivery or a command each), which end with the answer,
and plays them on a model of a disk: what was synced is there; of everything
else any part may be, cut at any byte, with NULs or, but in sheets, garbage in its
place; names that were not synced may be missing, or be those of the file before, but what
was renamed and not synced has the one name or the other.  What a file had been
written when its sync failed is never safe.  DIR/.time0, ... have the time of
what is written, in seconds, and DIR/.inodes the inodes of what was there.
Each disk is a folder in --out with main/, a file "answered": the ids that were
answered 200 before the cut, and "gone" once a command has said so; and a file
"inodes": which inode each file had.  --lose tells which syncs do nothing: "all";
"sheet-lines", those of lines of kind sheet; "index", those of the index; with
"late" those of the journal are only done before the answer.
"""
import argparse, os, random, re, shutil

CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+)")
ARG_PATH = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
INODE = re.compile(r"st_ino=(\d+)")
FD_PATH = re.compile(r"^(\d+)<((?:\\x[0-9a-f]{2})*)>")


def unhex(s):
    return bytes.fromhex(s.replace("\\x", ""))


class File:
    """Bytes as the program sees them, as they are safe, and the writes between."""

    def __init__(self, data=b"", mode=0o640, time=0):
        self.now, self.safe, self.time = data, data, time
        self.pending, self.doubtful, self.last = [], False, b""
        self.modes = [mode]   # the safe one first
        self.inode = 0

    def write(self, offset, data):
        old = self.now.ljust(offset, b"\0")
        self.now = old[:offset] + data + old[offset + len(data):]
        self.pending.append(["write", offset, data, "open"])
        self.last = data

    def cut(self, size):
        self.now = self.now[:size].ljust(size, b"\0")
        self.pending.append(["cut", size, b"", "open"])

    def sync(self, with_mode):
        for p in self.pending:
            p[3] = "safe" if p[3] == "open" else p[3]
        if not self.doubtful:
            self.safe, self.pending = self.now, []
        if with_mode:
            self.modes = self.modes[-1:]

    def fail(self):
        """The kernel forgets what it couldn't write: the next sync says 0."""
        for p in self.pending:
            p[3] = "doubtful" if p[3] == "open" else p[3]
        self.doubtful = True

    def after_cut(self, r, damage):
        """What may be there: each write whole, in part, damaged, or not."""
        data = self.safe
        for kind, offset, new, state in self.pending:
            fate = "whole" if state == "safe" else r.choice(
                ["whole", "whole", "none", "torn", "nul", damage])
            if fate == "none":
                continue
            if kind == "cut":
                data = data[:offset].ljust(offset, b"\0")
                continue
            if fate == "torn":
                new = new[: r.randrange(len(new) + 1)]
            elif fate != "whole":
                a = r.randrange(len(new) + 1)
                b = r.randrange(a, len(new) + 1)
                junk = bytes(b - a) if fate == "nul" else r.randbytes(b - a)
                new = new[:a] + junk + new[b:]
            old = data.ljust(offset, b"\0")
            data = old[:offset] + new + old[offset + len(new):]
        return data


class Disk:
    def __init__(self, home, lose):
        self.home, self.lose, self.late = home, lose, []
        self.names = {}        # path: File, or None for a folder
        self.time = 0
        inodes = {}
        for line in open(home + "/.inodes"):
            inode, name = line.rstrip("\n").split(" ", 1)
            inodes[home + "/main/" + name] = int(inode)
        for folder, folders, files in os.walk(home + "/.start"):
            to = home + "/main" + folder[len(home) + 7:]
            for name in folders:
                self.names[to + "/" + name] = None
            for name in files:
                if self.ours(to + "/" + name):
                    st = os.stat(folder + "/" + name)
                    with open(folder + "/" + name, "rb") as f:
                        file = File(f.read(), st.st_mode & 0o777, st.st_mtime)
                    file.inode = inodes[to + "/" + name]
                    self.names[to + "/" + name] = file
        self.safe_names = dict(self.names)

    def play(self, call, args, result):
        at = FD_PATH.match(args)
        path = unhex(at.group(2)).decode("utf-8", "replace") if at else None
        paths = [unhex(p).decode("utf-8", "replace") for p in ARG_PATH.findall(args)]
        if result < 0:
            if call == "fdatasync" and self.names.get(path):
                self.names[path].fail()
            return
        if call in ("fstat", "newfstatat"):
            file = self.names.get(path or paths[0])
            if file:
                file.inode = int(INODE.search(args).group(1))
        elif call == "openat" and self.ours(paths[0]):
            if paths[0] not in self.names and "O_CREAT" in args:
                self.names[paths[0]] = File()
        elif call == "mkdir" and self.ours(paths[0]):
            self.names[paths[0]] = None
        elif call in ("rename", "renameat2") and self.ours(paths[0]):
            self.names[paths[1]] = self.names.pop(paths[0])
        elif call == "unlink" and self.ours(paths[0]):
            self.names.pop(paths[0], None)
        elif path and self.ours(path):
            self.file_call(call, args, path, result)

    def is_lost(self, path, f):
        """Is that sync one that does nothing, or is done later?"""
        if self.lose == "late" and path.endswith(".jsonl"):
            self.late.append(f)
            return True
        return self.lose == "all" \
            or self.lose == "index" and path.endswith("/index") \
            or self.lose == "sheet-lines" and path.endswith(".jsonl") \
            and b'"kind":"sheet"' in f.last

    def before_answer(self):
        for f in self.late:
            f.sync(False)
        self.late = []

    def file_call(self, call, args, path, result):
        f = self.names.get(path)
        if call in ("fsync", "fdatasync"):
            if self.is_lost(path, f):
                return
            if f is not None:
                f.sync(call == "fsync")
                return
            # A folder: the names in it, and no more.
            for p in set(self.names) | set(self.safe_names):
                if os.path.dirname(p) == path:
                    if p in self.names:
                        self.safe_names[p] = self.names[p]
                    else:
                        self.safe_names.pop(p, None)
        elif f is None:
            return
        elif call == "fchmod":
            f.modes.append(int(args.rsplit(",", 1)[1], 8))
        elif call == "ftruncate":
            f.time = self.time
            f.cut(int(args.rsplit(",", 1)[1]))
        elif call in ("write", "pwrite64"):
            data = unhex(ARG_PATH.search(args).group(1))[:result]
            offset = int(args.rsplit(",", 1)[1]) if call == "pwrite64" else len(f.now)
            f.time = self.time
            f.write(offset, data)

    def changes(self, call, args):
        return call not in ("fstat", "newfstatat") and (call != "openat" or "O_CREAT" in args)

    def ours(self, path):
        return (path + "/").startswith(self.home + "/main/") \
            and not path.endswith("/secret")

    def leave(self, out, r):
        """One disk that may be left, into the folder out."""
        names = dict(self.safe_names)
        for p in sorted(set(self.names) | set(names)):
            if self.names.get(p, 0) is names.get(p, 0):
                continue
            if r.random() < 0.5:   # a name that was not synced, or not away
                if p in self.names:
                    names[p] = self.names[p]
                else:
                    names.pop(p)
        for p, file in self.safe_names.items():
            if file and file in self.names.values() and file not in names.values():
                names[p] = file   # renamed, and neither of it synced
        os.makedirs(out + "/main")
        with open(out + "/main/secret", "wb") as f:
            f.write(open(self.home + "/main/secret", "rb").read())
        os.chmod(out + "/main/secret", 0o600)
        if os.path.exists(self.home + "/leadsheet.conf"):
            shutil.copy(self.home + "/leadsheet.conf", out)
        for p in sorted(names, key=len):
            to = out + p[len(self.home):]
            if not os.path.isdir(os.path.dirname(to)):
                continue
            if names[p] is None:
                os.makedirs(to, exist_ok=True)
                continue
            with open(to, "wb") as f:
                f.write(names[p].after_cut(
                    r, "nul" if "/sheets/" in p else "garbage"))
            os.chmod(to, r.choice(names[p].modes))
            os.utime(to, (names[p].time, names[p].time))
        with open(out + "/inodes", "w") as f:
            for p in names:
                if names[p]:
                    f.write(f"{names[p].inode} {p[len(self.home) + 6:]}\n")


def events(home):
    n = 0
    while os.path.exists(f"{home}/.trace{n}"):
        time = float(open(f"{home}/.time{n}").read())
        for line in open(f"{home}/.trace{n}", encoding="ascii"):
            m = CALL.match(line)
            if m:
                yield m.group(1), m.group(2), int(m.group(3)), time
        n += 1


def is_answer(call, args):
    """By CGI it goes to stdout, a worker's to a socket."""
    at = FD_PATH.match(args)
    return call in ("write", "writev", "sendto", "sendmsg") and at and (
        at.group(1) == "1" or unhex(at.group(2)).startswith(b"socket:"))


ANSWER = re.compile(rb'Status: 200.*"status":"(?:stored|duplicate)","delivery_id":"([^"]+)"', re.S)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--home"), p.add_argument("--out")
    p.add_argument("--disks", type=int), p.add_argument("--seed", type=int)
    p.add_argument("--lose", default="")
    a = p.parse_args()
    r = random.Random(a.seed)
    all_events = list(events(a.home))
    disk, answered, made = Disk(a.home, a.lose), set(), 0
    # A cut before each call that changes something is as good as any other;
    # and one of ten comes when all has been said.
    points = [i for i, e in enumerate(all_events) if disk.changes(*e[:2])]
    cuts = sorted(r.choice(points) if n % 10 else len(all_events) for n in range(a.disks))
    for i in range(len(all_events) + 1):
        while made < len(cuts) and cuts[made] == i:
            out = f"{a.out}/{made:05}"
            os.makedirs(out)
            disk.leave(out, r)
            with open(out + "/answered", "w") as f:
                f.write(" ".join(sorted(answered)))
            made += 1
        if i == len(all_events):
            break
        call, args, result, disk.time = all_events[i]
        if is_answer(call, args):
            disk.before_answer()
            said = b"".join(unhex(s) for s in ARG_PATH.findall(args))
            m = ANSWER.search(said)
            if m:
                answered.add(m.group(1).decode())
            if re.search(rb"\bgone\b|is made again", said):
                answered.add("gone")
        disk.play(call, args, result)


main()
