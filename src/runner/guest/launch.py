"""Starts one program inside a sandbox with the rights of a participant and nothing else. Python standard library only.

    launch.py enter 3      joins the namespaces of a running sandbox; orders come on descriptor 3, news goes back on it
    launch.py enter FILE   the same with orders from a file, for shells: with a terminal of its own where the caller has one
    launch.py inside FILE  the first process of a sandbox that bubblewrap has just built: starts the program, collects the dead, ends
                           with the program and so ends all that it left behind

It runs with the runner's rights until `restrict`, so it imports everything before it joins a mount namespace, and runs no file of
the sandbox before it has given the rights up. Orders are pairs `name NUL value NUL`: no parser, no surprises with odd characters.
"""

import ctypes
import errno
import fcntl
import os
import resource
import sys
import _signal as signal  # the public module imports enum, which costs more than all of this program

PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_CAP_AMBIENT = 4, 24, 38, 22, 47
PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER = 4, 2
CAPABILITY_VERSION_3 = 0x20080522
NS_GET_USERNS = 0xB701
STATUS = 3

libc = ctypes.CDLL(None, use_errno=True)


class Orders:
    """What to start, and how. A name may come more than once."""

    def __init__(self, data: bytes) -> None:
        parts = data.split(b"\0")
        self.pairs = list(zip(parts[0::2], parts[1::2]))

    def all(self, name: str) -> "list[bytes]":
        return [value for key, value in self.pairs if key == name.encode()]

    def one(self, name: str) -> "bytes | None":
        values = self.all(name)
        return values[0] if values else None

    def number(self, name: str) -> "int | None":
        value = self.one(name)
        return None if value is None else int(value)


def read_orders(source: str) -> Orders:
    descriptor = STATUS if source == str(STATUS) else os.open(source, os.O_RDONLY)
    data = b""
    while True:
        head, newline, body = data.partition(b"\n")
        if newline and len(body) >= int(head):
            return Orders(body)
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            raise OSError("the orders end early")
        data += chunk


def check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def prctl(option: int, *values: int) -> int:
    return libc.prctl(option, *[ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]])


def join_namespaces(orders: Orders) -> None:
    """Joins what `namespace` orders name: `KIND:INODE:PATH`. New processes are in the pid namespace.

    An ordinary user may join the others only from the user namespace that owns them; bubblewrap runs programs in one below it.
    """
    opened = {}
    for order in orders.all("namespace"):
        kind, inode, path = order.split(b":", 2)
        descriptor = os.open(path, os.O_RDONLY)
        if os.fstat(descriptor).st_ino != int(inode):
            raise OSError(f"the {kind.decode()} namespace is not the sandbox's any more")
        opened[kind.decode()] = descriptor
    user = opened.pop("user", None)
    own_user = os.stat("/proc/self/ns/user").st_ino
    owner = fcntl.ioctl(opened["mnt"], NS_GET_USERNS)
    if os.fstat(owner).st_ino != own_user:
        check(libc.setns(owner, 0), "cannot join the user namespace")
    for kind, descriptor in sorted(opened.items(), key=lambda entry: entry[0] == "mnt"):
        check(libc.setns(descriptor, 0), f"cannot join the {kind} namespace")
    if user is not None and os.fstat(user).st_ino not in (own_user, os.fstat(owner).st_ino):
        check(libc.setns(user, 0), "cannot join the inner user namespace")
    os.chdir("/")


def drop_capabilities(uid: int, gid: int) -> None:
    capability = 0
    while prctl(PR_CAPBSET_DROP, capability) == 0:
        capability += 1
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    try:
        os.setgroups([])
    except PermissionError:  # a user namespace of an ordinary user: nobody may change groups in it
        pass
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    check(libc.capset(header, (ctypes.c_uint32 * 6)()), "cannot give up capabilities")


class FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def filter_system_calls(program: bytes) -> None:
    prog = FilterProgram(len(program) // 8, program)
    result = libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), ctypes.byref(prog), ctypes.c_ulong(0), ctypes.c_ulong(0))
    check(result, "cannot filter system calls")


def status_of_self() -> "dict[str, str]":
    with open("/proc/self/status", encoding="ascii", errors="replace") as lines:
        return dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)


def restrict(orders: Orders) -> None:
    """Gives up every right, for good, and makes sure that it is so."""
    uid, gid = orders.number("uid"), orders.number("gid")
    own_user_namespace = orders.one("user-namespace") is not None
    drop_capabilities(uid, gid)
    check(prctl(PR_SET_NO_NEW_PRIVS, 1), "cannot set no_new_privs")
    filter_system_calls(bytes.fromhex(orders.one("filter").decode()))
    status = status_of_self()
    sets = ["CapInh", "CapPrm", "CapEff", "CapAmb"] + ([] if own_user_namespace else ["CapBnd"])
    kept = [name for name in sets if int(status[name], 16) != 0]
    if kept or status["NoNewPrivs"] != "1" or status["Seccomp"] != "2" or set(status["Uid"].split()) != {str(uid)} or uid == 0:
        raise OSError(f"rights are left: {' '.join(kept)} uid {status['Uid']}")


