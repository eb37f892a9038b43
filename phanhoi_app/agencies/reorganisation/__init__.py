"""Agencies and areas merged, divided, renamed, moved in the tree: planned, previewed, confirmed, carried out."""
