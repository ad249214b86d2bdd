"""The journal of replies: append-only files with checksums, and an index beside each."""
