"""Built-in cases that show that the gate fails where it must."""
