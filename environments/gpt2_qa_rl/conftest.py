"""What the tests share: prepared data, toy data of tier full, and a scripted judge model."""
import json
import shutil
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "start"), str(HERE.parent / "_lib")]
import full  # noqa: E402
import model_judge  # noqa: E402
import prepare  # noqa: E402
import scorer  # noqa: E402
from rebench_lib.answers import InvalidSubmission  # noqa: E402
import weights_testing  # noqa: E402
from weights import expected_shapes, write_weights  # noqa: E402

CONSTANTS = json.loads((HERE / "environment.json").read_text())["tiers"]["small"]["constants"]["measured"]
TOY = {"n_layer": 2, "n_head": 2, "n_embd": 8, "n_positions": 128, "vocab_size": 257}
TOY_PROMPTS = 6


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    out = tmp_path_factory.mktemp("data")
    prepare.prepare("small", out, "real", out)
    return out


@pytest.fixture(scope="session")
def toy(tmp_path_factory):
    """Data of tier full in its form, and a model small enough to try anything with."""
    out = tmp_path_factory.mktemp("toy")
    for part in ("visible", "protected"):
        (out / part).mkdir()
    full.synthetic(out / "visible", out / "protected", config=TOY, prompts=TOY_PROMPTS)
    return out


@pytest.fixture
def submit(data, tmp_path):
    """The raw score of what `write(path)` puts where the submission is expected; the reason where it is invalid."""

    def submitted(write):
        folder = tmp_path / "submission"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write(folder / "model.safetensors")
        try:
            return scorer.score("small", folder, data / "visible", data / "protected")[0]
        except InvalidSubmission as error:
            return str(error)

    return submitted


@pytest.fixture
def judge_model(monkeypatch):
    """A server of the OpenAI wire that answers `reply(request)`, or refuses where that is None; returns what it was asked.

    REBENCH_MODEL_URL names it. To the question whether it is a judge at all it says `plain`, and that does not count as asked.
    """
    servers = []

    def started(reply, plain="1"):
        asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                is_plain = body["messages"] == model_judge.request(*model_judge.PLAIN)
                if not is_plain:
                    asked.append(body)
                said = (plain() if callable(plain) else plain) if is_plain else reply(body)
                content = json.dumps({"choices": [{"message": {"content": said}}]}).encode()
                self.send_response(400 if said is None else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        monkeypatch.setenv("REBENCH_MODEL_URL", f"http://127.0.0.1:{server.server_port}/v1")
        monkeypatch.setenv("REBENCH_MODEL_NAME", "judge")
        return asked

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


def shown(request: dict) -> dict:
    """The instruction and the two answers in a request to the judge model."""
    return json.loads(request["messages"][1]["content"])


def service_command(data: Path, state: Path) -> list[str]:
    folders = {"visible": data / "visible", "protected": data / "protected", "state": state}
    options = [str(part) for name, folder in folders.items() for part in (f"--{name}", folder)]
    return [sys.executable, str(HERE / "service.py"), "--tier", "small", *options]


def normalized(raw: float) -> float:
    return (raw - CONSTANTS["startingScore"]) / (CONSTANTS["referenceScore"] - CONSTANTS["startingScore"])


def random_weights(config: dict, seed: int = 0, scale: float = 0.1) -> dict:
    return weights_testing.random_weights(expected_shapes(config), seed, scale)


def writes(weights: dict, kind: str = "F32"):
    return lambda path: write_weights(path, {name: value.shape for name, value in weights.items()}, kind, weights.__getitem__)
