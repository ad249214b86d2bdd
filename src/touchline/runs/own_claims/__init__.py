"""Controls that take a model's own claims: which frames they show, and which claims are left."""
