"""Be the sender: deliver through TLS, several at once, each until it is kept.

usage: sender.py URL SECRET FILE JOBS TIMEOUT PATIENCE
FILE has a body a line.  Whatever isn't answered 200 is sent again.  Prints,
for each delivery, its line's number and every status it got; 0 where the
connection broke, or there was no answer in TIMEOUT seconds.  Exits with 1 when
one got no 200 in PATIENCE seconds.
"""
import hashlib, hmac, http.client, ssl, sys, threading, time, urllib.parse

url, secret, file, jobs, timeout, patience = sys.argv[1:]
url = urllib.parse.urlsplit(url)
context = ssl._create_unverified_context()  # the certificate is self-made
with open(file, "rb") as f:
    bodies = f.read().splitlines()
waiting = iter(range(len(bodies)))
lock = threading.Lock()
statuses = [[] for _ in bodies]


def deliver(body):
    headers = {"Content-Type": "application/json", "X-Webhook-Event": "lead.enriched",
               "X-Webhook-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}
    c = http.client.HTTPSConnection(url.hostname, url.port, timeout=int(timeout), context=context)
    try:
        c.request("POST", url.path, body, headers)
        return c.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        c.close()


def work():
    while True:
        with lock:
            n = next(waiting, None)
        if n is None:
            return
        end = time.monotonic() + int(patience)
        while time.monotonic() < end:
            statuses[n].append(deliver(bodies[n]))
            if statuses[n][-1] == 200:
                break
            time.sleep(0.05)


threads = [threading.Thread(target=work) for _ in range(int(jobs))]
for t in threads:
    t.start()
for t in threads:
    t.join()
for n, all in enumerate(statuses):
    print(n, *all)
sys.exit(any(s[-1:] != [200] for s in statuses))
