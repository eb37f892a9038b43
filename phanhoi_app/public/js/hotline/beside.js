// What stands beside the form: the emergency sentence, what to ask, what the caller sent earlier, what is alike; the queue.
frappe.provide("phanhoi.hotline");
{
	const { escape, time } = phanhoi.hotline;

	const line = (row) => `<li><a href="/app/complaint/${encodeURIComponent(row.name)}" target="_blank" rel="noopener">
		<b>${escape(row.name)}</b> ${escape(row.title)}</a>
		<small>${escape(time(row.received_at))} · ${escape(row.workflow_state)}${row.agency ? ` · ${escape(row.agency)}` : ""}
		${phanhoi.due_badge(row)}</small></li>`;

	phanhoi.hotline.complaints = (rows, nothing) =>
		rows.length ? `<ul class="hotline-lines">${rows.map(line).join("")}</ul>` : `<p class="text-muted">${escape(nothing)}</p>`;

	phanhoi.hotline.script = (option) => {
		if (!option?.script?.length) return `<p class="text-muted">${escape(__("Choose what it is about: the questions to ask appear here."))}</p>`;
		return `<ol>${option.script.map((question) => `<li>${escape(question)}</li>`).join("")}</ol>`;
	};

	// Sentences of the emergency words that were typed. With marks a word is only itself ("chạy" is not "cháy");
	// whoever types without any marks means them.
	phanhoi.hotline.emergencies = (rows, typed) => {
		const exact = ` ${typed.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;
		const key = ` ${phanhoi.search_key(typed)} `;
		const bare = exact.trim() === key.trim();
		const found = rows.filter((row) =>
			row.words.some((word) => exact.includes(` ${word.normalize("NFC").toLowerCase()} `) || (bare && key.includes(` ${phanhoi.search_key(word)} `)))
		);
		return [...new Set(found.map((row) => row.sentence))];
	};

	phanhoi.hotline.queue = (told) => {
		const calls = told.calls.map((call) => {
			const state = call.mine ? __("yours") : call.state === "Missed" ? __("missed, call back") : call.rings ? __("rings at your telephone") : __("waiting");
			return `<li><button type="button" class="hotline-call ${call.rings ? "rings" : ""} ${call.mine ? "mine" : ""}" data-key="${escape(call.name)}" data-call="${escape(call.name)}">
				<b>${escape(call.caller_masked || __("number not shown"))}</b>
				<small>${escape(state)} · ${escape(moment(call.started_at).format("HH:mm:ss"))}</small></button></li>`;
		});
		const complaints = told.complaints.map(
			(row) => `<li><a data-key="${escape(row.name)}" href="/app/complaint/${encodeURIComponent(row.name)}" target="_blank" rel="noopener"><b>${escape(row.name)}</b>
				${escape(row.title)}</a><small>${escape(time(row.received_at))} · ${escape(__(row.channel))}${row.severity === "Urgent" ? ` · <b>${escape(__("Urgent"))}</b>` : ""} ${phanhoi.due_badge(row)}</small></li>`
		);
		const people = told.on_duty.map((row) => `<li>${escape(row.person)} <small>${escape(__("until {0}", [time(row.ends_at)]))}</small></li>`);
		const part = (title, items, nothing) => `<section><h2>${escape(title)}</h2>${
			items.length ? `<ul class="hotline-lines">${items.join("")}</ul>` : `<p class="text-muted">${escape(nothing)}</p>`
		}</section>`;
		return (
			part(`${__("Calls")} (${told.calls.length})`, calls, __("No call is waiting.")) +
			part(__("On duty now"), people, __("Nobody is on duty: the roster has a gap.")) +
			part(__("Waiting for screening"), complaints, __("All complaints have been screened.")) +
			(told.more ? `<p><a href="/app/complaint?phase=${encodeURIComponent('["in",["new","screening"]]')}">${escape(__("and more"))}</a></p>` : "")
		);
	};

	// Draw anew without taking the focus from who walks through the list.
	phanhoi.hotline.redraw = (element, html) => {
		if (element.dataset.drawn === html) return;
		const key = element.contains(document.activeElement) && document.activeElement.dataset.key;
		element.innerHTML = html;
		element.dataset.drawn = html;
		if (key) element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
	};
}