def set_limits(orders: Orders) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name in ("NPROC", "FSIZE", "AS"):
        limit = orders.number(f"limit-{name}")
        if limit is not None:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
    cpus = orders.one("cpus")
    if cpus is not None:
        os.sched_setaffinity(0, [int(cpu) for cpu in cpus.split(b",")])
    try:  # where memory of the host runs out, the participant goes first
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("500")
    except OSError:
        pass
    os.umask(0o022)
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            pass


def run_program(orders: Orders) -> None:
    """Becomes the program; what goes wrong here is the caller's command, said as a shell says it."""
    command, folder = orders.all("argument"), orders.one("folder")
    environment = dict(entry.split(b"=", 1) for entry in orders.all("environment"))
    try:
        os.chdir(folder)
        search(command, environment)
    except OSError as error:
        name = folder if error.filename == folder else command[0]
        os.write(2, b"rebench: cannot start %s: %s\n" % (name, os.strerror(error.errno).encode()))
        os._exit(127 if isinstance(error, MISSING) else 126)


MISSING = (FileNotFoundError, NotADirectoryError)


def search(command: "list[bytes]", environment: "dict[bytes, bytes]") -> None:
    """As execvp does it, which imports modules: too late for that here."""
    folders = environment.get(b"PATH", b"/usr/bin:/bin").split(b":") if b"/" not in command[0] else [b""]
    problem = FileNotFoundError(errno.ENOENT, "")
    for folder in folders:
        try:
            os.execve(os.path.join(folder, command[0]), command, environment)
        except MISSING as error:
            problem = problem if isinstance(problem, PermissionError) else error
        except PermissionError as error:
            problem = error
    raise problem


def close_other_files(kept: "int | None") -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) != kept:
            try:
                os.close(int(name))
            except OSError:  # the one that listed the folder
                pass


def become(orders: Orders, groups: "list[int]", terminal: "int | None", kept: "int | None") -> None:
    os.setsid()
    if terminal is not None:
        import termios

        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        for descriptor in (0, 1, 2):
            os.dup2(terminal, descriptor)
    for group in groups:
        os.write(group, b"0")
    close_other_files(kept)
    set_limits(orders)
    prctl(PR_SET_DUMPABLE, 0)  # until it is another program, nobody inside looks into this one
    restrict(orders)
    run_program(orders)


class News:
    """Tells the runner how it goes; a person at a shell is told only what went wrong."""

    def __init__(self, descriptor: "int | None") -> None:
        self.descriptor = descriptor
        if descriptor is not None:
            os.set_inheritable(descriptor, False)

    def tell(self, line: str) -> None:
        try:
            if self.descriptor is not None:
                os.write(self.descriptor, f"{line}\n".encode(errors="replace"))
            elif line.startswith("error "):
                os.write(2, f"rebench: {line[6:]}\n".encode(errors="replace"))
        except OSError:
            pass


def enter(orders: Orders, news: News) -> int:
    groups = [os.open(path, os.O_WRONLY) for path in orders.all("group")]
    terminal = relay = None
    if any(os.isatty(descriptor) for descriptor in (0, 1, 2)):
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
        import relay_terminal as relay
    join_namespaces(orders)
    if relay is not None:
        master, terminal = os.openpty()
        os.fchown(terminal, orders.number("uid"), -1)
    child = os.fork()
    if child == 0:
        try:
            become(orders, groups, terminal, news.descriptor)
        except BaseException as error:
            news.tell(f"error {error}")
        os._exit(125)
    news.tell(f"pid {child}")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: os.kill(child, number))
    if relay is not None:
        os.close(terminal)
        relay.relay_terminal(master)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        news.tell(f"signal {os.WTERMSIG(status)}")
        return 128 + os.WTERMSIG(status)
    news.tell(f"exit {os.WEXITSTATUS(status)}")
    return os.WEXITSTATUS(status)


def first_process(orders: Orders) -> int:
    """It stays out of the program's reach: it has another user id, or, in an ordinary user's namespace, a capability more."""
    close_other_files(None)
    child = os.fork()
    if child == 0:
        become(orders, [], None, None)
    if orders.one("user-namespace") is None:
        drop_capabilities(0, 0)
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def main() -> int:
    way, source = sys.argv[1:3]
    news = News(STATUS if source == str(STATUS) else None)
    try:
        orders = read_orders(source)
        if way == "inside":
            orders.pairs += [(b"argument", os.fsencode(argument)) for argument in sys.argv[3:]]
            return first_process(orders)
        return enter(orders, news)
    except (OSError, KeyError, ValueError, StopIteration, TypeError, AttributeError) as error:
        news.tell(f"error {error}")
        return 125


if __name__ == "__main__":
    sys.exit(main())
