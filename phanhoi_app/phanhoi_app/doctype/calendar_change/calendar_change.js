// How far the deadlines have followed a changed calendar.
frappe.ui.form.on("Calendar Change", {
	onload(frm) {
		frappe.realtime.off("calendar_change");
		frappe.realtime.on("calendar_change", (told) => {
			if (told.name === frm.doc.name) follow(frm, told);
		});
		// Realtime tells sooner; without it the counters are read from the document.
		clearInterval(frm.change_poll);
		frm.change_poll = setInterval(() => {
			const shown = cur_frm === frm && frappe.get_route()[0] === "Form" && !document.hidden;
			if (shown && is_busy(frm.doc)) frm.reload_doc();
		}, 5000);
	},

	refresh(frm) {
		frm.disable_save();
		show(frm);
		if (frm.doc.status !== "Failed" || !frappe.model.can_write("Working Calendar")) return;
		frm.add_custom_button(__("Try again"), () =>
			frappe
				.call("phanhoi_app.phanhoi_app.doctype.calendar_change.calendar_change.try_again", { name: frm.doc.name })
				.then(() => frm.reload_doc())
		);
	},
});

function is_busy(doc) {
	return ["Waiting", "Running"].includes(doc.status);
}

function follow(frm, told) {
	if (told.status !== frm.doc.status) {
		frm.reload_doc();
		return;
	}
	Object.assign(frm.doc, told);
	["complaints", "moved", "skipped", "complaints_per_second"].forEach((field) => frm.refresh_field(field));
	show(frm);
}

function show(frm) {
	const doc = frm.doc;
	const wrapper = frm.get_field("progress_html").$wrapper;
	if (!is_busy(doc)) {
		wrapper.empty();
		return;
	}
	const percent = doc.total_complaints ? Math.floor((100 * doc.complaints) / doc.total_complaints) : 0;
	const number = (value) => format_number(value || 0, null, 0);
	const words = doc.status === "Running"
		? __("{0} of {1} complaints, {2} deadlines moved, {3} complaints a second", [doc.complaints, doc.total_complaints, doc.moved, doc.complaints_per_second].map(number))
		: __("Waiting for a worker …");
	wrapper.html(`
		<div class="progress" style="height: 12px" role="progressbar" aria-valuemin="0" aria-valuemax="100"
			aria-valuenow="${percent}" aria-label="${__("Progress")}">
			<div class="progress-bar" style="width: ${percent}%"></div>
		</div>
		<p class="mt-2 mb-0" aria-live="polite">${percent} % · ${frappe.utils.escape_html(words)}</p>`);
}
