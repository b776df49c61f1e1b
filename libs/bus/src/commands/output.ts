/** Prints the result of a command to stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Characters that a terminal interprets instead of showing: control characters, line separators and bidirectional marks. */
const CONTROL_CHARACTERS = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Formats rows as a table; columns are as wide as their widest cell. Control characters are escaped as in JSON. */
export function formatTable(table: readonly (readonly string[])[]): string {
  const rows = table.map((row) => row.map((cell) => cell.replaceAll(CONTROL_CHARACTERS, escapeControl)));
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
