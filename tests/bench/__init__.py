"""How fast, how late and how big: real processes, measured against gates (`python -m tests.bench`)."""
