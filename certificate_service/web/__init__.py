"""The verify site: a process without keys or database that shows signed files.

Admission rule: whatever is served here was signed elsewhere; nothing that a visitor looks at is
recorded, and a certificate's identity reaches this process only when a person types it.
"""
