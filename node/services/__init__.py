"""Use cases of a node: one module for each thing that a person or a peer asks for."""
