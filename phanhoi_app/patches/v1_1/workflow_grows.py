"""Give the workflow "Standard" the transitions that came with this version."""

from phanhoi_app.workflows import loader


def execute() -> None:
    loader.extend("standard", "1.1")
