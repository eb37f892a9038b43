// The realtime server: passes what the application publishes on Redis to the browsers that may see it.
//
// A browser joins the namespace /SITE with its session cookie. Who it is, and whether it may follow a document, the
// application itself decides: each question goes to it with the browser's own cookie.
import { createRequire } from "node:module";
import http from "node:http";
import path from "node:path";

const env = process.env;
const require = createRequire(path.join(env.LOCALBENCH_NODE_MODULES, "..", "package.json"));
const { Server } = require("socket.io");
const redis = require("@redis/client");

const site = env.LOCALBENCH_SITE;
const application = { host: "127.0.0.1", port: Number(env.LOCALBENCH_GUNICORN_PORT) };
const WEBSITE_ROOM = "website";
const SITE_ROOM = "all";

/** Ask one of the application's methods as this browser; resolves to its answer, rejects on any refusal. */
function ask(socket, method, fields = {}) {
	const query = new URLSearchParams(fields).toString();
	return new Promise((resolve, reject) => {
		const request = http.get(
			{
				...application,
				path: `/api/method/${method}?${query}`,
				headers: {
					accept: "application/json",
					cookie: socket.handshake.headers.cookie ?? "",
					authorization: socket.handshake.headers.authorization ?? "",
					"x-frappe-site-name": site,
					"x-forwarded-for": socket.handshake.headers["x-forwarded-for"] ?? "127.0.0.1",
				},
				timeout: 20_000,
			},
			(answer) => {
				let text = "";
				answer.setEncoding("utf8");
				answer.on("data", (piece) => (text += piece));
				answer.on("end", () => {
					if (answer.statusCode !== 200) return reject(new Error(`${method}: ${answer.statusCode}`));
					try {
						resolve(JSON.parse(text).message);
					} catch (error) {
						reject(error);
					}
				});
			},
		);
		request.on("timeout", () => request.destroy(new Error(`${method}: no answer`)));
		request.on("error", reject);
	});
}

const hasSession = (cookie) => /(?:^|;\s*)sid=[^;]/.test(cookie ?? "");
const hostOf = (url) => {
	try {
		return new URL(url).host;
	} catch {
		return null;
	}
};

const server = http.createServer((request, response) => {
	response.writeHead(404).end();
});
const io = new Server(server, { cors: { origin: true, credentials: true } });
const namespace = io.of(`/${site}`);

namespace.use(async (socket, next) => {
	const { origin, host, cookie, authorization } = socket.handshake.headers;
	// A page of another origin must not listen with this browser's cookie.
	if (origin && hostOf(origin) !== host) return next(new Error("Invalid origin"));
	if (!hasSession(cookie) && !authorization) return next(new Error("No session"));
	try {
		const info = await ask(socket, "frappe.realtime.get_user_info");
		socket.user = info.user;
		socket.userType = info.user_type;
		next();
	} catch (error) {
		next(new Error(`Unauthorized: ${error.message}`));
	}
});

const docRoom = (doctype, docname) => `doc:${doctype}/${docname}`;
const openDocRoom = (doctype, docname) => `open_doc:${doctype}/${docname}`;

/** Tell everyone who has the document open who the others are. */
async function tellViewers(doctype, docname) {
	const room = openDocRoom(doctype, docname);
	const sockets = await namespace.in(room).fetchSockets();
	const users = [...new Set(sockets.map((each) => namespace.sockets.get(each.id)?.user).filter(Boolean))];
	namespace.to(room).emit("doc_viewers", { doctype, docname, users });
}

namespace.on("connection", (socket) => {
	const isSystemUser = socket.userType === "System User";
	socket.join(`user:${socket.user}`);
	socket.join(WEBSITE_ROOM);
	if (isSystemUser) socket.join(SITE_ROOM);

	const ifAllowed = (method, fields, then) =>
		ask(socket, method, fields)
			.then(then)
			.catch((error) => console.error(`refused for ${socket.user}: ${error.message}`));

	socket.on("ping", () => socket.emit("pong"));
	socket.on("doctype_subscribe", (doctype) =>
		ifAllowed("frappe.realtime.can_subscribe_doctype", { doctype }, () => socket.join(`doctype:${doctype}`)),
	);
	socket.on("doctype_unsubscribe", (doctype) => socket.leave(`doctype:${doctype}`));
	socket.on("task_subscribe", (task) => socket.join(`task_progress:${task}`));
	socket.on("task_unsubscribe", (task) => socket.leave(`task_progress:${task}`));
	socket.on("progress_subscribe", (task) => socket.join(`task_progress:${task}`));
	socket.on("doc_subscribe", (doctype, docname) =>
		ifAllowed("frappe.realtime.can_subscribe_doc", { doctype, docname }, () => socket.join(docRoom(doctype, docname))),
	);
	socket.on("doc_unsubscribe", (doctype, docname) => socket.leave(docRoom(doctype, docname)));
	socket.on("doc_open", (doctype, docname) =>
		ifAllowed("frappe.realtime.can_subscribe_doc", { doctype, docname }, async () => {
			await socket.join(openDocRoom(doctype, docname));
			await tellViewers(doctype, docname);
		}),
	);
	socket.on("doc_close", async (doctype, docname) => {
		await socket.leave(openDocRoom(doctype, docname));
		await tellViewers(doctype, docname);
	});
	socket.on("disconnecting", () => {
		const left = [...socket.rooms].filter((room) => room.startsWith("open_doc:"));
		setImmediate(() => {
			for (const room of left) {
				const [doctype, ...rest] = room.slice("open_doc:".length).split("/");
				tellViewers(doctype, rest.join("/"));
			}
		});
	});
});

const subscriber = redis.createClient({ url: env.FRAPPE_REDIS_QUEUE });
subscriber.on("error", (error) => console.error(`redis: ${error.message}`));
await subscriber.connect();
await subscriber.subscribe("events", (text) => {
	const { event, message, room, namespace: of } = JSON.parse(text);
	if (of !== site) return;
	(room ? namespace.to(room) : namespace).emit(event, message);
});

server.listen(Number(env.LOCALBENCH_SOCKETIO_PORT), "127.0.0.1", () => {
	console.log(`realtime for ${site} on port ${env.LOCALBENCH_SOCKETIO_PORT}`);
});
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
