/** A destination of log lines. Writing never blocks; a sink that cannot keep up drops and counts lines. */
export interface Sink {
  write(line: string): void;
  /** Resolves when all earlier lines have left the process, or failed to. */
  flush(): Promise<void>;
}

/** Receives the problems of a sink. */
export interface SinkListener {
  /** Reports the number of lines dropped, once the sink keeps up again. */
  onDropped(lines: number): void;
  /** Reports that lines cannot be written, such as on a full disk. Called once, until writing succeeds again. */
  onError(error: Error): void;
}

/** Maximum characters that are buffered for a blocked reader. */
export const MAX_BUFFERED_CHARACTERS = 16 * 1_024 * 1_024;
