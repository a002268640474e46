"""The workshop: data -> fine-tune -> prune -> distil -> evaluate."""
