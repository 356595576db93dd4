"""What was answered and what a person did, held against journal and files.

The journal is read by journalreader.py; nothing of the program's is used.
"""
import collections, datetime, glob, json, os, re
import journalreader as J
from livesprogram import *  # noqa

TOKEN = re.compile(rb"N([a-z0-9]+)_([a-z0-9]+)E")

# ---------------------------------------------------------------- for speed
made, read = {}, {}
plain_rows, plain_segment = J.rows, J.read_segment


def rows(line, shape):
    key = (line.sha256, line.id, line.received, json.dumps(shape))
    if key not in made:
        made[key] = plain_rows(line, shape)
    return made[key]


def read_segment(day, number, path):
    with open(path, "rb") as f:
        key = (day, number, f.read())
    if key not in read:
        if len(read) > 2000:
            read.clear()
            made.clear()
        read[key] = plain_segment(day, number, path)
    return read[key]


J.rows, J.read_segment = rows, read_segment


# ---------------------------------------------------------------- the ledger
class Person:
    """A file that is a person's: the bytes that they left."""

    def __init__(self, life, path, data):
        self.data, self.mtime, self.boot = data, life.world.now, \
            life.world.number
        self.kills, self.unsettled = life.kills, life.unsettled
        self.begins = life.begins_a_view(path, data)
        self.equal = False


