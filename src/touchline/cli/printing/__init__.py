"""How the verbs print: tables, progress, and the forms for programs and papers."""
