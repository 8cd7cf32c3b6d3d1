"""The three Lambdas: ingest, projector, query. None imports another."""
