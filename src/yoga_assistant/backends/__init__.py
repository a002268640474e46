"""Adapters: one file, one dependency, loaded by name on first use."""
