"""The archivist's words: everything here is a term that an archivist would recognise.

Admission rule: pure values and rules over them, standard library only, no input or output, no
clock. A thing that needs a database, a socket, a file or the time of day belongs elsewhere.
"""
