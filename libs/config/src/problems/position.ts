/** A position in a file: `file` relative to the project root, `line` and `column` from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Formats a position as `config/bus.yaml:3:5`, which editors and terminals link. */
export function formatPosition({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
