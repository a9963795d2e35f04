"""Engines and transactions that every service shares; knows no table but its own."""
