"""Administrative units by official code: read from a file or a package, compared, previewed, taken over."""
