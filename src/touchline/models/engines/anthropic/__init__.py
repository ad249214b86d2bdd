"""Claude through Anthropic's own API."""
