import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BusboyConfig, BusboyConstructor, BusboyFileStream, BusboyInstance } from '@fastify/busboy';
import { createFailure } from '@trunkline/failures';
import { parseStrictJson } from '@trunkline/http-server';
import type { BodyLimits, StreamedBody } from '../body-format';
import { createMalformedBodyFailure } from '../malformed-body';
import { createTemporaryFolder, removeTemporaryFolder } from './temporary-folder';
import { UploadedFile } from './uploaded-file';
import type { UploadLimits } from './upload-limits';

type Part = unknown;

/** Headers of one part; browsers send three. */
const MAX_PART_HEADERS = 20;
const MAX_PART_HEADER_BYTES = 8_192;

/**
 * Reads one `multipart/form-data` body (RFC 7578): fields are members of the input, files are written to a temporary folder as fast as the
 * disk takes them.
 */
export class MultipartReader {
  readonly #parts = new Map<string, Part[]>();
  readonly #problems: string[] = [];
  readonly #writes: Promise<unknown>[] = [];
  readonly #abort = new AbortController();
  #folder: Promise<string> | undefined;
  #fileCount = 0;
  #rejectWrite: ((reason: Error) => void) | undefined;

  /** @param Parser - of `@fastify/busboy`, which only channels with `multipart` load */
  constructor(
    private readonly limits: BodyLimits & { readonly uploads: UploadLimits },
    private readonly Parser: BusboyConstructor,
  ) {}

  /**
   * Reads the body to its end.
   *
   * @throws {BusError} `MALFORMED_BODY` or `CONTENT_TOO_LARGE`; its files are removed
   */
  async read(source: IncomingMessage, contentType: string): Promise<StreamedBody> {
    try {
      await this.#parse(source, contentType);
      await Promise.all(this.#writes);
      if (this.#problems.length > 0) throw createMalformedBodyFailure(this.#problems);
    } catch (thrown) {
      this.#abort.abort();
      await Promise.allSettled(this.#writes);
      await this.#release();
      throw thrown;
    }
    return { value: this.#createValue(), release: () => this.#release() };
  }

  async #parse(source: IncomingMessage, contentType: string): Promise<void> {
    const parser = this.#createParser(contentType);
    const ended = new Promise<void>((resolve, reject) => {
      parser.once('finish', resolve);
      parser.once('error', () => reject(createMalformedBodyFailure(['the body is not complete multipart/form-data'])));
      this.#abort.signal.addEventListener('abort', () => {
        const reason = toError(this.#abort.signal.reason);
        reject(reason);
        // A parser whose files are no longer written never takes the chunk.
        this.#rejectWrite?.(reason);
      });
    });
    await Promise.race([ended, this.#pump(source, parser)]);
    await ended;
  }

  /** Passes the body on with back-pressure. The request is not destroyed at the first problem, since its socket has to carry the response. */
  async #pump(source: IncomingMessage, parser: BusboyInstance): Promise<void> {
    let receivedBytes = 0;
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      receivedBytes += chunk.length;
      if (receivedBytes > this.limits.uploads.total) throw createFailure('CONTENT_TOO_LARGE');
      this.#abort.signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        this.#rejectWrite = reject;
        parser.write(chunk, () => resolve());
      });
    }
    parser.end();
  }

