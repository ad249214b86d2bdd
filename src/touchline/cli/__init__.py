"""The command line: one thin file per verb, without logic. Imports are late."""

import gc

# Importing makes tens of thousands of objects that live as long as the program. Looking through
# them at Python's usual threshold of 700 takes a tenth of a short verb.
gc.set_threshold(100_000)
