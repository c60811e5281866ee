"""What people write, the scenes in which they write it, and how much of it is understood."""
