// The history of a complaint as a person reads it: by day, each step a sentence, its sign a shape and not only a colour.
frappe.provide("phanhoi");

// Lines of a 24 × 24 picture, one for each sign that history/words.py names.
phanhoi.signs = {
	inbox: "M4 13l2.5-8h11L20 13v6H4zM4 13h5a3 3 0 0 0 6 0h5",
	check: "M5 12.5l4.5 4.5L19 7.5",
	question: "M9 9a3 3 0 1 1 4.2 2.7c-.8.4-1.2.9-1.2 1.8M12 17.5v.1",
	speech: "M4 5h16v11H11l-5 4v-4H4z",
	stop: "M6.5 6.5l11 11M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
	away: "M10 5H5v14h14v-5M13 5h6v6M19 5l-9 9",
	arrow: "M4 12h15M13 6l6 6-6 6",
	hand: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20a7 7 0 0 1 14 0",
	back: "M9 6L4 11l5 5M4 11h10a5 5 0 0 1 0 10h-2",
	pen: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
	flag: "M6 21V4h12l-3 4 3 4H6",
	again: "M5 12a7 7 0 1 0 2.5-5.4M5 4v5h5",
	star: "M12 4l2.5 5.2 5.5.7-4 3.9 1 5.7-5-2.8-5 2.8 1-5.7-4-3.9 5.5-.7z",
	eye: "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
	hidden: "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM5 20L19 4",
	split: "M4 12h6M10 12l8-7M10 12l8 7",
	lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
	clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
	bell: "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
	mail: "M4 6h16v12H4zM4 7l8 6 8-6",
	dot: "M12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
};

phanhoi.sign = (name) =>
	`<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2"
		stroke-linecap="round" stroke-linejoin="round"><path d="${phanhoi.signs[name] || phanhoi.signs.dot}"/></svg>`;

// {whole, words, locked} of a check as a line with a sign: intact, broken, or intact without the database's lock.
phanhoi.history_verdict = ({ whole, words, locked }) => {
	const tone = !whole ? "broken" : locked ? "whole" : "unlocked";
	const lines = words.filter(Boolean).map((line) => `<div>${frappe.utils.escape_html(line)}</div>`);
	return `<div class="phanhoi-verdict phanhoi-verdict-${tone}" role="status">${phanhoi.sign(whole ? "check" : "stop")}<div>${lines.join("")}</div></div>`;
};

phanhoi.may_check_history = () =>
	["System Manager", "Phanhoi Administrator"].some((role) => frappe.user_roles.includes(role));

phanhoi.check_history = () =>
	frappe
		.call({ method: "phanhoi_app.phanhoi_app.doctype.history_check.history_check.start", freeze: true })
		.then((answer) => answer.message && frappe.set_route("Form", "History Check", answer.message));

phanhoi.show_timeline = (frm) => {
	const wrapper = frm.get_field("history_html").$wrapper;
	const { events = [], messages = [] } = frm.doc.__onload || {};
	if (!events.length) {
		wrapper.html(`<p class="text-muted">${__("Nothing has happened yet.")}</p>`);
		return;
	}
	// At the same moment what happened stands before what was told of it.
	const items = [...messages.map((line) => ({ ...line, group: "told" })), ...events].reverse();
	items.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
	const choice = phanhoi.timeline_choice();
	const draw = () => {
		wrapper.find(".phanhoi-timeline").html(phanhoi.timeline_days(items, choice));
		wrapper.find("[data-show]").each((_place, button) => {
			button.setAttribute("aria-pressed", button.dataset.show === choice.show);
		});
		wrapper.find("[data-order]").text(choice.newest_first ? __("Newest first") : __("Oldest first"));
	};
	const filters = { all: __("All"), decision: __("Decisions"), message: __("Messages") };
	const buttons = Object.entries(filters).map(
		([show, label]) => `<button type="button" class="btn btn-default btn-xs" data-show="${show}">${label}</button>`
	);
	wrapper.html(`
		<div class="phanhoi-timeline-bar">
			<div class="btn-group" role="group" aria-label="${__("What is shown")}">${buttons.join("")}</div>
			<button type="button" class="btn btn-default btn-xs" data-order title="${__("Turn the order around")}"></button>
			<button type="button" class="btn btn-default btn-xs" data-check>${__("Check history")}</button>
		</div>
		<div data-verdict aria-live="polite"></div>
		<div class="phanhoi-timeline"></div>`);
	wrapper.on("click", "[data-show]", (click) => {
		choice.show = click.currentTarget.dataset.show;
		phanhoi.keep_timeline_choice(choice);
		draw();
	});
	wrapper.find("[data-order]").on("click", () => {
		choice.newest_first = !choice.newest_first;
		phanhoi.keep_timeline_choice(choice);
		draw();
	});
	wrapper.find("[data-check]").on("click", () => {
		frappe
			.xcall("phanhoi_app.phanhoi_app.doctype.complaint_event.complaint_event.check", { complaint: frm.doc.name })
			.then((found) => wrapper.find("[data-verdict]").html(phanhoi.history_verdict(found)));
	});
	draw();
};

