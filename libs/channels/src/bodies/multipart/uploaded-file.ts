import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/**
 * A file of a `multipart/form-data` body, in a temporary folder that is removed when the request has ended: a service that keeps the file
 * copies it.
 */
export class UploadedFile {
  /** Path of the file. Its name is not that of the client. */
  readonly path: string;
  /** The name that the client sent, without folders; not to be used as a path. `undefined` when it sent none. */
  readonly name: string | undefined;
  /** Media type that the client declared, in lower case, without parameters. It is not checked. */
  readonly mediaType: string;
  /** Size in bytes. */
  readonly bytes: number;

  constructor(file: Pick<UploadedFile, 'path' | 'name' | 'mediaType' | 'bytes'>) {
    this.path = file.path;
    this.name = file.name;
    this.mediaType = file.mediaType;
    this.bytes = file.bytes;
  }

  /** Creates a stream of the content. */
  createStream(): Readable {
    return createReadStream(this.path);
  }

  /** Reads the content as a whole. */
  read(): Promise<Buffer> {
    return readFile(this.path);
  }

  /** What a log line or a response has of the file. */
  toJSON(): Pick<UploadedFile, 'name' | 'mediaType' | 'bytes'> {
    const { name, mediaType, bytes } = this;
    return { name, mediaType, bytes };
  }
}
