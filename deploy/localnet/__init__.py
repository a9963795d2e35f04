"""A whole federation on one machine: registry, three nodes, certificate service."""
