"""A real weak model over the wire, as `rebench_lib.models` asks it."""

from rebench_lib.answers import NoModel
from rebench_lib.models import Completion, Model, ModelError

from spending import Refused, Request, estimated_tokens

CALL_SECONDS, TRIES = 180, 4
PLAIN = [{"role": "user", "content": "Say yes."}]


class WireModel:
    """What it cannot get at all is a fault of ours and never a score; a text that its server does not take is the fault of whoever wrote it.

    Tokens that the server does not count are estimated, so that they cost.
    """

    def __init__(self, **options) -> None:
        try:
            self.model = Model.from_environment(timeout=CALL_SECONDS, tries=TRIES, **options)
        except ModelError as error:
            raise NoModel(str(error)) from error
        self.name, self.waited_seconds = self.model.name, 0.0

    def complete(self, _problem: str, request: Request, tokens: int, _number: int) -> tuple[str, int, int]:
        try:
            answer = self._asked(request.messages, tokens, request.temperature)
        except ModelError as error:
            self._check(error)
            raise Refused("the model does not answer this request") from error
        return answer.text, answer.input_tokens or estimated_tokens(request.text), answer.output_tokens or estimated_tokens(answer.text)

    @staticmethod
    def most_tokens(text: str) -> int:
        """One for each byte: what tokens a server makes of a text is known only afterwards."""
        return len(text.encode("utf-8", "replace"))

    @staticmethod
    def is_sample(*_request: object) -> bool:
        return True  # each answer is another one

    def _asked(self, messages, tokens: int, temperature: float) -> Completion:
        answer = self.model.complete(messages, max_tokens=tokens, temperature=temperature)
        self.waited_seconds = max(self.waited_seconds, answer.waited_seconds)
        return answer

    def _check(self, failure: ModelError) -> None:
        """A server that answers nothing, for its account is empty, say, would make every score 0."""
        try:
            self._asked(PLAIN, 16, 1.0)
        except ModelError as error:
            raise NoModel(f"the weak model cannot be asked: {failure}; nor a plain question: {error}") from error
