"""What the search finds, how fast, and what its index costs; side by side with plain alternatives."""
