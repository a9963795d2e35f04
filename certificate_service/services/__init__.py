"""Use cases: one class per thing that the service does.

Admission rule: a use case gathers evidence through ports, lets the domain decide, and writes in
the one order that a crash cannot turn into a lie.
"""
