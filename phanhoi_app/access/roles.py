"""The roles by name, in one place."""

CITIZEN = "Citizen"
COORDINATOR = "Phanhoi Coordinator"
OFFICER = "Phanhoi Officer"
LEADER = "Phanhoi Leader"
SUPERVISOR = "Phanhoi Supervisor"
ADMINISTRATOR = "Phanhoi Administrator"

ALL = (CITIZEN, COORDINATOR, OFFICER, LEADER, SUPERVISOR, ADMINISTRATOR)
READS_ALL = frozenset({"System Manager", ADMINISTRATOR, COORDINATOR, SUPERVISOR})
# Those who may correct what a complaint is about: field, kind, severity, place.
CORRECTS = frozenset({"System Manager", ADMINISTRATOR, COORDINATOR})
# Those who decide what the public reads.
PUBLISHES = frozenset({"System Manager", ADMINISTRATOR, COORDINATOR, LEADER})
# Duties in an agency with which one handles its complaints; a viewer only reads.
HANDLING_DUTIES = frozenset({"Officer", "Leader", "Coordinator"})
