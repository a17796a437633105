"""Types at a terminal what a person would, and prints what was shown. Usage: person.py COMMAND… ; lines to type come as JSON on stdin:
[[text that is waited for, line that is then typed], …]."""

import json
import os
import pty
import select
import sys
import time

steps = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
shown, seen, deadline = b"", 0, time.monotonic() + 60
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if ready:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    if steps and steps[0][0].encode() in shown[seen:]:
        seen = len(shown)
        wanted, line = steps.pop(0)
        time.sleep(float(steps and 0.3 or 0.1))
        os.write(terminal, line.encode() + b"\r")
sys.stdout.write(shown.decode("utf-8", "replace"))
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
