// A provider's account: the choices that fit together, a trial message, the address for the provider.
const CHANNELS = {
	Twilio: ["SMS", "WhatsApp", "Voice"],
	"SMS gateway": ["SMS"],
	"Zalo OA": ["Zalo"],
	"Facebook Page": ["Facebook"],
	"E-mail": ["E-mail"],
};

frappe.ui.form.on("Channel Account", {
	refresh(frm) {
		offer_channels(frm);
		if (frm.is_new()) return;
		frm.add_custom_button(__("Send a test"), () => ask_for_test(frm));
		if (frm.doc.provider !== "E-mail") frm.add_custom_button(__("New address"), () => ask_for_address(frm));
		show_state(frm);
	},

	provider(frm) {
		offer_channels(frm);
		const fitting = CHANNELS[frm.doc.provider] || [];
		if (!fitting.includes(frm.doc.channel)) frm.set_value("channel", fitting[0]);
	},
});

function offer_channels(frm) {
	const fitting = CHANNELS[frm.doc.provider] || Object.values(CHANNELS).flat();
	const options = [...new Set(fitting)].map((value) => ({ value, label: __(value) }));
	frm.set_df_property("channel", "options", options);
}

function show_state(frm) {
	const doc = frm.doc;
	if (!doc.enabled) frm.page.set_indicator(__("Disabled"), "gray");
	else if (doc.state === "Failing") frm.page.set_indicator(__("Failing"), "red");
	else if (doc.state === "Working") frm.page.set_indicator(__("Working"), "green");
}

function ask_for_test(frm) {
	const by_id = ["Zalo", "Facebook"].includes(frm.doc.channel);
	const dialog = new frappe.ui.Dialog({
		title: __("Send a test"),
		fields: [
			{
				fieldname: "recipient",
				fieldtype: "Data",
				reqd: 1,
				label: by_id ? __("The person's id at the provider") : frm.doc.channel === "E-mail" ? __("E-mail") : __("Phone"),
			},
			{ fieldname: "text", fieldtype: "Small Text", label: __("Text") },
		],
		primary_action_label: __("Send"),
		primary_action(values) {
			dialog.hide();
			frappe
				.call({
					method: "phanhoi_app.phanhoi_app.doctype.channel_account.channel_account.send_test",
					args: { name: frm.doc.name, ...values },
					freeze: true,
				})
				.then(({ message }) => {
					frappe.msgprint({
						message: frappe.utils.escape_html(message.words),
						indicator: message.sent ? "green" : "red",
						title: __("Send a test"),
					});
					frm.reload_doc();
				});
		},
	});
	dialog.show();
}

function ask_for_address(frm) {
	frappe.confirm(__("The provider must then be given the new address; the old one is closed at once. Go on?"), () =>
		frappe
			.call("phanhoi_app.phanhoi_app.doctype.channel_account.channel_account.new_address", { name: frm.doc.name })
			.then(() => frm.reload_doc())
	);
}
