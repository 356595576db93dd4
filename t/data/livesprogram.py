"""The program in a world of ours: what lives.py runs, and by which doors."""
import hashlib, hmac, json, mmap, os, re, shutil, signal, socket, struct
import subprocess, tempfile, time, uuid


DAY, MINUTE, SECOND = 86400 * 10**6, 60 * 10**6, 10**6
START = 1772366400 * 10**6              # 2026-03-01T12:00:00Z
SECRET = b"the-secret-of-a-test-webhook"

# Which persons are in a delivery; some are in several.
LEADS = {"d1": ("p1",), "d2": ("p2", "p3"), "d3": ("p1", "p4"), "d4": ("p5",),
         "d8": ()}
# Ids that are short, have quotes, or are part of another.
IDS = {"d2": "7", "d3": 'a"b', "d4": "ab", "d5": "abc", "d6": "=1"}
SHAPES = (
    "",
    "format = tsv",
    "delimiter = semicolon\nprotect = no",
    "columns = urn, full_name, location",
    "columns = full_name, delivery_id, received_at\ntimezone = Asia/Kathmandu",
    "bom = no\ncolumns = comment_text, full_name, delivery_id",
    "timezone = America/Los_Angeles")




class Bad(Exception):
    """The store broke a promise."""


def urn(person):
    return "ACoA%sZ" % person


def persons(name):
    return LEADS.get(name, ("q" + name,))


def body(name, kind="leads", other=False):
    """A delivery; of d3 the sender escapes what it could write as it is."""
    leads = [{"urn": urn(p), "full_name": "N%s_%sE" % (name, p),
              "location": "Berlin", "connections": 17,
              "comment_text": "a\nb; \"c\", =1" if p[-1] in "25" else "=x",
              "new": [1.5, p]} for p in persons(name)]
    top = {"delivery_id": IDS.get(name, "id-" + name),
           "event": "other.event" if kind == "other" else "lead.enriched",
           "data": {"leads": leads, "posts": []}}
    if kind == "test":
        top["test"] = True
    if other:
        top["conflict"] = True
    if kind == "unreadable":
        del top["data"]["leads"]
    text = json.dumps(top, indent=1 if name == "d5" else None)
    return (text.replace("ACoA", "\\u0041CoA") if name == "d3"
            else text).encode()


def digest(data):
    return hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------- the world
class World:
    """What lives.c tells the program; see struct world there."""

    def __init__(self, path):
        with open(path, "wb") as f:
            f.write(bytes(4096))
        with open(path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 4096)
        self.now = START
        self.boot()

    def get(self, i):
        return struct.unpack_from("<q", self.map, 8 * i)[0]

    def put(self, i, value):
        struct.pack_into("<q", self.map, 8 * i, value)

    now = property(lambda s: s.get(0), lambda s, v: s.put(0, v))
    booted = property(lambda s: s.get(1), lambda s, v: s.put(1, v))
    kill = property(lambda s: s.get(2), lambda s, v: s.put(2, v))
    torn = property(lambda s: s.get(3), lambda s, v: s.put(3, v))
    fail = property(lambda s: s.get(4), lambda s, v: s.put(4, v))

    def boot(self):
        self.now += 2 * SECOND
        self.booted = self.now
        self.now += SECOND
        self.number = getattr(self, "number", 0) + 1
        self.map[40:80] = str(uuid.UUID(int=self.number)).encode().ljust(
            40, b"\0")



# ---------------------------------------------------------------- FastCGI
def record(kind, content):
    return struct.pack("!BBHHBx", 1, kind, 1, len(content), 0) + content


def pair(name, value):
    def size(n):
        return struct.pack("!B", n) if n < 128 else \
            struct.pack("!I", n | 1 << 31)
    return size(len(name)) + size(len(value)) + name + value


class Worker:
    """One that lives on from delivery to delivery, and may be killed.

    Requests that are given wait for it before it begins.
    """

    def __init__(self, command, path, log, environment, requests=()):
        listening = socket.socket(socket.AF_UNIX)
        if os.path.exists(path):
            os.unlink(path)
        listening.bind(path)
        listening.listen(64)
        self.path = path
        self.waiting = [self.send(*r) for r in requests]
        with open(log, "ab") as f:
            self.process = subprocess.Popen(
                [*command, "--stderr"], stdin=listening, stderr=f,
                stdout=subprocess.DEVNULL, env=environment)
        listening.close()

    def send(self, data, parameters):
        """A connection on which that was sent."""
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(120)
        try:
            s.connect(self.path)
            s.sendall(record(1, b"\0\1" + bytes(6)) + record(4, b"".join(
                pair(k.encode(), v.encode())
                for k, v in parameters.items())) + record(4, b"") +
                b"".join(record(5, data[i:i + 60000])
                         for i in range(0, len(data), 60000)) +
                record(5, b""))
        except (ConnectionError, BrokenPipeError):
            pass
        return s

    def hear(self, s):
        """What it answers; nothing when it is killed."""
        out, got = b"", b""
        with s:
            try:
                while piece := s.recv(65536):
                    got += piece
            except OSError as e:
                if isinstance(e, TimeoutError):
                    raise
        while len(got) >= 8:
            _, kind, _, n, pad = struct.unpack("!BBHHBx", got[:8])
            out += got[8:8 + n] if kind == 6 else b""
            got = got[8 + n + pad:]
        return out

    def ask(self, data, parameters):
        return self.hear(self.send(data, parameters))

    def ask_together(self, requests):
        """It sees none of them before it sees all."""
        self.process.send_signal(signal.SIGSTOP)
        while True:
            with open("/proc/%d/stat" % self.process.pid) as f:
                if f.read().rpartition(") ")[2][0] in "TZ":
                    break
            time.sleep(0.001)
        sent = [self.send(*r) for r in requests]
        self.process.send_signal(signal.SIGCONT)
        return [self.hear(s) for s in sent]

    def end(self):
        self.process.kill()
        self.process.wait()


