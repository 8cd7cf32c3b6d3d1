"""The installation on one machine: the front door, the doorbell, the schedule, the mail."""
