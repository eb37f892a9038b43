// The complaint form made comfortable. Without this file it is an ordinary form and works all the same.

import { areaOfPin } from "./area.js";
import { combobox } from "./combobox.js";
import { draft } from "./draft.js";
import { photoInput } from "./photos.js";
import { pinInput } from "./pin.js";
import { questions } from "./questions.js";
import { send } from "./send.js";
import { say } from "./text.js";

document.documentElement.classList.add("js");
const form = document.getElementById("complaint-form");
const area = form.querySelector("[data-combobox]");
const areaBox = area && combobox(area);
const agency = form.querySelector("[data-combobox-agency]");
const agencyBox = agency && combobox(agency);
const pinBox = form.querySelector(".pin");
const suggestion = area && pinBox?.dataset.areaOf && areaOfPin(area, areaBox, pinBox.dataset.areaOf);
const pin = pinBox && pinInput(pinBox, areasWithPlace(), suggestion?.ask);
const photoBox = form.querySelector("[data-photos]");
const photos = photoBox && photoInput(photoBox, pin && ((place) => pin.set(place.latitude, place.longitude)));
const asked = questions(form);
const kept = draft(form, tellDraft, () => {
	areaBox?.refresh();
	agencyBox?.refresh();
	asked.update();
});

area?.addEventListener("change", () => {
	suggestion?.chosen();
	pin?.onArea(placeOf(area.selectedOptions[0]));
});
if (area?.value) pin?.onArea(placeOf(area.selectedOptions[0]));
countLetters();
watchSubject();
kept.restore();
send(form, photos, kept);
form.querySelector("[data-forget]").addEventListener("click", () => {
	kept.forget();
	location.assign(location.pathname);
});

function areasWithPlace() {
	return [...(area?.options || [])]
		.filter((option) => option.dataset.at)
		.map((option) => ({ name: option.text, at: placeOf(option) }));
}

function placeOf(option) {
	return option?.dataset.at ? option.dataset.at.split(",").map(Number) : null;
}

function tellDraft(restored) {
	const line = form.querySelector("[data-draft]");
	line.hidden = false;
	line.querySelector("span").textContent = say(restored ? "draft_back" : "draft_kept");
}

function countLetters() {
	for (const text of form.querySelectorAll("[data-count]")) {
		const said = document.createElement("p");
		said.className = "hint count-left";
		said.hidden = true;
		text.after(said);
		text.addEventListener("input", () => {
			const left = text.maxLength - text.value.length;
			said.hidden = left > 300;
			said.textContent = say("left", left);
		});
	}
}

// Another subject: its questions come from the server, everything typed stays (photos too).
function watchSubject() {
	form.addEventListener("click", async (event) => {
		const button = event.target.closest("[data-change-field]");
		if (!button) return;
		event.preventDefault();
		const field = form.querySelector("#new-field").value;
		const page = await fetch(`${form.action}?field=${encodeURIComponent(field)}`);
		const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("subject");
		if (!fresh) return form.submit();
		form.querySelector("#subject").replaceWith(document.adoptNode(fresh));
		questions(form);
		form.querySelector("#subject summary").focus();
	});
}