# ---------------------------------------------------------------- the program
class Program:
    """A home, and the program that works on it."""

    def __init__(self, build, library, keep=False, worker=False):
        self.dir = tempfile.mkdtemp(prefix="lives-")
        self.build, self.library, self.keep = build, library, keep
        self.by_worker, self.worker = worker, None
        self.home = self.dir + "/home"
        self.endpoint = self.home + "/main"
        self.sheets = self.endpoint + "/sheets"
        self.journal = self.endpoint + "/journal"
        self.world = World(self.dir + "/world")
        os.makedirs(self.endpoint)
        os.makedirs(self.dir + "/empty")
        with open(self.endpoint + "/secret", "wb") as f:
            f.write(SECRET + b"\n")
        os.chmod(self.endpoint + "/secret", 0o600)
        self.shape = 0
        self.write_conf()
        self.log = b""

    def end(self):
        self.stop()
        self.world.map.close()
        if not self.keep:
            shutil.rmtree(self.dir, ignore_errors=True)

    def stop(self):
        if self.worker:
            self.worker.end()
        self.worker = None

    def write_conf(self):
        with open(self.home + "/leadsheet.conf", "w") as f:
            f.write(SHAPES[self.shape] + "\n")
        self.stamp(self.home + "/leadsheet.conf")

    def stamp(self, path):
        """What a person writes has the world's time as well."""
        os.utime(path, ns=(self.world.now * 1000,) * 2)

    def environment(self, **more):
        return {"PATH": os.environ["PATH"], "LEADSHEET_HOME": self.home,
                "LC_ALL": "C.UTF-8", "HOME": self.dir + "/empty",
                "LD_PRELOAD": self.library, "LIVES": self.dir + "/world",
                **{k: v for k, v in os.environ.items()
                   if "SAN_OPTIONS" in k}, **more}

    def parameters(self, data):
        sign = hmac.new(SECRET, data, hashlib.sha256).hexdigest()
        return {"REQUEST_METHOD": "POST", "PATH_INFO": "/main", "HTTPS": "on",
                "CONTENT_LENGTH": str(len(data)),
                "HTTP_X_WEBHOOK_SIGNATURE": sign}

    def start(self, data):
        """A delivery by CGI, that goes on."""
        with tempfile.TemporaryFile(dir=self.dir) as f:
            f.write(data)
            f.seek(0)
            return subprocess.Popen(
                [self.build + "/cgi/leadsheet.fcgi"], stdin=f,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=self.environment(
                    GATEWAY_INTERFACE="CGI/1.1", SERVER_PROTOCOL="HTTP/1.1",
                    **self.parameters(data)))

    def answer(self, process):
        out, self.log = process.communicate(timeout=120)
        if process.returncode not in (0, -9):
            raise Bad("leadsheet.fcgi ended with %d: %s" %
                      (process.returncode, self.log.decode()))
        return self.read_answer(out)

    def read_answer(self, out):
        head, _, text = out.partition(b"\r\n\r\n")
        status = re.search(rb"Status: (\d+)", head)
        try:
            word = json.loads(text).get("status", "")
        except ValueError:
            word = ""
        return int(status[1]) if status else 200 if head else 0, word

    def begin_worker(self, requests=()):
        self.worker = Worker([self.build + "/cgi/leadsheet.fcgi"],
                             self.dir + "/socket", self.dir + "/log",
                             self.environment(), requests)

    def lives(self):
        """Is there a worker that was not killed?"""
        if self.worker and self.worker.process.poll() is not None:
            self.stop()
        return self.worker is not None

    def heard(self, out):
        if not out:
            self.worker.process.wait(120)
            if self.worker.process.returncode != -9:
                raise Bad("a worker ended with %d" %
                          self.worker.process.returncode)
        with open(self.dir + "/log", "rb") as f:
            self.log = f.read()[-1000:]
        return self.read_answer(out)

    def send(self, data):
        """A delivery by this life's door: its status, and what is said."""
        if not self.by_worker:
            return self.answer(self.start(data))
        if not self.lives():
            self.begin_worker()
        return self.heard(self.worker.ask(data, self.parameters(data)))

    def send_together(self, bodies):
        """Several as one batch, to this life's worker or to one for them."""
        requests = [(b, self.parameters(b)) for b in bodies]
        if self.lives():
            outs = self.worker.ask_together(requests)
        else:
            self.begin_worker(requests)
            outs = [self.worker.hear(s) for s in self.worker.waiting]
        answers = [self.heard(out) for out in outs]
        if not self.by_worker:
            self.stop()
        return answers

    def command(self, *words):
        p = subprocess.run(
            [self.build + "/cli/leadsheet", "--home", self.home, *words],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
            env=self.environment())
        self.said = p.stdout.decode("utf-8", "replace")
        self.log = p.stderr
        return p.returncode
