// The form of a reorganisation guides in four steps (tabs): what and why, which units, preview, carrying out.
const METHOD = "phanhoi_app.phanhoi_app.doctype.reorganisation.reorganisation.";
const DRAFTED = ["Draft", "Previewed"];
const POLL = 5000; // milliseconds: realtime tells sooner; without it the state is read from the document

frappe.ui.form.on("Reorganisation", {
	onload(frm) {
		frappe.realtime.off("reorganisation");
		frappe.realtime.on("reorganisation", (told) => told.name === frm.doc.name && follow(frm, told));
		clearInterval(frm.poll);
		frm.poll = setInterval(() => poll(frm), POLL);
		const standing = () => ({ filters: { valid_to: ["is", "not set"] } });
		frm.set_query("agency", "sources", standing);
		frm.set_query("area", "sources", standing);
		frm.set_query("agency", "targets", standing);
		frm.set_query("area", "targets", standing);
		frm.set_query("new_parent_agency", standing);
		frm.set_query("new_parent_area", standing);
	},

	refresh(frm) {
		guide(frm);
		show_columns(frm);
		offer_targets(frm);
		show_preview(frm);
		fill_the_rest(frm);
		show_undecided(frm);
		show_progress(frm);
		if (!frm.is_new() && !DRAFTED.includes(frm.doc.status)) frm.disable_save();
		frm.set_df_property("followers", "cannot_add_rows", true);
		frm.set_df_property("followers", "cannot_delete_rows", true);
		for (const table of ["sources", "targets", "rules", "followers"]) {
			frm.set_df_property(table, "read_only", DRAFTED.includes(frm.doc.status) ? 0 : 1);
		}
		buttons(frm);
		if (frm.reorganisation_tab) {
			open_tab(frm, frm.reorganisation_tab);
			frm.reorganisation_tab = null;
		}
	},

	subject: show_columns,
	kind: show_columns,
	targets_remove: offer_targets,
});

frappe.ui.form.on("Reorganisation Target", {
	agency: (frm, doctype, name) => take_existing(frm, doctype, name, "agency"),
	area: (frm, doctype, name) => take_existing(frm, doctype, name, "area"),
	code: offer_targets,
	title: offer_targets,
});

function take_existing(frm, doctype, name, field) {
	const row = locals[doctype][name];
	if (row[field]) {
		frappe.model.set_value(doctype, name, "code", row[field]);
		frappe.model.set_value(doctype, name, "title", frappe.utils.get_link_title(frm.doc.subject, row[field]) || "");
	}
	offer_targets(frm);
}

// Only the columns of what is reorganised.
function show_columns(frm) {
	const area = frm.doc.subject === "Area";
	for (const table of ["sources", "targets"]) {
		const grid = frm.get_field(table).grid;
		grid.update_docfield_property("agency", "hidden", area ? 1 : 0);
		grid.update_docfield_property("area", "hidden", area ? 0 : 1);
		grid.update_docfield_property("agency", "in_list_view", area ? 0 : 1);
		grid.update_docfield_property("area", "in_list_view", area ? 1 : 0);
	}
	const goes = ["Merge", "Split"].includes(frm.doc.kind) ? 0 : 1;
	frm.get_field("sources").grid.update_docfield_property("target", "hidden", goes);
	frm.get_field("sources").grid.update_docfield_property("target", "in_list_view", goes ? 0 : 1);
	for (const table of ["sources", "targets"]) {
		frm.get_field(table).grid.reset_grid();
	}
}

// The targets by name wherever one is chosen.
function offer_targets(frm) {
	const titles = {};
	for (const row of frm.doc.targets || []) {
		const code = row.agency || row.area || row.code;
		if (code) titles[code] = row.title || frappe.utils.get_link_title(frm.doc.subject, code) || code;
	}
	const shown = preview_of(frm);
	for (const [code, unit] of Object.entries(shown?.units || {})) titles[code] = titles[code] || unit.title;
	const codes = (frm.doc.targets || []).map((row) => row.agency || row.area || row.code).filter(Boolean);
	const options = [{ value: "", label: "–" }, ...codes.map((code) => ({ value: code, label: titles[code] }))];
	for (const table of ["sources", "rules", "followers"]) {
		const grid = frm.get_field(table).grid;
		grid.update_docfield_property("target", "options", options);
		grid.update_docfield_property("target", "formatter", (value) => frappe.utils.escape_html(titles[value] || value || ""));
		if (table === "followers") {
			grid.update_docfield_property("source", "formatter", (value) =>
				frappe.utils.escape_html(titles[value] || value || "")
			);
		}
		grid.refresh();
	}
}

