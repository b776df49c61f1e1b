import { deserialize, serialize } from 'node:v8';

const HEADER_BYTES = 4;

/** Encodes a message for a socket: its length, then its structured clone. */
export function encodeFrame(message: unknown): Buffer {
  const body = serialize(message);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}

/** Decodes messages from the chunks of a socket. Both ends run this program, so the messages are trusted. */
export class FrameDecoder<T> {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** Returns the messages that are complete with this chunk. */
  decode(chunk: Buffer): T[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const messages: T[] = [];
    for (let body = this.#takeFrame(); body; body = this.#takeFrame()) messages.push(deserialize(body));
    return messages;
  }

  #takeFrame(): Buffer | undefined {
    if (this.#bytes < HEADER_BYTES) return undefined;
    const all = this.#concatChunks();
    const end = HEADER_BYTES + all.readUInt32BE();
    if (this.#bytes < end) return undefined;
    this.#chunks = [all.subarray(end)];
    this.#bytes -= end;
    return all.subarray(HEADER_BYTES, end);
  }

  /** Joins the chunks if there are several, as for a long message. */
  #concatChunks(): Buffer {
    const [first, ...more] = this.#chunks;
    if (first && more.length === 0) return first;
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}
