// A call for this person comes in while another page of the desk is open.
$(document).on("app_ready", () => {
	if (!frappe.user.has_role("Phanhoi Coordinator")) return;
	frappe.realtime.on("phanhoi_call", () => {
		if (frappe.get_route()[0] === "hotline") return;
		const words = frappe.utils.escape_html(__("A call for you is coming in."));
		frappe.show_alert({ message: `${words} <a href="/app/hotline">${frappe.utils.escape_html(__("Open the hotline"))}</a>`, indicator: "red" }, 20);
	});
});
