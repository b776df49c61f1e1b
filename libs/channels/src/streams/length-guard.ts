import { Transform, type TransformCallback } from 'node:stream';

/** Fails for a body of another length than the head announces: further bytes would be taken for the next response. */
export class LengthGuard extends Transform {
  #missingBytes: number;

  constructor(length: number) {
    super();
    this.#missingBytes = length;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#missingBytes -= chunk.length;
    if (this.#missingBytes < 0) done(new RangeError('the body is longer than its content-length'));
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.#missingBytes > 0 ? new RangeError('the body is shorter than its content-length') : null);
  }
}
