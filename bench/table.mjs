// Rows as a Markdown table.

/** One row of the table: `| what | Trunkline | beside | ratio | target | |`. */
export function formatRow(row) {
  const { what, ours, beside, peer, unit } = row;
  return formatLine([
    what,
    formatAmount(ours, unit),
    `${beside}: ${formatAmount(peer, unit)}`,
    formatRatio(row),
    formatLimit(row),
    formatVerdict(row),
  ]);
}

export function formatHead() {
  return [formatLine(['what', 'Trunkline', 'beside', 'ratio', 'target', '']), '|---|--:|---|--:|--:|---|'].join('\n');
}

function formatVerdict({ ours, peer, most, mostOurs = Infinity, isDifference }) {
  const measured = isDifference ? ours - peer : ours / peer;
  return measured <= most && ours <= mostOurs ? '' : 'above';
}

function formatRatio({ ours, peer, unit, isDifference }) {
  return isDifference ? `+${formatAmount(ours - peer, unit)}` : `${(ours / peer).toFixed(2)} ×`;
}

function formatLimit({ most, mostOurs, unit, isDifference }) {
  if (isDifference) return `+${formatAmount(most, unit)}`;
  return mostOurs === undefined ? `${most} ×` : `${most} ×, ${formatAmount(mostOurs, unit)}`;
}

function formatAmount(value, unit) {
  return `${value.toFixed(unit === 'µs' ? 1 : 0)} ${unit}`;
}

function formatLine(cells) {
  return `| ${cells.join(' | ')} |`;
}
