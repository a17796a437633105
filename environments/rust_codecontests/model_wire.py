"""A real weak model over the wire, as `rebench_lib.models` asks it."""

import time

from rebench_lib.answers import BrokenScorer
from rebench_lib.models import Model, ModelError, ModelRefused

from pauses import Pauses
from spending import Refused, Request, estimated_tokens

CALL_SECONDS, TRIES = 180, 4
PLAIN = [{"role": "user", "content": "Say yes."}]


class WireModel:
    """What it cannot get is a fault of ours and never a score; what its server does not accept is the fault of whoever wrote it.

    Tokens that the server does not count are estimated, so that they cost.
    """

    def __init__(self, **options) -> None:
        try:
            self.model = Model.from_environment(timeout=CALL_SECONDS, tries=TRIES, **options)
        except ModelError as error:
            raise BrokenScorer(str(error)) from error
        self.name, self.pauses = self.model.name, Pauses()

    def complete(self, problem: str, request: Request, tokens: int, _number: int) -> tuple[str, int, int]:
        began = time.monotonic()
        try:
            answer = self.model.complete(request.messages, max_tokens=tokens, temperature=request.temperature)
        except ModelRefused as error:
            self._check()
            raise Refused("the model does not accept this request") from error
        except ModelError as error:
            raise BrokenScorer(f"the weak model cannot be asked: {error}") from error
        self.pauses.add(problem, began, answer.paused_seconds)
        return answer.text, answer.input_tokens or estimated_tokens(request.text), answer.output_tokens or estimated_tokens(answer.text)

    @staticmethod
    def most_tokens(text: str) -> int:
        """One for each byte: what tokens a server makes of a text is known only afterwards."""
        return len(text.encode("utf-8", "replace"))

    @staticmethod
    def is_sample(*_request: object) -> bool:
        return True  # each answer is another one

    def _check(self) -> None:
        """A server that accepts nothing, of a model that it does not know, say, would make every score 0."""
        try:
            self.model.complete(PLAIN, max_tokens=16, temperature=1.0)
        except ModelError as error:
            raise BrokenScorer(f"the weak model cannot be asked: {error}") from error
