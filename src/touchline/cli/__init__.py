"""The command line: one thin file per verb, without logic. Imports are late."""
