"""What scorers share: answers, judges, frames, the exchange folder. Standard library only, but `openwebtext`; `guest` is the judge's side."""
