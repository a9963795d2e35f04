"""One node: the archives it hosts, their window desk and their partner desk."""
