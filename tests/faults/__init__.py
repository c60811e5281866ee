"""Faults tried for real: every process apart, killed and starved, then what must hold is counted."""
