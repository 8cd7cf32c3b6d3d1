"""Plausible's Stats API, versions 1 and 2, over questions to the engine.

Specification: https://plausible.io/docs/stats-api and https://plausible.io/docs/stats-api-v1; what differs on purpose
stands in docs/stats-api.md.
"""
