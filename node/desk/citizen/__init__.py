"""Pages for citizens, an application of its own for the internet zone.

It knows the letter box and nothing else: no case, no officer, no key of the archive, no staff page.
"""
