// Another calendar in the settings moves the deadlines of all agencies that name none: told before it is saved.
frappe.ui.form.on("Phanhoi Settings", {
	refresh: (frm) => (frm.saved_calendar = frm.doc.working_calendar || ""),

	async before_save(frm) {
		frm.moves_deadlines = false;
		const calendar = frm.doc.working_calendar || "";
		if (calendar === frm.saved_calendar) return;
		await frappe.require("/assets/phanhoi_app/js/calendar_dialogs.js");
		await phanhoi.ask_before_moving(frm, "preview_settings", { calendar });
	},
	after_save: (frm) => frm.moves_deadlines && phanhoi.tell_of_moving(frm),
});
