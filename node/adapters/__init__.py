"""Implementations of the node's ports: SQL, files, gRPC clients. No use case is called here."""
