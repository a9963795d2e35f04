"""gRPC doors of a node: wire in, one call, wire out."""
