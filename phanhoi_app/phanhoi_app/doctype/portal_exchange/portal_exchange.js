// An exchange with another portal: one button, and the file that comes of it.
frappe.ui.form.on("Portal Exchange", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.status === "Finished") {
			frm.disable_form();
			if (frm.doc.made_file) {
				frm.add_custom_button(__("Get the file"), () => window.open(frm.doc.made_file)).addClass("btn-primary");
			}
			return;
		}
		const label = frm.doc.direction === "Send" ? __("Make the file") : __("Take it in");
		frm.add_custom_button(label, () => carry_out(frm)).addClass("btn-primary");
	},
});

function carry_out(frm) {
	const run = () =>
		frappe
			.call({
				method: "phanhoi_app.phanhoi_app.doctype.portal_exchange.portal_exchange.carry_out",
				args: { name: frm.doc.name },
				freeze: true,
			})
			.then(() => frm.reload_doc());
	return frm.is_dirty() ? frm.save().then(run) : run();
}
