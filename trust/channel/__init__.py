"""Mutually authenticated gRPC: credentials, gate, status, client and server."""
