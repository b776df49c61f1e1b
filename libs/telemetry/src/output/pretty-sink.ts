import { prettyFactory } from 'pino-pretty';
import type { Sink } from './sink';

/** Formats lines for people and passes them to another sink, in the same process and synchronously. */
export class PrettySink implements Sink {
  readonly #sink: Sink;
  readonly #pretty: (line: string) => string;

  constructor(sink: Sink, options: { readonly hasColors: boolean }) {
    this.#sink = sink;
    this.#pretty = prettyFactory({
      colorize: options.hasColors,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'name',
      singleLine: true,
      errorLikeObjectKeys: ['err'],
    });
  }

  write(line: string): void {
    this.#sink.write(this.#pretty(escapeControlCharacters(line)));
  }

  flush(): Promise<void> {
    return this.#sink.flush();
  }
}

const ESCAPES = /\\(?:u00(?:[01][\da-f])|[^])|[\u007f-\u009f]/g;
const ALLOWED_ESCAPES = new Set(['\\n', '\\t', '\\"', '\\\\']);

/** Control characters could move the cursor or change colours, so that their codes are shown instead. */
function escapeControlCharacters(line: string): string {
  return line.replaceAll(ESCAPES, (found) => {
    if (ALLOWED_ESCAPES.has(found)) return found;
    return found.startsWith('\\') ? `\\${found}` : `\\\\u00${found.charCodeAt(0).toString(16)}`;
  });
}
