"""Meet: there is always a next date."""
