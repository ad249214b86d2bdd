"""Events in decoded objects and lists, whatever parser decoded them."""
