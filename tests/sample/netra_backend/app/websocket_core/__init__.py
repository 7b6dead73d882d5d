"""What a chat sends over its WebSocket."""