  #createParser(contentType: string): BusboyInstance {
    const { file, files, field, fields } = this.limits.uploads;
    const parser = this.#createBusboy(contentType, {
      fileSize: file,
      files,
      fieldSize: field,
      fields,
      parts: files + fields,
      headerPairs: MAX_PART_HEADERS,
      headerSize: MAX_PART_HEADER_BYTES,
    });
    const reject = (detail: string) => this.#abort.abort(createFailure('CONTENT_TOO_LARGE', { detail }));
    parser.on('filesLimit', () => reject(`the body has more than ${files} files`));
    parser.on('fieldsLimit', () => reject(`the body has more than ${fields} fields`));
    parser.on('partsLimit', () => reject(`the body has more than ${files + fields} parts`));
    // The library's event has one parameter per fact.
    // oxlint-disable-next-line max-params -- see above
    parser.on('field', (name, value, _isNameCut, isCut, _encoding, mediaType) => {
      if (isCut) reject(`a field has more than ${field} bytes`);
      else this.#addField(name, value, mediaType);
    });
    // oxlint-disable-next-line max-params -- see above
    parser.on('file', (name, stream, fileName, _encoding, mediaType) => {
      // A cut body is reported here before the file is open; the parser reports it, too.
      stream.on('error', () => undefined);
      stream.once('limit', () => reject(`a file has more than ${file} bytes`));
      const position = this.#reserve(name);
      this.#writes.push(this.#writeFile(stream, { name: fileName, mediaType, position }));
    });
    return parser;
  }

  #createBusboy(contentType: string, limits: NonNullable<BusboyConfig['limits']>): BusboyInstance {
    try {
      return new this.Parser({ headers: { 'content-type': contentType }, limits });
    } catch {
      // Only the boundary can be wrong.
      throw createMalformedBodyFailure(['the Content-Type has no valid boundary']);
    }
  }

  #addField(name: string | undefined, value: string, mediaType: string): void {
    const { parts, index } = this.#reserve(name);
    if (value.includes('\u{FFFD}')) this.#problems.push(`part ${this.#count()} is not UTF-8`);
    try {
      parts[index] = mediaType === 'application/json' ? parseStrictJson(Buffer.from(value), this.limits) : value;
    } catch (thrown) {
      this.#abort.abort(toError(thrown));
    }
  }

  /** Keeps the order of parts of one name, although files are written at their own pace. */
  #reserve(name: string | undefined): Position {
    if (name === undefined) this.#problems.push(`part ${this.#count() + 1} has no name`);
    if (name === '__proto__') this.#problems.push(`part ${this.#count() + 1} is named __proto__`);
    const parts = this.#parts.get(name ?? '') ?? [];
    this.#parts.set(name ?? '', parts);
    return { parts, index: parts.push(undefined) - 1 };
  }

  async #writeFile(
    stream: BusboyFileStream,
    {
      name,
      mediaType,
      position,
    }: { readonly name: string | undefined; readonly mediaType: string; readonly position: Position },
  ): Promise<void> {
    try {
      const folder = await (this.#folder ??= createTemporaryFolder());
      const path = join(folder, String((this.#fileCount += 1)));
      const target = createWriteStream(path, { flags: 'wx', mode: 0o600 });
      await pipeline(stream, target, { signal: this.#abort.signal });
      const isAbsent = name === '' && target.bytesWritten === 0;
      const file = new UploadedFile({
        path,
        name: name === '' ? undefined : name,
        mediaType,
        bytes: target.bytesWritten,
      });
      position.parts[position.index] = isAbsent ? undefined : file;
    } catch (thrown) {
      this.#abort.abort(toError(thrown));
    }
  }

  #count(): number {
    return [...this.#parts.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** A browser sends a file input without a file as an empty file without a name. */
  #createValue(): Readonly<Record<string, unknown>> {
    const entries = [...this.#parts].map(
      ([name, parts]) => [name, parts.filter((part) => part !== undefined)] as const,
    );
    const present = entries.filter(([, parts]) => parts.length > 0);
    return Object.fromEntries(present.map(([name, parts]) => [name, parts.length === 1 ? parts[0] : parts]));
  }

  async #release(): Promise<void> {
    const folder = await this.#folder?.catch(() => undefined);
    if (folder !== undefined) await removeTemporaryFolder(folder);
  }
}

/** The place of a part among those of its name. */
interface Position {
  readonly parts: Part[];
  readonly index: number;
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('aborted', { cause: thrown });
}
