"""Whole lives of a store, made by chance, each step checked.

usage: lives.py [--from N] [--count N] [--step N] [--show] BUILD LIBRARY
       lives.py [--worker] [--keep] --again STEPS BUILD LIBRARY
       lives.py --sabotage BUILD LIBRARY

A life is a list of steps that a seed decides: deliveries, edits, settings, lost
and older files, commands, kills, clocks, boots.  The program runs as CGI and
from the command line, in the world of lives.c.  After each step the journal, as
journalreader.py reads it, and the files are held against what was answered and
what a person did.  A life that fails is printed with the fewest steps that
still fail.  What is excused is what the store can't tell: see Life.excused().
"""
import argparse, collections, csv, glob, io, json, os, random, re, shutil
import subprocess, sys
import journalreader as J
from livesledger import *

NOTE = b"a person's note %d"
COMMANDS = "forget", "prune", "rebuild"


class Life(Ledger):
    """Steps, each with an argument and a random number of its own."""

    # ---- one step
    def step(self, op):
        name, arg, crash, sd = op
        self.no += 1
        self.delivered = self.stored = self.eio = False
        self.note_parts()
        self.rebuilding = name == "rebuild" or self.has_open("rebuild")
        # Nobody is killed just when an older journal was put back.
        crash = 0 if self.fresh_restore else crash
        if crash:
            self.world.kill, self.world.torn = crash, sd % 256
        elif name in COMMANDS and sd % 5 == 0:
            self.world.fail = 1 + sd % 3
        getattr(self, "do_" + name)(arg, sd)
        self.killed = crash and self.world.kill <= 0
        self.world.kill = self.world.fail = 0
        if self.killed:
            self.kills += 1
            self.unsettled = True
            self.delivered = False
        self.world.now += 3 * SECOND
        self.check()

    def target(self, arg):
        """A file that a person takes up; not one that is torn just now."""
        names = sorted(n for n in self.paths() if n in self.person or
                       not self.unsettled or self.get(n).endswith(b"\n"))
        return names[arg % len(names)] if names else None

    def do_put(self, arg, sd): self.deliver(arg)
    def do_dup(self, arg, sd): self.deliver(arg)
    def do_conflict(self, arg, sd): self.deliver(arg, conflict=True)
    def do_other(self, arg, sd): self.deliver(arg, "other")
    def do_unreadable(self, arg, sd): self.deliver(arg, "unreadable")
    def do_test(self, arg, sd): self.deliver("t%d" % self.no, "test")
    def do_eio(self, arg, sd): self.deliver(arg, eio=1 + sd % 2)
    def do_crowd(self, arg, sd): self.crowd(arg)

    def do_batch(self, arg, sd):
        self.batch(arg, sd, 0 if self.world.kill or sd % 5 else 1 + sd % 2)

    def do_wait(self, arg, sd): self.world.now += 70 * SECOND

    def do_newday(self, arg, sd):
        self.world.now = (self.world.now // DAY + 1) * DAY + 5 * SECOND
        self.changed_day = True

    def do_clock(self, arg, sd):
        """It steps: a day back, an hour, weeks ahead."""
        self.world.now += (-DAY, -3600 * SECOND, 20 * DAY, DAY // 2)[arg] + \
            sd % SECOND
        self.changed_day = True

    def do_boot(self, arg, sd):
        # Of an index that was damaged only the boot that it was left in tells.
        if not self.fresh_restore and not self.damaged:
            self.stop()
            self.world.boot()

    def do_shape(self, arg, sd):
        self.shape = arg
        self.write_conf()

    def do_save(self, arg, sd):
        name = self.target(arg)
        if name and not self.unsettled:
            self.saved[name] = self.get(name)

    def do_older(self, arg, sd):
        if not self.saved:
            return
        name = sorted(self.saved)[arg % len(self.saved)]
        data = self.saved[name]
        if self.get(name) is None or any(
                urn(p).encode() in data for p in self.forgot | self.maybe):
            return
        note = sd % 3 == 0
        # Where no column tells whose a row is, rows are counted: one more
        # hides one less.
        untold = (note or self.restored) and b"delivery_id" not in data.split(b"\n")[0]
        self.edit(name, data + (NOTE % sd + b"\r\n" if note else b""), sd,
                  meant=untold)

    def do_addrow(self, arg, sd):
        if name := self.target(arg):
            self.edit(name, self.get(name) + NOTE % sd + b"\r\n", sd)

    def rows_of(self, data):
        lines = data.splitlines(keepends=True)
        return lines, [i for i, l in enumerate(lines) if TOKEN.search(l)]

    def do_cell(self, arg, sd):
        if name := self.target(arg):
            lines, having = self.rows_of(self.get(name))
            if having:
                i = having[sd % len(having)]
                lines[i] = TOKEN.sub(lambda m: m[0] + b"!%d" % sd, lines[i])
                self.edit(name, b"".join(lines), sd)

    def do_byte(self, arg, sd):
        """A change that leaves the file as long as it was."""
        if name := self.target(arg):
            data = self.get(name)
            self.edit(name, data.replace(b"Be", b"%02d" % (sd % 90 + 10))
                      if b"Be" in data and sd % 2
                      else data.replace(b"full_name", b"Full_name"), sd)

    def do_dellast(self, arg, sd):
        if name := self.target(arg):
            lines, having = self.rows_of(self.get(name))
            if having:
                self.edit(name, b"".join(lines[:having[-1]]), sd)

    def do_delfirst(self, arg, sd):
        if name := self.target(arg):
            lines, having = self.rows_of(self.get(name))
            if having:
                del lines[having[0]]
                self.edit(name, b"".join(lines), sd)

    def table(self, data):
        text = data.decode("utf-8-sig")
        delimiter = max(",;\t|", key=text.split("\n")[0].count)
        return list(csv.reader(io.StringIO(text, newline=""),
                               delimiter=delimiter)), delimiter

    def do_dialect(self, arg, sd):
        """Saved by a spreadsheet of another country."""
        if name := self.target(arg):
            out = io.StringIO()
            csv.writer(out, delimiter=";", lineterminator="\n").writerows(
                self.table(self.get(name))[0])
            self.edit(name, out.getvalue().encode(), sd)

    def do_dropcolumn(self, arg, sd):
        if name := self.target(arg):
            data = self.get(name)
            table, delimiter = self.table(data)
            if not table or len(table[0]) < 2:
                return
            drop = sd % len(table[0])
            if table[0][drop] == "full_name":
                return
            out = io.StringIO()
            csv.writer(out, delimiter=delimiter).writerows(
                r[:drop] + r[drop + 1:] for r in table)
            self.edit(name, (J.BOM if data.startswith(J.BOM) else b"") +
                      out.getvalue().encode(), sd)

    def do_touch(self, arg, sd):
        if name := self.target(arg):
            self.stamp(self.sheets + "/" + name)
            if name in self.person:
                self.person[name].mtime = self.world.now

    def do_rmfile(self, arg, sd):
        if name := self.target(arg):
            self.take_away(name)

    def do_renamefile(self, arg, sd):
        if name := self.target(arg):
            self.take_away(name, "mine-%d.csv" % self.no)

    def do_copy2(self, arg, sd):
        name = self.target(arg)
        m = name and J.SHEET_NAME.fullmatch(name)
        if m:
            to = "%s-%s-%d.%s" % (m[1], m[2], int(m[3] or 1) + 1, m[4])
            if self.get(to) is None:
                data = self.get(name)
                self.put(to, data, 1)
                self.person[to] = Person(self, to, data)

    def do_rmcontrol(self, arg, sd):
        if self.may_lose_control() and os.path.exists(self.endpoint + "/lock"):
            os.unlink(self.endpoint + "/lock")
            self.lost_control = True

    def may_lose_control(self):
        """Not after a kill, nor together with an older journal."""
        return not self.unsettled and not self.fresh_restore and \
            not self.damaged

    def may_damage(self):
        """Only the record tells that the index is another: after a kill not."""
        self.damaged = not self.unsettled and not self.lost_control and \
            self.seen_boot == self.world.number
        return self.damaged

    def scramble(self, path, at, count):
        if os.path.exists(path) and os.path.getsize(path) > at:
            with open(path, "r+b") as f:
                f.seek(at)
                f.write(random.Random(at).randbytes(
                    min(count, os.path.getsize(path) - at)))
            self.stamp(path)

    def do_scramblecontrol(self, arg, sd):
        if self.may_lose_control():
            self.scramble(self.endpoint + "/lock", sd % 300, 64)
            self.lost_control = True

    def do_rmindex(self, arg, sd):
        if os.path.exists(self.endpoint + "/index"):
            os.unlink(self.endpoint + "/index")

    def do_cutindex(self, arg, sd):
        path = self.endpoint + "/index"
        if os.path.exists(path) and self.may_damage():
            os.truncate(path, sd % (os.path.getsize(path) + 1))
            self.stamp(path)

    def do_zeroindex(self, arg, sd):
        path = self.endpoint + "/index"
        if os.path.exists(path):
            with open(path, "r+b") as f:
                f.write(bytes(os.path.getsize(path)))
            self.stamp(path)

    def do_scrambleindex(self, arg, sd):
        """A few bytes of it, or all but its first block."""
        path = self.endpoint + "/index"
        if not self.may_damage():
            return
        if arg % 2:
            self.scramble(path, 512, 10**6)
        elif os.path.exists(path):
            self.scramble(path, sd % (os.path.getsize(path) + 1), 64)

    def do_backup(self, arg, sd):
        shutil.rmtree(self.dir + "/snap", ignore_errors=True)
        shutil.copytree(self.endpoint, self.dir + "/snap", symlinks=True)
        self.snap = dict(self.acked), dict(self.names), self.world.number
        self.changed_day = False

    def put_back(self, name, sd):
        """A file of the backup in its place, as itself or as another."""
        to, old = self.endpoint + "/" + name, self.dir + "/snap/" + name
        if not os.path.exists(old):
            if os.path.exists(to):
                os.unlink(to)
            return
        if sd % 2 and os.path.exists(to):
            with open(old, "rb") as f, open(to, "r+b") as g:
                g.truncate(0)
                g.write(f.read())
        else:
            shutil.copy2(old, to + "~")
            os.rename(to + "~", to)
        if sd % 3:
            self.stamp(to)

    def do_restore(self, arg, sd):
        if self.snap is None:
            return
        if arg == "index" or arg == "lock" and self.may_lose_control():
            self.put_back(arg, sd)
            self.lost_control = self.lost_control or arg == "lock"
        if arg != "journal" or self.forgot or self.maybe or self.open or \
                self.changed_day or self.snap[2] != self.world.number or \
                self.pruned or self.unsettled or self.lost_control or \
                not os.path.isdir(self.dir + "/snap/journal"):
            return
        acked, names, _ = self.snap
        before = self.parts()
        for name in set(os.listdir(self.journal)) | set(
                os.listdir(self.dir + "/snap/journal")):
            self.put_back("journal/" + name, sd & ~1)
        self.acked, self.names = dict(acked), dict(names)
        self.tests.clear()
        self.other_line = {
            file for file, (part, _) in self.parts().items()
            if file in before and before[file][0].line != part.line}
        self.restored = self.fresh_restore = True

    def do_copyhome(self, arg, sd):
        if self.fresh_restore or self.damaged:
            return
        subprocess.run(["cp", "-a", self.home, self.home + ".copy"],
                       check=True)
        shutil.rmtree(self.home)
        os.rename(self.home + ".copy", self.home)
        if arg:
            self.stop()
            self.world.boot()

    def do_forget(self, arg, sd): self.forget(arg)
    def do_prune(self, arg, sd): self.prune()
    def do_rebuild(self, arg, sd): self.rebuild()

    def do_rerun(self, arg, sd):
        if not self.open:
            return
        words = self.open[-1]
        if words[0] == "forget":
            self.forget(next(p for p in self.maybe if urn(p) == words[1]))
        elif words[0] == "prune":
            self.prune()
        else:
            self.rebuild()

    def do_check(self, arg, sd):
        if self.unsettled or self.open:
            return
        code = self.command("check", "--json", "--server-conf",
                            self.dir + "/empty")
        said = [json.loads(l) for l in self.said.splitlines()]
        bad = [x["text"] for x in said
               if x["level"] == "wrong" and x["area"] == "store"]
        # A person saved an older copy over a day that was closed.
        known = [t for t in bad if "lacks leads" in t and any(
            "sheets/%s " % n in t for n in self.person)]
        if len(known) < len(bad) or code not in (0, 78, 65) or \
                code == 65 and not known:
            raise Bad("leadsheet check ended with %d: %s" %
                      (code, "; ".join(bad)))

# ---------------------------------------------------------------- lives
WEIGHTS = dict(
    put=11, dup=2, conflict=1, other=.7, unreadable=.7, test=1.5, eio=1.5,
    crowd=.7, batch=2, wait=2, newday=1.5, clock=.7, boot=1.5, shape=2.5, save=1.5,
    older=1.5, addrow=.7, cell=.7, byte=.7, dellast=.9, delfirst=.6, dialect=.6,
    dropcolumn=.6, touch=.4, rmfile=.8, renamefile=.6, copy2=.8, rmcontrol=.6,
    scramblecontrol=.4, rmindex=.6, cutindex=.3, zeroindex=.3,
    scrambleindex=.3, backup=1.2, restore=1.3, copyhome=1, forget=.8, prune=.4,
    rebuild=.7, rerun=.7)
# What seldom comes together by chance, and has to hold.
SCENES = (
    "backup put put restore:journal put",
    "put backup put dup restore:journal put dup",
    "put put wait dellast boot put",
    "put put dellast boot put",
    "put wait put dellast copyhome put",
    "put put put boot delfirst put",
    "put put put rmcontrol older put",
    "put save put older put",
    "save put put older boot put",
    "put save put wait older copyhome put",
    "put rmfile put put",
    "put shape put rmfile rmfile put",
    "put shape put rmfile shape put",
    "put shape put renamefile shape put copy2 put",
    "put byte put byte put",
    "put newday byte put put",
    "put put!9 dellast put",
    "put put!9 newday put",
    "put test test byte test put",
    "eio put eio put put",
    "batch byte batch boot batch", "batch!12 batch batch!40 newday batch",
    "put dellast batch rmfile batch", "batch shape batch!15 dup batch",
    "put forget!12 put rerun put",
    "put byte put rebuild!15 put rerun put",
    "put newday put newday put prune!12 put rerun put",
    "put dellast put forget rebuild put",
    "put put restore:index dup", "backup put put restore:lock put",
    "backup put newday put restore:index put dup dup dup",
    "backup put put restore:index put boot dup dup dup")
KILLED = ("put", "batch", "dup", "conflict", "test", "forget", "prune",
          "rebuild", "rerun")


def steps_of(seed):
    rnd = random.Random(seed)
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    steps, used = [], ["d1"]
    chosen = [rnd.choices(names, weights)[0]
              for _ in range(rnd.choice([1, 3, 6, 9, 13]))]
    for _ in range(rnd.choice([0, 1, 2, 3])):
        at = rnd.randrange(len(chosen) + 1)
        chosen[at:at] = rnd.choice(SCENES).split()
    for name in chosen:
        name, _, fatal = name.partition("!")
        name, _, what = name.partition(":")
        arg, crash = rnd.randrange(4), 0
        if name in ("put", "eio"):
            arg = rnd.choice(used) if rnd.random() < .25 else \
                "d%d" % rnd.randrange(1, 10)
            used.append(arg)
        elif name in ("dup", "conflict"):
            arg = rnd.choice(used)
        elif name in ("other", "unreadable"):
            arg = "o%d" % rnd.randrange(3)
        elif name in ("crowd", "batch"):
            arg = tuple("d%d" % rnd.randrange(1, 10)
                        for _ in range(3 if name == "crowd" else 4))
            used += arg
        elif name == "shape":
            arg = rnd.randrange(len(SHAPES))
        elif name == "restore":
            arg = what or rnd.choice(["lock", "index", "journal"])
        elif name == "forget":
            arg = rnd.choice(["p1", "p2", "p4"])
        elif name == "copyhome":
            arg = rnd.randrange(2)
        if fatal:
            crash = 1 + rnd.randrange(int(fatal))
        elif name in KILLED and rnd.random() < .25:
            crash = 1 + rnd.randrange(rnd.choice([5, 15, 40]))
        steps.append((name, arg, crash, rnd.randrange(10**6)))
    steps += [("rerun", 0, 0, 1), ("put", "z1", 0, 1), ("put", "z2", 0, 1)]
    used = list(dict.fromkeys(used))
    steps += [("dup", u, 0, 2) for u in rnd.sample(used, min(len(used), 4))]
    return steps + [("check", 0, 0, 1)]


def live(steps, options):
    """What went wrong, after how many steps; None when nothing did."""
    life = Life(options.build, options.library, options.keep, options.worker)
    try:
        for n, op in enumerate(steps):
            try:
                life.step(op)
            except Bad as e:
                return str(e), n + 1, life
        return None, len(steps), life
    finally:
        life.end()


def kind_of(why):
    """The same fault with other names is the same."""
    return re.sub(r"(b'.*)|\S*/\S*|[\d'()-]+", "", why)[:60]


def shrink(steps, why, options):
    """The fewest steps that fail in the same way."""
    steps, changed = list(steps), True
    while changed:
        changed = False
        for i in reversed(range(len(steps))):
            tries = [steps[:i] + steps[i + 1:]]
            if steps[i][2]:
                tries.append(steps[:i] + [steps[i][:2] + (0,) + steps[i][3:]]
                             + steps[i + 1:])
            for fewer in tries:
                got, n, _ = live(fewer, options)
                if got and kind_of(got) == kind_of(why):
                    steps, changed = fewer[:n], True
                    break
            if changed:
                break
    return steps


def show(steps):
    return json.dumps(steps, separators=(",", ":"))


def one(seed, options):
    # A third of all lives have a worker that lives on; commands are others.
    options.worker = seed % 3 == 0
    steps = [s for s in steps_of(seed)
             if s[0] not in options.without.split(",")]
    why, n, life = live(steps, options)
    if why:
        print("life %d: %s" % (seed, why))
        fewest = shrink(steps[:n], why, options)
        print("  fails still with: %s--again '%s'" %
              ("--worker " if options.worker else "", show(fewest)),
              flush=True)
    elif options.show:
        print("life %d: %d steps, %d kills, excused %s" %
              (seed, n, life.kills, dict(life.excuses)), flush=True)
    return why is not None, n, life


# ---------------------------------------------------------------- the checker
def change(pattern, how):
    """Sabotage: change the newest file that matches."""
    def sabotage(life):
        path = max(glob.glob(life.endpoint + pattern))
        with open(path, "rb") as f:
            data = f.read()
        with open(path, "wb") as f:
            f.write(how(data))
    return sabotage


def without_line(which):
    return lambda data: b"".join(
        l for i, l in enumerate(data.splitlines(True)) if not which(i, l))


SABOTAGE = {
    "a row more in a person's file":
        change("/sheets/leads-*[0-9][0-9].csv", lambda d: d + b"x\r\n"),
    "a person's file gone":
        lambda life: os.unlink(life.sheets + "/" + next(iter(life.person))),
    "a row less": change("/sheets/leads-*-2.csv",
                         lambda d: d[:d.rindex(b"\r\n", 0, -2) + 2]),
    "a row twice": change("/sheets/leads-*-2.csv",
                          lambda d: d + d.splitlines(True)[-1]),
    "another byte": change("/sheets/leads-*-2.csv",
                           lambda d: d.replace(b"Berlin", b"berlin")),
    "a sheet less": lambda life: os.unlink(next(
        x for x in life.paths().values() if "-2.csv" in x)),
    "a record less": change("/journal/*.jsonl", without_line(
        lambda i, l: b'"id":"7"' in l)),
    "a record twice": change("/journal/*.jsonl", lambda d: d + d.splitlines(
        True)[-1]),
    "a test less": change("/journal/*.jsonl", without_line(
        lambda i, l: b'"kind":"test"' in l)),
    "a line of a sheet less": change("/journal/*.jsonl", without_line(
        lambda i, l: b'-2.csv"' in l)),
    "a record of no body": change("/journal/*.jsonl", without_line(
        lambda i, l: b'"id":"id-d1"' in l)),
    "an answer that is wrong": lambda life: life.expect(
        body("d1"), "leads", "d1", 200, "stored"),
    "a duplicate that was never sent": lambda life: life.expect(
        body("d9"), "leads", "d9", 200, "duplicate"),
}


def sabotage(options):
    missed = 0
    for name, how in SABOTAGE.items():
        life = Life(options.build, options.library)
        try:
            # Of the two sheets of leads the first is a person's.
            for op in ("put", "d1"), ("put", "d2"), ("dellast", 0), \
                    ("put", "d3"), ("put", "d6"), ("test", 0):
                life.step((*op, 0, 7))
            try:
                how(life)
                life.delivered = True
                life.check()
                print("missed:", name)
                missed += 1
            except Bad as e:
                print("found:", name, "-", e)
        finally:
            life.end()
    return missed > 0


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--from", dest="first", type=int, default=1)
    a.add_argument("--count", type=int, default=1)
    a.add_argument("--step", type=int, default=1)
    a.add_argument("--show", action="store_true")
    a.add_argument("--keep", action="store_true")
    a.add_argument("--again")
    a.add_argument("--without", default="", help="steps, with commas")
    a.add_argument("--worker", action="store_true")
    a.add_argument("--sabotage", action="store_true")
    a.add_argument("build")
    a.add_argument("library")
    options = a.parse_args()
    if options.sabotage:
        return sabotage(options)
    if options.again:
        steps = [tuple(tuple(x) if isinstance(x, list) else x for x in s)
                 for s in json.loads(options.again)]
        why, n, life = live(steps, options)
        print(why or "held", "after", n, "steps",
              *[life.dir] if options.keep else [])
        return why is not None
    bad = steps = kills = 0
    excuses = collections.Counter()
    for seed in range(options.first,
                      options.first + options.count * options.step,
                      options.step):
        failed, n, life = one(seed, options)
        bad += failed
        steps += n
        kills += life.kills
        excuses += life.excuses
    print("%d lives, %d steps, %d kills, %d failed, excused %s" %
          (options.count, steps, kills, bad, dict(excuses)))
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())

