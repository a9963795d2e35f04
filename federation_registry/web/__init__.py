"""The operator's console (F1-F6): looks at the federation and changes nothing."""
