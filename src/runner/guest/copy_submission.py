"""Copies what a participant submits out of its workspace, as the participant, following no link. Python standard library only.

    copy_submission.py ORDERS    sees the workspace at /workspace (read-only) and the folder for copies at /destination; nothing else
    copy_submission.py - WORKSPACE DESTINATION    the same where there is no sandbox

Each line on stdin is a request in JSON: {"name", "paths", "maxBytes", "maxFiles", "maxDepth"}; the copy is made at DESTINATION/name and the
answer is a line in JSON: {"files", "bytes", "sha256", "missing"}, or {"refused": sentence}, or {"error": sentence, "number": errno} for
what is no fault of the participant's.
"""

import errno
import hashlib
import json
import os
import stat
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import launch

CHUNK = 1 << 20
OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class Refused(Exception):
    """The submission is not accepted; the message says what to change."""


def shown(path: str) -> str:
    text = path.encode("utf-8", "backslashreplace").decode()
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return text if len(text) <= 200 else f"{text[:100]}…{text[-99:]}"


def unreadable(path: str) -> Refused:
    return Refused(f"{shown(path)} cannot be read: permission denied")


class Copy:
    """One submission on its way; counts what it has taken."""

    def __init__(self, request: dict) -> None:
        self.max_bytes, self.max_files, self.max_depth = request["maxBytes"], request["maxFiles"], request["maxDepth"]
        self.bytes = self.entries = self.files = 0
        self.listing: "list[tuple[bytes, bytes]]" = []
        self.missing: "list[str]" = []

    def count(self) -> None:
        self.entries += 1
        if self.entries > self.max_files:
            raise Refused(f"the submission has more than {self.max_files} files and folders")

    def path(self, path: str, source: int, destination: int) -> None:
        """One path of the environment's list; `.` is the whole workspace."""
        if path == ".":
            return self.contents(source, destination, "", 0)
        *folders, name = path.split("/")
        opened = []
        try:
            for depth, folder in enumerate(folders):
                above = "/".join(folders[: depth + 1])
                info = self.look(folder, source, above)
                if info is None or not stat.S_ISDIR(info.st_mode):
                    self.missing.append(path)
                    return None
                source = self.open_same(folder, source, info, above)
                destination = self.make_folder(folder, destination)
                opened += [source, destination]
            if not self.entry(name, source, destination, path, 0):
                self.missing.append(path)
        finally:
            for descriptor in opened:
                os.close(descriptor)

    def look(self, name: str, source: int, path: str) -> "os.stat_result | None":
        try:
            info = os.stat(name, dir_fd=source, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except PermissionError:
            raise unreadable(path) from None
        kind = KINDS.get(stat.S_IFMT(info.st_mode))
        if kind is not None:
            raise Refused(f"{shown(path)} is {kind}; a submission holds only regular files and folders")
        return info

    def open_same(self, name: str, source: int, info: os.stat_result, path: str) -> int:
        """Opens what was looked at: something else that has taken its name meanwhile is refused, unread."""
        try:
            descriptor = os.open(name, OPEN, dir_fd=source)
        except PermissionError:
            raise unreadable(path) from None
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENOENT, errno.ENODEV):
                raise Refused(f"{shown(path)} changed while it was copied") from None
            raise
        now = os.fstat(descriptor)
        if (now.st_dev, now.st_ino, stat.S_IFMT(now.st_mode)) != (info.st_dev, info.st_ino, stat.S_IFMT(info.st_mode)):
            os.close(descriptor)
            raise Refused(f"{shown(path)} changed while it was copied")
        return descriptor

    def make_folder(self, name: str, destination: int) -> int:
        try:
            os.mkdir(name, 0o755, dir_fd=destination)
        except FileExistsError:  # two paths of the list in the same folder
            pass
        return os.open(name, OPEN | os.O_DIRECTORY, dir_fd=destination)

    def entry(self, name: str, source: int, destination: int, path: str, depth: int) -> bool:
        info = self.look(name, source, path)
        if info is None:
            return False
        self.count()
        try:
            path.encode()
        except UnicodeEncodeError:
            raise Refused(f"the name {shown(path)} is not valid UTF-8") from None
        descriptor = self.open_same(name, source, info, path)
        try:
            if stat.S_ISDIR(info.st_mode):
                self.folder(name, descriptor, destination, path, depth)
            else:
                self.file(name, descriptor, destination, path)
        finally:
            os.close(descriptor)
        return True

    def folder(self, name: str, source: int, destination: int, path: str, depth: int) -> None:
        if depth >= self.max_depth:
            raise Refused(f"{shown(path)} is deeper than {self.max_depth} folders")
        self.listing.append((path.encode(), b"folder"))
        made = self.make_folder(name, destination)
        try:
            self.contents(source, made, f"{path}/", depth + 1)
        finally:
            os.close(made)

    def contents(self, source: int, destination: int, prefix: str, depth: int) -> None:
        names = []
        with os.scandir(source) as entries:
            for entry in entries:  # stops at the limit, however many there are
                names.append(entry.name)
                if self.entries + len(names) > self.max_files:
                    raise Refused(f"the submission has more than {self.max_files} files and folders")
        for name in sorted(names):
            if not self.entry(name, source, destination, f"{prefix}{name}", depth):
                raise Refused(f"{shown(prefix + name)} changed while it was copied")

    def file(self, name: str, source: int, destination: int, path: str) -> None:
        before = os.fstat(source)
        self.room_for(before.st_size)  # as it would be without holes
        executable = bool(before.st_mode & 0o100)
        copy = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o755 if executable else 0o644, dir_fd=destination)
        digest, size = hashlib.sha256(), 0
        try:
            while chunk := os.read(source, CHUNK):
                size += len(chunk)
                self.room_for(size)
                digest.update(chunk)
                while chunk:
                    chunk = chunk[os.write(copy, chunk) :]
        finally:
            os.close(copy)
        after = os.fstat(source)
        if (size, before.st_size, before.st_mtime_ns) != (after.st_size, after.st_size, after.st_mtime_ns):
            raise Refused(f"{shown(path)} changed while it was copied")
        self.bytes += size
        self.files += 1
        self.listing.append((path.encode(), f"{'program' if executable else 'file'} {size} {digest.hexdigest()}".encode()))

    def room_for(self, size: int) -> None:
        if self.bytes + size > self.max_bytes:
            raise Refused(f"the submission is larger than {self.max_bytes} bytes")

    def sha256(self) -> str:
        return hashlib.sha256(b"".join(b"%s\0%s\n" % entry for entry in sorted(self.listing))).hexdigest()


def answer(request: dict, workspace: str, destination: str) -> dict:
    copy = Copy(request)
    source = target = None
    try:
        try:
            source = os.open(workspace, OPEN | os.O_DIRECTORY)
        except PermissionError:  # the workspace is the participant's, and may be closed by it
            raise unreadable("the workspace") from None
        os.mkdir(os.path.join(destination, request["name"]), 0o755)
        target = os.open(os.path.join(destination, request["name"]), OPEN | os.O_DIRECTORY)
        for path in request["paths"]:
            copy.path(path, source, target)
        return {"files": copy.files, "bytes": copy.bytes, "sha256": copy.sha256(), "missing": copy.missing}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except OSError as error:
        return {"error": os.strerror(error.errno or errno.EIO), "number": error.errno}
    finally:
        for descriptor in (source, target):
            if descriptor is not None:
                os.close(descriptor)


def main() -> None:
    workspace, destination = "/workspace", "/destination"
    if sys.argv[1] == "-":
        workspace, destination = sys.argv[2:4]
    else:
        orders = launch.read_orders(sys.argv[1])
        launch.set_limits(orders)
        launch.restrict(orders)
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), workspace, destination)), flush=True)


if __name__ == "__main__":
    main()
