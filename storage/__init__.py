"""REMEMBERS: models with their rules; imports nothing of ours."""
