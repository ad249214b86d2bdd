"""How connections to endpoints are used."""

import httpx2

NO_KEEPALIVE = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
"""Each connection is used once. On a reused connection, an answer that a server or proxy delivers
twice is read as the answer to the next window, without any sign of it."""
