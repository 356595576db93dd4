"""Be the sender: deliver through TLS, several at once, each until it is kept.

usage: sender.py URL SECRET FILE JOBS TIMEOUT PATIENCE
FILE has a body, in which @ stands where the delivery's number comes: 1 and on,
until SIGTERM.  What isn't answered 200 is sent again.  Prints, for each
delivery when it is done with, its number and every status it got; 0 where the
connection broke, or there was no answer in TIMEOUT seconds.  Exits with 1 when
one got no 200 in PATIENCE seconds.
"""
import hashlib, hmac, http.client, itertools, signal, ssl, sys, threading, time, urllib.parse

url, secret, file, jobs, timeout, patience = sys.argv[1:]
url = urllib.parse.urlsplit(url)
context = ssl._create_unverified_context()  # the certificate is self-made
with open(file, "rb") as f:
    template = f.read()
numbers = itertools.count(1)
lock = threading.Lock()
stopping = threading.Event()
failed = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())


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
    while not stopping.is_set():
        with lock:
            n = next(numbers)
        body = template.replace(b"@", str(n).encode())
        end = time.monotonic() + int(patience)
        statuses = []
        while statuses[-1:] != [200] and time.monotonic() < end:
            if statuses:
                time.sleep(0.05)
            statuses.append(deliver(body))
        if statuses[-1] != 200:
            failed.set()
        with lock:
            print(n, *statuses, flush=True)


threads = [threading.Thread(target=work) for _ in range(int(jobs))]
for t in threads:
    t.start()
stopping.wait()
for t in threads:
    t.join()
sys.exit(failed.is_set())
