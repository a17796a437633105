"""A language model that is part of a task, for trusted programs (scorer.py, service.py) that have to ask one.

REBENCH_MODEL_URL is the base of the addresses, REBENCH_MODEL_KEY the key, if there is one, and REBENCH_MODEL_NAME the model. Models whose
name begins with `claude` are asked over Anthropic's messages (`https://api.anthropic.com`), all others over OpenAI's chat completions
(`http://127.0.0.1:8000/v1`); `anthropic:NAME` and `openai:NAME` say it outright. In an attempt all three lead to the runner's gateway
(`unix:/path/of/socket`), which counts, limits and tries again. Answers are text of a stranger: whoever asks has to parse them as such.
"""

import http.client
import json
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Callable, Sequence
from urllib.parse import urlsplit

VARIABLES = ("REBENCH_MODEL_URL", "REBENCH_MODEL_KEY", "REBENCH_MODEL_NAME")
MAX_ANSWER_BYTES = 8 << 20
MAX_WAIT_SECONDS = 20.0  # between two tries, whatever the server asks for
PASSING = {408, 409, 425, 429, 500, 502, 503, 504, 529}  # worth another try
PASSED_ON = {408, 409, 425}  # of these also a gateway's: it waits for providers that are busy or gone, and passes on all else
REFUSED = {400, 403, 413, 422}  # the second by those who moderate what is said
GATEWAY_SECONDS = 3600.0  # that a gateway may take: it has the patience


class ModelError(Exception):
    """The model gave no answer. The message is for whoever runs the machine, and not for participants: it names the server."""


class ModelRefused(ModelError):
    """The server did not accept what this request says; others it may well answer. It can be the doing of whoever wrote the texts."""


@dataclass(frozen=True)
class Completion:
    """The text of an answer, and the tokens that the server counted; 0 where it counted none.

    `cut` where the limit ended it. `waited_seconds`: for how long the gateway has waited for a provider so far, over all that it was asked.
    """

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    cut: bool = False
    waited_seconds: float = 0.0


class _Passing(Exception):
    """A failure that may pass: a lost connection, a busy server. `wait` is how many seconds the server asked for."""

    def __init__(self, problem: str, wait: float | None = None) -> None:
        super().__init__(problem)
        self.wait = wait


class _OtherLimitWanted(Exception):
    """The server wants `max_completion_tokens` in the place of `max_tokens`."""


_with_newer_limit: "set[Model]" = set()


