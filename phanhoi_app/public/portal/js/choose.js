// Choosing a subject: a word typed narrows the cards, with or without marks.

import { plain } from "./text.js";

const box = document.querySelector("[data-field-search]");
const input = box.querySelector("input");
const none = box.querySelector("[data-none]");
const items = [...document.querySelectorAll("[data-words]")];
const groups = [...document.querySelectorAll("[data-group]")];

box.hidden = false;
input.addEventListener("input", narrow);
narrow();

function narrow() {
	const words = plain(input.value).split(" ").filter(Boolean);
	const hits = items.filter((item) => words.every((word) => item.dataset.words.includes(word)));
	// Nothing fits: everything stays, with a word of advice, rather than an empty page.
	const shown = new Set(hits.length ? hits : items);
	for (const item of items) item.hidden = !shown.has(item);
	for (const group of groups) group.hidden = !group.querySelector("[data-words]:not([hidden])");
	none.hidden = hits.length > 0;
}
