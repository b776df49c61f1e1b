const TIMEOUT_MS = 5_000;
const MAX_RESPONSE_BYTES = 524_288;

/**
 * Fetches the JSON of an issuer. Redirects are not followed: only the configuration determines the source of keys.
 *
 * @throws {Error} when the response takes more than 5 seconds, is not a success, or is larger than 512 KiB
 */
export async function fetchJson(url: string): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`the issuer responded with ${response.status} to the request for its keys`);
  return JSON.parse(await readText(response));
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES)
      throw new Error(`the keys of the issuer are larger than ${MAX_RESPONSE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
