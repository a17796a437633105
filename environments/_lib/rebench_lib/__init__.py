"""What scorers share: answers, judges, frames, the exchange folder. Standard library only; `guest` is the judge's side."""
