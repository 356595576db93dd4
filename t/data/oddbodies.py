"""Print odd bodies, each as a line of base64; the same for the same seed.

usage: oddbodies.py SEED COUNT
Every kind of delivery, and every kind of value where the sender's tables have
another; texts that are hard to write into a cell.
"""
import base64, json, random, sys

LEAD = """urn full_name headline company_name job_title location linkedin_url
engagement_type signal_name reaction_type comment_text connections followers
industry company_size""".split()
HARD = [
    "=1+1", "+1", "-1", "@x", "'", "''", "'=1", " =1", "\u00a0=1", "\u3000+1",
    "\u200b@x", "\ufeff-1", "\uff1d1", "x;=1+1", "x;'=1+1;y", ";'a",
    "=1;'a;=b", "x,=1", "=1,'a", "a;b", "11-50", "3/4", "007", "1e5", "201-500",
    "May 5", "TRUE", '"', '""', 'a"b', "a,b", "a|b", " x", "x ", " ", "\t", "",
    "a\nb", "a\r\nb", "a\tb", "a\0b", "\0", "\x01", "\x7fa", "a\x85", "\u2028a",
    "a\u202eb", "\u2066", "\U0001f44f", "\u0627\u0644", "\u0936", "\u738b",
    "\n" * 300, "x" * 32000, "x" * 32001, "x" * 31999 + "\U0001f44f",
    "x" * 31998 + " " + "y" * 10, "=" + "x" * 32768, "\U0001f44f" * 16000,
    "\U0001f44f" * 16001, "\u00e9" * 32001, "=1;=2;" * 6000, '"' * 32001,
    " " * 32005]
VALUES = [
    None, True, False, 0, -1, 123456789012345678, -0.0, 3.0, 3.7, 1e5, 1e20,
    1e21, 1e-7, 0.1, [], {}, [1, [2.5, "a\x01\x7f/\u2028"]], "12",
    {"a": None, "b": {"c": [True, 1e100, -0.0, 5.0]}}]
IDS = ["p1", "p2", "p3", "", 'p"4', "p\u00e9", None, 5]


def text(rnd):
    return rnd.choice(HARD) if rnd.random() < .6 else "x" * rnd.randrange(50)


def value(rnd):
    return rnd.choice(VALUES) if rnd.random() < .4 else text(rnd)


def some(rnd, names):
    return {k: value(rnd) for k in rnd.sample(names, rnd.randrange(len(names)))}


def body(rnd, i):
    posts = [{"id": rnd.choice(IDS), **some(rnd, [
        "url", "text", "date", "likes", "post_likes", "x y", "post_x"])}
        for _ in range(rnd.randrange(5))] + rnd.choice([[], [3], ["p1"]])
    leads = []
    for _ in range(rnd.randrange(5)):
        lead = some(rnd, LEAD)
        if rnd.random() < .8:
            lead["post_id"] = rnd.choice(IDS)
        leads.append({**lead, **some(rnd, [
            "post_likes", "likes", "new", "post_post_likes", "post_url",
            'ext"ra', "extra", "delivery_id", "id"])})
    d = {"delivery_id": rnd.choice(["id%d", 'i"%d\n', "=id%d", "\u00e9%d"]) % i,
         "event": "lead.enriched", "timestamp": value(rnd),
         "data": {"leads": leads, "posts": posts, "count": 7}}
    odd = rnd.random()
    if odd < .15:
        del d["delivery_id"]
    elif odd < .25:
        d["test"] = True
    elif odd < .30:
        d["event"] = "other"
    elif odd < .35:
        d["data"] = {}
    elif odd < .40:
        d["data"]["posts"] = None
    d = dict(rnd.sample(list(d.items()), len(d)))
    out = json.dumps(
        d, ensure_ascii=rnd.random() < .5, indent=rnd.choice([None, None, 1]),
        separators=rnd.choice([(",", ":"), (" ,  ", " : ")])).encode()
    if rnd.random() < .05:
        out = out[:-3]
    return b"\xff" + out if rnd.random() < .05 else out


rnd = random.Random(int(sys.argv[1]))
for i in range(int(sys.argv[2])):
    print(base64.b64encode(body(rnd, i)).decode())
