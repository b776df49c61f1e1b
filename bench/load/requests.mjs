// The text of HTTP/1.1 requests.

/** Formats a GET. */
export function createGetRequest(path, headers = {}) {
  const lines = Object.entries({ host: 'bench', accept: 'application/json', ...headers });
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
}

/** Formats a POST of JSON. */
export function createPostRequest(path, value) {
  const body = JSON.stringify(value);
  const head = `POST ${path} HTTP/1.1\r\nhost: bench\r\naccept: application/json\r\ncontent-type: application/json\r\n`;
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** Creates a function that formats a POST of JSON with a new Idempotency-Key each time. */
export function createKeyedPostRequest(path, value) {
  const [head, body] = createPostRequest(path, value).toString().split('\r\n\r\n');
  let count = 0;
  return () => Buffer.from(`${head}\r\nidempotency-key: "key-${(count += 1)}"\r\n\r\n${body}`);
}
