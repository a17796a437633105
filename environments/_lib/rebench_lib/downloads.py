"""Files that tier full needs from the network, kept in a cache, and held to their checksums."""

import hashlib
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path


def fetch(name: str, address: str, sha256: str | None, cache: Path, announced: bool = True) -> Path:
    """
    The file from the cache, or from the network; whole or not at all.

    Where no checksum is known to us (`sha256` None), it is the one that the Hugging Face Hub announces for its large files; with
    `announced` False, for hosts and files without that, the one that was found. It is printed, written beside the file, and held from then on.
    """
    path, beside = cache / name, cache / f"{name}.sha256"
    cache.mkdir(parents=True, exist_ok=True)
    if sha256 is None and beside.exists():
        sha256 = beside.read_text().strip()
    try:
        if not path.exists():
            if sha256 is None and announced:
                sha256 = announced_sha256(address)
            part = cache / f"{name}.part"
            with urllib.request.urlopen(address, timeout=60) as response, open(part, "wb") as file:
                shutil.copyfileobj(response, file, 1 << 20)
            check_sha256(part, sha256, address)
            part.rename(path)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        advice = "run this where there is network, or use --data synthetic"
        raise SystemExit(f"tier full needs {address}, which cannot be reached ({reason}): {advice}") from None
    found = check_sha256(path, sha256, address)
    if not beside.exists():
        print(f"{address}: SHA-256 {found}", file=sys.stderr)
        beside.write_text(f"{found}\n")
    return path


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def announced_sha256(address: str) -> str:
    """Of a large file on the Hub: the header of its redirect."""
    try:
        headers = urllib.request.build_opener(_NoRedirect).open(urllib.request.Request(address, method="HEAD"), timeout=60).headers
    except urllib.error.HTTPError as error:
        headers = error.headers
    announced = (headers.get("X-Linked-ETag") or "").strip('"')
    if len(announced) != 64:
        raise SystemExit(f"the Hub announces no SHA-256 for {address}: put the file into the cache by hand, see --cache")
    return announced


def check_sha256(path: Path, expected: str | None, address: str) -> str:
    """Its SHA-256, which is as expected, where anything is."""
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if expected is not None and found != expected:
        raise SystemExit(f"{path} from {address} has SHA-256 {found}, expected {expected}: delete it and run this again")
    return found