// What this person chose last, on this device.
phanhoi.timeline_choice = () => {
	const usual = { show: "all", newest_first: true };
	try {
		return { ...usual, ...JSON.parse(localStorage.getItem("phanhoi_timeline") || "{}") };
	} catch {
		return usual;
	}
};

phanhoi.keep_timeline_choice = (choice) => {
	try {
		localStorage.setItem("phanhoi_timeline", JSON.stringify(choice));
	} catch {
		// a browser that keeps nothing: the choice lasts as long as the page
	}
};

phanhoi.timeline_days = (items, { show, newest_first }) => {
	const wanted = (item) =>
		show === "all" || item.group === show || (show === "message" && item.group === "told");
	const shown = items.filter(wanted);
	let before = null;
	for (const event of shown.filter((item) => item.group !== "told")) {
		const minutes = before ? moment(event.at).diff(before.at, "minutes") : 0;
		event.waited = minutes >= 60 ? __("{0} later", [phanhoi.amount_words(minutes)]) : "";
		before = event;
	}
	if (newest_first) shown.reverse();
	if (!shown.length) return `<p class="text-muted">${__("Nothing of this kind.")}</p>`;
	let html = "";
	let day = "";
	shown.forEach((item) => {
		const this_day = item.at.slice(0, 10);
		if (this_day !== day) {
			html += `${day ? "</ol>" : ""}<h5 class="phanhoi-day">${frappe.utils.escape_html(phanhoi.day_words(this_day))}</h5><ol>`;
			day = this_day;
		}
		html += item.group === "told" ? phanhoi.told_line(item) : phanhoi.event_item(item);
	});
	return `${html}</ol>`;
};

// "2026-11-24" as "Hôm nay · Thứ Ba, 24/11/2026".
phanhoi.day_words = (day) => {
	const language = frappe.boot.lang === "vi" ? "vi-VN" : "en-GB";
	const date = new Date(`${day}T12:00:00`).toLocaleDateString(language, {
		weekday: "long",
		day: "2-digit",
		month: "2-digit",
		year: "numeric",
	});
	const ago = moment(frappe.datetime.now_date()).diff(day, "days");
	const near = { 0: __("Today"), 1: __("Yesterday") }[ago];
	return near ? `${near} · ${date}` : date;
};

phanhoi.event_item = (event) => {
	const escape = frappe.utils.escape_html;
	const agency = event.agency ? ` <span class="agency">(${escape(event.agency)})</span>` : "";
	const who = `<b>${escape(event.who)}</b>${agency}`;
	// The name is put in after the sentence is escaped, by a function: a "$&" in a name stays what it is.
	const sentence = escape(event.sentence).replace("{who}", () => who);
	const waited = event.waited ? `<span class="waited">${escape(event.waited)}</span>` : "";
	const quotes = event.quotes.map((quote) => {
		const to = quote.to_citizen ? `<span class="to">${__("To the citizen")}</span>` : "";
		return `<blockquote>${to}${escape(quote.text)}</blockquote>`;
	});
	const changes = event.changes.map((change) => `<li>${escape(change)}</li>`).join("");
	const folded = changes
		? `<details><summary>${__("What changed")} (${event.changes.length})</summary><ul>${changes}</ul></details>`
		: "";
	return `<li class="phanhoi-event phanhoi-${escape(event.group)}">
		<span class="sign">${phanhoi.sign(event.sign)}</span>
		<div class="what">${sentence}</div>
		<div class="when"><time datetime="${escape(event.at)}">${escape(event.at.slice(11, 16))}</time>${waited}</div>
		${quotes.join("")}${folded}</li>`;
};

phanhoi.told_line = (line) => {
	const escape = frappe.utils.escape_html;
	const lost = line.lost ? " lost" : "";
	const note = line.note ? `<span class="note">${escape(line.note)}</span>` : "";
	return `<li class="phanhoi-told${lost}"><span class="sign">${phanhoi.sign(lost ? "stop" : "mail")}</span>
		<time datetime="${escape(line.at)}">${escape(line.at.slice(11, 16))}</time> ${escape(line.sentence)}${note}</li>`;
};
