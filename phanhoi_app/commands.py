"""The app's bench commands: an index. Each command lives with what it does."""

from phanhoi_app.agencies.units.command import import_units
from phanhoi_app.demo.command import phanhoi_demo
from phanhoi_app.history.command import verify_history
from phanhoi_app.intake.importer.command import phanhoi_import
from phanhoi_app.sla.command import draft_calendar, recompute_clocks

commands = [
    draft_calendar,  # "draft-calendar"
    import_units,  # "import-units"
    phanhoi_demo,  # "phanhoi-demo"
    phanhoi_import,  # "phanhoi-import"
    recompute_clocks,  # "recompute-clocks"
    verify_history,  # "verify-history"
]
