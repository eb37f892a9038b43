// The framework's button names the list as it is stored ("Complaint"): the same button, in words.
frappe.ui.form.on("Workflow", {
	refresh(frm) {
		const { document_type } = frm.doc;
		if (!document_type || document_type === __(document_type)) return;
		frm.remove_custom_button(__("Go to {0} List", [document_type]));
		frm.add_custom_button(__("Go to {0} List", [__(document_type)]), () => frappe.set_route("List", document_type));
	},
});
