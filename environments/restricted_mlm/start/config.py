"""The sizes and limits of a tier, from config.json beside the data."""
import json
from pathlib import Path


def read_config(data: Path) -> dict:
    """length, vocabulary, mask (the token that stands for a masked one), limits {weightsBytes, liveBytes, work}."""
    return json.loads((data / "config.json").read_text())
