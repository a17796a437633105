"""A Python interpreter that keeps its variables from one call to the next. Python standard library only.

    python_session.py run NAME [--again] [--code CODE]
                                      runs code, by default that on standard input, in session NAME, making it where there is none
    python_session.py interrupt NAME  stops what runs there: Ctrl-C, and when that does not help within 2 s, the session's end
    python_session.py serve NAME FD   is the session, started by `run`; tells descriptor FD when it is ready

Code writes straight to the output of its `run`: those descriptors travel over the session's socket. Nothing waits for a clock but
the 2 s of `interrupt`, so that being frozen for hours changes nothing. `--again` says that there was a session before, so that a
new one is announced. Exit status of `run`: 0, 1 where the code raised an exception, 3 where the session ended under it.
"""

import os
import signal
import socket
import sys

INTERRUPT_SECONDS = 2
CODE_FAILED, SESSION_LOST = 1, 3


def folder_of(name: str) -> int:
    """A descriptor of the session's own folder, in the place for temporary files: it goes with the sandbox."""
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"rebench-python-{name}")
    os.makedirs(path, mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    if os.fstat(descriptor).st_uid != os.getuid():
        raise OSError(f"{path} belongs to somebody else")
    return descriptor


def address(folder: int) -> str:
    """However long the folder's path is; addresses of sockets are short."""
    return f"/proc/self/fd/{folder}/socket"


def connect(folder: int) -> "socket.socket | None":
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(address(folder))
        return connection
    except OSError:
        connection.close()
        return None


def start(name: str) -> bool:
    """Starts the session in a process group and session of its own, so that it outlives this program."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            os.setsid()
            os.set_inheritable(tell, True)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.execv(sys.executable, [sys.executable, os.path.abspath(__file__), "serve", name, str(tell)])
        os._exit(0)
    os.close(tell)
    os.waitpid(child, 0)
    return os.read(told, 1) == b"+"


def ask(connection: socket.socket, code: bytes, outputs: "list[int]") -> bytes:
    """b"0" or b"1"; nothing where the session ended."""
    try:
        socket.send_fds(connection, [b"code:"], outputs)
        connection.sendall(code)
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(1)
    except OSError as error:
        if isinstance(error, TimeoutError):
            raise
        return b""


def run(name: str, had_one: bool, code: bytes) -> int:
    folder = folder_of(name)
    connection = connect(folder)
    if connection is None:
        if had_one:
            print("[The Python session of before is gone. This is a new one: variables and imports are lost.]", flush=True)
        connection = connect(folder) if start(name) else None
    if connection is None:
        print("[The Python session could not be started.]", flush=True)
        return SESSION_LOST
    answer = ask(connection, code, [1, 2])
    if answer == b"":
        print("[The Python session ended while this ran: variables and imports are lost.]", flush=True)
        return SESSION_LOST
    return 0 if answer == b"0" else CODE_FAILED


def interrupt(name: str) -> int:
    folder = folder_of(name)
    try:
        with open(os.open("pid", os.O_RDONLY, dir_fd=folder), encoding="ascii") as file:
            group = int(file.read())
        if group <= 1:  # would mean everybody
            raise ValueError("no process has that number")
        os.killpg(group, signal.SIGINT)
        connection = connect(folder)
        if connection is not None:
            connection.settimeout(INTERRUPT_SECONDS)
            with open(os.devnull, "wb") as nothing:
                if ask(connection, b"", [nothing.fileno()] * 2) != b"":
                    print("[Interrupted. The Python session goes on with its variables.]", flush=True)
                    return 0
    except TimeoutError:
        os.killpg(group, signal.SIGKILL)
    except (OSError, ValueError):
        pass
    print("[The Python session did not stop and was ended: variables and imports are lost.]", flush=True)
    return SESSION_LOST


class Session:
    """Runs pieces of code, one after the other, as the module __main__."""

    def __init__(self) -> None:
        import types

        self.module = types.ModuleType("__main__")
        self.count = 0
        self.pid = os.getpid()
        sys.modules["__main__"] = self.module
        sys.argv = [""]
        sys.path[0] = ""
        self.nothing = os.open(os.devnull, os.O_RDWR)

    def serve(self, listener: socket.socket) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            connection, _ = listener.accept()
            try:
                self.answer(connection)
            except (OSError, KeyboardInterrupt):
                pass
            finally:
                connection.close()

    def answer(self, connection: socket.socket) -> None:
        data, outputs, _, _ = socket.recv_fds(connection, 5, 2)
        while True:
            chunk = connection.recv(1 << 16)
            if not chunk:
                break
            data += chunk
        if len(outputs) != 2 or not data.startswith(b"code:"):
            return
        self.show_on(outputs)
        try:
            result = self.execute(data[5:].decode("utf-8", "replace"))
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        if os.getpid() != self.pid:  # the code forked, and this is the child
            os._exit(0)
        self.show_on([self.nothing, self.nothing])
        connection.sendall(b"%d" % result)

    def show_on(self, outputs: "list[int]") -> None:
        """Sends standard output and error to these descriptors. New files, because old ones may hold what nobody took."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                pass
        for number, descriptor in enumerate(outputs, 1):
            os.dup2(descriptor, number)
            if descriptor != self.nothing:
                os.close(descriptor)
        how = {"encoding": "utf-8", "errors": "backslashreplace", "closefd": False, "buffering": 1}
        sys.stdout, sys.stderr = open(1, "w", **how), open(2, "w", **how)

    def execute(self, source: str) -> int:
        import ast
        import linecache

        self.count += 1
        name = f"<input {self.count}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            tree = ast.parse(source, name)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, name, "exec", dont_inherit=True), self.module.__dict__)
            if last is not None:  # its value is shown, as at a prompt
                exec(compile(ast.Interactive([last]), name, "single", dont_inherit=True), self.module.__dict__)
            sys.stdout.flush()
            return 0
        except BaseException as error:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            show_error(error)
            return 1


def show_error(error: BaseException) -> None:
    import traceback

    try:
        own = error.__traceback__.tb_next if error.__traceback__ else None
        while own is not None and not own.tb_frame.f_code.co_filename.startswith("<input"):
            own = own.tb_next
        lines = traceback.format_exception(type(error), error, own)
        sys.stderr.write("".join(lines))
        sys.stderr.flush()
    except BaseException:  # the exception's own text can fail
        try:
            os.write(2, b"an exception that cannot be shown\n")
        except OSError:
            pass


def serve(name: str, tell: int) -> None:
    folder = folder_of(name)
    try:
        os.unlink("socket", dir_fd=folder)
    except FileNotFoundError:
        pass
    with open(os.open("pid", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600, dir_fd=folder), "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address(folder))
    listener.listen(8)
    session = Session()
    os.write(tell, b"+")
    os.close(tell)
    session.show_on([session.nothing, session.nothing])
    session.serve(listener)


def main(arguments: "list[str]") -> int:
    if arguments[:1] == ["run"] and len(arguments) >= 2:
        name, *options = arguments[1:]
        had_one = options[:1] == ["--again"]
        options = options[1:] if had_one else options
        if options[:1] == ["--code"] and len(options) == 2:
            return run(name, had_one, os.fsencode(options[1]))
        if not options:
            return run(name, had_one, sys.stdin.buffer.read())
    if arguments[:1] == ["interrupt"] and len(arguments) == 2:
        return interrupt(arguments[1])
    if arguments[:1] == ["serve"] and len(arguments) == 3:
        serve(arguments[1], int(arguments[2]))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
