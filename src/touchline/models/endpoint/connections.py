"""How connections to endpoints are used."""

import httpx2

A_CONNECTION_EACH = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
"""A connection is used once. On one that is used again, an answer that a server or proxy delivers
twice is read as the answer to the next window, and nothing in it tells."""
