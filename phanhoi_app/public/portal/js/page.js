// Receipt and tracking page: print, copy, share, photos of a reply, one press of a button.

import { photoInput } from "./photos.js";

for (const button of document.querySelectorAll("[data-print]")) {
	button.hidden = false;
	button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-copy]")) {
	button.hidden = !navigator.clipboard;
	button.addEventListener("click", async () => {
		await navigator.clipboard.writeText(button.dataset.copy);
		const label = button.querySelector("span");
		const written = label.textContent;
		label.textContent = button.dataset.done;
		setTimeout(() => (label.textContent = written), 2500);
	});
}

for (const button of document.querySelectorAll("[data-share]")) {
	button.hidden = !navigator.share;
	button.addEventListener("click", () => {
		// Closing the telephone's list of ways to share is not an error.
		navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {});
	});
}

for (const form of document.querySelectorAll("form[data-once]")) {
	const box = form.querySelector("[data-photos]");
	const photos = box && photoInput(box, null);
	let sent = false;
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (sent) return;
		sent = true;
		form.querySelector("[type=submit]").disabled = true;
		if (photos) {
			await photos.ready();
			const bag = new DataTransfer();
			for (const file of photos.files()) bag.items.add(file);
			box.querySelector("input[type=file]").files = bag.files;
		}
		form.submit();
	});
}

// A page from the browser's memory after "back": the button works again.
window.addEventListener("pageshow", (event) => {
	if (event.persisted) location.reload();
});
