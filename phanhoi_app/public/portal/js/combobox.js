// Turns a long select into a search box with a list (the ARIA combobox pattern); the select stays and is sent.

import { plain, say } from "./text.js";

const MOST = 50;

export function combobox(select) {
	const options = [...select.options]
		.filter((option) => option.value)
		.map((option) => ({ value: option.value, name: option.text, words: option.dataset.words || plain(option.text) }));
	const box = document.createElement("div");
	box.className = "combo";
	const input = document.createElement("input");
	const list = document.createElement("ul");
	const id = select.id;
	select.id = `${id}-select`;
	select.hidden = true;
	list.id = `${id}-list`;
	list.className = "combo-list";
	list.hidden = true;
	list.setAttribute("role", "listbox");
	Object.entries({
		id,
		type: "text",
		role: "combobox",
		autocomplete: "off",
		spellcheck: "false",
		placeholder: select.dataset.search || say("search_area"),
		"aria-autocomplete": "list",
		"aria-expanded": "false",
		"aria-controls": list.id,
	}).forEach(([name, value]) => input.setAttribute(name, value));
	for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
		if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
	}
	box.append(input, list);
	select.after(box);
	let hits = [];
	let current = -1;
	showChosen();

	input.addEventListener("input", () => open());
	input.addEventListener("focus", () => input.select());
	input.addEventListener("click", () => open());
	input.addEventListener("blur", close);
	input.addEventListener("keydown", (event) => {
		const closed = list.hidden;
		if (event.key === "ArrowDown" || event.key === "ArrowUp") {
			event.preventDefault();
			if (closed) open();
			else move(current + (event.key === "ArrowDown" ? 1 : -1));
		} else if (event.key === "Enter" && !closed) {
			event.preventDefault();
			if (hits[current]) choose(hits[current]);
		} else if (event.key === "Escape" && !closed) {
			event.stopPropagation();
			close();
		}
	});
	list.addEventListener("pointerdown", (event) => {
		const item = event.target.closest("[data-value]");
		event.preventDefault(); // the input keeps the focus
		if (item) choose(options.find((option) => option.value === item.dataset.value));
	});

	function open() {
		const chosen = select.selectedOptions[0];
		const typed = chosen && input.value === chosen.text ? "" : plain(input.value);
		const words = typed.split(" ").filter(Boolean);
		hits = options.filter((option) => words.every((word) => option.words.includes(word)));
		// What begins with the typed words stands before what only holds them.
		hits.sort((a, b) => rank(a, typed) - rank(b, typed));
		hits = hits.slice(0, typed ? MOST : options.length);
		list.replaceChildren(
			...hits.map((option, number) => {
				const item = document.createElement("li");
				item.id = `${list.id}-${number}`;
				item.setAttribute("role", "option");
				item.dataset.value = option.value;
				item.textContent = option.name;
				return item;
			})
		);
		if (!hits.length) {
			const none = document.createElement("li");
			none.className = "none";
			none.textContent = select.dataset.none || say("no_area");
			list.append(none);
		}
		list.hidden = false;
		input.setAttribute("aria-expanded", "true");
		const now = hits.findIndex((option) => option.value === select.value);
		move(now >= 0 ? now : typed ? 0 : -1);
	}

	function move(to) {
		if (!hits.length) return;
		list.children[current]?.removeAttribute("aria-selected");
		current = Math.max(-1, Math.min(to, hits.length - 1));
		const item = list.children[current];
		item?.setAttribute("aria-selected", "true");
		item?.scrollIntoView({ block: "nearest" });
		if (item && current >= 0) input.setAttribute("aria-activedescendant", item.id);
		else input.removeAttribute("aria-activedescendant");
	}

	function choose(option) {
		select.value = option.value;
		select.dispatchEvent(new Event("change", { bubbles: true }));
		hide();
		showChosen();
	}

	function close() {
		// A name typed in full counts as chosen; anything else goes back to what was chosen before.
		const typed = plain(input.value);
		const exact = options.filter((option) => option.words === typed || option.words.endsWith(` ${typed}`));
		if (!typed) {
			select.value = "";
			select.dispatchEvent(new Event("change", { bubbles: true }));
		} else if (exact.length === 1 && exact[0].value !== select.value) {
			return choose(exact[0]);
		}
		hide();
		showChosen();
	}

	function hide() {
		list.hidden = true;
		current = -1;
		input.setAttribute("aria-expanded", "false");
		input.removeAttribute("aria-activedescendant");
	}

	function showChosen() {
		input.value = select.value ? select.selectedOptions[0].text : "";
	}

	return { refresh: showChosen };
}

function rank(option, typed) {
	// The kind of unit ("phuong", "xa") comes first in the name; people type what follows.
	if (option.words.startsWith(typed) || option.words.replace(/^(phuong|xa|dac khu) /, "").startsWith(typed)) return 0;
	return option.words.includes(` ${typed}`) ? 1 : 2;
}
