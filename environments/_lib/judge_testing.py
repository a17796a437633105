"""For tests of environments whose submissions are code: judges without another import of torch, and judges in a sandbox."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Callable, Iterable


def forked(judge_main: Callable[[list[str]], None], forget: Iterable[str] = ()) -> type:
    """What stands for subprocess.Popen: a fork that runs a judge's main, after it forgot the modules of these names."""

    class Forked:
        def __init__(self, command, env=None, **_options):
            arguments = command[command.index("--submission") :]
            (judge_in, self_in), (self_out, judge_out) = os.pipe(), os.pipe()
            self.pid = os.fork()
            if self.pid == 0:
                try:
                    os.dup2(judge_in, 0)
                    os.dup2(judge_out, 1)
                    os.closerange(3, 4096)
                    os.environ.update(env or {})
                    tempfile.tempdir = None  # that of the new environment
                    for name in forget:
                        sys.modules.pop(name, None)
                    judge_main(arguments)
                finally:
                    os._exit(1)
            os.close(judge_in)
            os.close(judge_out)
            self.stdin, self.stdout = os.fdopen(self_in, "wb", buffering=0), os.fdopen(self_out, "rb", buffering=0)

        def wait(self):
            try:
                os.waitpid(self.pid, 0)
            except ChildProcessError:
                pass  # reaped with another one

    return Forked


def sandbox_prefix(judge: Path, submission: Path, exchange: str) -> list[str]:
    """For REBENCH_JUDGE, as root: another user, its own processes and network, and the contract's folders. Gives it the exchange."""
    os.chown(exchange, 65534, 65534)
    seen = {"/usr", "/etc", sys.prefix, sys.base_prefix}
    links = [part for name in ("lib", "lib64", "bin") for part in ("--symlink", f"usr/{name}", f"/{name}")]
    above = sorted({str(parent) for path in seen for parent in Path(path).parents} - {"/"})
    rooms = ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp", *links]  # first: it hides what is below it
    rooms += [part for path in above if path != "/tmp" for part in ("--perms", "0755", "--dir", path)]  # some are closed on the host
    rooms += [part for path in sorted(seen) for part in ("--ro-bind", path, path)]
    for host, inside in [(judge, "/judge"), (submission, "/submission")]:
        rooms += ["--ro-bind", str(host), inside]
    rooms += ["--bind", exchange, "/exchange", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--die-with-parent"]
    return ["bwrap", *rooms, "--", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--"]
