"""What a drawing is put on, and what stands beside it."""
