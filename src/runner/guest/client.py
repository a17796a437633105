"""What a participant asks the runner: score, clock, submit, service. Python standard library only; started by the files of those names.

    score [--log] [--json]                    scores what is in the workspace; --log lists the scores so far
    clock [status|pause|resume] [--json]      time used and left; people may pause it
    submit [--yes] [--json]                   ends the attempt with what is in the workspace
    service [JSON]                            asks the environment's service, with JSON from stdin where none is given; prints JSON

One line of JSON goes to the Unix socket $REBENCH_SOCKET, {"id", "token", "action"}, with "request" for a service, and one comes back. When the connection is lost
before the answer is there, the same request is sent again with the same id, and counts once. Exit status: 0 where the submission is
valid or the wish was granted, 1 where it is not valid or the service's answer is an error, 2 for a wrong call or a refusal, 3 where no answer could be had.
"""

import os
import sys
import time

try:  # without their Python halves these cost a quarter of the time to start, and people and agents wait for it
    import _json
    import _socket as sockets
except ImportError:
    import socket as sockets

    _json = None

VALID, INVALID, REFUSED, UNANSWERED = 0, 1, 2, 3
DEFAULT_SOCKET = "/run/rebench/attempt.sock"
MOST_ANSWER_BYTES = 64 << 20
PATIENCE_SECONDS = 120
LONGEST_WAIT_SECONDS = 2.0


class NoAnswer(Exception):
    """The runner gave none that can be used."""


class Syntax:
    """What the decoder of the standard library hands to its half in C."""

    strict, memo = True, {}
    object_hook = object_pairs_hook = None
    parse_float, parse_int, parse_constant = float, int, float


def decode(text: str) -> dict:
    try:
        if _json is None:
            import json

            value = json.loads(text)
        else:
            value, _ = _json.make_scanner(Syntax)(text.strip(), 0)
    except (ValueError, StopIteration, RecursionError) as error:
        raise NoAnswer("the runner's answer cannot be read") from error
    if not isinstance(value, dict):
        raise NoAnswer("the runner's answer cannot be read")
    return value


def quote(text: str) -> str:
    return '"' + "".join(c if c.isalnum() and c.isascii() or c in "-_.:/" else "\\u%04x" % min(ord(c), 0xFFFD) for c in text) + '"'


def ask_once(path: str, line: bytes) -> bytes:
    """A whole line of answer. Raises OSError where the connection ends before it."""
    if len(os.fsencode(path)) > 100:  # an address has 107 bytes
        path = "/proc/self/fd/%d/%s" % (os.open(os.path.dirname(path), os.O_RDONLY), os.path.basename(path))
    connection = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
    try:
        connection.connect(path)
        connection.sendall(line)
        answer = bytearray()
        while not answer.endswith(b"\n"):
            chunk = connection.recv(1 << 16)
            if not chunk:
                raise OSError("the connection ended")
            answer += chunk
            if len(answer) > MOST_ANSWER_BYTES:
                raise NoAnswer("the runner's answer is too long")
        return bytes(answer)
    finally:
        connection.close()


def ask(action: str, extra: str = "") -> "tuple[str, dict]":
    """The answer, as it came and decoded. The same id each time, so that the runner knows a repeated request."""
    path = os.environ.get("REBENCH_SOCKET", DEFAULT_SOCKET)
    request = {"id": os.urandom(16).hex(), "token": os.environ.get("REBENCH_TOKEN", ""), "action": action}
    line = "{%s%s}\n" % (", ".join('"%s": %s' % (key, quote(value)) for key, value in request.items()), extra)
    patience = float(os.environ.get("REBENCH_PATIENCE_SECONDS", PATIENCE_SECONDS))
    end, wait = time.monotonic() + patience, 0.05
    while True:
        try:
            text = ask_once(path, line.encode()).decode("utf-8", "replace")
            return text, decode(text)
        except OSError as error:
            if time.monotonic() + wait > end:
                raise NoAnswer("no answer from the runner at %s: %s" % (path, error)) from error
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)


