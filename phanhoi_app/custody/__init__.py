"""Who holds a complaint: the verbs that change its state and holder, each one lock, one save, one event."""
