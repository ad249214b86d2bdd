"""Card types: one for each way to reach a model, with the fields that only its engine needs."""