class Ledger(Program):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.acked = {}         # identity: what was answered 200, and stands
        self.names = {}         # of leads: name -> identity
        self.tests = collections.Counter()  # name of a test: 1 when answered
        self.tried = set()      # identities that were sent
        self.person = {}        # path in sheets/: Person
        self.prog = {}          # path: what the program left there
        self.gone = set()       # paths of sheets that a person took away
        self.delib = set()      # (name, person): rows that a person deleted
        self.lag = {}           # the same: day with whose next they come again
        self.forgot, self.maybe = set(), set()
        self.saved, self.snap = {}, None
        self.kills = 0          # how often it was killed
        self.unsettled = False  # killed, and not yet seen to be right again
        self.open = []          # commands that were cut off
        # An older journal was put back, ever, and since the last delivery;
        # the control record is not the last one.
        self.restored = self.fresh_restore = self.lost_control = False
        self.other_line = set() # files that it names by another line
        self.damaged = False    # the index, since the last delivery
        self.pruned = set()
        self.excuses = collections.Counter()
        self.last_day = None    # that the last delivery was of
        self.changed_day = self.rebuilding = False
        self.before, self.calm, self.seen_boot = {}, False, None
        self.no = 0

    # ---- looking
    def paths(self):
        """The files of sheets/, by name; what is being made is none."""
        try:
            with os.scandir(self.sheets) as found:
                return {e.name: e.path for e in found
                        if e.is_file() and not e.name.endswith(".new")}
        except FileNotFoundError:
            return {}

    def get(self, name):
        try:
            with open(self.sheets + "/" + name, "rb") as f:
                return f.read()
        except FileNotFoundError:
            return None

    def days(self):
        return list(J.segments(self.journal)) if os.path.isdir(self.journal) \
            else []

    def parts(self):
        """Every sheet that the journal names: file -> (part, is it current?)"""
        out = {}
        for day in self.days():
            for kind in J.read_day(self.journal, day).values():
                for part in kind:
                    out[part.file] = part, part is kind[-1]
        return out

    def part_of(self, name):
        return self.parts().get(name, (None, False))

    def begins_a_view(self, name, data):
        part = self.part_of(name)[0]
        return part is not None and J.compare(part, data)[0] != "edited"

    def lines(self):
        return J.deliveries(self.journal) if os.path.isdir(self.journal) \
            else []

    def today(self):
        return str(datetime.datetime.fromtimestamp(
            self.world.now // SECOND, datetime.timezone.utc).date())

    def day_of(self, name):
        m = J.SHEET_NAME.fullmatch(name)
        return m[2] if m else None

    # ---- what a person does
    def put(self, name, data, how):
        """Write a file as an editor does, in place or as another one."""
        path = self.sheets + "/" + name
        if how % 2:
            with open(path + "~", "wb") as f:
                f.write(data)
            os.chmod(path + "~", 0o640)
            os.rename(path + "~", path)
        else:
            with open(path, "wb") as f:
                f.write(data)
            os.chmod(path, 0o640)
        self.stamp(path)

    def edit(self, name, data, sd, meant=True):
        """A person changes a file; meant: rows that go were deleted."""
        before = set(TOKEN.findall(self.get(name) or b""))
        was = name in self.person
        if not was:
            self.prog[name] = self.get(name)
        current = self.part_of(name)[1]
        self.put(name, data, sd)
        there = set(TOKEN.findall(data))
        self.delib -= there
        if data == self.prog.get(name) and (current or not was):
            self.person.pop(name, None)
        else:
            self.person[name] = Person(self, name, data)
        for row in before - there:
            if meant or was or not current or \
                    self.day_of(name) != self.last_day:
                self.delib.add(row)
            else:
                self.lag[row] = self.day_of(name)

    def take_away(self, name, to=None):
        data = self.get(name)
        was = name in self.person
        if to:
            os.rename(self.sheets + "/" + name, self.sheets + "/" + to)
            self.person[to] = Person(self, to, data)
        else:
            os.unlink(self.sheets + "/" + name)
            for row in TOKEN.findall(data):
                if was or not self.part_of(name)[1] or \
                        self.day_of(name) != self.last_day:
                    self.delib.add(row)
                else:
                    self.lag[row] = self.day_of(name)
        self.person.pop(name, None)
        self.gone.add(name)

    # ---- deliveries
    def known(self, data, kind, name):
        return IDS.get(name, "id-" + name) if kind == "leads" else digest(data)

    def expect(self, data, kind, name, status, word, eio=False):
        """Note what was answered, and hold it against what must be."""
        key = self.known(data, kind, name)
        if status == 0:
            return
        if status == 503 and eio:
            self.eio = self.unsettled = True
            return
        if kind == "test":
            if word != "test":
                raise Bad("a test was answered %d %s" % (status, word))
            self.tests[name] = 1
            return
        good = {"leads": ("stored",), "other": ("kept", "stored"),
                "unreadable": ("kept",), "conflict": ("duplicate",)}[kind]
        if kind == "conflict":
            if word != "duplicate" or status != 200:
                raise Bad("another body of an id was answered %d %s" %
                          (status, word))
            self.acked[key] = data
            return
        if key in self.acked:
            # Again in the words for a body that can't be understood.
            if word != "duplicate" and (kind, word) != ("unreadable", "kept"):
                raise Bad("what was acknowledged, sent again, was answered "
                          "%d %s" % (status, word))
            return
        if word not in good + ("duplicate",):
            raise Bad("a delivery was answered %d %s: %s" %
                      (status, word, self.log.decode()))
        if word == "duplicate" and key not in self.tried:
            raise Bad("a new delivery was answered duplicate")
        self.acked[key] = data
        if kind == "leads":
            self.names[name] = key
            found = [l for l, k in self.lines() if k == key]
            self.stored = word == "stored" and persons(name)
            if found and self.stored:
                self.lag = {r: d for r, d in self.lag.items()
                            if d != found[0].day}

    def deliver(self, name, kind="leads", conflict=False, eio=0):
        data = body(name, kind, conflict)
        kind = "conflict" if conflict else kind
        if kind == "leads" and self.known(data, kind, name) not in self.acked \
                and set(persons(name)) & (self.forgot | self.maybe):
            return              # a person who was forgotten doesn't come again
        if conflict and name not in self.names:
            return
        self.world.fail = eio
        if kind == "test":
            self.tests.setdefault(name, 0)
        since = self.world.now
        status, word = self.send(data)
        self.world.fail = 0
        self.expect(data, kind, name, status, word, eio)
        self.tried.add(self.known(data, kind, name))
        if status and status != 503:
            self.was_delivered(since)

    def was_delivered(self, since):
        self.delivered = True
        self.lost_control = self.damaged = False
        self.fresh_restore = False
        for l, _ in self.lines():
            if since <= l.received.timestamp() * SECOND <= self.world.now:
                self.last_day = l.day

    def batch(self, names, other, eio=0):
        """Several together; a test, another event, another body among them."""
        todo = [(n, "leads") for n in names
                if self.known(body(n), "leads", n) in self.acked
                or not set(persons(n)) & (self.forgot | self.maybe)]
        todo.append(("t%d" % self.no, "test"))
        self.tests.setdefault("t%d" % self.no, 0)
        todo.insert(1, ("o%d" % (other % 3), "other"))
        if names[0] in self.names:
            todo.insert(other % 3, (names[0], "conflict"))
        bodies = [body(n, kind, kind == "conflict") for n, kind in todo]
        since, self.world.fail = self.world.now, eio
        answers = self.send_together(bodies)
        self.world.fail = 0
        # Of two that are the same either may have been the first.
        all_ = sorted(zip(todo, bodies, answers),
                      key=lambda x: x[2][1] == "duplicate")
        new = {self.known(b, kind, n) for (n, kind), b, _ in all_} - self.tried
        stored = False
        for (name, kind), data, (status, word) in all_:
            key = self.known(data, kind, name)
            if 0 in (s for _, _, (s, _) in all_) or key not in new:
                self.tried.add(key)
            self.expect(data, kind, name, status, word, eio)
            self.tried.add(key)
            stored, self.stored = stored or self.stored, False
        self.stored = stored
        if any(s and s != 503 for s, _ in answers):
            self.was_delivered(since)

    def crowd(self, names):
        """Several at once, some the same."""
        todo = [n for n in names if not set(persons(n)) &
                (self.forgot | self.maybe)]
        running = []
        for n in todo:
            running.append((n, self.start(body(n))))
        words = collections.Counter()
        for n, p in running:
            status, word = self.answer(p)
            key = self.known(body(n), "leads", n)
            if status != 200 or word not in ("stored", "duplicate"):
                raise Bad("one of several was answered %d %s" % (status, word))
            if word == "stored" and (key in self.acked or words[key]):
                raise Bad("one of several was stored twice")
            words[key] += word == "stored"
        for n in todo:
            key = self.known(body(n), "leads", n)
            self.acked[key] = body(n)
            self.names[n] = key
            self.tried.add(key)
        self.delivered, self.calm = bool(todo), False

    # ---- commands
    def run(self, *words):
        """A command; was it cut off?"""
        # Now and then a sync of the journal fails under its hands.
        failing = self.world.fail
        code = self.command(*words)
        hit, self.world.fail = failing and not self.world.fail, 0
        if code == -9 or hit and code != 0:
            self.open.append(words)
            self.unsettled = True
            return False
        if code != 0:
            raise Bad("leadsheet %s ended with %d: %s" %
                      (" ".join(words), code, self.log.decode()))
        # A command finishes what others have left.
        done, self.open = self.open + [words], []
        if any(w[0] == "prune" for w in done):
            self.note_pruned()
        if any(w[0] == "rebuild" for w in done):
            self.delib.clear()
            self.lag.clear()
            self.gone.clear()
        return True

    def has_open(self, command):
        return any(words[0] == command for words in self.open)

    def forget(self, person):
        self.maybe.add(person)
        if not self.run("forget", urn(person), "--yes", "--json"):
            return
        self.maybe.discard(person)
        self.forgot.add(person)
        try:
            said = json.loads(self.said)
        except ValueError:
            raise Bad("forget said no JSON: %r %r" % (self.said, self.log))
        named = {os.path.basename(x["file"])
                 for x in said["remains"] + said["maybe"]}
        ours = self.parts()
        for root, _, files in os.walk(self.home):
            for file in files:
                path = os.path.join(root, file)
                with open(path, "rb") as f:
                    data = f.read()
                name = os.path.relpath(path, self.sheets)
                # A copy that has no column urn nobody can tell.
                if urn(person).encode() not in data and (
                        b"_%sE" % person.encode() not in data or
                        name in self.person and name not in ours):
                    continue
                if file not in named:
                    raise Bad("%s has a person who was forgotten, and is not "
                              "named" % name)
                if name not in self.person and "replaced" not in name:
                    raise Bad("%s has a person who was forgotten" % name)

    def prune(self):
        self.run("prune", "--keep", "1d", "--yes")

    def note_pruned(self):
        for day in [d for d in self.past if d < self.today()]:
            lines = J.read_lines(self.journal, day)
            # Of tests no line stays.
            if all(l.form == "pruned" for l in lines):
                self.pruned.add(day)
            elif any(l.form == "pruned" for l in lines):
                raise Bad("a day is pruned by half")
        for name in self.paths():
            if self.day_of(name) in self.pruned and name not in self.person:
                raise Bad("a sheet of a day that was pruned stays: " + name)

    def rebuild(self):
        self.run("rebuild")

    # ---- the checker
    def note_parts(self):
        """How parts and files are before a step; see check_again()."""
        self.before = {}
        self.past = getattr(self, "past", set()) | set(self.days())
        for day in self.days():
            for kind, parts in J.read_day(self.journal, day).items():
                lines = [l for l in J.read_lines(self.journal, day)
                         if l.form == "sheet" and l.kind == kind]
                there = [p.file for p in parts
                         if self.get(p.file) is not None]
                self.before[day, kind] = (
                    len(lines), parts, there,
                    parts and self.get(parts[-1].file))
        self.was_person = {n for n, p in self.person.items() if not p.equal}
        self.day_before = self.last_day
        self.calm = not self.unsettled and not self.lost_control and \
            not self.fresh_restore and self.seen_boot == self.world.number

    def lacks(self, part, data):
        """
        How many deliveries at its end a person's file lacks: those behind the
        last one all of whose rows stand in it.  None: it has no column that
        tells.
        """
        if b"delivery_id" not in data.split(b"\n")[0]:
            return None
        there, lacks = set(TOKEN.findall(data)), 0
        for d in reversed(part.deliveries):
            rows = set(TOKEN.findall(b"".join(J.rows(d, part.shape))))
            if rows and rows <= there:
                break
            lacks += 1
        return lacks if lacks < len(part.deliveries) else \
            len(part.deliveries)

    def check_again(self):
        """Does a part that was begun take along what it should?"""
        for (day, kind), (n, parts, there, data) in self.before.items():
            lines = [l for l in J.read_lines(self.journal, day)
                     if l.form == "sheet" and l.kind == kind]
            for i, line in enumerate(lines):
                if line.again != "all" and line.file in [
                        l.file for l in lines[:i]]:
                    raise Bad("a name is used again: " + line.file)
            if len(lines) == n or not parts or not self.calm or \
                    day != self.day_before or day != self.last_day:
                continue
            if len(lines) > n + 1:
                raise Bad("a step began several parts of one sheet")
            part, again = parts[-1], lines[-1].again
            if data is None:
                good = len(part.deliveries) if there else "all"
            elif part.file not in self.was_person:
                good = 0
            elif J.header(part.shape).startswith(data):
                continue
            else:
                good = self.lacks(part, data)
            if good is not None and again != good:
                raise Bad("a part takes along %s deliveries, and not %s" %
                          (again, good))

    def check(self):
        self.check_persons()
        lines = self.lines()
        self.check_journal(lines)
        if self.delivered and not self.open and not self.eio:
            self.check_again()
            self.check_rows(lines)
            self.unsettled = self.unsettled and not self.stored
            self.seen_boot = self.world.number
        for name in self.paths():
            if name not in self.person:
                self.prog[name] = self.get(name)

    def excused(self, name, p, now):
        """
        May the program have taken this file for its own?  A header alone has
        nothing of a person.  A beginning of what the journal makes looks like
        the work of a process that was killed, and, within a minute of a
        delivery, like that of a power cut.
        """
        part = self.part_of(name)[0]
        head = part and J.header(part.shape)
        if head and head.startswith(p.data):
            return "a header alone"
        if not p.begins and not (
                part and J.compare(part, p.data)[0] != "edited"):
            return None
        if self.kills > p.kills or p.unsettled:
            return "a beginning, and a kill"
        near = any(abs(p.mtime - l.received.timestamp() * SECOND) <= MINUTE
                   for l, _ in self.lines() if l.day == self.day_of(name))
        near = near or part and abs(
            p.mtime - part.line.received.timestamp() * SECOND) <= MINUTE
        if self.world.number > p.boot and near:
            return "a beginning, near a delivery, and a boot"
        if part and J.compare(part, p.data)[0] == "equal":
            return "what the program would have written"
        return None

    def check_persons(self):
        for name, p in list(self.person.items()):
            now = self.get(name)
            part, current = self.part_of(name)
            if now == p.data and part and \
                    J.compare(part, now)[0] == "equal":
                # Equal to what the journal makes, as after forget: it is the
                # program's, whoever wrote it.
                p.equal = True
            if now == p.data:
                continue
            if p.equal and now is not None:
                p.data = now
                continue
            if now is None and (
                    self.day_of(name) in self.pruned or
                    self.has_open("prune") and
                    (self.day_of(name) or "9") < self.today()):
                del self.person[name]
                continue
            if self.rebuilding and p.data in self.replaced():
                del self.person[name]
                continue
            why = self.excused(name, p, now)
            if why is None:
                raise Bad("a person's file was changed: " + name)
            self.excuses[why] += 1
            del self.person[name]
            self.delib -= set(TOKEN.findall(now or b""))

    def replaced(self):
        """What rebuild has put away; nothing of a person's is lost."""
        for path in glob.glob(self.sheets + "/replaced/*"):
            with open(path, "rb") as f:
                yield f.read()

    def check_journal(self, lines):
        count = collections.Counter(k for _, k in lines if k is not None)
        for key in self.acked:
            if count[key] != 1:
                raise Bad("what was acknowledged stands %d times in the "
                          "journal: %s" % (count[key], key))
        for key, n in count.items():
            if n > 1:
                raise Bad("%s stands %d times in the journal" % (key, n))
        tests = collections.Counter(
            t[0].decode() for l, k in lines if k is None
            for t in set(TOKEN.findall(l.body)))
        for name, n in self.tests.items():
            if tests[name] > 1 or tests[name] < n and not self.pruned and \
                    not self.has_open("prune"):
                raise Bad("a test stands %d times in the journal" %
                          tests[name])
        for l, _ in lines:
            if l.form == "pruned" and l.day not in self.pruned and \
                    not self.has_open("prune"):
                raise Bad("a day was pruned by itself")

    def check_rows(self, lines):
        parts = self.parts()
        for file, (part, current) in parts.items():
            if file in self.person:
                continue
            data = self.get(file)
            if data is None and file in self.gone:
                continue
            what = "missing" if data is None else J.compare(part, data)[0]
            if what == "edited" and file in self.other_line:
                # The older journal has another sheet under that name.
                continue
            if what != "equal":
                raise Bad("%s is not what the journal makes: %s" %
                          (file, what))
            self.gone.discard(file)
        for name in self.paths():
            if J.SHEET_NAME.fullmatch(name) and name not in self.person and \
                    name not in parts and not self.restored:
                raise Bad("no line of the journal names " + name)
        mine, all_ = collections.Counter(), collections.Counter()
        for name in self.paths():
            for row in TOKEN.findall(self.get(name)):
                all_[row] += 1
                if name not in self.person and (
                        not self.restored or
                        name in parts and name not in self.other_line):
                    mine[row] += 1
        for (d, p), n in mine.items():
            who = p.decode()
            if n > 1 and who not in self.maybe:
                raise Bad("a row stands %d times: %s" % (n, (d, p)))
            if who in self.forgot:
                raise Bad("a person who was forgotten is in a sheet again")
        where = {k: l for l, k in lines}
        for name, key in self.names.items():
            if where[key].form == "pruned":
                continue
            for p in persons(name):
                row = name.encode(), p.encode()
                if p in self.forgot | self.maybe or all_[row] or \
                        row in self.delib or row in self.lag:
                    continue
                raise Bad("a lead is in no sheet: %s" % (row,))


