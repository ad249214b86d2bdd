"""The report of a finished run: its replies, spots and scores collected for the page."""
