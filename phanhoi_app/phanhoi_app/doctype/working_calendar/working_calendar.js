// The form of a working calendar: its year in view, days changed by a click, what a change moves told before it is saved.
const API = "phanhoi_app.sla.calendar_api.";
const VIEW = ["/assets/phanhoi_app/js/year_view.js", "/assets/phanhoi_app/js/calendar_dialogs.js", "/assets/phanhoi_app/css/year_view.css"];

frappe.ui.form.on("Working Calendar", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Changes of this calendar"), () =>
			frappe.set_route("List", "Calendar Change", { calendar: frm.doc.name })
		);
		show_year(frm);
	},
	round_the_clock: (frm) => draw(frm),

	// Saving waits for the answer; a new calendar moves nothing yet.
	async before_save(frm) {
		frm.moves_deadlines = false;
		if (frm.is_new()) return;
		await frappe.require(VIEW);
		const told = await ask(frm, "preview_change");
		frm.moves_deadlines = told.later + told.earlier > 0;
		if (frm.moves_deadlines && !(await phanhoi.confirm_moves(frm, told))) frappe.validated = false;
	},

	after_save: (frm) => frm.moves_deadlines && phanhoi.tell_of_moving(frm, { calendar: frm.doc.name }),
});

// What is typed into the lists is drawn as well.
const events = {};
for (const field of ["day", "part", "status", "description", "as_weekday", "start_time", "end_time", "weekday", "valid_from", "valid_to"]) {
	events[field] = (frm) => draw(frm);
}
for (const table of ["days_off", "working_days", "shifts"]) events[`${table}_remove`] = (frm) => draw(frm);
["Day Off", "Make-up Working Day", "Working Shift"].forEach((doctype) => frappe.ui.form.on(doctype, events));

const draw = frappe.utils.debounce((frm) => frm.year_view && frm.year_view.refresh(), 300);

function ask(frm, method, args = {}) {
	return frappe.call({ method: API + method, args: { doc: frm.doc, ...args } }).then((answer) => answer.message);
}

async function show_year(frm) {
	await frappe.require(VIEW);
	const wrapper = frm.get_field("year_html").$wrapper;
	frm.year_view = frm.year_view || new phanhoi.YearView({
		wrapper,
		year: Number(frappe.datetime.get_today().slice(0, 4)),
		load: (year) => ask(frm, "year", { year }),
		on_day: (day, facts) => phanhoi.edit_day(frm, day, facts, () => frm.year_view.refresh()),
		draw_actions: (bar, facts) => draw_actions(frm, bar, facts),
	});
	await frm.year_view.refresh();
}

function draw_actions(frm, bar, facts) {
	if (!phanhoi.may_edit_calendar(frm) || frm.doc.round_the_clock) return;
	const year = frm.year_view.year;
	const add = (label, action, primary) =>
		$(`<button type="button" class="btn btn-sm ${primary ? "btn-primary" : "btn-default"}"></button>`)
			.text(label)
			.on("click", action)
			.appendTo(bar);
	if (facts.drafts) add(__("Confirm {0} draft days", [facts.drafts]), () => confirm_drafts(frm, year), true);
	add(__("Load the days off of {0}", [year]), () => load_draft(frm, year));
	add(__("Seasonal hours"), () => phanhoi.edit_season(frm, ask, year, () => frm.year_view.refresh()));
	add(__("Copy the seasons to {0}", [year + 1]), () => copy_seasons(frm, year));
}

async function load_draft(frm, year) {
	if (frm.is_dirty()) {
		frappe.msgprint(__("Save the calendar first: the draft is written into the saved one."));
		return;
	}
	const answer = await frappe.call({ method: `${API}draft`, args: { calendar: frm.doc.name, year }, freeze: true });
	const { added, known } = answer.message;
	await frm.reload_doc();
	frappe.show_alert({ message: __("{0} draft days added, {1} were there already.", [added, known]), indicator: added ? "green" : "blue" }, 10);
}

function confirm_drafts(frm, year) {
	for (const table of ["days_off", "working_days"]) {
		for (const row of frm.doc[table] || []) {
			if (row.status === "Draft" && (row.day || "").startsWith(`${year}-`)) row.status = "Confirmed";
		}
		frm.refresh_field(table);
	}
	frm.dirty();
	frm.year_view.refresh();
	frappe.show_alert(__("Look the year through once more, then save."), 10);
}

async function copy_seasons(frm, year) {
	const rows = await ask(frm, "copy_seasons", { year });
	const added = rows.length - frm.doc.shifts.length;
	phanhoi.set_shifts(frm, rows);
	frm.year_view.go(year + 1);
	frappe.show_alert(added ? __("{0} rows of hours added. Look them through, then save.", [added]) : __("The next year has its seasons already."), 10);
}
