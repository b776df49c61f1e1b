// Measures groups of rows and prints them.
import { availableParallelism, cpus } from 'node:os';
import { compareFigures } from './figures/comparison.mjs';
import { collectSamples } from './figures/samples.mjs';
import { calculateMedian } from './figures/statistics.mjs';
import { formatComparedRow, formatComparisonHead, formatHead, formatRow } from './figures/table.mjs';
import { ContestantError } from './processes/contestant-error.mjs';

/** Read before this process is pinned. */
const CORES = availableParallelism();

/** Prints the bus beside its peers, each group as soon as it is measured. */
export async function printTable(groups, { build, plans, machine }) {
  console.log(`${formatMachine(machine)}; medians of ${plans.steady.sittings * plans.steady.rounds} rounds\n`);
  console.log(formatHead());
  for (const group of groups) {
    const samples = await measureGroup(group, { build, plans, createOpeners: openAll });
    for (const row of samples ? group.rows : []) {
      const [ours, peer] = [row.ours, row.peer].map((figure) => calculateFigure(samples, figure));
      console.log(formatRow({ ...row, ours, peer }));
    }
  }
}

/**
 * Prints this build beside `other`, each group as soon as it is measured.
 *
 * @param other - `{ name, build }` of another revision
 * @returns the exit code: 1 when a row is slower
 */
export async function printComparison(groups, { build, other, plans, machine }) {
  console.log(`${formatMachine(machine)}; ${plans.steady.sittings} pairs of processes\n`);
  console.log(formatComparisonHead(other.name));
  let exitCode = 0;
  for (const group of groups) {
    for (const row of await compareGroup(group, { build, other, plans })) {
      console.log(formatComparedRow(row));
      if (row.verdict === 'slower') exitCode = 1;
    }
  }
  return exitCode;
}

async function compareGroup(group, { build, other, plans }) {
  const rows = group.rows.filter(isCompared);
  const createOpeners = (series, context) => openOurs(series, context, { rows, builds: { build, other: other.build } });
  try {
    const samples = await measureGroup(group, { build, plans, createOpeners });
    if (!samples) return [];
    return rows.map(({ what, unit, ours }) => {
      const [name, figure] = splitFigure(ours);
      return { what, unit, ...compareFigures(samples[`${name} build`], samples[`${name} other`], figure) };
    });
  } catch (error) {
    if (!(error instanceof ContestantError) || error.build !== other.build) throw error;
    console.error(`not compared, because ${other.name} cannot run it: ${rows[0].what}: ${error.message}`);
    return [];
  }
}

/** A count has no ratio, and of rows that share a figure of ours the first one has it. */
function isCompared({ ours, unit }, index, rows) {
  return unit !== 'requests' && rows.findIndex((row) => row.ours === ours) === index;
}

/** @returns samples as of `collectSamples`; `undefined` if a server that the group needs is not installed */
async function measureGroup({ plan = 'steady', series, prepare, size, warmUp, rows }, { build, plans, createOpeners }) {
  const context = prepare ? await prepare(build) : {};
  if (context === undefined) {
    console.error(`not measured, because its server is not installed: ${rows[0].what}`);
    return undefined;
  }
  try {
    return await collectSamples(createOpeners(series, context, build), { size, warmUp, ...plans[plan] });
  } finally {
    await context.close?.();
  }
}

function openAll(series, context, build) {
  return Object.fromEntries(Object.entries(series).map(([name, { open }]) => [name, () => open(build, context)]));
}

/** The series of the bus that `rows` show, in each build. */
function openOurs(series, context, { rows, builds }) {
  const names = new Set(rows.map(({ ours }) => splitFigure(ours)[0]));
  return Object.fromEntries(
    [...names].flatMap((name) =>
      Object.entries(builds).map(([key, build]) => [`${name} ${key}`, () => series[name].open(build, context)]),
    ),
  );
}

function calculateFigure(samples, path) {
  if (typeof path === 'number') return path;
  const [name, figure] = splitFigure(path);
  return calculateMedian(samples[name].flat().map((figures) => figures[figure]));
}

/** Splits `series.figure` at the first dot. */
function splitFigure(path) {
  const dot = path.indexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}

function formatMachine({ version, cores }) {
  const pinning = cores
    ? `contestants on core ${cores.contestants}, load generator on core ${cores.load}`
    : 'not pinned: taskset of util-linux and a second core are needed';
  return `Node ${version}, ${CORES} × ${cpus()[0]?.model ?? 'CPU'}, ${pinning}`;
}
