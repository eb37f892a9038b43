// Who sent the complaint: masked, and opened by a button with a reason that the history keeps.
frappe.ui.form.on("Complaint", {
	refresh(frm) {
		if (frm.is_new()) return;
		const refused = (frm.doc.__onload || {}).identity_refused;
		const masked = frm.doc.citizen_masked ? "" : __("The citizen wishes to stay unknown to the handling agency.");
		frm.set_df_property("citizen_masked", "description", frappe.utils.escape_html(refused || masked));
		if (!refused) {
			frm.add_custom_button(__("Open the citizen's identity"), () => ask_to_open(frm), __("Citizen"));
			frm.add_custom_button(__("Correct the citizen's identity"), () => ask_to_open(frm, correct), __("Citizen"));
		}
	},
});

function ask_to_open(frm, then = show) {
	const reasons = [
		__("To call the citizen back and verify"),
		__("To agree on an inspection on the spot"),
		__("To send the written answer"),
		__("Asked for by the citizen"),
	];
	const dialog = new frappe.ui.Dialog({
		title: __("Open the citizen's identity"),
		fields: [
			{
				fieldtype: "HTML",
				options: `<p class="text-muted">${__("Who opens it, when and why is kept in the history, which supervisors read.")}</p>`,
			},
			{
				fieldname: "reason",
				fieldtype: "Autocomplete",
				options: reasons,
				label: __("Reason"),
				reqd: 1,
			},
		],
		primary_action_label: __("Show the identity"),
		primary_action({ reason }) {
			frappe
				.xcall("phanhoi_app.access.identity.open_identity", { complaint: frm.doc.name, reason })
				.then((found) => {
					dialog.hide();
					then(frm, found, reason);
				});
		},
	});
	dialog.show();
}

function labels() {
	return {
		citizen_name: __("Name"),
		citizen_phone: __("Phone"),
		citizen_email: __("E-mail"),
		citizen_address: __("Address"),
		citizen_user: __("Account"),
		typed_title: __("Title as Typed"),
		typed_content: __("Content as Typed"),
		typed_address: __("Place as Typed"),
	};
}

function show(frm, found) {
	const escape = frappe.utils.escape_html;
	const rows = Object.entries(labels())
		.filter(([key]) => found[key])
		.map(([key, label]) => `<dt>${label}</dt><dd>${escape(found[key])}</dd>`);
	(found.typed_later || []).forEach((later) =>
		rows.push(`<dt>${escape(frappe.datetime.str_to_user(later.at.replace("T", " ")))}</dt><dd>${escape(later.text)}</dd>`)
	);
	const html = rows.length ? rows.join("") : `<dd>${__("Nothing is known of the citizen.")}</dd>`;
	const dialog = new frappe.ui.Dialog({
		title: __("Citizen"),
		fields: [{ fieldtype: "HTML", options: `<dl class="phanhoi-facts phanhoi-identity">${html}</dl>` }],
	});
	dialog.onhide = () => frm.reload_doc();
	dialog.show();
}

function correct(frm, found, reason) {
	const { citizen_name, citizen_phone, citizen_email, citizen_address } = labels();
	const fields = Object.entries({ citizen_name, citizen_phone, citizen_email, citizen_address });
	const dialog = new frappe.ui.Dialog({
		title: __("Correct the citizen's identity"),
		fields: fields.map(([fieldname, label]) => ({
			fieldname,
			label,
			fieldtype: "Data",
			default: found[fieldname] || "",
		})),
		primary_action_label: __("Save"),
		primary_action() {
			// With what was emptied too: an empty value takes the old one away.
			const values = Object.fromEntries(fields.map(([name]) => [name, dialog.get_value(name) || ""]));
			frappe
				.xcall("phanhoi_app.access.identity.correct", { complaint: frm.doc.name, reason, ...values })
				.then(() => dialog.hide());
		},
	});
	dialog.onhide = () => frm.reload_doc();
	dialog.show();
}
