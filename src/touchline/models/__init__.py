from touchline.models.nouns import Engine, Failure, FailureReason, Generation, Reply, Request, request_key
