"""The `milepost` commands, one file each."""
