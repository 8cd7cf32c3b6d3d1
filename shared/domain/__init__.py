"""The pure part: events, keys, folds, visitors, milestones, rules. No SDK, no clock, no I/O."""
