/** A place in a file: `file` relative to the project root, `line` and `column` from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `config/bus.yaml:3:5`, as editors and terminals make a link of it. */
export function formatPosition({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
