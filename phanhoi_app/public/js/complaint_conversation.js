// The conversation of a complaint across all channels, and the box in which an official writes back.
frappe.ui.form.on("Complaint", {
	refresh(frm) {
		if (!frm.is_new()) show_conversation(frm);
	},
});

function show_conversation(frm) {
	const name = frm.doc.name;
	return frappe.xcall("phanhoi_app.messaging.conversation.of", { complaint: name }).then((told) => {
		if (frm.doc.name !== name) return; // another complaint has been opened meanwhile
		const wrapper = frm.get_field("conversation_html").$wrapper;
		const lines = told.entries.map(entry_html).join("");
		const nothing = `<p class="text-muted">${__("Nothing has been said yet.")}</p>`;
		wrapper.html(`<ol class="phanhoi-talk" aria-label="${__("Correspondence")}">${lines}</ol>${lines ? "" : nothing}`);
		if (told.may_write) wrapper.append(box_html(told));
		wire(frm, wrapper, told);
	});
}

function entry_html(entry) {
	const escape = frappe.utils.escape_html;
	const out = entry.direction === "out";
	const who = out ? __("To {0}", [escape(entry.who) || __("the citizen")]) : escape(entry.who);
	const facts = [entry.channel, frappe.datetime.str_to_user(entry.at), entry.status].filter(Boolean).map(escape);
	const warnings = [
		entry.note && `<div class="phanhoi-talk-note">${escape(entry.note)}</div>`,
		entry.checks && `<div class="text-muted">${__("Mail server: {0} (proves nothing)", [escape(entry.checks)])}</div>`,
	].filter(Boolean);
	return `<li class="phanhoi-talk-${entry.direction}${entry.lost ? " phanhoi-talk-lost" : ""}">
		<div class="phanhoi-talk-head"><b>${who}</b> <span class="text-muted">${facts.join(" · ")}</span></div>
		<div class="phanhoi-talk-text">${escape(entry.text)}</div>${warnings.join("")}</li>`;
}

function box_html(told) {
	const escape = frappe.utils.escape_html;
	const options = told.replies.map((reply, place) => `<option value="${place}">${escape(reply.title)}</option>`).join("");
	const choice = options
		? `<label class="phanhoi-talk-choice">${__("Ready-made text")}
			<select class="form-control input-sm"><option value=""></option>${options}</select></label>`
		: "";
	return `<form class="phanhoi-talk-box">${choice}
		<label>${__("Message to the citizen")} <span class="text-muted">${__("(came by: {0})", [escape(told.channel)])}</span>
			<textarea class="form-control" rows="4" maxlength="5000"></textarea></label>
		<button type="submit" class="btn btn-primary btn-sm">${__("Send to the citizen")}</button>
		<span class="text-muted phanhoi-talk-hint">${__("Ctrl+Enter sends")}</span></form>`;
}

function wire(frm, wrapper, told) {
	const box = wrapper.find(".phanhoi-talk-box");
	const area = box.find("textarea");
	box.find("select").on("change", function () {
		const reply = told.replies[this.value];
		if (reply) area.val([area.val().trim(), reply.text].filter(Boolean).join("\n\n")).trigger("focus");
		this.value = "";
	});
	area.on("keydown", (event) => {
		if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
		event.preventDefault();
		event.stopPropagation(); // the form would save
		box.trigger("submit");
	});
	box.on("submit", (event) => {
		event.preventDefault();
		const text = area.val().trim();
		if (!text) return area.trigger("focus");
		const button = box.find("button").prop("disabled", true);
		return phanhoi.custody
			.act(frm, "write", { text })
			.then(() => frappe.show_alert({ message: __("Sent to the citizen."), indicator: "green" }))
			.finally(() => button.prop("disabled", false));
	});
}
