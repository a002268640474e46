"""The fetcher, over networks of our own making."""
