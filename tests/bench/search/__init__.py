"""What the search finds, how fast, and what its index costs, beside plain alternatives."""
