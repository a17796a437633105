"""The client for language models, against a small scripted server of the OpenAI wire."""

import json
import socketserver
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from rebench_lib.models import Completion, Model, ModelError, ModelRefused


def answered(text, **more):
    return 200, {"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}], **more}, {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.headers = self.headers
        self.server.seen.append((self.path, self.headers.get("Authorization"), body))
        status, content, headers = self.server.script(len(self.server.seen), body)
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def address_string(self):
        return "here"

    def log_message(self, *_):
        pass


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


@pytest.fixture
def serve():
    """Starts a server whose n-th answer is `script(n, request)`; returns it, with what it has seen, and a model to ask it."""
    servers = []

    def started(script, unix=None, **options):
        server = UnixServer(str(unix), Handler) if unix else ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.seen, server.script, server.waits = [], script, []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        url = f"unix:{unix}" if unix else f"http://127.0.0.1:{server.server_port}/v1"
        return server, Model(url=url, name="judge", key="secret", sleep=server.waits.append, **options)

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


HELLO = [{"role": "user", "content": "hello"}]


def test_a_request_and_its_answer(serve):
    server, model = serve(lambda n, body: answered("hi", usage={"prompt_tokens": 3, "completion_tokens": 1}))
    found = model.complete(HELLO, max_tokens=5, temperature=0.7)
    assert (found.text, found.input_tokens, found.output_tokens, found.cut) == ("hi", 3, 1, False)
    expected = {"model": "judge", "messages": HELLO, "max_tokens": 5, "temperature": 0.7}
    assert server.seen == [("/v1/chat/completions", "Bearer secret", expected)]


def test_a_socket_file_serves_as_well(serve, tmp_path):
    server, model = serve(lambda n, body: answered("hi"), unix=tmp_path / "model.sock")
    assert model.complete(HELLO, max_tokens=5).text == "hi"
    assert server.seen[0][0] == "/v1/chat/completions"


def test_what_may_pass_is_tried_again(serve):
    script = {1: (429, {}, {"Retry-After": "3"}), 2: (503, {}, {}), 3: (200, b"no json", {}), 4: (200, {"choices": []}, {})}
    server, model = serve(lambda n, body: script.get(n, answered("at last")))
    assert model.complete(HELLO, max_tokens=5).text == "at last"
    assert server.waits == [3, 1, 2, 4]


def test_tries_and_waits_have_an_end(serve):
    server, model = serve(lambda n, body: (429, {}, {"Retry-After": "86400"}))
    with pytest.raises(ModelError, match="5 tries: status 429"):
        model.complete(HELLO, max_tokens=5)
    assert len(server.seen) == 5 and server.waits == [20] * 4


def test_a_refusal_is_final_and_names_no_key(serve):
    server, model = serve(lambda n, body: (401, {"error": "wrong key"}, {}))
    with pytest.raises(ModelError, match="status 401.*wrong key") as caught:
        model.complete(HELLO, max_tokens=5)
    assert len(server.seen) == 1
    assert "secret" not in str(caught.value) and "secret" not in repr(model)


@pytest.mark.parametrize("content", [None, "", 5, ["x"], {"text": "x"}])
def test_contents_of_every_kind(serve, content):
    server, model = serve(lambda n, body: answered(content), tries=2)
    if content is None or content == "":
        assert model.complete(HELLO, max_tokens=5).text == ""
    else:
        with pytest.raises(ModelError, match="no text"):
            model.complete(HELLO, max_tokens=5)


def test_strange_counts_of_tokens_are_none(serve):
    for usage in (None, 5, {}, {"prompt_tokens": -1, "completion_tokens": "7"}, {"prompt_tokens": True, "completion_tokens": 1.5}):
        _, model = serve(lambda n, body: answered("hi", usage=usage))
        assert model.complete(HELLO, max_tokens=5).input_tokens == 0 == model.complete(HELLO, max_tokens=5).output_tokens


def test_a_server_that_says_nothing_is_given_up(serve):
    never = threading.Event()
    _, model = serve(lambda n, body: (never.wait(2), answered("late"))[1], timeout=0.1, tries=2)
    with pytest.raises(ModelError, match="2 tries"):
        model.complete(HELLO, max_tokens=5)
    never.set()


@pytest.mark.parametrize("status", [400, 403, 413, 422])
def test_what_the_server_does_not_accept_can_stand_for_silence(serve, status):
    _, model = serve(lambda n, body: (status, {}, {}) if body["messages"][0]["content"] == "1" else answered("x"))
    requests = [[{"role": "user", "content": str(at)}] for at in range(3)]
    assert [one.text for one in model.complete_all(requests, max_tokens=5, refused=Completion("-"))] == ["x", "-", "x"]
    with pytest.raises(ModelRefused, match=str(status)):
        model.complete_all(requests, max_tokens=5)


def test_a_claude_model_is_asked_in_its_own_wire(serve):
    answer = {
        "content": [{"type": "thinking", "thinking": "…"}, {"type": "text", "text": "2"}],
        "stop_reason": "max_tokens",
        "usage": {"input_tokens": 4, "cache_read_input_tokens": 3, "cache_creation_input_tokens": 2, "output_tokens": 1},
    }
    server, model = serve(lambda n, body: (200, answer, {}))
    url = model.url.removesuffix("/v1")  # as its own clients take it
    asked = [{"role": "system", "content": "be brief"}, *HELLO]
    for name in ("claude-judge", "anthropic:judge"):
        found = replace(model, url=url, name=name).complete(asked, max_tokens=5, temperature=1.5)
        assert (found.text, found.input_tokens, found.output_tokens, found.cut) == ("2", 9, 1, True)
        expected = {"model": name.removeprefix("anthropic:"), "max_tokens": 5, "temperature": 1.0, "system": "be brief", "messages": HELLO}
        assert server.seen.pop() == ("/v1/messages", None, expected)
        assert server.headers["x-api-key"] == "secret" and server.headers["anthropic-version"] == "2023-06-01"
    server.script = lambda n, body: (200, {"content": "text"}, {})
    with pytest.raises(ModelError, match="no content that is text"):
        replace(model, url=url, name="claude-judge", tries=1).complete(HELLO, max_tokens=5)


def test_the_prefix_says_the_wire(serve):
    server, model = serve(lambda n, body: answered("hi"))
    replace(model, name="openai:claude-like").complete(HELLO, max_tokens=5)
    replace(model, name="ft:gpt:x").complete(HELLO, max_tokens=5)
    assert [(path, body["model"]) for path, _, body in server.seen] == [
        ("/v1/chat/completions", "claude-like"),
        ("/v1/chat/completions", "ft:gpt:x"),
    ]


def test_the_newer_name_of_the_limit(serve):
    said = {"error": {"message": "Unsupported parameter: 'max_tokens' … Use 'max_completion_tokens' instead."}}
    server, model = serve(lambda n, body: (400, said, {}) if "max_tokens" in body else answered("hi"))
    assert model.complete(HELLO, max_tokens=5).text == "hi"
    assert [sorted(body) for _, _, body in server.seen][-1] == ["max_completion_tokens", "messages", "model", "temperature"]
    assert model.complete(HELLO, max_tokens=5).text == "hi"
    assert len(server.seen) == 3  # known by now


def test_a_gateway_is_waited_for_and_says_how_long_it_waited(serve, tmp_path):
    script = {
        1: (*answered("hi")[:2], {"x-rebench-waited-seconds": "12.5"}),
        2: (502, {"error": "nobody is there"}, {}),
        3: (429, {}, {"x-should-retry": "false"}),
        4: (429, {}, {}),
        5: (409, {}, {}),
        6: answered("again"),
    }
    server, model = serve(lambda n, body: script[n], unix=tmp_path / "model.sock", timeout=0.01)
    assert model.complete(HELLO, max_tokens=5).waited_seconds == 12.5
    with pytest.raises(ModelError, match="no answer: status 502.*nobody is there"):
        model.complete(HELLO, max_tokens=5)
    with pytest.raises(ModelError, match="refused the request with status 429") as spent:
        model.complete(HELLO, max_tokens=5)
    assert not isinstance(spent.value, ModelRefused)
    with pytest.raises(ModelRefused):  # a request that is larger than the provider's rate: the doing of whoever wrote it
        model.complete(HELLO, max_tokens=5)
    assert len(server.seen) == 4 and server.waits == []
    assert model.complete(HELLO, max_tokens=5).text == "again" and server.waits == [0.5]  # it passes this one on


def test_a_limit_that_is_spent_is_not_asked_about_again(serve):
    server, model = serve(lambda n, body: (429, {}, {"x-should-retry": "false"}))
    with pytest.raises(ModelError, match="status 429"):
        model.complete(HELLO, max_tokens=5)
    assert len(server.seen) == 1


def test_no_server_at_all():
    with pytest.raises(ModelError, match="127.0.0.1:9"):
        Model(url="http://127.0.0.1:9/v1", name="judge", tries=2, sleep=lambda _: None).complete(HELLO, max_tokens=5)


def test_many_requests_keep_their_order(serve):
    _, model = serve(lambda n, body: answered(body["messages"][0]["content"].upper()))
    found = model.complete_all([[{"role": "user", "content": f"word {at}"}] for at in range(40)], max_tokens=5, workers=8)
    assert [one.text for one in found] == [f"WORD {at}" for at in range(40)]
    assert model.complete_all([], max_tokens=5) == []


def test_one_failure_of_many_is_a_failure(serve):
    _, model = serve(lambda n, body: (400, {}, {}) if body["messages"][0]["content"] == "3" else answered("x"))
    with pytest.raises(ModelError, match="400"):
        model.complete_all([[{"role": "user", "content": str(at)}] for at in range(8)], max_tokens=5, workers=2)


def test_the_environment_says_which_model(monkeypatch):
    monkeypatch.setenv("REBENCH_MODEL_URL", "http://127.0.0.1:8000/v1")
    monkeypatch.delenv("REBENCH_MODEL_NAME", raising=False)
    with pytest.raises(ModelError, match="set REBENCH_MODEL_NAME "):
        Model.from_environment()
    monkeypatch.setenv("REBENCH_MODEL_NAME", "judge")
    monkeypatch.delenv("REBENCH_MODEL_KEY", raising=False)
    assert Model.from_environment(tries=1) == Model(url="http://127.0.0.1:8000/v1", name="judge", tries=1)


def test_an_address_that_is_none():
    for url in ("8000", "ftp://host/v1", "http://host:port/v1", ""):
        with pytest.raises(ModelError, match="REBENCH_MODEL_URL"):
            Model(url=url, name="judge").complete(HELLO, max_tokens=5)
