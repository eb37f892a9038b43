// The page "Outbox": what waits in each channel and why. What can be done about it is a list away.
frappe.pages["outbox"].on_page_load = (wrapper) => {
	wrapper.outbox = new Outbox(wrapper);
};
frappe.pages["outbox"].on_page_show = (wrapper) => wrapper.outbox?.refresh();

const escape = (text) => frappe.utils.escape_html(String(text ?? ""));
const clock = (at) => moment(at).format("HH:mm DD/MM/YYYY");
const EVERY = 15000; // milliseconds

class Outbox {
	constructor(wrapper) {
		this.wrapper = wrapper;
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Outbox"), single_column: true });
		this.page.set_secondary_action(__("Refresh"), () => this.refresh(), "refresh");
		this.page.add_inner_button(__("Templates"), () => frappe.set_route("List", "Message Template"));
		this.page.add_inner_button(__("Settings"), () => frappe.set_route("Form", "Phanhoi Settings"));
		this.$body = $(`<div class="phanhoi-people phanhoi-outbox" aria-live="polite"></div>`).appendTo(this.page.main);
		this.$body.on("click", "[data-status]", (event) => {
			event.preventDefault();
			const { status, channel } = event.currentTarget.dataset;
			frappe.set_route("List", "Message", { status, channel });
		});
		setInterval(() => this.is_shown() && this.refresh(), EVERY);
	}

	is_shown() {
		return document.visibilityState === "visible" && $(this.wrapper).is(":visible");
	}

	refresh() {
		return frappe.call({ method: "phanhoi_app.messaging.api.by_channel" }).then(({ message }) => this.show(message || []));
	}

	show(rows) {
		const heads = [__("Channel"), __("Waiting"), __("Oldest"), __("Sent"), __("Did not arrive"), __("State")];
		this.$body.html(`<p class="text-muted">${escape(__("Of the last 24 hours; what waits is all there is."))}</p>
			<table class="people-table outbox-table">
			<thead><tr>${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join("")}</tr></thead>
			<tbody>${rows.map((row) => this.row(row, heads)).join("")}</tbody></table>`);
	}

	row(row, heads) {
		const cell = (place, content) => `<td data-head="${escape(heads[place])}">${content}</td>`;
		const lost = [
			["Failed", row.failed],
			["Gave up", row.gave_up],
			["Not sent", row.not_sent],
		].filter(([, count]) => count);
		return `<tr data-channel="${escape(row.channel)}">
			<th scope="row"><span class="people-name">${phanhoi.word(row.channel)}</span>
				<span class="text-muted people-mail">${escape(row.account_words)}</span></th>
			${cell(1, count(row.channel, "Queued", row.waiting) + (row.sending ? ` ${count(row.channel, "Sending", row.sending)}` : ""))}
			${cell(2, row.oldest ? escape(clock(row.oldest)) : "–")}
			${cell(3, count(row.channel, "Sent", row.sent + row.delivered))}
			${cell(4, lost.map(([status, number]) => count(row.channel, status, number, true)).join("<br>") || "0")}
			${cell(5, state(row))}
		</tr>`;
	}
}

function count(channel, status, number, named) {
	if (!number) return "0";
	const words = named || status === "Sending" ? `${phanhoi.word(status)}: ${number}` : number;
	return `<a href="#" data-status="${escape(status)}" data-channel="${escape(channel)}">${words}</a>`;
}

function state(row) {
	const mark = (color, text) => `<span class="phanhoi-due phanhoi-due-${color}">${escape(text)}</span>`;
	const parts = [];
	if (!row.is_set_up) parts.push(mark("orange", __("no account is set up")));
	else if (row.breaker === "Open") parts.push(mark("red", __("left alone until {0}", [clock(row.open_until)])));
	else if (row.breaker === "Half-open") parts.push(mark("orange", __("being tried again")));
	else if (row.stuck) parts.push(mark("orange", __("stuck")));
	else if (row.failures) parts.push(mark("orange", __("{0} failures in a row", [row.failures])));
	else parts.push(mark("green", __("works")));
	if (row.last_error) {
		const at = row.last_error_on ? `${clock(row.last_error_on)}: ` : "";
		parts.push(`<div class="text-muted small">${escape(at)}${phanhoi.note_words(row.last_error)}</div>`);
	}
	return parts.join(" ");
}
