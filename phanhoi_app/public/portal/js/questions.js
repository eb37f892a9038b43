// A field's extra questions: shown when an earlier answer asks for them; an answer may stop the form.

export function questions(form) {
	const conditional = [...form.querySelectorAll("[data-shown-when]")];
	const stopping = [...form.querySelectorAll("[data-stops-when]")];
	const rest = form.querySelector("[data-rest]");

	function value(name) {
		const input = form.elements.namedItem(name);
		return input ? input.value : "";
	}

	function update() {
		for (const box of conditional) {
			const before = form.querySelector(`[data-field="${CSS.escape(box.dataset.shownWhen)}"]`);
			const shown = !before?.closest("[hidden]") && value(box.dataset.shownWhen) === box.dataset.shownValue;
			box.hidden = !shown;
			// What is not shown is not sent.
			for (const input of box.querySelectorAll("input, textarea, select")) input.disabled = !shown;
		}
		let stopped = false;
		for (const box of stopping) {
			const stops = !box.hidden && value(box.dataset.question) === box.dataset.stopsWhen;
			box.querySelector("[data-stop]").hidden = !stops;
			stopped ||= stops;
		}
		rest.hidden = stopped;
	}

	form.addEventListener("change", update);
	update();
	return { update };
}
