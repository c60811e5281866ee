"""Platform and trust: what each member hears and says, and what reaches nobody."""
