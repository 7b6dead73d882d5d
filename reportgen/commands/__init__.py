"""The commands: one module each, which has a `command`; the others help them."""
