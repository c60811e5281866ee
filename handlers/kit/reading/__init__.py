"""Reads what people write: days, places, votes, answers, notes; pure, and in both languages."""
