// The photo input: previews, removing, checks before sending, making large photos smaller, offering the place.

import { positionOf } from "./exif.js";
import { icon, say } from "./text.js";

const TYPES = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"];
const SHRINK_OVER = 1.5 * 1024 * 1024; // bytes
const LONGEST_SIDE = 2560; // pixels, as the server keeps them

// Returns {files(): File[], ready(): Promise}; `onPlace({latitude, longitude})` is called when it is accepted.
export function photoInput(box, onPlace) {
	const input = box.querySelector("input[type=file]");
	const drop = box.querySelector("[data-drop]");
	const list = box.querySelector("[data-previews]");
	const error = box.querySelector("[data-error]");
	const offer = box.querySelector("[data-place-offer]");
	const most = Number(box.dataset.most);
	const megabytes = Number(box.dataset.megabytes);
	let chosen = [];
	let place = null;
	let working = Promise.resolve();

	drop.hidden = false;
	input.addEventListener("change", () => {
		add([...input.files]);
		// The list here is what is sent; the input is free for the next choice.
		input.value = "";
	});
	for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
		drop.addEventListener(name, (event) => {
			event.preventDefault();
			drop.classList.toggle("over", over);
			if (name === "drop") add([...event.dataTransfer.files]);
		});
	}
	offer.querySelector("[data-use-place]").addEventListener("click", () => {
		offer.hidden = true;
		onPlace?.(place);
	});
	offer.querySelector("[data-refuse-place]").addEventListener("click", () => (offer.hidden = true));

	function add(files) {
		const said = [];
		for (const file of files) {
			if (!isPhoto(file)) said.push(say("not_photo", file.name));
			else if (file.size > megabytes * 1024 * 1024) said.push(say("photo_large", file.name, megabytes));
			else if (chosen.length >= most) said.push(say("too_many", most));
			else take(file);
		}
		show([...new Set(said)].join(" "));
	}

	function take(file) {
		const entry = { file };
		chosen.push(entry);
		draw(entry);
		working = Promise.all([working, shrink(file).then((smaller) => (entry.file = smaller)), look(file)]);
	}

	async function look(file) {
		if (!onPlace || place) return;
		place = await positionOf(file);
		if (place) offer.hidden = false;
	}

	function draw(entry) {
		const item = document.createElement("li");
		item.append(say("no_preview"));
		const picture = new Image();
		picture.alt = entry.file.name;
		picture.src = URL.createObjectURL(entry.file);
		picture.addEventListener("load", () => item.replaceChildren(picture, remove));
		const remove = document.createElement("button");
		remove.type = "button";
		remove.setAttribute("aria-label", say("remove", entry.file.name));
		remove.append(icon(["M6 6l12 12", "M18 6 6 18"]));
		remove.addEventListener("click", () => {
			chosen = chosen.filter((other) => other !== entry);
			item.remove();
			show("");
			input.focus();
		});
		item.append(remove);
		list.append(item);
	}

	function show(text) {
		error.hidden = !text;
		error.querySelector("span").textContent = text;
	}

	return { files: () => chosen.map((entry) => entry.file), ready: () => working, show };
}

function isPhoto(file) {
	// Some telephones give HEIC no type.
	return TYPES.includes(file.type) || (!file.type && /\.hei[cf]$/i.test(file.name));
}

// A smaller JPEG of a large photo, so that it goes through a slow network; the photo itself when that fails.
async function shrink(file) {
	if (file.size < SHRINK_OVER) return file;
	try {
		const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
		const factor = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
		const canvas = document.createElement("canvas");
		canvas.width = Math.round(bitmap.width * factor);
		canvas.height = Math.round(bitmap.height * factor);
		const paper = canvas.getContext("2d");
		paper.fillStyle = "#fff";
		paper.fillRect(0, 0, canvas.width, canvas.height);
		paper.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
		bitmap.close();
		const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
		if (!blob || blob.size >= file.size) return file;
		return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
	} catch {
		return file; // a format that this browser does not draw, HEIC mostly: the server reads it
	}
}
