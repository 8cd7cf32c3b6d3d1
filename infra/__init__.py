"""Everything that puts the services somewhere."""
