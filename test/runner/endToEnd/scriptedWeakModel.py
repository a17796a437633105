"""The scripted weak model of rust_codecontests behind OpenAI's chat wire; prints its port. Usage: scriptedWeakModel.py ENVIRONMENT PROTECTED

The wire names no problem: the one whose statement a request holds is the one that is asked about.
"""
import json
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

environment, protected = map(Path, sys.argv[1:])
sys.path[:0] = [str(environment.parent / "_lib"), str(environment)]
from scripted import ScriptedModel, share_of_words
from spending import parse_request

scripts = {}
for part in ("validation", "held_out"):
    scripts |= json.loads((protected / f"script_{part}.json").read_text())
model, asked, guard = ScriptedModel(scripts), Counter(), threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = parse_request(body)
        name = max(scripts, key=lambda each: share_of_words(scripts[each]["statement"], request.text))
        with guard:
            number, asked[name] = asked[name], asked[name] + 1
        text, read, written = model.complete(name, request, body["max_tokens"], number)
        usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        content = json.dumps({"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
