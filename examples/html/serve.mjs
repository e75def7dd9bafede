import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const port = Number(process.argv[2] ?? 8080);
const signaling = "localhost:8000";

// As strict as it gets. The widget needs its script, its way to the signalling server, and nothing else.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src data:",
  `connect-src http://${signaling} ws://${signaling}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const files = new Map([
  ["/", { path: "index.html", type: "text/html" }],
  ["/style.css", { path: "style.css", type: "text/css" }],
  [
    "/node_modules/peerswarm/dist/widget.js",
    { path: "node_modules/peerswarm/dist/widget.js", type: "text/javascript" },
  ],
]);

const server = createServer(async (request, response) => {
  const file = files.get(request.url ?? "");
  if (file === undefined) return response.writeHead(404).end();
  const content = await readFile(new URL(file.path, import.meta.url));
  response
    .writeHead(200, { "content-type": `${file.type}; charset=utf-8`, "content-security-policy": policy })
    .end(content);
});

server.listen(port, () => console.log(`http://localhost:${port}`));
