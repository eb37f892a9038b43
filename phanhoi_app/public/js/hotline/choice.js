// A field that is chosen by typing, with or without marks: the arrows walk, Enter or Tab takes what stands first.
frappe.provide("phanhoi.hotline");
{
	const { escape } = phanhoi.hotline;
	const MOST = 8;

	// `input` is an <input>; `options`: [{value, label, note, words}]; `changed(option)` is told of a choice (or null).
	phanhoi.hotline.Choice = class {
		constructor(input, options, changed) {
			Object.assign(this, { input, options, changed, chosen: null, found: [], at: 0 });
			this.list = document.createElement("ul");
			this.list.className = "hotline-choices";
			this.list.id = `${input.id}-list`;
			this.list.setAttribute("role", "listbox");
			this.list.hidden = true;
			input.after(this.list);
			for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id], ["autocomplete", "off"], ["spellcheck", "false"]]) {
				input.setAttribute(name, value);
			}
			input.addEventListener("input", () => this.typed());
			input.addEventListener("keydown", (event) => this.key(event));
			input.addEventListener("blur", () => this.leave());
			// Before the input loses the focus.
			this.list.addEventListener("mousedown", (event) => {
				event.preventDefault();
				const item = event.target.closest("[data-at]");
				if (item) this.take(this.found[Number(item.dataset.at)]);
			});
		}

		get value() {
			return this.chosen?.value || "";
		}

		set(value) {
			this.chosen = this.options.find((option) => option.value === value) || null;
			this.input.value = this.chosen?.label || "";
			this.close();
		}

		typed() {
			if (this.chosen) {
				this.chosen = null;
				this.changed(null);
			}
			this.look();
		}

		look() {
			const terms = phanhoi.search_key(this.input.value).split(" ").filter(Boolean);
			if (!terms.length) return this.close();
			const scored = [];
			for (const option of this.options) {
				const words = ` ${option.words}`;
				if (!terms.every((term) => words.includes(term))) continue;
				// What begins with the words typed stands before what only holds them.
				const own = ` ${phanhoi.search_key(option.label)}`;
				scored.push([own.startsWith(` ${terms.join(" ")}`) ? 0 : terms.every((term) => own.includes(` ${term}`)) ? 1 : 2, option]);
			}
			this.found = scored.sort((a, b) => a[0] - b[0]).slice(0, MOST).map(([, option]) => option);
			this.at = 0;
			this.draw();
		}

		draw() {
			this.list.innerHTML = this.found.length
				? this.found
						.map(
							(option, at) => `<li role="option" id="${this.list.id}-${at}" data-at="${at}" aria-selected="${at === this.at}">${escape(option.label)}
								${option.note ? `<small>${escape(option.note)}</small>` : ""}</li>`
						)
						.join("")
				: `<li class="text-muted">${escape(__("Nothing found: try other words."))}</li>`;
			this.list.hidden = false;
			this.input.setAttribute("aria-expanded", "true");
			if (this.found.length) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
		}

		key(event) {
			if (event.isComposing) return;
			const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
			if (step) {
				event.preventDefault();
				if (this.list.hidden) return this.look();
				if (!this.found.length) return;
				this.at = (this.at + step + this.found.length) % this.found.length;
				this.draw();
			} else if (event.key === "Enter" && !event.ctrlKey) {
				event.preventDefault();
				if (!this.list.hidden && this.found.length) this.take(this.found[this.at]);
			} else if (event.key === "Tab" && !event.shiftKey && !this.list.hidden && this.found.length) {
				this.take(this.found[this.at]);
			} else if (event.key === "Escape" && !this.list.hidden) {
				event.stopPropagation();
				this.close();
			}
		}

		take(option) {
			this.chosen = option;
			this.input.value = option.label;
			this.close();
			this.changed(option);
		}

		leave() {
			this.close();
			// A name typed whole is a choice; anything else is not one, and the server says so.
			if (this.chosen || !this.input.value.trim()) return;
			const key = phanhoi.search_key(this.input.value);
			const same = this.options.filter((option) => phanhoi.search_key(option.label) === key);
			if (same.length === 1) this.take(same[0]);
		}

		close() {
			this.list.hidden = true;
			this.input.setAttribute("aria-expanded", "false");
			this.input.removeAttribute("aria-activedescendant");
		}
	};
}
