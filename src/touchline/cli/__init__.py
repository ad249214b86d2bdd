"""The command line: one thin file a verb, no logic. Nothing heavy is imported before it is used."""
