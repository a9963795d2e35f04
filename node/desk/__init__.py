"""Pages of the window and partner desks."""
