"""Parts of videos, copied as they are."""
