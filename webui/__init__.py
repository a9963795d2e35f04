"""What every page looks like: tokens, macros, policy headers, sessions. No business words."""
