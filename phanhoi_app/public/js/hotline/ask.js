// What the pages of the hotline share: asking the server, and safe text.
frappe.provide("phanhoi.hotline");
{
	const API = "/api/method/phanhoi_app.hotline.api.";

	phanhoi.hotline.escape = (text) => frappe.utils.escape_html(String(text ?? ""));

	// {data} of an answer, or {errors: {field: sentence}, status}. The framework's own call shows each refusal in a
	// window of its own; here it is said at the field.
	phanhoi.hotline.ask = async (method, args = {}, write = false) => {
		const body = new URLSearchParams();
		for (const [key, value] of Object.entries(args)) {
			if (value !== undefined && value !== null) body.set(key, typeof value === "object" ? JSON.stringify(value) : value);
		}
		const headers = { Accept: "application/json", "X-Frappe-CSRF-Token": frappe.csrf_token };
		let answer;
		try {
			answer = write
				? await fetch(API + method, { method: "POST", headers, body })
				: await fetch(`${API}${method}?${body}`, { headers });
		} catch (error) {
			return { errors: { "": __("The server cannot be reached. What you typed is kept: try again.") }, status: 0 };
		}
		let told = null;
		try {
			told = await answer.json();
		} catch (error) {
			told = {};
		}
		if (answer.ok) return { data: told.message };
		if (told.message?.errors) return { errors: told.message.errors, status: answer.status };
		const words = answer.status === 403 ? __("You may not do this, or your session has ended: sign in again.") : __("Something went wrong ({0}). What you typed is kept: try again.", [answer.status]);
		return { errors: { "": words }, status: answer.status };
	};

	phanhoi.hotline.time = (value) => (value ? moment(value).format("HH:mm DD/MM") : "");

	// The framework joins no room of a DocType by itself after a lost connection.
	phanhoi.hotline.follow = (doctypes, events, again) => {
		const join = () => doctypes.forEach((doctype) => frappe.realtime.doctype_subscribe?.(doctype));
		frappe.realtime.connect?.();
		join();
		frappe.realtime.socket?.on?.("connect", () => {
			join();
			again(); // what was said while the line was down is asked for
		});
		for (const event of events) frappe.realtime.on(event, again);
	};
}
