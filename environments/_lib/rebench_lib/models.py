"""A language model behind an OpenAI-compatible chat wire, for trusted programs (scorer.py, service.py) that have to ask one.

REBENCH_MODEL_URL is the base of the addresses (`http://127.0.0.1:8000/v1`, or `unix:/path/of/socket`), REBENCH_MODEL_KEY the
key, if there is one, and REBENCH_MODEL_NAME the model. Answers are text of a stranger: whoever asks has to parse them as such.
"""

import http.client
import json
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Callable, Sequence
from urllib.parse import urlsplit

VARIABLES = ("REBENCH_MODEL_URL", "REBENCH_MODEL_KEY", "REBENCH_MODEL_NAME")
MAX_ANSWER_BYTES = 8 << 20
MAX_WAIT_SECONDS = 20.0  # between two tries, whatever the server asks for
PASSING = {408, 409, 425, 429, 500, 502, 503, 504, 529}  # worth another try


class ModelError(Exception):
    """The model gave no answer. The message is for whoever runs the machine, and not for participants: it names the server."""


@dataclass(frozen=True)
class Completion:
    """The text of an answer, and the tokens that the server counted; 0 where it counted none. `cut` where the limit ended it."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    cut: bool = False


class _Passing(Exception):
    """A failure that may pass: a lost connection, a busy server. `wait` is how many seconds the server asked for."""

    def __init__(self, problem: str, wait: float | None = None) -> None:
        super().__init__(problem)
        self.wait = wait


@dataclass(frozen=True)
class Model:
    """`tries` in all for a request, each of at most `timeout` seconds; between them 0.5, 1, 2, 4 … s, or what the server asks for."""

    url: str
    name: str
    key: str = field(default="", repr=False)
    timeout: float = 60.0
    tries: int = 5
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    @classmethod
    def from_environment(cls, **options) -> "Model":
        url, key, name = (os.environ.get(variable, "") for variable in VARIABLES)
        missing = [variable for variable, value in zip(VARIABLES, (url, "optional", name)) if not value]
        if missing:
            which = "the base URL of an OpenAI-compatible server, a model's name"
            raise ModelError(f"this needs a language model: set {' and '.join(missing)} ({which})")
        return cls(url=url, key=key, name=name, **options)

    def complete(self, messages: Sequence[dict], *, max_tokens: int, temperature: float = 0.0, **options) -> Completion:
        """The model's answer to chat messages `{"role": …, "content": …}`; other options go into the request as they are."""
        request = {"model": self.name, "messages": list(messages), "max_tokens": max_tokens, "temperature": temperature, **options}
        body = json.dumps(request, allow_nan=False).encode()
        for tried in range(1, self.tries + 1):
            try:
                return _completion(self._post(body))
            except _Passing as error:
                if tried == self.tries:
                    raise ModelError(f"the model at {self._shown()} gave no answer in {self.tries} tries: {error}") from error
                self.sleep(min(MAX_WAIT_SECONDS, error.wait if error.wait is not None else 0.5 * 2 ** (tried - 1)))
        raise ModelError("a model is asked at least once: tries must be 1 or more")

    def complete_all(self, requests: Sequence[Sequence[dict]], *, workers: int = 16, **options) -> list[Completion]:
        """The answers to several lists of messages, in their order, asked side by side; the first failure ends it."""
        with ThreadPoolExecutor(max_workers=max(1, min(workers, len(requests)))) as pool:
            waiting = [pool.submit(self.complete, messages, **options) for messages in requests]
            try:
                return [one.result() for one in waiting]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _post(self, body: bytes) -> dict:
        connection, path = _connection(self.url, self.timeout)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        deadline = time.monotonic() + self.timeout
        try:
            connection.request("POST", f"{path}/chat/completions", body, headers)
            response = connection.getresponse()
            content = _read_until(response, deadline)
        except (OSError, http.client.HTTPException) as error:
            raise _Passing(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()
        if response.status in PASSING:
            raise _Passing(f"status {response.status}", _seconds(response.getheader("Retry-After")))
        if response.status != 200:
            raise ModelError(f"the model at {self._shown()} refused the request with status {response.status}: {_shortened(content)}")
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise _Passing("its answer is no JSON") from error

    def _shown(self) -> str:
        """The address without what may be secret in it."""
        parts = urlsplit(self.url)
        return f"unix:{parts.path}" if parts.scheme == "unix" else f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self.socket_path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.socket_path)


def _connection(url: str, timeout: float) -> tuple[http.client.HTTPConnection, str]:
    """A connection, and the base of the paths on it."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return _UnixConnection(parts.path, timeout), "/v1"
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    try:
        return kinds[parts.scheme](parts.hostname or "", parts.port, timeout=timeout), parts.path.rstrip("/")
    except (KeyError, ValueError, http.client.InvalidURL) as error:
        raise ModelError("REBENCH_MODEL_URL is not like http://127.0.0.1:8000/v1, https://… or unix:/path/of/socket") from error


def _read_until(response: http.client.HTTPResponse, deadline: float) -> bytes:
    """The body, up to a limit in size and time: a server that drips is given up as well."""
    content = b""
    while piece := response.read1(1 << 16):
        content += piece
        if len(content) > MAX_ANSWER_BYTES:
            raise ModelError("the model's answer is larger than any answer should be")
        if time.monotonic() > deadline:
            raise TimeoutError("the answer took too long")
    return content


def _completion(answer: object) -> Completion:
    try:
        choice, usage = answer["choices"][0], answer.get("usage") or {}
        text = choice["message"]["content"]
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise _Passing("its answer has no choices[0].message.content") from error
    if text is not None and not isinstance(text, str):
        raise _Passing("its answer's content is no text")
    counts = [usage.get(name) if isinstance(usage, dict) else None for name in ("prompt_tokens", "completion_tokens")]
    tokens = [count if type(count) is int and count >= 0 else 0 for count in counts]
    return Completion(text or "", *tokens, cut=choice.get("finish_reason") == "length")


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None  # a date: the usual wait will do


def _shortened(content: bytes) -> str:
    text = " ".join(content[:300].decode("utf-8", "replace").split())
    return "".join(character for character in text if character.isprintable())