function guide(frm) {
	const words = {
		Draft: __("Fill in steps 1 and 2, save, then press Preview. Nothing changes before you confirm."),
		Previewed: __("Look at step 3: what goes where, what is to decide. It can still be changed or thrown away."),
		Confirmed: __("Confirmed. It is carried out on its day; until then it can be taken back."),
		"Carrying Out": __("It is being carried out. You may leave this page."),
		"To Decide": __("Some complaints came in meanwhile and are not clear: decide in step 3, then press Go on."),
		Failed: __("It stopped. What was done is done; press Go on when the reason is gone."),
		Done: __("Done. The units that ended keep their history under their old names."),
	}[frm.doc.status || "Draft"];
	const color = { Failed: "red", "To Decide": "orange", Done: "green", Previewed: "yellow" }[frm.doc.status] || "blue";
	frm.set_intro("");
	frm.set_intro(words, color);
}

function buttons(frm) {
	const status = frm.doc.status;
	if (frm.is_new() || !frm.perm[0]?.write) return;
	const add = (label, action) => frm.add_custom_button(label, action);
	// The next step in the place of Save, which comes back with the first change.
	const next = (label, action) => !frm.is_dirty() && frm.page.set_primary_action(label, action);
	if (status === "Draft") next(__("Preview"), () => preview(frm));
	if (status === "Previewed") {
		next(__("Confirm …"), () => confirm(frm));
		add(__("Preview again"), () => preview(frm));
	}
	const waits = status === "Confirmed" && frm.doc.effective_on > frappe.datetime.get_today();
	if (waits || (status === "Failed" && !frm.doc.started_on)) {
		add(__("Take back"), () => call(frm, "withdraw"));
	}
	const go_on = () => call(frm, "go_on", {}, "run_tab");
	if (["To Decide", "Failed"].includes(status)) next(__("Go on"), go_on);
	if (status === "Carrying Out" || (status === "Confirmed" && !waits)) add(__("Go on"), go_on);
}

function call(frm, method, values = {}, tab = null) {
	frm.reorganisation_tab = tab;
	return frappe
		.call({ method: METHOD + method, args: { name: frm.doc.name, ...values }, freeze: true })
		.then((answer) => frm.reload_doc().then(() => answer.message));
}

function preview(frm) {
	const run = () => call(frm, "make_preview", {}, "preview_tab");
	return frm.is_dirty() ? frm.save().then(run) : run();
}

function confirm(frm) {
	const shown = preview_of(frm) || {};
	const number = (value) => format_number(value || 0, null, 0);
	const ends = Object.values(shown.units || {}).filter((unit) => unit.ends).map((unit) => unit.title);
	const facts = [
		ends.length && __("These end: {0}.", [ends.join(", ")]),
		shown.complaints && __("{0} open complaints get another holder; each history gets an entry that cannot be deleted.", [number(shown.complaints)]),
		shown.clocks && __("{0} deadlines are counted anew.", [number(shown.clocks)]),
		frm.doc.effective_on > frappe.datetime.get_today()
			? __("It begins on {0}; until then it can be taken back.", [frappe.datetime.str_to_user(frm.doc.effective_on)])
			: __("It begins at once and cannot be undone."),
	].filter(Boolean);
	const list = facts.map((fact) => `<li>${frappe.utils.escape_html(fact)}</li>`).join("");
	const question = `<p>${__("Confirm by {0}?", [frappe.utils.escape_html(frm.doc.document_number).bold()])}</p><ul>${list}</ul>`;
	const run = () => call(frm, "confirm", {}, "run_tab");
	frappe.confirm(question, () => (frm.is_dirty() ? frm.save().then(run) : run()));
}

