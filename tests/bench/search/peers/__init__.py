"""Plain alternatives that a user could pick, each as it ships, on the same records and queries."""
