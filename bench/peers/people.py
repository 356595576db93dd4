"""Is a jsonl file of people what a journal makes them?

usage: people.py ENDPOINT FILE
"""
import glob, json, sys

endpoint, path = sys.argv[1:]
people = {}
for name in sorted(glob.glob(endpoint + "/journal/*.jsonl")):
    for line in open(name, encoding="utf-8"):
        record = json.loads(line)
        for lead in record["body"]["data"]["leads"]:
            p = people.setdefault(lead["urn"], {
                "first": record["received"], "last": record["received"],
                "engagements": 0, "kinds": {}, "signals": set()})
            p["first"] = min(p["first"], record["received"])
            p["last"] = max(p["last"], record["received"])
            p["engagements"] += 1
            kind = lead["engagement_type"]
            p["kinds"][kind] = p["kinds"].get(kind, 0) + 1
            p["signals"].add(lead["signal_name"])
for line in open(path, encoding="utf-8"):
    row = json.loads(line)
    p = people.pop(row["urn"])
    is_ = (row["first_seen"], row["last_seen"], row["engagements"],
           row["kinds"], row["signals"])
    if is_ != (p["first"], p["last"], p["engagements"], p["kinds"],
               sorted(p["signals"], key=lambda s: s.encode())):
        sys.exit(f"{row['urn']}: {is_} and not {p}")
sys.exit(f"{len(people)} are missing" if people else 0)