def plain(value: object) -> str:
    """Text that cannot rewrite a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\\x%02x" % ord(c) for c in str(value))


def duration(seconds: float) -> str:
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    parts = [(hours, "h"), (minutes, "m"), (rest, "s")]
    return " ".join("%d%s" % part for part in parts if part[0]) or "0s"


def time_line(answer: dict) -> str:
    used, limit = answer["workingSeconds"], answer["timeLimitSeconds"]
    paused = "; the clock is paused" if answer.get("paused") else ""
    return "Time used: %s of %s, %s left%s." % (duration(used), duration(limit), duration(limit - used), paused)


def score_line(answer: dict) -> str:
    repeat = " (scored before)" if answer.get("repeat") else ""
    message = " " + plain(answer["message"]) if answer.get("message") else ""
    if not answer["valid"]:
        return "Not valid.%s%s" % (message, repeat)
    if answer.get("score") is None:
        return "Valid; scores are not shown here.%s%s" % (repeat, message)
    return "Score: %.6g%s.%s" % (answer["score"], repeat, message)


def say(action: str, answer: dict) -> None:
    if action == "score":
        print(score_line(answer))
        best, direction = answer.get("best"), answer.get("direction")
        if best is not None:
            print("Best so far: %.6g%s." % (best, " (%s is better)" % plain(direction) if direction else ""))
    if action == "score-log":
        for entry in answer["entries"]:
            print("%10s  %s" % (duration(entry["askedAtSeconds"]), score_line(entry)))
        if not answer["entries"]:
            print("Nothing was scored yet.")
    if action == "submit":
        print("Submitted. The attempt ends.")
    else:
        print(time_line(answer))


def run(action: str, as_json: bool) -> int:
    try:
        text, answer = ask(action)
        if answer.get("ok") is not True:
            message = plain(answer.get("message", "refused"))
            print(text.strip() if as_json else message, file=sys.stdout if as_json else sys.stderr)
            return UNANSWERED if answer.get("code") in ("scorer-broken", "service-broken") else REFUSED
        if as_json:
            print(text.strip())
        else:
            say(action, answer)
        return INVALID if action == "score" and answer["valid"] is not True else VALID
    except NoAnswer as error:
        print(plain(error), file=sys.stderr)
    except (KeyError, TypeError, ValueError):
        print("the runner's answer cannot be read", file=sys.stderr)
    return UNANSWERED


def ask_service(words: "list[str]") -> int:
    """Prints what the environment's service answers."""
    import json

    try:
        request = json.dumps(json.loads(words[0] if words else sys.stdin.read()))
    except (ValueError, RecursionError):
        print("service: a request is JSON, as an argument or on stdin", file=sys.stderr)
        return REFUSED
    try:
        _, reply = ask("service", ', "request": ' + request)
    except NoAnswer as error:
        print(plain(error), file=sys.stderr)
        return UNANSWERED
    if reply.get("ok") is not True:
        print(plain(reply.get("message", "refused")), file=sys.stderr)
        return UNANSWERED if reply.get("code") == "service-broken" else REFUSED
    answer = reply.get("answer")
    print(json.dumps(answer))
    return INVALID if isinstance(answer, dict) and "error" in answer else VALID


def agrees() -> bool:
    """Whether somebody at a terminal means it; programs do."""
    if not sys.stdin.isatty():
        return True
    sys.stdout.write("This ends the attempt with what is in the workspace. Type yes to go on: ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def wish(name: str, words: "list[str]") -> "str | None":
    """The action asked for; None where the call is wrong."""
    if name == "score":
        return {(): "score", ("--log",): "score-log"}.get(tuple(words))
    if name == "clock":
        return {(): "clock-status"}.get(tuple(words)) or {"pause": "clock-pause", "resume": "clock-resume", "status": "clock-status"}.get(
            " ".join(words)
        )
    return "submit" if name == "submit" and words in ([], ["--yes"]) else None


def main(name: str, arguments: "list[str]") -> int:
    if name == "service" and len(arguments) < 2 and arguments not in (["--help"], ["-h"]):
        return ask_service(arguments)
    words = [word for word in arguments if word != "--json"]
    if words in (["--help"], ["-h"]):
        print(__doc__)
        return VALID
    action = wish(name, words)
    if action is None:
        print("%s: cannot understand %s\n\n%s" % (name, plain(" ".join(arguments)) or "this", __doc__), file=sys.stderr)
        return REFUSED
    if action == "submit" and "--yes" not in words and not agrees():
        print("Not submitted.")
        return REFUSED
    return run(action, "--json" in arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "", sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os._exit(0)