@dataclass(frozen=True)
class Model:
    """`tries` in all for a request, each of at most `timeout` seconds; between them 0.5, 1, 2, 4 … s, or what the server asks for.

    A gateway is waited for as long as it takes: it tries again itself where a provider is busy or gone, and the clock stands meanwhile.
    """

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
            raise ModelError(
                f"this needs a language model: set {' and '.join(missing)} (the base URL of a server, a model's name); in an attempt "
                "`taskModel` of environment.json lists the tier, and --task-model names the model"
            )
        return cls(url=url, key=key, name=name, **options)

    def complete(self, messages: Sequence[dict], *, max_tokens: int, temperature: float = 0.0, **options) -> Completion:
        """The model's answer to chat messages `{"role": …, "content": …}`; other options go into the request as they are."""
        wire, name = _wire(self.name)
        request = wire.request({"model": name, "max_tokens": max_tokens, "temperature": temperature, **options}, list(messages))
        for tried in range(1, self.tries + 1):
            try:
                return self._asked(wire, request)
            except _Passing as error:
                if tried == self.tries:
                    raise ModelError(f"the model at {self._shown()} gave no answer in {self.tries} tries: {error}") from error
                self.sleep(min(MAX_WAIT_SECONDS, error.wait if error.wait is not None else 0.5 * 2 ** (tried - 1)))
        raise ModelError("a model is asked at least once: tries must be 1 or more")

    def complete_all(
        self, requests: Sequence[Sequence[dict]], *, workers: int = 16, refused: Completion | None = None, **options
    ) -> list[Completion]:
        """The answers to several lists of messages, in their order, asked side by side; the first failure ends it.

        `refused` stands for the answer to what the server refuses; where it is None, that is a failure as well.
        """

        def one(messages: Sequence[dict]) -> Completion:
            try:
                return self.complete(messages, **options)
            except ModelRefused:
                if refused is None:
                    raise
                return refused

        with ThreadPoolExecutor(max_workers=max(1, min(workers, len(requests)))) as pool:
            waiting = [pool.submit(one, messages) for messages in requests]
            try:
                return [one.result() for one in waiting]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _asked(self, wire: "_Wire", request: dict) -> Completion:
        """OpenAI's newer models refuse `max_tokens`; servers that speak as it may not know what replaced it. Asked once, it is known."""
        newer = {**request, "max_completion_tokens": request["max_tokens"], "max_tokens": None}
        if self in _with_newer_limit:
            return self._post(wire, newer)
        try:
            return self._post(wire, request)
        except _OtherLimitWanted:
            _with_newer_limit.add(self)
            return self._post(wire, newer)

    def _post(self, wire: "_Wire", request: dict) -> Completion:
        seconds = GATEWAY_SECONDS if self._is_gateway() else self.timeout
        connection, base = _connection(self.url, seconds)
        headers = {"Content-Type": "application/json"} | wire.headers(self.key)
        deadline = time.monotonic() + seconds
        body = json.dumps({name: value for name, value in request.items() if value is not None}, allow_nan=False).encode()
        try:
            connection.request("POST", f"{base}{wire.path(self._is_gateway())}", body, headers)
            response = connection.getresponse()
            content = _read_until(response, deadline)
        except (OSError, http.client.HTTPException) as error:
            raise self._unanswered(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()
        may_pass = response.getheader("x-should-retry") != "false"
        said = f"status {response.status}: {_shortened(content)}"
        if may_pass and response.status in (PASSED_ON if self._is_gateway() else PASSING):
            raise _Passing(said, _seconds(response.getheader("Retry-After")))
        if self._is_gateway() and response.status >= 500:
            raise self._unanswered(said)
        if response.status == 400 and request.get("max_tokens") is not None and b"max_completion_tokens" in content:
            raise _OtherLimitWanted
        if response.status != 200:
            too_large = response.status == 429 and may_pass  # what else is busy a gateway waits for, and others are asked again
            kind = ModelRefused if response.status in REFUSED or too_large else ModelError
            raise kind(f"the model at {self._shown()} refused the request with {said}")
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise _Passing("its answer is no JSON") from error
        return replace(wire.completion(answer), waited_seconds=_seconds(response.getheader("x-rebench-waited-seconds")) or 0.0)

    def _unanswered(self, problem: str) -> Exception:
        return ModelError(f"the model at {self._shown()} gave no answer: {problem}") if self._is_gateway() else _Passing(problem)

    def _is_gateway(self) -> bool:
        return urlsplit(self.url).scheme == "unix"

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
        return _UnixConnection(parts.path, timeout), ""
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


class _OpenAi:
    """https://platform.openai.com/docs/api-reference/chat"""

    def path(self, gateway: bool) -> str:
        return "/v1/chat/completions" if gateway else "/chat/completions"

    def headers(self, key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"} if key else {}

    def request(self, settings: dict, messages: list[dict]) -> dict:
        return {**settings, "messages": messages}

    def completion(self, answer: object) -> Completion:
        try:
            choice, usage = answer["choices"][0], answer.get("usage")
            text = choice["message"]["content"]
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise _Passing("its answer has no choices[0].message.content") from error
        if text is not None and not isinstance(text, str):
            raise _Passing("its answer's content is no text")
        cut = choice.get("finish_reason") == "length"
        return Completion(text or "", _count(usage, "prompt_tokens"), _count(usage, "completion_tokens"), cut)


class _Anthropic:
    """https://platform.claude.com/docs/en/api/messages, where temperatures end at 1."""

    def path(self, gateway: bool) -> str:
        return "/v1/messages"

    def headers(self, key: str) -> dict[str, str]:
        return {"anthropic-version": "2023-06-01"} | ({"x-api-key": key} if key else {})

    def request(self, settings: dict, messages: list[dict]) -> dict:
        system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
        spoken = [message for message in messages if message["role"] != "system"]
        temperature = min(1.0, settings["temperature"])
        return {**settings, "temperature": temperature, **({"system": system} if system else {}), "messages": spoken}

    def completion(self, answer: object) -> Completion:
        try:
            text = "".join(part["text"] for part in answer["content"] if part["type"] == "text")
            usage, cut = answer.get("usage"), answer.get("stop_reason") == "max_tokens"
        except (KeyError, TypeError, AttributeError) as error:
            raise _Passing("its answer has no content that is text") from error
        read = sum(_count(usage, name) for name in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"))
        return Completion(text, read, _count(usage, "output_tokens"), cut)


_Wire = _OpenAi | _Anthropic


def _wire(name: str) -> tuple[_Wire, str]:
    """The wire that a model is asked over, and its name there."""
    said, colon, rest = name.partition(":")
    if colon and said in ("openai", "anthropic"):
        return (_Anthropic() if said == "anthropic" else _OpenAi()), rest
    return (_Anthropic() if name.startswith("claude") else _OpenAi()), name


def _count(usage: object, name: str) -> int:
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if type(count) is int and count >= 0 else 0


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None  # a date: the usual wait will do


def _shortened(content: bytes) -> str:
    text = " ".join(content[:300].decode("utf-8", "replace").split())
    return "".join(character for character in text if character.isprintable())
