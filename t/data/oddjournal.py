"""Write a journal of leads whose JSON is as odd as a decoder takes.

usage: oddjournal.py ENDPOINT SEED COUNT
Keys in any order, escapes in keys and strings, blanks between tokens, posts
before leads and twice, values of every type and depth, NULs.
"""
import hashlib, json, os, random, sys

LEAD = """urn full_name headline company_name job_title location linkedin_url
engagement_type signal_name reaction_type comment_text connections followers
industry company_size post_id""".split()
POST = ["url", "text", "date"]
MORE = ["id", "new", "post_new", "post_post_new", "nested", "text", "url", "é",
        "a\"b", "a\\b", "\U0001f44f", "", "leads", "posts", "data", "tab\tkey"]
TEXTS = ["", "x", "=1+1", "'", "11-50", "a;=b", "a,'b", "\"q\"", "\\", "\\\"",
         "\n", "\r\n", "\t", "\0", "a\0b", "\x1f\x7f\x85", "\u2028", "\u202e",
         "\ufeff-1", "\uff1d1", "\U0001f44f" * 3, "مرحبا", "王", "\ufffe",
         "\uffff", "null", "{", "}", "[", "]", "]}", ",", ":", " ", "  x  ",
         "2026-04-09T20:03:56.944662+02:00", "2026-02-31T00:00:00Z",
         "0001-01-01T00:00:00Z", "1899-12-31T00:00:00Z",
         "9999-12-31T23:59:59-12:00", "2026-11-17T00:53:00Z",
         "https://www.linkedin.com/in/x", "http://x", "https://x y", "ftp://x",
         "_x0041_", "_x005F_", "__x00e9__", "x" * 31999, "é" * 32000,
         "\U0001f44f" * 16001, "x;" * 16000, "=" + "y" * 32768]
# Each the way a sender may write it, with what Python makes of it.
NUMBERS = ["0", "-0", "1", "-1", "12", "3.7", "1e5", "1E+5", "1e-7", "0.1",
           "-0.0", "9007199254740993", "9223372036854775807",
           "-9223372036854775808", "123456789012345", "1234567890123456",
           "1.5e300", "2.5E-300", "100000000000000000000.0"]


class Odd:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def blanks(self):
        r = self.r
        return "".join(r.choices(" \t\n\r", k=r.choice((0, 0, 0, 1, 3))))

    def string(self, text):
        """As JSON, each character escaped or not."""
        r, out = self.r, ['"']
        if len(text) > 100:
            return json.dumps(text, ensure_ascii=r.random() < .2)
        often = r.choice((0, 0, .1, 1))
        for c in text:
            must = c in '"\\' or c < " "
            short = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b",
                     "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
            if not must and (often == 0 or r.random() > often):
                out.append(c)
            elif c in short and r.random() < .7:
                out.append(short[c])
            else:
                code = c.encode("utf-16-be")
                for i in range(0, len(code), 2):
                    four = code[i:i + 2].hex()
                    out.append("\\u" + (four.upper() if often > .5 else four))
        return "".join(out) + '"'

    def members(self, pairs):
        out = [self.blanks() + self.string(k) + self.blanks() + ":"
               + self.blanks() + v + self.blanks() for k, v in pairs]
        self.r.shuffle(out)
        return "{" + ",".join(out) + (self.blanks() if not out else "") + "}"

    def array(self, values):
        return "[" + ",".join(self.blanks() + v + self.blanks()
                              for v in values) + "]"

    def value(self, depth=0):
        r = self.r
        kind = r.randrange(12)
        if kind < 5 or depth > 3:
            few = TEXTS if r.random() < .2 else TEXTS[:40]
            return self.string(r.choice(few))
        if kind < 7:
            return r.choice(NUMBERS)
        if kind < 9:
            return r.choice(("null", "true", "false"))
        if kind == 9 and r.random() < .02:
            deep = r.choice((10, 1000, 2030))
            return "[" * deep + "]" * deep
        if kind < 11:
            return self.array(self.value(depth + 1) for _ in range(r.randrange(4)))
        keys = r.sample([k for k in MORE if k], r.randrange(4))
        return self.members((k, self.value(depth + 1)) for k in keys)

    def thing(self, keys, fixed):
        """An object with some of these keys, each once."""
        r = self.r
        mine = {k for k in keys if r.random() < .8}
        mine |= set(r.sample(MORE, r.randrange(4)))
        mine -= set(fixed)
        return self.members([(k, self.value()) for k in sorted(mine)]
                            + list(fixed.items()))

    def body(self):
        r = self.r
        ids = r.choices(["p1", "p2", "é", "a\"b", "", "p\U0001f44f"], k=3)
        posts = [self.thing(POST, {"id": self.string(i)})
                 if r.random() < .9 else self.value() for i in ids]
        leads = [self.thing(LEAD, {"post_id": self.string(r.choice(ids))}
                            if r.random() < .7 else {})
                 for _ in range(r.choice((0, 1, 1, 2, 5)))]
        data = {"leads": self.array(leads)}
        if r.random() < .9:
            data["posts"] = self.array(posts) if r.random() < .9 else self.value()
        data["count"] = self.value()
        top = {"data": self.members(data.items()),
               "event": self.string("lead.enriched"),
               "more": self.value()}
        if r.random() < .9:
            top["timestamp"] = self.value()
        return self.blanks() + self.members(top.items()) + self.blanks()


def main(endpoint, seed, count):
    odd = Odd(int(seed))
    os.makedirs(endpoint + "/journal", exist_ok=True)
    with open(endpoint + "/journal/2026-11-23.jsonl", "w", encoding="utf-8",
              newline="") as out:
        for i in range(int(count)):
            body = odd.body()
            one_line = "\n" not in body and "\r" not in body
            digest = hashlib.sha256(body.encode()).hexdigest()
            second = i % 86400
            out.write('{"received":"2026-11-23T%02d:%02d:%02d.%06dZ","kind":'
                      '"leads","id":%s,"sha256":"%s","signature":"%s",%s}\n' % (
                          second // 3600, second // 60 % 60, second % 60, i,
                          json.dumps(f"odd-{i}"), digest, "5" * 64,
                          '"body":' + body if one_line
                          else '"text":' + json.dumps(body, ensure_ascii=False)))


main(*sys.argv[1:])
