"""The paper: layout, fonts, seal, QR, signature."""
