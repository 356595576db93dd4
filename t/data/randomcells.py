"""Print a delivery with many cells of random Unicode, the same for a seed.

usage: randomcells.py SEED COUNT
Separators, quotes, signs, digits and words of spreadsheets are more frequent.
"""
import json, random, sys

OFTEN = list(";,|\t'\"=+-@ .:/%$()0159") + [
    "\n", "\r\n", "\0", "\u00a0", "\u202f", "\u3000", "\u2028", "\u202e",
    "\u200b", "\uff1d", "\uff0b", "\uff15", "\u0661", "\u20ac", "May", "Mai",
    "WAHR", "pm", "e", "kr", "\u6708", "=1+1", ";'", "|\"=", ",'", "\U0001f44f"]
FIELDS = """urn full_name headline company_name job_title location linkedin_url
signal_name comment_text company_size""".split()


def character(rnd):
    if rnd.random() < .7:
        return rnd.choice(OFTEN)
    c = rnd.randrange(0x110000 if rnd.random() < .2 else 0x3100)
    return chr(c) if not 0xd800 <= c < 0xe000 else "\ufffd"


def text(rnd):
    return "".join(character(rnd) for _ in range(rnd.randrange(12)))


def main(seed, count):
    rnd = random.Random(seed)
    leads = [{k: text(rnd) for k in FIELDS} for _ in range(count // len(FIELDS))]
    json.dump({"delivery_id": "random", "event": "lead.enriched",
               "timestamp": "T", "data": {"leads": leads, "posts": []}},
              sys.stdout, ensure_ascii=rnd.random() < .5)


main(int(sys.argv[1]), int(sys.argv[2]))
