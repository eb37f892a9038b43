// The complaint's form: the citizen's words and photos, the history, a dialog for each action.
frappe.ui.form.on("Complaint", {
	setup(frm) {
		// So that a list of choices says by labels what it is narrowed to, the first time as well.
		["Field", "Area", "Refusal Reason"].forEach((doctype) => frappe.model.with_doctype(doctype));
		frm.set_query("field", () => ({ filters: { is_group: 0, enabled: 1 } }));
		frm.set_query("accused_agency", () => ({ filters: { parent_agency: ["is", "set"] } }));
		frm.set_query("area", () => ({ query: "phanhoi_app.intake.areas.offered", filters: { is_group: 0 } }));
	},

	refresh(frm) {
		show_details(frm);
		show_files(frm, "photos", "photos_html", __("No photo was sent."));
		show_files(frm, "answer_files", "answer_files_html", "");
		phanhoi.show_timeline(frm);
		lock_fields(frm);
		if (frm.is_new()) return;
		show_headline(frm);
		phanhoi.custody.refresh(frm);
		// The state stands beside the title, in words; the link field would show its English name.
		frm.toggle_display("workflow_state", false);
		const { rating, officer_name } = frm.doc.__onload || {};
		if (rating) frm.get_field("satisfaction").set_description(frappe.utils.escape_html(rating));
		if (officer_name) frm.get_field("officer").set_description(frappe.utils.escape_html(officer_name));
		const handling = ["assigned", "processing", "approval"].includes(frm.doc.phase);
		if (handling && frm.perm[0] && frm.perm[0].write) {
			frm.add_custom_button(__("Attach a file to the answer"), () => attach_to_answer(frm));
		}
		if (["answered", "closed"].includes(frm.doc.phase) && can_publish()) {
			if (frm.doc.publication !== "Published") {
				frm.add_custom_button(__("Publish"), () => publish(frm), __("Publication"));
			}
			if (frm.doc.publication !== "Withheld") {
				frm.add_custom_button(__("Withhold"), () => withhold(frm), __("Publication"));
			}
		}
	},

	// The framework asks this before each workflow action; what the dialog collects travels with the document.
	before_workflow_action(frm) {
		delete frm.doc.__inputs;
		const action = frm.selected_workflow_action;
		const known = ((frm.doc.__onload || {}).actions || {})[action];
		const fields = known && phanhoi.custody.fields(frm, known.verb);
		if (!fields) return Promise.resolve();
		frappe.dom.unfreeze();
		return new Promise((resolve, reject) => {
			let confirmed = false;
			const dialog = new frappe.ui.Dialog({
				title: __(action),
				fields,
				size: known.verb === "split" ? "large" : undefined,
				primary_action_label: __(action),
				primary_action(values) {
					confirmed = true;
					frm.doc.__inputs = values;
					dialog.hide();
					frappe.dom.freeze();
					resolve();
				},
			});
			dialog.onhide = () => {
				if (!confirmed) reject(new Error("cancelled"));
			};
			phanhoi.custody.show_preview(dialog, known.preview);
			dialog.show();
		}).catch((error) => {
			// Leaving the dialog leaves the complaint as it is.
			if (error.message !== "cancelled") throw error;
			return new Promise(() => {});
		});
	},

	after_workflow_action(frm) {
		frm.reload_doc();
	},
});

function lock_fields(frm) {
	const fixed = ["title", "content", "channel", "external_reference"];
	fixed.forEach((name) => frm.set_df_property(name, "read_only", frm.is_new() ? 0 : 1));
	// The server says which fields this person may change now, and refuses the others at each save.
	const { guarded_fields = [], open_fields: open = [] } = frm.doc.__onload || {};
	guarded_fields.forEach((name) => frm.set_df_property(name, "read_only", frm.is_new() || open.includes(name) ? 0 : 1));
	// Decided in a dialog, on a text from which personal data is taken.
	["public_title", "public_content", "public_answer"].forEach((name) => frm.set_df_property(name, "read_only", 1));
}

function can_publish() {
	return ["System Manager", "Phanhoi Administrator", "Phanhoi Coordinator", "Phanhoi Leader"].some((role) =>
		frappe.user_roles.includes(role)
	);
}

function show_headline(frm) {
	const badge = phanhoi.due_badge(frm.doc);
	frm.dashboard.clear_headline();
	if (badge) frm.dashboard.set_headline(badge);
}

function show_details(frm) {
	const escape = frappe.utils.escape_html;
	let rows = [];
	try {
		rows = JSON.parse(frm.doc.question_answers || "[]");
	} catch {
		rows = [];
	}
	const html = rows
		.map((row) => `<dt>${escape(row.label)}</dt><dd>${escape(__(row.value))}</dd>`)
		.join("");
	frm.get_field("answers_html").$wrapper.html(html ? `<dl class="phanhoi-facts">${html}</dl>` : "");
}

function show_files(frm, key, fieldname, empty) {
	const escape = frappe.utils.escape_html;
	const files = (frm.doc.__onload || {})[key] || [];
	const html = files
		.map((file) => {
			const url = escape(file.file_url);
			const name = escape(file.file_name);
			const picture = /\.(jpe?g|png|webp)$/i.test(file.file_url);
			const inside = picture ? `<img src="${url}" alt="${name}" loading="lazy">` : name;
			return `<a href="${url}" target="_blank" rel="noopener">${inside}</a>`;
		})
		.join("");
	frm.get_field(fieldname).$wrapper.html(
		html ? `<div class="phanhoi-photos">${html}</div>` : `<p class="text-muted">${escape(empty)}</p>`
	);
}

function attach_to_answer(frm) {
	new frappe.ui.FileUploader({
		doctype: "Complaint",
		docname: frm.doc.name,
		fieldname: "answer_files",
		folder: "Home/Attachments",
		make_attachments_public: false,
		on_success: () => frm.reload_doc(),
	});
}

function publish(frm) {
	frappe.xcall("phanhoi_app.custody.api.publication_proposal", { complaint: frm.doc.name }).then((texts) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Publish"),
			size: "large",
			fields: [
				{
					fieldtype: "HTML",
					options: `<p>${__("This is what everybody will read. Take out names, phone numbers and addresses of people.")}</p>`,
				},
				{ fieldname: "public_title", fieldtype: "Data", label: __("Public Title"), reqd: 1, default: texts.public_title },
				{ fieldname: "public_content", fieldtype: "Text", label: __("Public Content"), reqd: 1, default: texts.public_content },
				{ fieldname: "public_answer", fieldtype: "Text", label: __("Public Answer"), reqd: 1, default: texts.public_answer },
			],
			primary_action_label: __("Publish"),
			primary_action(values) {
				frappe
					.xcall("phanhoi_app.custody.api.publish", { complaint: frm.doc.name, modified: frm.doc.modified, ...values })
					.then(() => {
						dialog.hide();
						frm.reload_doc();
					});
			},
		});
		dialog.show();
	});
}

function withhold(frm) {
	frappe.prompt(
		[{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
		({ reason }) =>
			frappe
				.xcall("phanhoi_app.custody.api.withhold", { complaint: frm.doc.name, modified: frm.doc.modified, reason })
				.then(() => frm.reload_doc()),
		__("Withhold"),
		__("Withhold")
	);
}
