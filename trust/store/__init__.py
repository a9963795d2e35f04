"""Engines and transactions that every service shares; knows no table but its own.

engine = open_engine("sqlite:///lantai.db")        # or postgresql://...
ensure_schema(engine, metadata, "cases", 1)
with transaction(engine) as conn:                  # commits at the end, or not at all
conn.execute(...)
"""
