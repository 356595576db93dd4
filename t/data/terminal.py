# Run a command on a terminal of its own.
#
# usage: python3 terminal.py PLAN
# PLAN is a file of JSON: command, env, columns, steps, and patience, for how
# many seconds to wait.  A step is [what to wait for, what to type then]; a text to type that begins with "signal " is a
# signal for the command.  Prints JSON:
# out, exit (128 and the signal's number when one ended it), and whether the
# terminal echoes at the end.
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

plan = json.load(open(sys.argv[1]))
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ,
            struct.pack("HHHH", 24, plan["columns"], 0, 0))
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in 0, 1, 2:
        os.dup2(slave, fd)
    os.execve(plan["command"][0], plan["command"], plan["env"])

def type_in(text):
    if text.startswith("signal "):
        os.kill(pid, getattr(signal, "SIG" + text[7:]))
    else:
        os.write(master, text.encode())


out, seen, steps, status = b"", 0, list(plan["steps"]), None
typed, again = "", 0
end = time.time() + plan["patience"]
while time.time() < end:
    if select.select([master], [], [], 0.02)[0]:
        out += os.read(master, 65536)
    elif status is not None:
        break
    if steps and steps[0][0].encode() in out[seen:]:
        seen = out.index(steps[0][0].encode(), seen) + len(steps[0][0])
        text = steps.pop(0)[1]
        typed, again = text, time.time() + 0.5
        type_in(text)
    elif not steps and typed and time.time() > again and status is None and (
            typed == "\x03" or typed.startswith("signal ")):
        # It came between two calls: a person tries again.
        again = time.time() + 0.5
        type_in(typed)
    if status is None:
        done, code = os.waitpid(pid, os.WNOHANG)
        if done:
            status = code
if status is None:
    os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
echo = bool(termios.tcgetattr(slave)[3] & termios.ECHO)
json.dump({"out": out.decode("utf-8", "replace"), "echo": echo,
           "exit": 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status)
           else os.WEXITSTATUS(status)}, sys.stdout)
