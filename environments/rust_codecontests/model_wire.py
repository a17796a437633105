"""A real weak model over OpenAI's chat wire, as `rebench_lib.models` asks it."""

from rebench_lib.answers import BrokenScorer
from rebench_lib.models import Model, ModelError

from spending import Request, estimated_tokens

CALL_SECONDS, TRIES = 180, 4


class WireModel:
    """What it cannot get is a fault of ours and never a score. Tokens that the server does not count are estimated, so that they cost."""

    def __init__(self, **options) -> None:
        try:
            self.model = Model.from_environment(timeout=CALL_SECONDS, tries=TRIES, **options)
        except ModelError as error:
            raise BrokenScorer(str(error)) from error

    def complete(self, _problem: str, request: Request, tokens: int, _number: int) -> tuple[str, int, int]:
        try:
            answer = self.model.complete(request.messages, max_tokens=tokens, temperature=request.temperature)
        except ModelError as error:
            raise BrokenScorer(f"the weak model cannot be asked: {error}") from error
        return answer.text, answer.input_tokens or estimated_tokens(request.text), answer.output_tokens or estimated_tokens(answer.text)
