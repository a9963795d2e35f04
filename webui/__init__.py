"""What every page looks like and how it is guarded; no business words.

Templates escape by default, no page needs a script, nothing is fetched from elsewhere.
"""
