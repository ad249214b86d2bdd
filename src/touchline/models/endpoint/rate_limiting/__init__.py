"""The limits of an endpoint: what may be sent when, and what is done about what goes wrong."""
