"""gRPC doors of the registry."""
