"""Offers a Unix socket of the runner as http://127.0.0.1:PORT inside a sandbox. Usage: forward.py SOCKET [PORT]

Port 0, the standard, takes a free one. Prints the port on a line once it listens. Bytes go through as they are. One thread, so that
connections do not count against the sandbox's limit of processes.
"""
import os
import resource
import selectors
import socket
import sys

CHUNK_BYTES = 65536
MOST_PENDING_BYTES = 4 * CHUNK_BYTES
MOST_CONNECTIONS = 1000

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class End:
    """One end of a connection: its socket, and the bytes that are on their way out of it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.peer = self
        self.pending = bytearray()
        self.is_read = False  # all that comes in has come
        self.is_written = False  # all that goes out has gone

    def read(self) -> None:
        data = self.sock.recv(CHUNK_BYTES)
        self.is_read = not data
        self.peer.pending += data

    def write(self) -> None:
        """Sends what it can; when the other end has no more to come, says so to whoever reads here."""
        if self.pending:
            del self.pending[: self.sock.send(self.pending)]
        if self.peer.is_read and not self.pending and not self.is_written:
            self.is_written = True
            self.sock.shutdown(socket.SHUT_WR)

    def events(self) -> int:
        wants_more = not self.is_read and len(self.peer.pending) < MOST_PENDING_BYTES
        return (READ if wants_more else 0) | (WRITE if self.pending else 0)


class Forwarder:
    def __init__(self, listener: socket.socket, path: str) -> None:
        self.listener = listener
        self.path = path
        self.most = MOST_CONNECTIONS
        self.connections = 0
        self.selector = selectors.DefaultSelector()
        self.watch(listener, READ, None)

    def run(self) -> None:
        while True:
            for key, events in self.selector.select():
                if key.data is None:
                    self.accept()
                elif key.fileobj.fileno() >= 0:  # not closed by the event before this one
                    self.step(key.data, events)

    def accept(self) -> None:
        try:
            client, _ = self.listener.accept()
        except OSError:
            return
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            server.connect(self.path)
        except OSError:  # the runner is not there: the client sees a closed connection
            client.close()
            server.close()
            return
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ends = End(client), End(server)
        ends[0].peer, ends[1].peer = ends[1], ends[0]
        for end in ends:
            end.sock.setblocking(False)
            self.watch(end.sock, READ, end)
        self.count(+1)

    def step(self, end: End, events: int) -> None:
        try:
            if events & READ:
                end.read()
                end.peer.write()
            if events & WRITE:
                end.write()
        except BlockingIOError:
            pass
        except OSError:
            return self.close(end)
        if end.is_written and end.peer.is_written:
            return self.close(end)
        for one in (end, end.peer):
            self.watch(one.sock, one.events(), one)

    def close(self, end: End) -> None:
        for one in (end, end.peer):
            self.watch(one.sock, 0, one)
            one.sock.close()
        self.count(-1)

    def count(self, change: int) -> None:
        """Takes no more connections than it may hold; others wait in the backlog."""
        self.connections += change
        self.watch(self.listener, READ if self.connections < self.most else 0, None)

    def watch(self, sock: socket.socket, events: int, data: "End | None") -> None:
        known = self.selector.get_map().get(sock)
        if known is None and events:
            self.selector.register(sock, events, data)
        elif known is not None and not events:
            self.selector.unregister(sock)
        elif known is not None and known.events != events:
            self.selector.modify(sock, events, data)


def main(path: str, port: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with socket.create_server(("127.0.0.1", port), backlog=1024) as listener:
        forwarder = Forwarder(listener, path)
        forwarder.most = min(MOST_CONNECTIONS, hard // 2 - 8) if hard > 0 else MOST_CONNECTIONS
        print(listener.getsockname()[1], flush=True)
        forwarder.run()


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    except OSError as error:
        sys.exit(f"forward.py: cannot listen on 127.0.0.1: {os.strerror(error.errno or 0)}")
