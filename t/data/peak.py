#!/usr/bin/env python3
"""usage: peak.py FILE COMMAND...   Run it; write how much memory it had at most, in KiB, to FILE."""
import os
import resource
import sys

pid = os.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
_, status = os.waitpid(pid, 0)
with open(sys.argv[1], "w", encoding="ascii") as out:
    out.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
