"""Gemini through Google's own API."""
