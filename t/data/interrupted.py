"""Run a command on a terminal of 80 columns and press Ctrl-C in mid-work.

usage: interrupted.py WORD [NAME=VALUE]... COMMAND...
Ctrl-C comes once WORD is on the screen.  Prints how the command ended, and
what it wrote with its control characters escaped.
"""
import fcntl, os, pty, re, struct, sys, termios


def main(word, *words):
    words = list(words)
    while re.match("[A-Z_]+=", words[0]):
        name, _, value = words.pop(0).partition("=")
        os.environ[name] = value
    os.environ["TERM"] = "xterm"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(words[0], words)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", 25, 80, 0, 0))
    said, pressed = b"", False
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
        if not pressed and word.encode() in said:
            os.write(terminal, b"\x03")
            pressed = True
    _, status = os.waitpid(pid, 0)
    print("signal" if os.WIFSIGNALED(status) else "exit",
          os.WTERMSIG(status) if os.WIFSIGNALED(status)
          else os.WEXITSTATUS(status))
    print(said.decode().encode("unicode_escape").decode())


main(*sys.argv[1:])