function open_tab(frm, fieldname) {
	frm.layout.tabs?.find((tab) => tab.df.fieldname === fieldname)?.set_active();
}

function preview_of(frm) {
	return frm.doc.preview ? JSON.parse(frm.doc.preview) : null;
}

function show_preview(frm) {
	const wrapper = frm.get_field("preview_html").$wrapper.empty();
	const shown = preview_of(frm);
	if (!shown || frm.doc.status === "Draft") {
		wrapper.html(`<p class="text-muted">${__("Press Preview: this shows what would be done, and changes nothing.")}</p>`);
		return;
	}
	const note = (sentences, color, title) =>
		sentences.length
			? `<div class="alert alert-${color}"><b>${title}</b><ul class="mb-0 pl-4">${sentences
					.map((each) => `<li>${frappe.utils.escape_html(each)}</li>`)
					.join("")}</ul></div>`
			: "";
	const count = (kind) => (frm.doc.followers || []).filter((row) => row.kind === kind).length;
	const facts = [
		[__("open complaints"), shown.complaints],
		[__("to decide"), shown.undecided],
		[__("deadlines counted anew"), shown.clocks],
		[__("members"), count("Member")],
		[__("routing and settings"), count("Routing")],
		[__("units below"), count("Unit below")],
	]
		.filter(([, value]) => value)
		.map(([label, value]) => `<div style="min-width: 110px"><div class="h3 mb-0">${format_number(value, null, 0)}</div><div class="text-muted">${label}</div></div>`)
		.join("");
	wrapper.html(
		note(shown.errors, "danger", __("To put right first")) +
			note(shown.warnings, "warning", __("Please note")) +
			`<div class="d-flex flex-wrap mb-4" style="gap: 12px 32px">${facts}</div><div class="reorganisation-picture"></div>`
	);
	// The tab has no width before it is shown.
	const draw = () => phanhoi.reorganisation.draw(wrapper.find(".reorganisation-picture"), shown);
	frappe.require("/assets/phanhoi_app/js/reorganisation_picture.js", () => {
		draw();
		new ResizeObserver(frappe.utils.debounce(draw, 100)).observe(wrapper[0]);
	});
}

// A choice among the targets, as a bare select.
function choice(frm, value) {
	const escape = frappe.utils.escape_html;
	const units = preview_of(frm)?.units || {};
	const options = (frm.doc.targets || []).map(
		(row) =>
			`<option value="${escape(row.code)}" ${row.code === value ? "selected" : ""}>${escape(units[row.code]?.title || row.code)}</option>`
	);
	return `<select class="form-control input-sm" style="appearance: auto"><option value="">${__("Choose …")}</option>${options.join("")}</select>`;
}

// Members, routing and units below whose way is not clear: all of them at once.
function fill_the_rest(frm) {
	const wrapper = frm.get_field("followers_html").$wrapper.empty();
	const open = (frm.doc.followers || []).filter((row) => !row.target);
	if (!open.length || !DRAFTED.includes(frm.doc.status)) return;
	wrapper.html(`<div class="d-flex flex-wrap align-items-center" style="gap: 8px"><span>${__("{0} rows without a choice: all of them to", [open.length])}</span>
		<div style="flex: 0 1 260px; min-width: 180px">${choice(frm, "")}</div></div>`);
	wrapper.find("select").on("change", (event) => {
		for (const row of open) frappe.model.set_value(row.doctype, row.name, "target", event.currentTarget.value);
		frm.save();
	});
}

