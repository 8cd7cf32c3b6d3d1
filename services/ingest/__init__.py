"""From a beacon's request to an event in the log."""
