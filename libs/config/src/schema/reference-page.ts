import { type ReferenceRow, ReferenceRows, formatCode } from './reference-rows';
import type { ConfigSection } from './config-section';
import { isSchemaObject, createJsonSchema } from './json-schema';

const HEADER = ['key', 'type', 'default', 'description'];

/** Renders the reference of the configuration as a Markdown page: for each section a heading and a table of its keys. */
export function renderReferencePage(sections: readonly ConfigSection<unknown>[]): string {
  const root = createJsonSchema(sections);
  const rows = new ReferenceRows(root);
  const chapters = Object.entries(root.properties ?? {}).flatMap(([key, shape]) => {
    if (!isSchemaObject(shape)) return [];
    const keys = groupByPath(rows.listBelow(shape, key)).map(toCells);
    return [`## \`${key}\``, shape.description ?? '', toTable(keys)].filter((part) => part !== '');
  });
  return `${['# Configuration reference', ...chapters].join('\n\n')}\n`;
}

/** Variants of a mapping may share a key, which is one row of the table. */
function groupByPath(rows: readonly ReferenceRow[]): ReferenceRow[][] {
  const groups = new Map<string, ReferenceRow[]>();
  for (const row of rows) groups.set(row.path, [...(groups.get(row.path) ?? []), row]);
  return [...groups.values()];
}

function toCells(rows: readonly ReferenceRow[]): string[] {
  const variants = rows.flatMap(({ variant }) => (variant === undefined ? [] : [`\`${variant}\``]));
  const descriptions = joinUnique(rows.map(({ description }) => description));
  return [
    formatCode(rows[0]?.path),
    joinUnique(rows.map(({ type }) => type)),
    joinUnique(rows.map(formatDefault)),
    variants.length > 0 ? `${descriptions} (with ${joinUnique(variants)})` : descriptions,
  ];
}

/** Formats the default of a key. A mapping with the default `{}` has an empty cell: the rows of its keys show their defaults. */
function formatDefault({ isRequired, defaultValue: value }: ReferenceRow): string {
  if (isRequired) return 'required';
  return value === undefined || JSON.stringify(value) === '{}' ? '' : formatCode(value);
}

function joinUnique(texts: readonly string[]): string {
  return [...new Set(texts)].filter((text) => text !== '').join(' or ');
}

function toTable(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const cells = [HEADER, ...rows].map((row) => row.map((text) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|')));
  const widths = HEADER.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [...cells.slice(0, 1), rule, ...cells.slice(1)].map(line).join('\n');
}
