"""The gRPC door: message in, one use case, message out.

Admission rule: no decision and no storage here; refusals pass through to the channel.
"""
