// Uploads of any size from one small buffer.
import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const CHUNK = Buffer.alloc(65_536);

/** Sends a PUT with `bytes` zeros, as fast as the server takes them; rejects at another status than 200. */
export async function uploadZeros(port, path, bytes) {
  const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes };
  const put = request({ host: '127.0.0.1', port, path, method: 'PUT', headers, agent: false });
  const responded = once(put, 'response');
  await pipeline(Readable.from(createZeros(bytes)), put);
  const [response] = await responded;
  response.resume();
  if (response.statusCode !== 200) throw new Error(`the upload got ${response.statusCode}`);
}

function* createZeros(bytes) {
  for (let left = bytes; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, Math.min(left, CHUNK.length));
}
