"""The limits of an endpoint: what may be sent when, and how errors are handled."""
