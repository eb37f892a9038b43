"""Who may see and do what: one criterion per DocType, for lists and single documents alike."""
