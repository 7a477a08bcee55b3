"""What operators see: request ids, structured logs, the client's address, health."""
