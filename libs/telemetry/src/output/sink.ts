/** Where log lines go. Writing never waits; a sink that cannot keep up drops lines and counts them. */
export interface Sink {
  write(line: string): void;
  /** Resolves when what was written before has left the process, or cannot. */
  flush(): Promise<void>;
}

/** Who is told of a sink's troubles. */
export interface SinkListener {
  /** So many lines were dropped since the sink last kept up. */
  onDropped(lines: number): void;
  /** Lines cannot be written: the disk is full, for instance. Told once, until they can be written again. */
  onError(error: Error): void;
}

/** What is kept for a reader that has stopped, in characters; more is dropped. */
export const MAX_BUFFERED_CHARACTERS = 16 * 1_024 * 1_024;
