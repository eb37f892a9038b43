// Which calendar holds for an agency that names none, and from whom it comes; what another one moves, before it is saved.
frappe.ui.form.on("Agency", {
	refresh(frm) {
		tell_calendar(frm);
		frm.saved_calendar = calendar_facts(frm);
	},
	working_calendar: (frm) => tell_calendar(frm),

	async before_save(frm) {
		frm.moves_deadlines = false;
		const facts = calendar_facts(frm);
		if (frm.is_new() || !frm.saved_calendar || String(facts) === String(frm.saved_calendar)) return;
		await frappe.require("/assets/phanhoi_app/js/calendar_dialogs.js");
		const [calendar, parent] = facts;
		await phanhoi.ask_before_moving(frm, "preview_agency", { agency: frm.doc.name, calendar, parent });
	},
	after_save: (frm) => frm.moves_deadlines && phanhoi.tell_of_moving(frm, { agency: frm.doc.name }),
});

const calendar_facts = (frm) => [frm.doc.working_calendar || "", frm.doc.parent_agency || ""];

async function tell_calendar(frm) {
	const tell = (words) => frm.get_field("working_calendar")?.set_new_description(words);
	if (frm.is_new() || frm.doc.working_calendar) return tell("");
	const answer = await frappe.call({ method: "phanhoi_app.sla.calendar_api.holding", args: { agency: frm.doc.name } });
	const { calendar, agency, agency_name } = answer.message;
	const escape = frappe.utils.escape_html;
	if (!calendar) return tell(__("No calendar holds here: every hour counts."));
	const shown = `<a href="/app/working-calendar/${encodeURIComponent(calendar)}">${escape(calendar)}</a>`;
	if (agency && agency !== frm.doc.name) return tell(__("Here holds {0}, from {1}.", [shown, escape(agency_name || agency)]));
	if (!agency) return tell(__("Here holds {0}, from the settings.", [shown]));
	return tell("");
}
