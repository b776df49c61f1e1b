/** The thread of PGlite: in the main thread, its statements would block the event loop while jobs run. */
import { PGlite, type Results } from '@electric-sql/pglite';
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { PgQueryResult } from '../sql/pg-query-result';
import { convertEmscriptenError } from './emscripten-error';
import { toQueryFailure, type PgliteThreadOptions, type QueryResponse, type QueryRequest } from './thread-messages';

type Row = Record<string, unknown>;

/** Less memory than PGlite's default of 128 MB, at the same speed; a write-ahead log of 64 MB instead of 1 GB. */
const SETTINGS = ['-c', 'shared_buffers=8MB', '-c', 'max_wal_size=64MB'];
/** int8 and numeric stay text, as in `pg`. */
const PARSERS = { 20: returnUnchanged, 1700: returnUnchanged };
/** PGlite serializes values by the type of the parameter, `pg` by the type of the value, on which BullMQ relies. */
const SERIALIZERS = new Proxy<Record<number, (value: string) => string>>(
  {},
  { get: (_, key) => (isTypeId(key) ? returnUnchanged : undefined), has: (_, key) => isTypeId(key) },
);

const port = parentPort;
if (!port) throw new Error('pglite-thread is started as a worker thread');
const postResponse = (message: QueryResponse<Row>): void => port.postMessage(message);
const { directory, template }: PgliteThreadOptions = workerData;
const database = new PGlite(directory, {
  startParams: [...PGlite.defaultStartParams, ...SETTINGS],
  ...(template !== undefined && { loadDataDir: new Blob([readFileSync(template)], { type: 'application/x-gzip' }) }),
});

database.onNotification((channel, payload) => postResponse({ notification: { channel, payload } }));
port.on('message', (request: QueryRequest | 'close') => {
  if (request === 'close') void database.close().finally(() => port.close());
  else void respond(request);
});

async function respond({ id, text, params }: QueryRequest): Promise<void> {
  try {
    postResponse({ id, result: await runQuery(text, params) });
  } catch (error) {
    postResponse({ id, failure: toQueryFailure(convertEmscriptenError(error)) });
  }
}

async function runQuery(text: string, params: readonly unknown[] = []): Promise<PgQueryResult<Row>> {
  if (params.length === 0) return toQueryResult((await database.exec(text, { parsers: PARSERS })).at(-1));
  return toQueryResult(
    await database.query<Row>(text, params.map(toPgText), { parsers: PARSERS, serializers: SERIALIZERS }),
  );
}

function toQueryResult(results: Results<Row> | undefined): PgQueryResult<Row> {
  const rows = results?.rows ?? [];
  return { rows, rowCount: rows.length || (results?.affectedRows ?? 0) };
}

/** Serializes a parameter as `pg` does. */
function toPgText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return `{${value.map(toPgArrayElement).join(',')}}`;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function toPgArrayElement(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  const text = toPgText(value) ?? '';
  return Array.isArray(value) ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function isTypeId(key: string | symbol): boolean {
  return typeof key === 'string' && /^\d+$/.test(key);
}

function returnUnchanged(value: string): string {
  return value;
}
