"""The counter of a page: how often it was viewed, for anyone to see, where its site says so."""
