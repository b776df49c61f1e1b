import { constants } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** As fast as gzip at its default level, with similar results; Node's default of 11 is far too slow for responses. */
const BROTLI_QUALITY = 4;

/** The content codings of responses, the preferred one first. */
const CODINGS = ['br', 'gzip'] as const;
const QUALITY = /;\s*q=([01](?:\.\d*)?)/;

/** A content coding that responses are sent in. */
export type ContentCoding = (typeof CODINGS)[number];

type SendCompressed = (reply: FastifyReply, body: string) => void;

/** By their content codings. */
const compressors = new Map<string, Promise<SendCompressed>>();

/** Chooses the content coding that a client prefers; `undefined`: it accepts none (RFC 9110 §12.5.3). */
export function chooseContentCoding({ headers }: Pick<FastifyRequest, 'headers'>): ContentCoding | undefined {
  const accepted = headers['accept-encoding'];
  if (accepted === undefined || headers['x-no-compression'] !== undefined) return undefined;
  const qualities = new Map<string, number>();
  for (const element of accepted.toLowerCase().split(',')) {
    const [name = ''] = element.split(';', 1);
    qualities.set(name.trim().replace(/^x-gzip$/, 'gzip'), Number(QUALITY.exec(element)?.[1] ?? 1));
  }
  const [preferred] = CODINGS.map((coding) => ({ coding, quality: qualities.get(coding) ?? qualities.get('*') ?? 0 }))
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  return preferred?.coding;
}

/**
 * Sends a body in the content coding that the client prefers, or uncompressed if it accepts none.
 *
 * @param coding - the only one allowed. Default: any
 */
export function sendCompressed(reply: FastifyReply, body: string, coding?: ContentCoding): void {
  if (reply.request.headers['accept-encoding'] === undefined) {
    reply.send(body);
    return;
  }
  getCompressor(coding === undefined ? CODINGS : [coding]).then(
    (send) => send(reply, body),
    (error: unknown) => reply.send(error),
  );
}

function getCompressor(codings: readonly ContentCoding[]): Promise<SendCompressed> {
  const name = codings.join();
  const loaded = compressors.get(name) ?? loadCompressor(codings);
  compressors.set(name, loaded);
  return loaded;
}

/**
 * Loads the plugin with the first large response, since its modules would make every start slower.
 *
 * A plugin is registered before the server is ready. This one does nothing but append a hook to each route, which adds `compress()` to the
 * reply: the hook of a route that no server has does the same for any reply, and costs the other requests nothing.
 */
async function loadCompressor(codings: readonly ContentCoding[]): Promise<SendCompressed> {
  const [{ fastify }, { default: compress }] = await Promise.all([import('fastify'), import('@fastify/compress')]);
  const host = fastify();
  await host.register(compress, {
    global: false,
    encodings: [...codings],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  });
  const found: SendCompressed[] = [];
  host.addHook('onRoute', ({ onRequest }) => {
    const addCompress = [onRequest ?? []].flat().pop();
    if (!addCompress) return;
    found.push((reply, body) => void addCompress.call(host, reply.request, reply, () => reply.compress(body)));
  });
  host.get('/', () => undefined);
  await host.ready();
  const [send] = found;
  if (!send) throw new TypeError('expected @fastify/compress to append a hook to each route');
  return send;
}
