"""How inputs reach a judge and answers come back: files in memory for the CPU, shared memory of the GPU. The scorer's side."""

import secrets

import numpy as np
from rebench_lib.exchange import ExchangeFolder, read_exactly

LOW, HIGH = -10, 10  # of inputs; HIGH is left out
PIECE = 1 << 14  # values


def definition(x: np.ndarray) -> np.ndarray:
    """y_i = sum over j ≤ i of x_j · [the number of positive values among x_0 … x_{j−1} is odd], for int32 x in one dimension."""
    positive = (x > 0).view(np.uint8)
    odd_before = (np.cumsum(positive, dtype=np.uint8) ^ positive) & 1  # a count modulo 256 has the parity of the count
    return np.cumsum(x * odd_before, dtype=np.int32)


class Files:
    """An input stays a file without a name, out of the judge's sight, until the clock runs."""

    def __init__(self, folder: ExchangeFolder, size: int) -> None:
        self.folder = folder
        self.random = np.random.default_rng()  # seeded by the system: inputs cannot be foreseen
        self.output = folder.writable_file("output", 4 * size)
        self.answer = np.zeros(size, np.int32)
        self.share = {"do": "share", "output": "output", "size": size}

    def stage(self, n: int) -> None:
        self.x = self.random.integers(LOW, HIGH, n, dtype=np.int32)
        self.order = [int(begin) for begin in self.random.permutation(range(0, n, PIECE))]
        self.fd = self.folder.hidden_file(self.x)
        self.name = secrets.token_hex(8)  # or a submission could take the next name

    def publish(self) -> None:
        self.folder.publish(self.fd, self.name)

    def collect(self) -> None:
        """Piece by piece in an order of chance: an answer that is still being written, from the front, say, shows."""
        for begin in self.order:
            read_exactly(self.output, self.answer[begin : min(begin + PIECE, len(self.x))], 4 * begin)

    def first_difference(self) -> int | None:
        """Where the scorer's copy of the answer differs from the definition; None where it does not."""
        different = np.flatnonzero(self.answer[: len(self.x)] != definition(self.x))
        return int(different[0]) if len(different) else None

    def clear(self) -> None:
        self.folder.withdraw(self.fd, self.name)


class Cuda:
    """The clock includes the copy of the input into shared memory, and of the answer out of it; both are in the hand-over."""

    def __init__(self, size: int) -> None:
        import torch
        from rebench_lib.cuda_memory import shared

        self.torch = torch
        self.generator = torch.Generator("cuda")
        self.generator.seed()
        self.input, input_handle = shared(torch, size)
        self.output, output_handle = shared(torch, size)
        self.answer = torch.zeros_like(self.output)
        self.name = "input"
        self.share = {"do": "share", "size": size, "handles": {"input": input_handle, "output": output_handle}}
        self.proven = False

    def stage(self, n: int) -> None:
        self.x = self.torch.randint(LOW, HIGH, (n,), dtype=self.torch.int32, device="cuda", generator=self.generator)
        self.torch.cuda.synchronize()

    def publish(self) -> None:
        self.input[: len(self.x)].copy_(self.x)
        self.torch.cuda.synchronize()

    def collect(self) -> None:
        self.answer[: len(self.x)].copy_(self.output[: len(self.x)])
        self.torch.cuda.synchronize()

    def first_difference(self) -> int | None:
        different = self.torch.nonzero(self.answer[: len(self.x)] != self._definition())
        return int(different[0]) if len(different) else None

    def _definition(self):
        positive = (self.x > 0).to(self.torch.int32)
        odd_before = (positive.cumsum(0, dtype=self.torch.int32) - positive) & 1
        expected = (self.x * odd_before).cumsum(0, dtype=self.torch.int32)
        if not self.proven:  # against numpy once, which takes seconds at this size
            assert np.array_equal(expected.cpu().numpy(), definition(self.x.cpu().numpy()))
            self.proven = len(self.x) == len(self.input)
        return expected

    def clear(self) -> None:
        self.input.zero_()
        self.torch.cuda.synchronize()
