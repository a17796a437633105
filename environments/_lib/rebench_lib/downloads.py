"""Files that tier full needs from the network, kept in a cache; their checksums are checked each time they are known."""

import hashlib
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path


def fetch(name: str, address: str, sha256: str | None, cache: Path) -> Path:
    """The file from the cache, or from the network; in both cases its checksum is right."""
    path = cache / name
    cache.mkdir(parents=True, exist_ok=True)
    try:
        if sha256 is None and not path.exists():
            sha256 = announced_sha256(address)
            print(f"{address}: the Hub announces SHA-256 {sha256}", file=sys.stderr)
        if not path.exists():
            with urllib.request.urlopen(address, timeout=60) as response, open(path.with_suffix(".part"), "wb") as part:
                shutil.copyfileobj(response, part, 1 << 20)
            check_sha256(path.with_suffix(".part"), sha256, address)
            path.with_suffix(".part").rename(path)
        elif sha256 is not None:
            check_sha256(path, sha256, address)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise SystemExit(f"tier full needs {address}, which cannot be reached ({reason}): run this where there is network, or use --data synthetic") from None
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


def check_sha256(path: Path, expected: str, address: str) -> None:
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise SystemExit(f"{path} from {address} has SHA-256 {found}, expected {expected}: delete it and run this again")
