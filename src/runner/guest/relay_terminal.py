"""Passes what is typed to a terminal inside a sandbox, and what that terminal shows back. Python standard library only.

Programs inside get a terminal of their own: with the caller's they could type commands into the shell that started the runner.
"""

import fcntl
import os
import select
import signal
import termios
import tty


def copy_size(master: int) -> None:
    for descriptor in (0, 1, 2):
        if os.isatty(descriptor):
            fcntl.ioctl(master, termios.TIOCSWINSZ, fcntl.ioctl(descriptor, termios.TIOCGWINSZ, bytes(8)))
            return


def write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def pump(master: int) -> None:
    """Until no process has the terminal open any more."""
    sources = [0, master]
    while True:
        ready, _, _ = select.select(sources, [], [])
        if master in ready:
            try:
                shown = os.read(master, 1 << 16)
            except OSError:
                return
            if not shown:
                return
            write_all(1, shown)
        if 0 in ready:
            typed = os.read(0, 1 << 16)
            if typed:
                write_all(master, typed)
            else:
                sources.remove(0)
                write_all(master, b"\4")


def relay_terminal(master: int) -> None:
    copy_size(master)
    signal.signal(signal.SIGWINCH, lambda *_: copy_size(master))
    before = termios.tcgetattr(0) if os.isatty(0) else None
    if before is not None:
        tty.setraw(0)
    try:
        pump(master)
    finally:
        if before is not None:
            termios.tcsetattr(0, termios.TCSADRAIN, before)
