#!/usr/bin/env python3
# A mail as Python's email module reads it (policy.default), as JSON: its
# headers in their order, its parts, and what is wrong with it.
#
# usage: mail.py FILE
import email
import email.policy
import json
import sys

raw = open(sys.argv[1], "rb").read()
m = email.message_from_bytes(raw, policy=email.policy.default)
wrong = [repr(d) for p in m.walk() for d in p.defects]
for name, value in m.items():
    wrong += [f"{name}: {d!r}" for d in getattr(value, "defects", [])]
if not raw.isascii():
    wrong.append("not ASCII")
wrong += [f"line {n}: {len(l)} characters"
          for n, l in enumerate(raw.split(b"\n"), 1) if len(l.rstrip(b"\r")) > 76]
wrong += [f"no {name}" for name in ("from", "to", "date") if not m[name]]
parts = {}
for p in m.walk():
    if not p.is_multipart():
        parts.setdefault(p.get_content_type(), []).append(p.get_content())
print(json.dumps({
    "type": m.get_content_type(),
    "names": list(m.keys()),
    "headers": {k.lower(): str(v) for k, v in m.items()},
    "to": [a.addr_spec for a in m["to"].addresses] if m["to"] else [],
    "from": [[a.display_name, a.addr_spec]
             for a in (m["from"].addresses if m["from"] else [])],
    "text": parts.get("text/plain", [None])[0],
    "html": parts.get("text/html", [None])[0],
    "parts": sum(map(len, parts.values())),
    "bytes": len(raw) + raw.count(b"\n") - raw.count(b"\r\n"),
    "wrong": wrong,
}))
