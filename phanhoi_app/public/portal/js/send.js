// Sends the form with a progress bar, once, and shows what is wrong beside each field.

import { say } from "./text.js";

export function send(form, photos, kept) {
	const button = form.querySelector("[data-send]");
	const label = button.querySelector("span");
	const written = label.textContent;
	const progress = form.querySelector("[data-progress]");
	const summary = document.getElementById("summary");
	let busy = false;

	// What is being corrected is no longer called wrong.
	form.addEventListener("input", (event) => {
		const line = event.target.closest("[data-field]")?.querySelector("[data-error]:not([hidden])");
		if (line) mark(line, "");
	});

	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (busy) return;
		busy = true;
		button.disabled = true;
		label.textContent = say("sending");
		try {
			await photos?.ready();
			const body = new FormData(form);
			body.delete("photos");
			for (const file of photos?.files() || []) body.append("photos", file, file.name);
			show(await post(body));
		} catch (problem) {
			show({ errors: [{ name: "", text: problem.message }] });
		}
	});

	// Resolves to the server's answer; rejects with a sentence for the reader.
	function post(body) {
		return new Promise((done, failed) => {
			const request = new XMLHttpRequest();
			request.open("POST", form.action);
			request.setRequestHeader("Accept", "application/json");
			request.responseType = "json";
			request.upload.addEventListener("progress", (event) => {
				if (!event.lengthComputable || event.total < 100_000) return;
				const percent = Math.round((100 * event.loaded) / event.total);
				progress.hidden = false;
				progress.querySelector("progress").value = percent;
				progress.querySelector("span").textContent =
					percent < 100 ? say("sent_part", percent) : say("checking");
			});
			request.addEventListener("load", () => {
				if (request.response?.location || request.response?.errors) return done(request.response);
				failed(new Error(say(request.status === 413 ? "too_large" : "server")));
			});
			request.addEventListener("error", () => failed(new Error(say("no_network"))));
			request.addEventListener("timeout", () => failed(new Error(say("no_network"))));
			request.send(body);
		});
	}

	function show(answer) {
		if (answer.location) {
			kept.forget();
			location.replace(answer.location);
			return;
		}
		busy = false;
		button.disabled = false;
		label.textContent = written;
		progress.hidden = true;
		for (const line of form.querySelectorAll("[data-error]")) mark(line, "");
		const items = answer.errors.map(({ name, text }) => {
			const line = name && form.querySelector(`[data-error="${CSS.escape(name)}"]`);
			if (line) mark(line, text);
			const item = document.createElement("li");
			const link = document.createElement(line ? "a" : "span");
			if (line) {
				link.href = `#f-${name}`;
				link.addEventListener("click", (event) => {
					event.preventDefault();
					const target = document.getElementById(`f-${name}`);
					target.focus({ preventScroll: true });
					target.closest(".field").scrollIntoView({ block: "start" });
				});
			}
			link.textContent = text;
			item.append(link);
			return item;
		});
		summary.querySelector("ul").replaceChildren(...items);
		summary.hidden = false;
		summary.focus();
		summary.scrollIntoView({ block: "start" });
	}

	function mark(line, text) {
		line.hidden = !text;
		line.querySelector("span").textContent = text;
		const input = document.getElementById(`f-${line.dataset.error}`);
		if (text) input?.setAttribute("aria-invalid", "true");
		else input?.removeAttribute("aria-invalid");
	}
}
