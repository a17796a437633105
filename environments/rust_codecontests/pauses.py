"""When a model's provider did not answer: what a scaffold is given in time does not end for that."""

import threading


class Pauses:
    """Spans in which calls waited for the provider. A gateway says only at the end of a call how long it waited, before it was answered."""

    def __init__(self) -> None:
        self._spans: list[tuple[str, float, float]] = []
        self._lock = threading.Lock()

    def add(self, problem: str, began: float, seconds: float) -> None:
        if seconds > 0:
            with self._lock:
                self._spans.append((problem, began, began + seconds))

    def seconds(self, problem: str | None = None) -> float:
        """For how long any call about the problem waited, or about any of them; calls that waited side by side did so once."""
        with self._lock:
            spans = sorted((began, ended) for name, began, ended in self._spans if problem in (None, name))
        total, until = 0.0, float("-inf")
        for began, ended in spans:
            total += max(0.0, ended - max(began, until))
            until = max(until, ended)
        return total
