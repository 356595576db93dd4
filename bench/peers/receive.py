#!/usr/bin/python3
"""The same job in Python: application() for gunicorn and uWSGI; CGI when run.

A delivery is known by a file with its id as the name, made under the lock and
after the rows.  With LEADS_SYNC=1 they are on the disk before the answer.
"""
import csv
import fcntl
import hashlib
import hmac
import io
import json
import os
import re
import sys
import time

LEAD = """urn full_name headline company_name job_title location linkedin_url
engagement_type signal_name reaction_type comment_text connections followers
industry company_size post_id""".split()
KNOWN = frozenset(LEAD)
COLUMNS = ["received_at", "delivery_id", "timestamp", *LEAD,
           "post_url", "post_text", "post_date", "extra"]


def make_rows(delivery, name):
    data = delivery["data"]
    posts = {post["id"]: post for post in data.get("posts", ())}
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    out = io.StringIO()
    writer = csv.writer(out)
    for lead in data["leads"]:
        post = posts.get(lead.get("post_id"), {})
        extra = {k: v for k, v in lead.items() if k not in KNOWN}
        writer.writerow([now, name, delivery.get("timestamp"),
                         *map(lead.get, LEAD), post.get("url"),
                         post.get("text"), post.get("date"),
                         json.dumps(extra) if extra else None])
    return out.getvalue().encode()


def append(name, rows, env):
    seen = f"{env['LEADS_DIR']}/seen/{name}"
    with open(f"{env['LEADS_DIR']}/leads.csv", "ab", buffering=0) as sheet:
        fcntl.flock(sheet, fcntl.LOCK_EX)
        if os.path.exists(seen):
            return "duplicate"
        if sheet.tell() == 0:
            rows = ",".join(COLUMNS).encode() + b"\r\n" + rows
        if sheet.write(rows) != len(rows):
            raise OSError("a short write")
        if env.get("LEADS_SYNC") == "1":
            os.fdatasync(sheet)
        os.close(os.open(seen, os.O_CREAT | os.O_WRONLY, 0o640))
    return "stored"


def receive(body, signature, env):
    digest = hmac.new(env["LEADS_SECRET"].encode(), body, hashlib.sha256)
    if not hmac.compare_digest(digest.hexdigest().encode(), signature.encode()):
        return "401 Unauthorized", "bad signature"
    try:
        delivery = json.loads(body)
        name = delivery.get("delivery_id")
        if not isinstance(name, str) or not re.fullmatch(r"[\w-]{1,200}", name):
            name = hashlib.sha256(body).hexdigest()
        rows = make_rows(delivery, name)
    except (ValueError, LookupError, AttributeError, TypeError):
        return "400 Bad Request", "no delivery"
    try:
        return "200 OK", append(name, rows, env)
    except OSError:
        return "503 Service Unavailable", "not kept"


def application(environ, start_response):
    size = int(environ.get("CONTENT_LENGTH") or 0)
    status, what = receive(environ["wsgi.input"].read(size),
                           environ.get("HTTP_X_WEBHOOK_SIGNATURE", ""),
                           os.environ)
    answer = json.dumps({"status": what}).encode()
    start_response(status, [("Content-Type", "application/json"),
                            ("Content-Length", str(len(answer)))])
    return [answer]


if __name__ == "__main__":
    status, what = receive(
        sys.stdin.buffer.read(int(os.environ["CONTENT_LENGTH"])),
        os.environ.get("HTTP_X_WEBHOOK_SIGNATURE", ""), os.environ)
    print(f"Status: {status}\r\nContent-Type: application/json\r\n\r\n"
          + json.dumps({"status": what}), end="")
