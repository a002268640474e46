"""The foreground: a question becomes an answer. `flow` tells the whole story on one page."""
