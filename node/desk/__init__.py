"""Pages of the window and partner desks: forms to use cases, answers to HTML.

They see one `Office` and nothing else of the node. Every page works without a script.
"""
