// Reads where a photo was taken from its EXIF block, in the browser; the server takes that block out.

const GPS = 0x8825;
const LATITUDE_REF = 1;
const LATITUDE = 2;
const LONGITUDE_REF = 3;
const LONGITUDE = 4;

// The position of a JPEG file as {latitude, longitude} in degrees, or null.
export async function positionOf(file) {
	if (file.type && file.type !== "image/jpeg") return null;
	try {
		// EXIF stands in the first segments, each at most 64 KB.
		return readJpeg(new DataView(await file.slice(0, 256 * 1024).arrayBuffer()));
	} catch {
		return null; // cut short or not what it says it is: there is no position to offer
	}
}

export function readJpeg(view) {
	if (view.getUint16(0) !== 0xffd8) return null;
	let at = 2;
	while (at + 4 <= view.byteLength) {
		const marker = view.getUint16(at);
		if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return null;
		// "Exif\0\0" begins the segment that holds a TIFF structure.
		if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return readTiff(view, at + 10);
		at += 2 + view.getUint16(at + 2);
	}
	return null;
}

function readTiff(view, start) {
	const little = view.getUint16(start) === 0x4949;
	const short = (at) => view.getUint16(start + at, little);
	const long = (at) => view.getUint32(start + at, little);
	const entries = (at) => {
		const found = new Map();
		const count = short(at);
		for (let n = 0; n < count; n++) {
			const entry = at + 2 + 12 * n;
			found.set(short(entry), entry);
		}
		return found;
	};
	const main = entries(long(4));
	if (!main.has(GPS)) return null;
	const gps = entries(long(main.get(GPS) + 8));
	const degrees = (tag, refTag, negative) => {
		if (!gps.has(tag) || !gps.has(refTag)) return NaN;
		const values = long(gps.get(tag) + 8);
		const [deg, min, sec] = [0, 1, 2].map((n) => long(values + 8 * n) / (long(values + 8 * n + 4) || 1));
		const ref = String.fromCharCode(view.getUint8(start + gps.get(refTag) + 8));
		return (deg + min / 60 + sec / 3600) * (ref === negative ? -1 : 1);
	};
	const latitude = degrees(LATITUDE, LATITUDE_REF, "S");
	const longitude = degrees(LONGITUDE, LONGITUDE_REF, "W");
	// Some cameras write zeros when they do not know.
	if (!Number.isFinite(latitude) || !Number.isFinite(longitude) || (!latitude && !longitude)) return null;
	return { latitude, longitude };
}
