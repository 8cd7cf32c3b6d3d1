"""From the log to the counts: fold, commit, sweep, rebuild, verify; milestones and their mails."""
