"""The complaint. Thin: it numbers itself, keeps its search key and phase, and refuses changes past the verbs."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.realtime import get_doctype_room
from frappe.utils import get_datetime

from phanhoi_app.access import field_guard, files, identity, scope
from phanhoi_app.custody import actions, guidance, panel, phases, quiet_workflow, routing, sealing
from phanhoi_app.history import record, words
from phanhoi_app.intake import areas, numbers, photos, prepare
from phanhoi_app.messaging import words as message_words
from phanhoi_app.rules import searching
from phanhoi_app.sla import clock_words, explaining, extending, urging

quiet_workflow.install()


class Complaint(Document):
    @property
    def identity(self) -> frappe._dict:
        """Who sent it and what was typed (`access.identity.KEPT`): for code that serves the citizen."""
        if self.flags.identity is None:
            self.flags.identity = identity.of(self.name)
        return self.flags.identity

    @property
    def tracking_code(self) -> str:
        """The citizen's secret, by which the own page opens."""
        return self.identity.tracking_code

    def onload(self):
        """What the form shows besides the fields; the framework has asked the permission to read."""
        if self.is_new():
            return
        shown_with = panel.related_photos(self)
        sent = [(each, field) for each in (self.name, *shown_with) for field in files.FROM_CITIZEN]
        self.set_onload("photos", [file for each, field in sent for file in photos.of(each, field)])
        self.set_onload("answer_files", photos.of(self.name, files.ANSWER_FILES))
        last_readable = scope.last_readable(self.name)
        self.set_onload("events", words.timeline(self.name, last_readable))
        self.set_onload("messages", message_words.lines(self.name, last_readable))
        self.set_onload("actions", actions.open_to_user(self))
        self.set_onload("guarded_fields", field_guard.guarded_fields())
        self.set_onload("open_fields", field_guard.open_fields(self))
        self.set_onload("identity_refused", identity.refused(self))
        self.set_onload("clocks", clock_words.for_form(self))
        self.set_onload("extension_request", extending.open_request(self))
        self.set_onload("escalations", explaining.for_form(self.name))
        self.set_onload("may_urge", urging.may_urge(self))
        self.set_onload("beside", actions.beside_open_to_user(self))
        self.set_onload("cohandling", panel.shown(self))
        self.set_onload("suggested_agency", routing.suggested_agency(self))
        if self.officer:
            self.set_onload("officer_name", frappe.get_cached_value("User", self.officer, "full_name"))
        if self.satisfaction:
            self.set_onload("rating", words.rating_label(self.satisfaction))

    def guidance_letter(self) -> dict:
        """The words of the letter with which a citizen is shown the right place (`custody.guidance.letter`)."""
        return guidance.letter(self)

    def autoname(self):
        self.name = numbers.next_number(get_datetime(self.received_at).year)

    def set_user_and_timestamp(self):
        """As the framework's, but the citizen's own account signs nothing that officials read."""
        super().set_user_and_timestamp()
        if record.by_citizen(self.flags.event):
            self.modified_by = record.NOBODY
            if self.is_new():
                self.owner = record.NOBODY

    def before_insert(self):
        prepare.new_complaint(self)

    def after_insert(self):
        identity.store(self)

    def validate(self):
        if not self.is_new() and not self.flags.by_verb:
            field_guard.refuse(self.get_doc_before_save(), self)
            self._seal_anew()
            self._take_area()
        self.phase = phases.phase_of(self.workflow_state)
        self.search_text = searching.search_text(self.title, self.content, self.address)

    def validate_higher_perm_levels(self):
        # The framework drops in silence what somebody may not write: say so.
        if not self.is_new() and not self.flags.by_verb:
            self.load_doc_before_save()
            field_guard.refuse_identity(self.get_doc_before_save(), self)
        super().validate_higher_perm_levels()

    def validate_workflow(self):
        # A verb has found its transition in the workflow; a plain save cannot change the state at all.
        if self.is_new() or self.flags.by_verb:
            return
        super().validate_workflow()

    def has_permission(self, *args, **kwargs) -> bool:
        """As the framework's, but what somebody may not see does not exist for that person."""
        if super().has_permission(*args, **kwargs):
            return True
        if not self.is_new() and not scope.may_see(self.name):
            if "delete" in (*args, *kwargs.values()):  # of what is not there, the framework says no more here
                raise frappe.DoesNotExistError
            raise frappe.DoesNotExistError(_("{0} {1} not found").format(_(self.doctype), self.name))
        return False

    def notify_update(self):
        """Tell those who have the form open. The framework would tell every session on the site, by number."""
        frappe.publish_realtime(
            "doc_update",
            {"modified": self.modified, "doctype": self.doctype, "name": self.name},
            doctype=self.doctype,
            docname=self.name,
            after_commit=True,
        )
        if not self.sealed:
            # Without the number: whoever has the list open asks for what is in the own scope.
            frappe.publish_realtime(
                "complaint_list_changed", {}, room=get_doctype_room(self.doctype), after_commit=True
            )

    def on_trash(self):
        frappe.throw(
            _("A complaint is never deleted: refuse, redirect or withhold it instead."),
            frappe.PermissionError,
        )

    def before_rename(self, *args, **kwargs):
        frappe.throw(_("A complaint keeps its number."), frappe.PermissionError)

    # The framework's own can be called over REST with the validation left out.
    rename = _rename = before_rename

    def get_valid_dict(self, *args, **kwargs):
        """The columns to write, without the history's anchor: a copy read earlier must not put an older one back."""
        values = super().get_valid_dict(*args, **kwargs)
        for field in record.ANCHOR:
            values.pop(field, None)
        return values

    def _seal_anew(self):
        """A corrected field, wish, or agency complained about, decides anew who may see what."""
        before = self.get_doc_before_save()
        if before.identity_wish != self.identity_wish:
            self.citizen_masked = identity.mask(self.identity, self.identity_wish)
        if (before.field, before.accused_agency) != (self.field, self.accused_agency):
            sealing.seal(self)

    def _take_area(self):
        """A corrected area is one that stands today; one that has ended stays where it was chosen before."""
        if self.area and self.area != self.get_doc_before_save().area:
            self.area = areas.to_take(self.area)


def on_doctype_update():
    """Indexes of the lists that people open all day; each has its EXPLAIN in the tests."""
    frappe.db.add_index("Complaint", ["agency", "phase", "due_on"], "agency_phase_due")
    # With all that the daily digest counts by.
    frappe.db.add_index("Complaint", ["phase", "due_on", "agency", "sealed", "clock_state"], "phase_due")
    frappe.db.add_index("Complaint", ["phase", "received_at"], "phase_received")
    frappe.db.add_index("Complaint", ["officer", "phase"], "officer_phase")
    frappe.db.add_index("Complaint", ["publication", "answered_on"], "publication_answered")
    # All that is not sealed, newest first, for those who read it all; and its number, from the index alone.
    frappe.db.add_index("Complaint", ["sealed", "received_at", "accused_agency"], "sealed_received")
    # One complaint for each reference of a channel: what makes an import safe to run again.
    frappe.db.add_unique("Complaint", ["channel", "external_reference"], "channel_reference")
