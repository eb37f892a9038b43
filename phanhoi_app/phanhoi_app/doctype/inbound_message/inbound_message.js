// What came in and could not be worked on: the reason, and one more try.
frappe.ui.form.on("Inbound Message", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.status === "Waiting") {
			frm.add_custom_button(__("File it as it is"), () =>
				frappe
					.call("phanhoi_app.phanhoi_app.doctype.inbound_message.inbound_message.file_as_it_is", { name: frm.doc.name })
					.then(() => frm.reload_doc())
			);
		}
		if (frm.doc.status !== "Failed" && frm.doc.reply_state !== "Failed") return;
		frm.add_custom_button(__("Try again"), () =>
			frappe
				.call("phanhoi_app.phanhoi_app.doctype.inbound_message.inbound_message.try_again", { name: frm.doc.name })
				.then(() => frm.reload_doc())
		);
	},
});
