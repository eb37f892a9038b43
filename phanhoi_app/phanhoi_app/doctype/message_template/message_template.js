// A template is named by codes; its page bears them in words.
frappe.ui.form.on("Message Template", {
	refresh(frm) {
		if (!frm.is_new()) frm.page.set_title($("<i>").html(phanhoi.template_words(frm.doc.name)).text());
	},
});
