"""What people and tools wrote, read into values."""
