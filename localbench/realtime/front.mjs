// The bench's front door, in the place that nginx has in production: one loopback port for people, behind it gunicorn
// and the socket.io server. It sets what nginx would set, and never trusts what the client claims about itself.
import http from "node:http";
import net from "node:net";

const env = process.env;
const listenPort = Number(env.LOCALBENCH_WEB_PORT);
const gunicornPort = Number(env.LOCALBENCH_GUNICORN_PORT);
const socketioPort = Number(env.LOCALBENCH_SOCKETIO_PORT);
const site = env.LOCALBENCH_SITE;

const agent = new http.Agent({ keepAlive: true, keepAliveMsecs: 10_000, maxSockets: 64, timeout: 60_000 });
const HOP_BY_HOP = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te", "trailer"];

const portFor = (url) => (url.startsWith("/socket.io/") ? socketioPort : gunicornPort);

function forwardedHeaders(request) {
	const headers = { ...request.headers };
	headers["x-forwarded-for"] = request.socket.remoteAddress.replace(/^::ffff:/, "");
	headers["x-forwarded-proto"] = "http";
	headers["x-frappe-site-name"] = site;
	return headers;
}

function isIdempotent(request) {
	return ["GET", "HEAD", "OPTIONS"].includes(request.method);
}

function pass(request, response, mayRetry) {
	const headers = forwardedHeaders(request);
	for (const name of HOP_BY_HOP) {
		if (name !== "transfer-encoding") delete headers[name];
	}
	const onward = http.request(
		{ host: "127.0.0.1", port: portFor(request.url), method: request.method, path: request.url, headers, agent },
		(answer) => {
			const given = { ...answer.headers };
			for (const name of HOP_BY_HOP) delete given[name];
			response.writeHead(answer.statusCode, answer.statusMessage, given);
			answer.pipe(response);
			answer.on("error", () => response.destroy());
		},
	);
	onward.on("error", (error) => {
		// A kept connection may be closed by the other side just as we use it: such a request was not handled.
		if (mayRetry && onward.reusedSocket && error.code === "ECONNRESET" && isIdempotent(request)) {
			pass(request, response, false);
		} else if (response.headersSent) {
			response.destroy();
		} else {
			response.writeHead(502, { "content-type": "text/plain; charset=utf-8", "retry-after": "2" });
			response.end("The application server is not answering yet. Try again in a moment.\n");
		}
	});
	response.on("close", () => onward.destroy());
	request.pipe(onward);
}

const server = http.createServer((request, response) => pass(request, response, true));
server.requestTimeout = 0; // a large upload over a slow line takes as long as it takes
server.keepAliveTimeout = 65_000;

server.on("upgrade", (request, socket, head) => {
	const onward = net.connect(portFor(request.url), "127.0.0.1", () => {
		const lines = Object.entries({ ...forwardedHeaders(request), connection: "Upgrade" }).map(
			([name, value]) => `${name}: ${value}`,
		);
		onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
		if (head.length) onward.write(head);
		socket.pipe(onward).pipe(socket);
	});
	const end = () => {
		socket.destroy();
		onward.destroy();
	};
	for (const side of [socket, onward]) side.on("error", end).on("close", end);
});

server.on("error", (error) => {
	console.error(`Error: the front door cannot listen on port ${listenPort}: ${error.code}`);
	process.exit(1);
});
server.listen(listenPort, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${listenPort}`));
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
