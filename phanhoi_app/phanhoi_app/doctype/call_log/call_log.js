// A call: what was filed in it, and number and recording by a button, with a reason.
frappe.ui.form.on("Call Log", {
	refresh(frm) {
		frappe.require("/assets/phanhoi_app/js/hotline/ask.js", () => {
			const open = (what) =>
				frappe.prompt(
					[{ fieldname: "reason", fieldtype: "Data", label: __("Reason"), reqd: 1, description: __("Who opened it and why stays with the call.") }],
					async ({ reason }) => {
						const { data, errors } = await phanhoi.hotline.ask("open_kept", { call: frm.doc.name, what, reason }, true);
						const value = frappe.utils.escape_html(data?.value || Object.values(errors || {}).join(" "));
						const is_address = /^https?:/.test(data?.value || "");
						frappe.msgprint(is_address ? `<a href="${value}" target="_blank" rel="noopener noreferrer">${value}</a>` : value);
						if (data) frm.reload_doc();
					},
					what === "Number" ? __("Open Number") : __("Open Recording")
				);
			frm.clear_custom_buttons();
			if (frm.doc.caller_masked) frm.add_custom_button(__("Open Number"), () => open("Number"));
			if (frm.doc.has_recording) frm.add_custom_button(__("Open Recording"), () => open("Recording"));
			phanhoi.hotline.ask("complaints_of", { call: frm.doc.name }).then(({ data }) => {
				const links = (data || []).map((row) => `<a href="/app/complaint/${encodeURIComponent(row.name)}">${frappe.utils.escape_html(row.name)}</a>`);
				if (links.length) frm.set_intro(`${frappe.utils.escape_html(__("Filed in this call:"))} ${links.join(", ")}`, "blue");
			});
		});
	},
});
