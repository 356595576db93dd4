"""Run a CGI program for the first deliveries of a file, one after the other.

usage: cgi.py FILE COUNT PROGRAM
FILE is what sender reads.  Prints milliseconds of CPU and by the clock, for one
request; fails when one of them was not stored.
"""
import itertools
import os
import re
import sys
import time


def request(program, signature, body):
    env = os.environb | {
        b"GATEWAY_INTERFACE": b"CGI/1.1", b"REQUEST_METHOD": b"POST",
        b"HTTPS": b"on", b"PATH_INFO": b"/main", b"REDIRECT_STATUS": b"200",
        b"SCRIPT_FILENAME": program.encode(),
        b"CONTENT_TYPE": b"application/json",
        b"CONTENT_LENGTH": b"%d" % len(body),
        b"HTTP_X_WEBHOOK_SIGNATURE": signature}
    stdin, stdout = os.memfd_create("stdin"), os.memfd_create("stdout")
    os.write(stdin, body)
    os.lseek(stdin, 0, os.SEEK_SET)
    start = time.monotonic()
    pid = os.posix_spawn(program, [program], env, file_actions=[
        (os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1),
        (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status, use = os.wait4(pid, 0)
    clock = time.monotonic() - start
    answer = os.pread(stdout, 65536, 0)
    os.close(stdin)
    os.close(stdout)
    if status != 0 or not re.search(rb'"status": ?"stored"', answer):
        sys.exit(f"{program}: status {status}, {answer!r}")
    return use.ru_utime + use.ru_stime, clock


def main(file, count, program):
    cpu = clock = 0
    with open(file, "rb") as lines:
        for line in itertools.islice(lines, count):
            signature, body = line.rstrip(b"\n").split(b"\t", 1)
            c, t = request(program, signature, body)
            cpu, clock = cpu + c, clock + t
    print(1000 * cpu / count, 1000 * clock / count)


main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
