"""A real weak model over OpenAI's chat wire: REBENCH_MODEL_URL, REBENCH_MODEL_KEY and REBENCH_MODEL_NAME, which the runner passes on."""

import json
import os
import time
import urllib.error
import urllib.request

from rebench_lib.answers import BrokenScorer

from spending import Request, estimated_tokens

NAMES = ("REBENCH_MODEL_URL", "REBENCH_MODEL_KEY", "REBENCH_MODEL_NAME")
CALL_SECONDS, TRIES, PAUSE_SECONDS = 180, 4, 5
MAX_ANSWER_BYTES = 4 << 20


class WireModel:
    """Asks again where the provider is busy. What it cannot get is a fault of ours and never a score."""

    def __init__(self) -> None:
        missing = [name for name in NAMES if not os.environ.get(name)]
        if missing:
            raise BrokenScorer(
                f"tier full asks a weak model: {', '.join(missing)} must be set (the runner does that for a model that it is given)"
            )
        self.url, self.key, self.name = (os.environ[name] for name in NAMES)

    def complete(self, _problem: str, request: Request, tokens: int, _number: int) -> tuple[str, int, int]:
        body = {"model": self.name, "messages": list(request.messages), "temperature": request.temperature, "max_tokens": tokens}
        answer = self._posted(json.dumps(body).encode())
        try:
            text = answer["choices"][0]["message"]["content"] or ""
            usage = answer.get("usage") or {}
            used = usage.get("prompt_tokens", estimated_tokens(request.text)), usage.get("completion_tokens", estimated_tokens(text))
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise BrokenScorer("the weak model's answer has another form than the chat wire") from error
        return str(text), int(used[0]), int(used[1])

    def _posted(self, body: bytes) -> dict:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        for last in [False] * (TRIES - 1) + [True]:
            try:
                request = urllib.request.Request(f"{self.url.rstrip('/')}/chat/completions", body, headers)
                with urllib.request.urlopen(request, timeout=CALL_SECONDS) as reply:
                    return json.loads(reply.read(MAX_ANSWER_BYTES))
            except urllib.error.HTTPError as error:
                if last or error.code not in (408, 409, 429) and error.code < 500:
                    raise BrokenScorer(f"the weak model cannot be asked: status {error.code}") from error
            except (OSError, ValueError) as error:
                if last:
                    raise BrokenScorer(f"the weak model cannot be asked: {type(error).__name__}") from error
            time.sleep(PAUSE_SECONDS)
        raise AssertionError("the last try returns or raises")
