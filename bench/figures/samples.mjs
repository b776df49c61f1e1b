// Measures the series of a group in turns.

/**
 * Opens all series in new processes, measures them in turns, ends them, and starts over. Turns are short, so that other load of the machine
 * affects all series; each round reverses the order of the previous one.
 *
 * @param series - by name, functions that open a series: `{ measure(size): Promise<figures by name>, close() }`
 * @param plan - `sittings`: how often the series are opened; `rounds`: turns of each in a sitting; `size`: operations per turn; `warmUp`:
 *   operations before the first round, which do not count, 0 for none
 * @returns for each series its sittings; a sitting is a list of rounds, a round is figures by name
 */
export async function collectSamples(series, plan) {
  const samples = Object.fromEntries(Object.keys(series).map((name) => [name, []]));
  for (let sitting = 0; sitting < plan.sittings; sitting += 1) {
    const measured = await runSitting(alternate(Object.entries(series), sitting), plan);
    for (const [name, rounds] of Object.entries(measured)) samples[name].push(rounds);
  }
  return samples;
}

async function runSitting(entries, { rounds, size, warmUp }) {
  const opened = [];
  const measured = Object.fromEntries(entries.map(([name]) => [name, []]));
  try {
    for (const [name, open] of entries) opened.push([name, await open()]);
    if (warmUp > 0) for (const [, { measure }] of opened) await measure(warmUp);
    for (let round = 0; round < rounds; round += 1)
      for (const [name, { measure }] of alternate(opened, round)) measured[name].push(await measure(size));
  } finally {
    await Promise.all(opened.map(([, { close }]) => close()));
  }
  return measured;
}

function alternate(items, round) {
  return round % 2 === 0 ? items : items.toReversed();
}
