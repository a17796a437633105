"""How many judgements an attempt has spent: one number in a file, which is changed before the judging begins."""
import json
import os
from pathlib import Path


class BudgetExceeded(Exception):
    """More was asked for than is left. The message is for the participant."""


class Budget:
    def __init__(self, folder: Path, total: int):
        self.path = folder / "spent.json"
        self.total = total
        self.spent = json.loads(self.path.read_text())["spent"] if self.path.exists() else 0

    @property
    def left(self) -> int:
        return max(0, self.total - self.spent)

    def spend(self, count: int) -> None:
        """All or nothing. It is on the disk when this returns, so that a process that is killed has paid for what it was asked."""
        if count > self.left:
            raise BudgetExceeded(f"{count} judgements were asked for and {self.left} are left; nothing was judged")
        self._write(self.spent + count)

    def give_back(self, count: int) -> None:
        """For judgements that could not be made."""
        self._write(self.spent - count)

    def _write(self, spent: int) -> None:
        part = self.path.with_suffix(".part")
        with open(part, "w") as file:
            json.dump({"spent": spent}, file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self.spent = spent
