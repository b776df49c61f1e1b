// Rows as a Markdown table.

/** One row of the table: `| what | Trunkline | beside | ratio | target | |`. */
export function tableRow(row) {
  const { what, ours, beside, peer, unit } = row;
  return line([
    what,
    amount(ours, unit),
    `${beside}: ${amount(peer, unit)}`,
    ratioOf(row),
    limitOf(row),
    verdictOf(row),
  ]);
}

export function tableHead() {
  return [line(['what', 'Trunkline', 'beside', 'ratio', 'target', '']), '|---|--:|---|--:|--:|---|'].join('\n');
}

function verdictOf({ ours, peer, most, mostOurs = Infinity, isDifference }) {
  const measured = isDifference ? ours - peer : ours / peer;
  return measured <= most && ours <= mostOurs ? '' : 'above';
}

function ratioOf({ ours, peer, unit, isDifference }) {
  return isDifference ? `+${amount(ours - peer, unit)}` : `${(ours / peer).toFixed(2)} ×`;
}

function limitOf({ most, mostOurs, unit, isDifference }) {
  if (isDifference) return `+${amount(most, unit)}`;
  return mostOurs === undefined ? `${most} ×` : `${most} ×, ${amount(mostOurs, unit)}`;
}

function amount(value, unit) {
  return `${value.toFixed(unit === 'µs' ? 1 : 0)} ${unit}`;
}

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}
