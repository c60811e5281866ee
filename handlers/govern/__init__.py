"""How a group is looked after: who animates, who stands in, who takes it over, what was done."""
