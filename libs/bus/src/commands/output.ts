/** Writes what was asked for to stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a terminal acts on instead of showing it: controls, line separators, and marks that change the direction of writing. */
const CONTROL_CHARACTERS = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Rows under each other in columns, as wide as their widest cell. Controls in a cell are written as JSON escapes them. */
export function formatTable(written: readonly (readonly string[])[]): string {
  const rows = written.map((row) => row.map((cell) => cell.replaceAll(CONTROL_CHARACTERS, escapeControl)));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function escapeControl(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
