"""Files of the programs that people mark and cut videos with."""
