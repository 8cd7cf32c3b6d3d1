"""Requests of other people's trackers, and of a page without any, brought into the form of a beacon."""
