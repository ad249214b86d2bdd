"""The engine for Gemini through Google's own API: uploads, and questions about them."""
