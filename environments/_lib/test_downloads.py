"""Fetching from a server that speaks as the Hugging Face Hub does. Run with: python -m pytest environments/_lib"""

import hashlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from rebench_lib.downloads import fetch

CONTENT = b"weights" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Hub(BaseHTTPRequestHandler):
    """Large files are announced with their checksum and lie elsewhere; small ones are given."""

    asked, announces = [], SHA256

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        Hub.asked.append(f"{self.command} {self.path}")
        if self.path == "/large":
            self.send_response(302)
            self.send_header("X-Linked-ETag", f'"{Hub.announces}"')
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(CONTENT)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    server = HTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Hub.asked.clear()
    Hub.announces = SHA256
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_file_is_fetched_once_and_held_to_its_checksum(hub, tmp_path):
    for _ in range(2):
        assert fetch("file", f"{hub}/small", SHA256, tmp_path / "cache").read_bytes() == CONTENT
    assert Hub.asked == ["GET /small"]
    with pytest.raises(SystemExit, match="SHA-256"):
        fetch("other", f"{hub}/small", "0" * 64, tmp_path / "cache")
    assert not (tmp_path / "cache" / "other").exists()


def test_what_the_hub_announces_is_checked(hub, tmp_path):
    assert fetch("file", f"{hub}/large", None, tmp_path).read_bytes() == CONTENT
    Hub.announces = "0" * 64
    with pytest.raises(SystemExit, match="SHA-256"):
        fetch("damaged", f"{hub}/large", None, tmp_path)
    with pytest.raises(SystemExit, match="announces no SHA-256"):
        fetch("small", f"{hub}/small", None, tmp_path)


def test_what_nobody_announces_is_printed_and_held_from_then_on(hub, tmp_path, capsys):
    path = fetch("file", f"{hub}/small", None, tmp_path, announced=False)
    assert SHA256 in capsys.readouterr().err
    path.write_bytes(b"changed")
    with pytest.raises(SystemExit, match="SHA-256"):
        fetch("file", f"{hub}/small", None, tmp_path, announced=False)


def test_without_a_network_it_says_what_to_do(tmp_path):
    with pytest.raises(SystemExit, match="cannot be reached") as caught:
        fetch("file", "http://127.0.0.1:9/file", SHA256, tmp_path)
    assert "--data synthetic" in str(caught.value) and "\n" not in str(caught.value)
