import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { getErrorCode } from '@trunkline/failures';
import type { MaintenanceWindow } from '@trunkline/http-server';
import { z } from 'zod';

const FILE_PATH = join('.trunkline', 'maintenance.json');

const windowSchema: z.ZodType<MaintenanceWindow> = z.strictObject({
  retryAfter: z.number().positive().optional(),
  until: z.iso.datetime({ offset: true }).optional(),
});

const requestSchema = z.strictObject({
  bus: windowSchema.optional(),
  channels: z.record(z.string(), windowSchema).default({}),
});

/** The maintenance windows that an operator has ordered. */
export type RequestedMaintenance = z.infer<typeof requestSchema>;

/**
 * The file that `trunkline maintenance` writes, `.trunkline/maintenance.json` below the project root. It applies to every process of
 * the bus, and to those that start later.
 */
export class MaintenanceFile {
  readonly path: string;

  /** @param root - the project root */
  constructor(root: string) {
    this.path = join(root, FILE_PATH);
  }

  /**
   * Reads the ordered windows; none when the file does not exist.
   *
   * @throws {Error} when the file is unreadable or invalid
   */
  read(): RequestedMaintenance {
    const text = this.#readText();
    return text === undefined ? { channels: {} } : requestSchema.parse(JSON.parse(text));
  }

  /** Replaces the file atomically. */
  write(ordered: RequestedMaintenance): void {
    mkdirSync(dirname(this.path), { recursive: true });
    const next = `${this.path}.${process.pid}`;
    writeFileSync(next, `${JSON.stringify(ordered, undefined, 2)}\n`);
    renameSync(next, this.path);
  }

  #readText(): string | undefined {
    try {
      return readFileSync(this.path, 'utf8');
    } catch (thrown) {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    }
  }
}

function isMissing(thrown: unknown): boolean {
  return getErrorCode(thrown) === 'ENOENT';
}
