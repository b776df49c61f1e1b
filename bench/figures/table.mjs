// Rows as Markdown tables.

/** The head of the table of `formatRow`. */
export function formatHead() {
  return formatTableHead(['what', '-Trunkline', 'peer', '-ratio', '-target', '']);
}

/** Formats a measured row: `ours` and `peer` are numbers; the other members are those of a row in `rows/`. */
export function formatRow(row) {
  const { what, ours, peerName, peer, unit } = row;
  return formatLine([
    what,
    formatAmount(ours, unit),
    `${peerName}: ${formatAmount(peer, unit)}`,
    formatRatio(row),
    formatTarget(row),
    formatVerdict(row),
  ]);
}

/** The head of the table of `formatComparedRow`. */
export function formatComparisonHead(revision) {
  return formatTableHead(['what', `-${revision}`, '-this build', '-ratio', '-95 % interval', '']);
}

/** Formats the result of `compareFigures`, with `what` and `unit` of its row. */
export function formatComparedRow({ what, unit, ours, theirs, ratio, low, high, verdict }) {
  const interval = `${low.toFixed(3)} – ${high.toFixed(3)}`;
  const amounts = [formatAmount(theirs, unit), formatAmount(ours, unit)];
  return formatLine([what, ...amounts, `${ratio.toFixed(3)} ×`, interval, verdict]);
}

function formatVerdict({ ours, peer, most = Infinity, mostOurs = Infinity, isDifference }) {
  const measured = isDifference ? ours - peer : ours / peer;
  return measured <= most && ours <= mostOurs ? '' : 'above';
}

function formatRatio({ ours, peer, unit, isDifference }) {
  if (!isDifference) return `${(ours / peer).toFixed(2)} ×`;
  const difference = formatAmount(ours - peer, unit);
  return ours < peer ? difference : `+${difference}`;
}

function formatTarget({ most, mostOurs, unit, isDifference }) {
  if (most === undefined) return '';
  if (isDifference) return `+${formatAmount(most, unit)}`;
  return mostOurs === undefined ? `${most} ×` : `${most} ×, ${formatAmount(mostOurs, unit)}`;
}

function formatAmount(value, unit) {
  const isPrecise = ['µs', 'MB'].includes(unit) || (unit === 'ms' && Math.abs(value) < 100);
  return `${value.toFixed(isPrecise ? 1 : 0)} ${unit}`;
}

/** A name that begins with `-` heads a column of numbers. */
function formatTableHead(names) {
  const rules = names.map((name) => (name.startsWith('-') ? '--:' : '---'));
  return [formatLine(names.map((name) => name.replace(/^-/, ''))), `|${rules.join('|')}|`].join('\n');
}

function formatLine(cells) {
  return `| ${cells.join(' | ')} |`;
}
