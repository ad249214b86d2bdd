"""Which part of a reply is its answer, and whether it is one."""
