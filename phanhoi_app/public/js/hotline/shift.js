// The operator's shift: the notes to be read first, the note to be left; and the receipt that is read aloud.
frappe.provide("phanhoi.hotline");
{
	const { escape, time } = phanhoi.hotline;

	phanhoi.hotline.Shift = class {
		constructor(page) {
			this.page = page;
			this.notice = document.createElement("p");
			this.notice.className = "hotline-shift";
			page.part("queue").before(this.notice);
		}

		show({ shift, unread }) {
			this.now = shift;
			const ends = shift && moment(shift.ends_at).diff(moment(frappe.datetime.now_datetime()), "minutes");
			const words = !shift
				? __("You have no shift now.")
				: ends < 0
					? __("Your shift has ended without a hand-over note: write it now (F8).")
					: __("Your shift: until {0}.", [time(shift.ends_at)]);
			const write = shift ? ` <button type="button" class="btn btn-xs btn-default" data-act="hand_over">${escape(__("Hand-over Note"))} <kbd>F8</kbd></button>` : "";
			const html = `${escape(words)}${write}`;
			if (this.notice.dataset.drawn !== html) this.notice.innerHTML = this.notice.dataset.drawn = html;
			this.notice.classList.toggle("late", Boolean(shift && ends < 15 && !shift.noted));
			if (unread.length) this.read(unread);
		}

		// Notes of the shift before: nothing else can be done until they are confirmed.
		read(notes) {
			if (this.reading) return;
			this.reading = new frappe.ui.Dialog({
				title: __("Hand-over note of the last shift"),
				static: true,
				fields: [{ fieldname: "notes", fieldtype: "HTML" }],
				primary_action_label: __("I Have Read It"),
				primary_action: async () => {
					for (const note of notes) {
						const { errors } = await phanhoi.hotline.ask("note_read", { name: note.name }, true);
						if (errors) return this.page.say(errors);
					}
					this.reading.hide();
					this.reading = null;
					await this.page.look();
					this.page.focus_number();
				},
			});
			this.reading.fields_dict.notes.$wrapper.html(
				notes.map((note) => `<div class="hotline-note"><p>${escape(note.note).replace(/\n/g, "<br>")}</p><small>${escape(note.by)} · ${escape(time(note.written_on))}</small></div>`).join("")
			);
			this.reading.show();
			this.reading.$wrapper.one("shown.bs.modal", () => this.reading?.get_primary_btn().trigger("focus"));
		}

		hand_over() {
			if (!this.now) return this.page.say({ "": __("You have no shift now.") });
			const dialog = new frappe.ui.Dialog({
				title: __("Hand-over Note"),
				fields: [
					{
						fieldname: "note",
						fieldtype: "Small Text",
						label: __("What the next shift must know"),
						description: __("No names or numbers of citizens: write the numbers of the complaints."),
					},
					{ fieldname: "trouble", fieldtype: "HTML" },
				],
				primary_action_label: __("Save"),
				primary_action: async ({ note }) => {
					const { errors } = await phanhoi.hotline.ask("hand_over", { shift: this.now.name, note: note || "" }, true);
					if (errors) return dialog.fields_dict.trouble.$wrapper.html(`<p class="text-danger" role="alert">${escape(Object.values(errors).join(" "))}</p>`);
					dialog.hide();
					frappe.show_alert({ message: __("The next shift will read it first."), indicator: "green" });
					this.page.look();
				},
			});
			dialog.show();
			dialog.$wrapper.one("shown.bs.modal", () => dialog.fields_dict.note.$input.trigger("focus"));
		}
	};

	// Number and code, big, to be read aloud; Enter goes on with the next caller.
	phanhoi.hotline.show_receipt = (page, told) => {
		const aloud = (text) => escape(text.replace(/-/g, " - "));
		const box = document.createElement("div");
		box.className = "hotline-receipt";
		box.setAttribute("role", "dialog");
		box.setAttribute("aria-label", __("Complaint filed"));
		box.innerHTML = `<div>
			<p>${escape(told.again ? __("This complaint was filed already. Number:") : __("Filed. Read to the caller the number:"))}</p>
			<p class="hotline-aloud" data-told="complaint">${aloud(told.complaint)}</p>
			<p>${escape(__("and the tracking code:"))}</p><p class="hotline-aloud" data-told="code">${aloud(told.code)}</p>
			<p>${told.due_on ? escape(__("Answer by {0}.", [moment(told.due_on).format("HH:mm DD/MM/YYYY")])) : ""}
			${escape(told.sms ? __("Both go to the caller by SMS too.") : __("No number is known: nothing is sent, let the caller write both down."))}</p>
			<p><button type="button" class="btn btn-primary" data-go="next">${escape(__("Next Caller"))} <kbd>Enter</kbd></button>
			<button type="button" class="btn btn-default" data-go="same">${escape(page.call ? __("Another Complaint of This Call") : __("Another Complaint"))}</button>
			<a class="btn btn-default" href="/app/complaint/${encodeURIComponent(told.complaint)}" target="_blank" rel="noopener">${escape(__("Show Complaint"))}</a></p></div>`;
		page.receipt = box;
		page.$body.append(box);
		const go = (same) => {
			box.remove();
			page.receipt = null;
			page.go_on(same);
		};
		box.querySelector("[data-go=next]").addEventListener("click", () => go(false));
		box.querySelector("[data-go=same]").addEventListener("click", () => go(true));
		box.addEventListener("keydown", (event) => {
			if (event.key === "Escape") return go(false);
			if (event.key !== "Tab") return;
			// The focus stays within while the numbers are read.
			const stops = [...box.querySelectorAll("button, a")];
			const at = stops.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1);
			event.preventDefault();
			stops[(at + stops.length) % stops.length].focus();
		});
		box.querySelector("[data-go=next]").focus();
	};
}
