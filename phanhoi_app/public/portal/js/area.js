// The pin suggests the commune in which it lies; what a person chose is never changed, only remarked on.

import { say } from "./text.js";

// `combo` is the combobox of the select. Returns {ask(latitude, longitude), chosen()}.
export function areaOfPin(select, combo, address) {
	const said = select.closest(".field").querySelector("[data-area-said]");
	const take = said.querySelector("[data-take-area]");
	let suggested = ""; // what the pin has filled in last
	let latest = 0;
	let found = null;

	take.addEventListener("click", () => {
		fill(found);
		(document.getElementById("f-area") || select).focus();
	});

	// Asked for each new pin; without an answer the form is as it was.
	async function ask(latitude, longitude) {
		const question = ++latest;
		tell("");
		const place = new URLSearchParams({ latitude, longitude });
		let code = null;
		try {
			const answer = await fetch(`${address}?${place}`, { headers: { Accept: "application/json" } });
			code = answer.ok ? (await answer.json()).area : null;
		} catch {
			return; // no connection: the commune is chosen by hand
		}
		if (question !== latest || !code) return;
		found = [...select.options].find((option) => option.value === code);
		if (!found || found === select.selectedOptions[0]) return;
		if (!select.value || select.value === suggested) fill(found);
		else tell(say("area_differs", found.text), say("take_area", found.text));
	}

	function fill(option) {
		suggested = option.value;
		select.value = option.value;
		combo.refresh();
		select.dispatchEvent(new Event("input", { bubbles: true })); // the draft keeps it, an error goes
		tell(say("area_from_pin"));
	}

	function chosen() {
		suggested = "";
		tell("");
	}

	function tell(text, button = "") {
		said.hidden = !text;
		said.querySelector("span").textContent = text;
		take.hidden = !button;
		take.textContent = button;
	}

	return { ask, chosen };
}
