"""Model servers that touchline starts, waits for and stops."""
