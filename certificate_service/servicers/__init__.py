"""gRPC doors of the certificate service."""
