"""What sentences claim and deny, clause by clause."""
