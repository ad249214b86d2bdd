"""The limits of an endpoint: what it allows, and what is done when it has had enough."""
