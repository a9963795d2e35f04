"""Who somebody is: keys, names, certificates, the trust list and what hangs from it."""
