"""Which tokens are hidden from the model, and the loss on them. The scorer runs this same file."""
import numpy as np
import torch
import torch.nn.functional as F

MASKED_SHARE = 0.15


def draw_masks(random: np.random.Generator, count: int, length: int) -> np.ndarray:
    """(count, length) booleans: in each sequence the same number of places, 15 %, drawn evenly."""
    order = random.random((count, length)).argsort(axis=1)
    return order < round(MASKED_SHARE * length)


@torch.no_grad()
def masked_loss(logits_of, tokens: np.ndarray, masks: np.ndarray, mask_token: int, batch: int, device: str = "cpu") -> float:
    """Mean cross-entropy of the tokens that are masked, in nats; NaN where a logit is not finite. `logits_of`: tokens → logits."""
    total, count = 0.0, 0
    for begin in range(0, len(tokens), batch):
        rows = torch.from_numpy(tokens[begin : begin + batch].astype(np.int64)).to(device)
        hidden = torch.from_numpy(masks[begin : begin + batch]).to(device)
        logits = logits_of(rows.masked_fill(hidden, mask_token))
        if not torch.isfinite(logits).all():
            return float("nan")
        total += F.cross_entropy(logits[hidden].double(), rows[hidden], reduction="sum").item()
        count += int(hidden.sum())
    return total / count
