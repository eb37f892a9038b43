// The form of an import: Start and Stop, a bar that moves as the work goes on, the counts and the rejected rows.
const BUSY = ["Waiting", "Importing"];
const POLL = 5000; // milliseconds: realtime tells sooner; without it the counters are read from the document

frappe.ui.form.on("Complaint Import", {
	setup(frm) {
		["csv_file", "map_file"].forEach((name) => keep_upload(frm, name));
	},

	refresh(frm) {
		show_progress(frm);
		if (frm.is_new()) return;
		const busy = BUSY.includes(frm.doc.status);
		if (!busy || is_silent(frm)) {
			const again = frm.doc.status !== "Draft";
			frm.add_custom_button(again ? __("Run again") : __("Start"), () => start(frm)).addClass("btn-primary");
		}
		if (busy) frm.add_custom_button(__("Stop"), () => stop(frm));
		if (frm.doc.rejects_file) {
			frm.add_custom_button(__("Rejected rows"), () => window.open(frm.doc.rejects_file));
		}
		frm.set_df_property("csv_file", "read_only", busy ? 1 : 0);
		frm.set_df_property("map_file", "read_only", busy ? 1 : 0);
	},

	onload(frm) {
		frappe.realtime.off("complaint_import");
		frappe.realtime.on("complaint_import", (told) => {
			if (told.name === frm.doc.name) follow(frm, told);
		});
		clearInterval(frm.import_poll);
		frm.import_poll = setInterval(() => poll(frm), POLL);
	},
});

// The framework saves a form at each upload: a new import would be refused for want of its second file.
function keep_upload(frm, name) {
	const control = frm.fields_dict[name];
	const complete = control && control.on_upload_complete;
	if (!complete) return;
	control.on_upload_complete = function (attachment) {
		if (!frm.is_new()) return complete.call(this, attachment);
		return frm.set_value(name, attachment.file_url);
	};
}

function start(frm) {
	const run = () =>
		frappe
			.call({
				method: "phanhoi_app.phanhoi_app.doctype.complaint_import.complaint_import.start",
				args: { name: frm.doc.name },
				freeze: true,
			})
			.then(() => frm.reload_doc());
	frappe.confirm(
		__(
			"The cases of this file become complaints, with their original times. Nobody is told. Rows that came in before are left out. This cannot be undone. Start?"
		),
		() => (frm.is_dirty() ? frm.save().then(run) : run())
	);
}

function stop(frm) {
	frappe
		.call({
			method: "phanhoi_app.phanhoi_app.doctype.complaint_import.complaint_import.stop",
			args: { name: frm.doc.name },
		})
		.then(() => frappe.show_alert(__("Stopping after the rows that were begun …")));
}

// What the job tells live; when the state changes, the whole form is read again.
function follow(frm, told) {
	if (told.status && told.status !== frm.doc.status) {
		frm.reload_doc();
		return;
	}
	Object.assign(frm.doc, told, { progress_on: frappe.datetime.now_datetime() });
	["total_rows", "accepted_rows", "known_rows", "rejected_rows", "rows_per_second"].forEach((field) =>
		frm.refresh_field(field)
	);
	show_progress(frm);
}

function poll(frm) {
	const shown = cur_frm === frm && frappe.get_route()[0] === "Form" && !document.hidden;
	if (!shown || frm.is_new() || !BUSY.includes(frm.doc.status)) return;
	const fields = ["name", "status", "total_rows", "accepted_rows", "known_rows", "rejected_rows", "rows_per_second"];
	frappe.db
		.get_value("Complaint Import", frm.doc.name, fields)
		.then((answer) => answer.message && follow(frm, answer.message));
}

// A job that was killed leaves its import "importing": after two minutes it may be run again.
function is_silent(frm) {
	const since = frm.doc.progress_on && moment(frappe.datetime.now_datetime()).diff(frm.doc.progress_on, "seconds");
	return since === "" || since > 120;
}

function show_progress(frm) {
	const wrapper = frm.get_field("progress_html").$wrapper;
	const doc = frm.doc;
	if (frm.is_new() || doc.status === "Draft") {
		wrapper.html(`<p class="text-muted">${__("Save, then press Start.")}</p>`);
		return;
	}
	const total = doc.total_rows || 0;
	const done = (doc.accepted_rows || 0) + (doc.known_rows || 0) + (doc.rejected_rows || 0);
	const percent = total ? Math.floor((100 * done) / total) : doc.status === "Finished" ? 100 : 0;
	const color = { Failed: "bg-danger", Stopped: "bg-warning", Finished: "bg-success" }[doc.status] || "bg-primary";
	const number = (value) => format_number(value, null, 0);
	const words = total
		? __("{0} of {1} rows, {2} rejected, {3} rows a second", [done, total, doc.rejected_rows || 0, doc.rows_per_second || 0].map(number))
		: { Waiting: __("Waiting for a worker …"), Importing: __("Reading the file …") }[doc.status] || "";
	wrapper.html(`
		<div class="progress" style="height: 12px" role="progressbar" aria-valuemin="0" aria-valuemax="100"
			aria-valuenow="${percent}" aria-label="${__("Progress")}">
			<div class="progress-bar ${color}" style="width: ${percent}%"></div>
		</div>
		<p class="mt-2 mb-0" aria-live="polite">${percent} % · ${frappe.utils.escape_html(words)}</p>`);
	if (is_silent(frm) && BUSY.includes(doc.status)) {
		const warning = __("No sign of life for more than two minutes. Run it again: nothing comes in twice.");
		wrapper.append(`<p class="text-danger mb-0">${warning}</p>`);
	}
}
