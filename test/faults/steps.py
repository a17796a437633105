"""An agent whose every score is known: 1, 2, 3, … up to STEPS, each once. Taken up again it goes on after the last that counts."""
import json
import random
import subprocess

STEPS = 8


def ask(*words: str) -> dict:
    told = subprocess.run(["score", "--json", *words], stdout=subprocess.PIPE, text=True, check=False)
    return json.loads(told.stdout) if told.stdout.strip() else {"ok": False}


log = ask("--log")
done = max([int(entry["score"]) for entry in log["entries"] if entry["score"]], default=0)
while done < STEPS:
    with open("answer.txt", "w") as file:
        file.write(f"{done + 1} slow={random.uniform(0.1, 0.5):.3f}")
    answer = ask()
    if answer["ok"]:
        assert answer["score"] == done + 1, answer
        done += 1
        with open("acknowledged", "a") as file:
            file.write(f"{done}\n")
