"""Small faults put into the code on purpose: a test must notice each (M17)."""
