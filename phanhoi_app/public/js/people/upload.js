// A list of people from a spreadsheet: choose the file, look at what it would change, confirm.
frappe.provide("phanhoi.people");
{
	const API = "phanhoi_app.agencies.api.";
	const MOST_BYTES = 2 * 1024 * 1024; // agencies/sheet.py
	const SHOWN = 300; // lines of a preview; the file of errors has them all
	const POLL = 2000; // milliseconds
	const escape = (text) => frappe.utils.escape_html(String(text ?? ""));
	const OUTCOMES = {
		error: ["red", () => __("Error")],
		new: ["green", () => __("New account")],
		added: ["green", () => __("Added")],
		changed: ["orange", () => __("Changed")],
		unchanged: ["gray", () => __("Unchanged")],
	};

	phanhoi.people.channel_field = () => ({
		fieldname: "channel",
		fieldtype: "Select",
		label: __("Invitation by"),
		options: ["E-mail", "SMS"].map((value) => ({ value, label: __(value) })),
		default: "E-mail",
		reqd: 1,
		description: __("New accounts get a link that works once, to set a password."),
	});

	phanhoi.people.upload = (people) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Upload List"),
			size: "extra-large",
			fields: [
				{ fieldname: "file", fieldtype: "HTML" },
				phanhoi.people.channel_field(),
				{ fieldname: "preview", fieldtype: "HTML" },
			],
			primary_action_label: __("Preview"),
			primary_action: () => look(people, dialog),
		});
		dialog.fields_dict.file.$wrapper.html(`<div class="form-group">
			<label class="control-label" for="people-file">${escape(__("Spreadsheet (.xlsx or .csv)"))}</label>
			<input id="people-file" type="file" class="form-control people-file" accept=".xlsx,.csv">
			<p class="help-box small text-muted">${escape(
				__("Columns: full name, e-mail, mobile number, duty, agency code. At most 2,000 people.")
			)} <a class="people-sample" href="#">${escape(__("Sample"))}</a></p>
		</div>`);
		dialog.$wrapper.find(".people-sample").on("click", (event) => {
			event.preventDefault();
			sample();
		});
		dialog.$wrapper.find(".people-file").on("change", () => look(people, dialog));
		dialog.fields_dict.channel.df.change = () => dialog.looked && look(people, dialog);
		dialog.show();
	};

	async function look(people, dialog) {
		const file = dialog.$wrapper.find(".people-file")[0].files[0];
		if (!file) return say(dialog, __("Choose a file first."));
		if (file.size > MOST_BYTES) {
			return say(dialog, __("The file is larger than {0} MB: send the list alone.", [MOST_BYTES >> 20]));
		}
		const channel = dialog.get_value("channel");
		const args = { agency: people.agency, file_name: file.name, content: await as_base64(file), channel };
		dialog.looked = null;
		const answer = await frappe.call({ method: `${API}look_at_sheet`, args, freeze: true }).catch(() => null);
		if (!answer?.message) return say(dialog, __("Nothing was changed."));
		dialog.looked = answer.message;
		show(people, dialog);
	}

	function show(people, dialog) {
		const { counts, lines } = dialog.looked;
		const order = Object.keys(OUTCOMES);
		const sorted = [...lines].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome) || a.row - b.row);
		const marks = order
			.filter((outcome) => counts[outcome])
			.map((outcome) => mark(outcome, `${OUTCOMES[outcome][1]()}: ${cint(counts[outcome])}`));
		const rest = sorted.length - SHOWN;
		dialog.fields_dict.preview.$wrapper.html(`
			<p class="people-marks" aria-live="polite">${marks.join(" ")}
				${counts.error ? `<a class="btn btn-xs btn-default" href="/api/method/${API}rejected?name=${encodeURIComponent(dialog.looked.name)}">${escape(__("Download the rows with errors"))}</a>` : ""}
			</p>
			<table class="people-table people-preview"><thead><tr>
				${[__("Row"), __("Name"), __("Duty"), __("Agency"), __("What happens")]
					.map((head) => `<th scope="col">${escape(head)}</th>`)
					.join("")}
			</tr></thead><tbody>${sorted.slice(0, SHOWN).map(line_row).join("")}</tbody></table>
			${rest > 0 ? `<p class="text-muted">${escape(__("… and {0} more rows", [rest]))}</p>` : ""}`);
		const todo = counts.new + counts.added + counts.changed;
		if (todo) {
			dialog.set_primary_action(__("Confirm {0} rows", [todo]), () => confirm(people, dialog));
		} else {
			dialog.set_primary_action(__("Preview"), () => look(people, dialog));
		}
	}

	function line_row(line) {
		const trouble = line.outcome === "error" && line.column_label ? `${line.column_label}: ` : "";
		const cell = (head, content) => `<td data-head="${escape(head)}">${content}</td>`;
		return `<tr>${cell(__("Row"), cint(line.row))}
			<th scope="row"><span class="people-name">${escape(line.full_name)}</span>
				<span class="text-muted people-mail">${escape(line.email)} ${escape(line.phone)}</span></th>
			${cell(__("Duty"), escape(__(line.duty)))}
			${cell(__("Agency"), escape(line.agency))}
			<td>${mark(line.outcome, OUTCOMES[line.outcome][1]())} ${escape(trouble + line.sentence)}</td></tr>`;
	}

	async function confirm(people, dialog) {
		const name = dialog.looked.name;
		dialog.disable_primary_action();
		const answer = await frappe.call({ method: `${API}confirm`, args: { name }, freeze: true }).catch(() => null);
		dialog.enable_primary_action();
		if (answer?.message) follow(people, dialog, answer.message);
		else look(people, dialog);
	}

	// A long list is a worker's: ask until it has ended, or the dialog is closed; the work goes on without it.
	function follow(people, dialog, told) {
		if (told.status === "Waiting") {
			const progress = `<p aria-live="polite">${escape(__("The list is being taken in …"))} <span class="people-progress"></span></p>`;
			dialog.fields_dict.preview.$wrapper.html(progress);
			frappe.realtime.off("roster_progress");
			frappe.realtime.on("roster_progress", (data) => {
				if (data.name === told.name && data.total) {
					dialog.$wrapper.find(".people-progress").text(`${cint(data.done)} / ${cint(data.total)}`);
				}
			});
			setTimeout(() => {
				if (!dialog.display) return;
				frappe
					.call({ method: `${API}roster_state`, args: { name: told.name } })
					.then(({ message }) => follow(people, dialog, message));
			}, POLL);
			return;
		}
		people.refresh();
		const good = told.status === "Finished";
		if (good) dialog.hide();
		else say(dialog, told.outcome);
		frappe.msgprint({
			title: good ? __("List taken in") : __("Nothing was changed"),
			message: escape(told.outcome),
			indicator: good ? "green" : "red",
		});
	}

	function say(dialog, text) {
		dialog.fields_dict.preview.$wrapper.html(`<p class="text-danger" role="alert">${escape(text)}</p>`);
	}

	const mark = (outcome, text) =>
		`<span class="phanhoi-due phanhoi-due-${OUTCOMES[outcome][0]}">${escape(text)}</span>`;

	const as_base64 = (file) =>
		new Promise((resolve, reject) => {
			const reader = new FileReader();
			reader.onload = () => resolve(reader.result);
			reader.onerror = () => reject(reader.error);
			reader.readAsDataURL(file);
		});

	function sample() {
		const heads = [__("Full name"), __("E-mail"), __("Mobile number"), __("Duty"), __("Agency code")];
		const row = ["Nguyễn Văn A", "nguyenvana@example.vn", "0912 345 678", __("Officer"), ""];
		const csv = `\ufeff${[heads, row].map((cells) => cells.join(";")).join("\r\n")}\r\n`;
		const link = document.createElement("a");
		link.href = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
		link.download = "danh-sach-can-bo.csv";
		link.click();
		URL.revokeObjectURL(link.href);
	}
}
