"""During the meeting: who is here, the round, the hot seat, notes and roles."""
