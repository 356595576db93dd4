"""Write a journal of made-up deliveries, the same for the same arguments.

usage: journal.py ENDPOINT LEADS PER_DELIVERY [DAYS]
Ten days, or so many, of November 2026 from the 11th on; every fifth lead is of
a person seen before.
"""
import hashlib, importlib.machinery, importlib.util, json, os, random, sys

WORDS = """growth pipeline forecast outbound quarter revenue customer demo
renewal partner market product launch team season budget""".split()


def made_up():
    """t/data/deliveries, as a module: it knows what leads look like."""
    path = os.path.join(os.path.dirname(__file__), "../t/data/deliveries")
    loader = importlib.machinery.SourceFileLoader("deliveries", path)
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("deliveries", loader))
    sys.dont_write_bytecode = True
    sys.argv = [path, "--count", "0"]
    loader.exec_module(module)
    return module


def main(endpoint, leads, per, days=10):
    of = made_up()
    r = random.Random(7)
    # A thousand deliveries of that size; each gets ids and urns of its own.
    pool = []
    for _ in range(max(1000 // per, 1)):
        d = of.delivery(r, per, 1)
        for lead in d["data"]["leads"]:
            lead["urn"] = "URN-HERE"
            lead["headline"] += " | " + " ".join(r.choices(WORDS, k=5))
        d["delivery_id"] = "ID-HERE"
        pool.append(json.dumps(d, ensure_ascii=False).split('"URN-HERE"'))
    os.makedirs(endpoint + "/journal", exist_ok=True)
    count, day, out = leads // per, -1, None
    for i in range(count):
        if i * days // count != day:
            day = i * days // count
            if out:
                out.close()
            out = open(f"{endpoint}/journal/2026-11-{11 + day}.jsonl", "wb")
        pieces = pool[i % len(pool)]
        text = pieces[0]
        for n in range(per):
            person = i * per + n
            if person % 5 == 4:
                person = person * 7 // 10
            text += f'"ACoAA{person * 2654435761 % 2**32:08x}{person:026d}"'
            text += pieces[n + 1]
        name = f"{i:08x}-1f2e-4d3c-8b4a-{i * 7:012x}"
        body = text.replace("ID-HERE", name, 1).encode()
        out.write(b'{"received":"2026-11-%02dT%02d:%02d:%02d.%06dZ","kind":'
                  b'"leads","id":"%s","sha256":"%s","signature":"%s","body":'
                  % (11 + day, i // 3600 % 24, i // 60 % 60, i % 60,
                     i % 1000000, name.encode(),
                     hashlib.sha256(body).hexdigest().encode(), b"5" * 64)
                  + body + b"}\n")
    out.close()


main(sys.argv[1], *map(int, sys.argv[2:]))
