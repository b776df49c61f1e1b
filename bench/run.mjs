// The command of the benchmark: prints what the bus costs beside its peers, or beside another revision of itself, as a Markdown table.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printComparison, printTable } from './report.mjs';
import { Build } from './processes/build.mjs';
import { pinLoadGenerator } from './processes/cores.mjs';
import { findNode } from './processes/node-versions.mjs';
import { buildRevision } from './processes/revision.mjs';
import { GROUPS } from './rows/groups.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/**
 * How often groups are measured, as of `collectSamples`. `steady` groups measure warm processes; each measurement of a `fresh` group is a
 * new process; a turn of a `long` group takes seconds, which are its `size`.
 */
const PLANS = {
  full: {
    steady: { sittings: 2, rounds: 6 },
    fresh: { sittings: 11, rounds: 1 },
    long: { sittings: 1, rounds: 1, size: 6 },
  },
  quick: {
    steady: { sittings: 1, rounds: 5 },
    fresh: { sittings: 3, rounds: 1 },
    long: { sittings: 1, rounds: 1, size: 3 },
  },
  comparison: {
    steady: { sittings: 7, rounds: 4 },
    fresh: { sittings: 15, rounds: 1 },
    long: { sittings: 4, rounds: 1, size: 3 },
  },
};

/** The exit code of a run that did not end; 1 is that of a slower row. */
const FAILED = 2;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(GROUPS).join(',') },
    compare: { type: 'string' },
    node: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(formatUsage());
else {
  try {
    process.exitCode = await run(options);
  } catch (error) {
    console.error(error);
    process.exit(FAILED);
  }
}

/** @returns the exit code: 1 when a row is slower than in the revision of `--compare` */
async function run({ only, compare, node: wantedNode, quick, profile }) {
  if (compare !== undefined && quick) throw new Error('--compare needs all its rounds: leave --quick out');
  const groups = findGroups(only.split(','));
  const { program: node, version } = await findNode(wantedNode);
  const revision = compare === undefined ? undefined : await buildRevision(ROOT, compare);
  // Only now: the build of a revision uses all cores.
  const cores = pinLoadGenerator();
  const buildOptions = { node, cores, profileDirectory: profile && resolve(profile) };
  const build = new Build(ROOT, buildOptions);
  const machine = { version, cores };
  if (revision) {
    const other = { name: revision.commit, build: new Build(revision.root, buildOptions) };
    return printComparison(groups, { build, other, plans: PLANS.comparison, machine });
  }
  await printTable(groups, { build, plans: quick ? PLANS.quick : PLANS.full, machine });
  return 0;
}

function findGroups(names) {
  const unknown = names.filter((name) => !Object.hasOwn(GROUPS, name));
  if (unknown.length > 0)
    throw new Error(`unknown group ${unknown.join(', ')}; the groups are ${Object.keys(GROUPS).join(', ')}`);
  return names.flatMap((name) => GROUPS[name]);
}

function formatUsage() {
  return `npm run bench -- [--only GROUPS] [--compare REVISION] [--node VERSION|PATH] [--quick] [--profile DIRECTORY]

--only     the rows of these groups, as a list with commas: ${Object.keys(GROUPS).join(',')}
--compare  measures this build beside a build of REVISION; exit code 1 when a row is more than 3 % slower, 2 when the run fails
--node     the Node of all contestants: a version, which is downloaded from npm, or the path of a program
--quick    fewer rounds, for a first look
--profile  writes a CPU profile of every contestant (for Chrome's DevTools); figures are higher then`;
}