function show_undecided(frm, start = 0) {
	const wrapper = frm.get_field("undecided_html").$wrapper;
	if (frm.is_new() || !["Previewed", "To Decide"].includes(frm.doc.status)) return wrapper.empty();
	frappe.call(METHOD + "undecided", { name: frm.doc.name, start }).then(({ message: page }) => {
		if (!page.total) return wrapper.empty();
		const escape = frappe.utils.escape_html;
		const rows = page.rows
			.map(
				(row) => `<div class="d-flex flex-wrap align-items-center py-2 border-bottom" style="gap: 4px 16px" data-complaint="${escape(row.complaint)}">
				<div style="flex: 1 1 260px; min-width: 0"><a href="/app/complaint/${encodeURIComponent(row.complaint)}">${escape(row.complaint)}</a> ${escape(row.title || "")}
				<div class="text-muted">${[row.field, row.area].filter(Boolean).map(escape).join(" · ")}</div></div>
				<div style="flex: 0 1 260px; min-width: 200px">${choice(frm, row.target)}</div></div>`
			)
			.join("");
		wrapper.html(`<div class="h5">${__("To decide: {0} of {1}", [page.undecided, page.total].map((value) => format_number(value, null, 0)))}</div>
			<p class="text-muted">${__("No rule tells where these go. Choose for each, or send all the rest to one.")}</p>
			${rows}
			<div class="d-flex flex-wrap align-items-center mt-3" style="gap: 8px" data-rest="1"><span>${__("All the rest to")}</span>
			<div style="flex: 0 1 260px; min-width: 180px">${choice(frm, "")}</div>
			<span class="ml-auto">${start ? `<button class="btn btn-xs btn-default" data-start="${start - 20}">${__("Back")}</button>` : ""}
			${start + 20 < page.total ? `<button class="btn btn-xs btn-default" data-start="${start + 20}">${__("More")}</button>` : ""}</span></div>`);
		wrapper.find("button[data-start]").on("click", (event) => show_undecided(frm, Number(event.currentTarget.dataset.start)));
		wrapper.find("select").on("change", (event) => {
			const row = event.currentTarget.closest("[data-complaint]");
			const target = event.currentTarget.value;
			if (!target) return;
			const values = { name: frm.doc.name, target, complaints: row ? [row.dataset.complaint] : [], rest: row ? 0 : 1 };
			frappe.call({ method: METHOD + "decide", args: values }).then(() => show_undecided(frm, start));
		});
	});
}

// What the job tells live; when the state changes, the whole form is read again.
function follow(frm, told) {
	if (told.status && told.status !== frm.doc.status) {
		frm.reorganisation_tab = "run_tab";
		frm.reload_doc();
		return;
	}
	Object.assign(frm.doc, told);
	["moved_complaints", "total_complaints"].forEach((field) => frm.refresh_field(field));
	show_progress(frm);
}

function poll(frm) {
	const shown = cur_frm === frm && frappe.get_route()[0] === "Form" && !document.hidden;
	if (!shown || frm.is_new() || !["Confirmed", "Carrying Out"].includes(frm.doc.status)) return;
	frappe.db
		.get_value("Reorganisation", frm.doc.name, ["name", "status", "moved_complaints", "total_complaints"])
		.then((answer) => answer.message && follow(frm, answer.message));
}

function show_progress(frm) {
	const wrapper = frm.get_field("progress_html").$wrapper;
	const { status, moved_complaints: moved, total_complaints: total } = frm.doc;
	if (DRAFTED.includes(status || "Draft") || status === "Confirmed") {
		const words = status === "Confirmed" ? __("Waiting for its day, or for a worker.") : __("Not confirmed yet.");
		wrapper.html(`<p class="text-muted">${words}</p>`);
		return;
	}
	const percent = status === "Done" ? 100 : total ? Math.min(99, Math.floor((100 * moved) / total)) : 0;
	const color = { Failed: "bg-danger", "To Decide": "bg-warning", Done: "bg-success" }[status] || "bg-primary";
	const words = __("{0} of {1} complaints", [moved, total].map((value) => format_number(value || 0, null, 0)));
	wrapper.html(`
		<div class="progress" style="height: 12px" role="progressbar" aria-valuemin="0" aria-valuemax="100"
			aria-valuenow="${percent}" aria-label="${__("Progress")}">
			<div class="progress-bar ${color}" style="width: ${percent}%"></div>
		</div>
		<p class="mt-2 mb-0" aria-live="polite">${percent} % · ${frappe.utils.escape_html(words)}</p>`);
}
