// Registering a letter: typed with the keyboard alone, the scan beside it; then the receipt for the person at the counter.
frappe.ui.form.on("Incoming Letter", {
	setup(frm) {
		frm.set_query("field", () => ({ filters: { is_group: 0, enabled: 1 } }));
		frm.set_query("area", () => ({ query: "phanhoi_app.intake.areas.offered", filters: { is_group: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new()) {
			show_scans(frm);
			frappe.ui.keys.add_shortcut({ shortcut: "alt+q", action: () => add_scan(frm), page: frm.page });
			return;
		}
		frm.disable_save();
		["channel", "letter_number", "letter_date", "received_on"].forEach((name) => frm.set_df_property(name, "read_only", 1));
		if (!(frm.doc.__onload || {}).receipt_refused) {
			const button = frm.add_custom_button(__("Print the receipt"), () => print_receipt(frm));
			button.addClass("btn-primary");
			button.trigger("focus");
		}
		frm.add_custom_button(__("Next letter"), () => frappe.new_doc("Incoming Letter", { channel: frm.doc.channel }));
	},

	// The server asks once when the same number and date stand in the book already.
	validate(frm) {
		if (frm.doc.known || !frm.doc.letter_number) return;
		return frappe
			.xcall("phanhoi_app.intake.letters.already_registered", {
				letter_number: frm.doc.letter_number,
				letter_date: frm.doc.letter_date,
			})
			.then((other) => {
				if (!other) return;
				return new Promise((resolve, reject) => {
					frappe.confirm(
						__("A letter with this number and date is in the book as {0}. Is this another one?", [
							frappe.utils.escape_html(other),
						]),
						() => {
							frm.doc.known = 1;
							resolve();
						},
						() => {
							frappe.validated = false;
							reject();
						}
					);
				});
			});
	},
});

function scans_of(frm) {
	return JSON.parse(frm.doc.scans || "[]");
}

function show_scans(frm) {
	const escape = frappe.utils.escape_html;
	const rows = scans_of(frm).map((file) => `<li>${escape(file.file_name)}</li>`);
	const button = `<button type="button" class="btn btn-default btn-sm">${__("Add a scan (Alt+Q)")}</button>`;
	frm.get_field("scans_html")
		.$wrapper.html(
			(rows.length ? `<ol>${rows.join("")}</ol>` : `<p class="text-muted">${__("No scan yet: photos or one PDF.")}</p>`) + button
		)
		.find("button")
		.on("click", () => add_scan(frm));
}

function add_scan(frm) {
	new frappe.ui.FileUploader({
		folder: "Home/Attachments",
		allow_multiple: true,
		make_attachments_public: false,
		restrictions: { allowed_file_types: ["image/*", ".pdf"] },
		on_success(file) {
			frm.set_value("scans", JSON.stringify([...scans_of(frm), { name: file.name, file_name: file.file_name }]));
			show_scans(frm);
		},
	});
}

function print_receipt(frm) {
	window.open(`/api/method/phanhoi_app.intake.letters.receipt?${new URLSearchParams({ letter: frm.doc.name })}`);
}
