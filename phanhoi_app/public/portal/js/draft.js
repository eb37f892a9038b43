// Keeps what was typed on this device until it is sent. Not who the sender is: others may use the device.

const KEY = "phanhoi-draft";
const DAYS = 7;
const NOT_KEPT = ["token", "csrf_token", "field", "new_field", "citizen_name", "citizen_phone", "citizen_email", "website"];

// `onChange(restored)` is told when something is kept or was put back. `changed()` tells others of new values.
export function draft(form, onChange, changed) {
	let timer = 0;
	form.addEventListener("input", () => {
		clearTimeout(timer);
		timer = setTimeout(keep, 500);
	});

	function keep() {
		const values = {};
		for (const [name, value] of new FormData(form)) {
			if (typeof value === "string" && value && !NOT_KEPT.includes(name)) values[name] = value;
		}
		write({ at: Date.now(), subject: form.elements.namedItem("field")?.value, values });
		if (values.title || values.content) onChange(false);
	}

	function restore() {
		const kept = read();
		if (!kept || Date.now() - kept.at > DAYS * 86400000) return forget();
		let restored = false;
		for (const [name, value] of Object.entries(kept.values)) {
			// A question's code means something else in another subject.
			if (name.startsWith("q_") && kept.subject !== form.elements.namedItem("field")?.value) continue;
			const input = form.elements.namedItem(name);
			if (!input || input.value === value) continue;
			const isText = input instanceof HTMLTextAreaElement || input.type === "text";
			if (isText && input.value) continue; // the server gave it back: that is newer
			input.value = value;
			restored ||= isText;
		}
		changed();
		if (restored) onChange(true);
	}

	function forget() {
		clearTimeout(timer);
		try {
			localStorage.removeItem(KEY);
		} catch {
			// private windows may have no storage
		}
	}

	return { restore, forget };
}

function write(kept) {
	try {
		localStorage.setItem(KEY, JSON.stringify(kept));
	} catch {
		// full or forbidden: the form works without
	}
}

function read() {
	try {
		return JSON.parse(localStorage.getItem(KEY));
	} catch {
		return null;
	}
}
