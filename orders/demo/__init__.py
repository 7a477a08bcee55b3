"""The past of the demo shop."""
