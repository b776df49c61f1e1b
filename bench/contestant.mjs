// The child process of a measurement: it runs the requests of the parent, and ends with it.

/**
 * Handles the requests of the parent.
 *
 * @param skills - functions by name; each receives the argument of the parent and returns the response, or a promise of it
 */
export function runContestant(skills) {
  const known = { cpuMicros: readCpuMicros, ...skills };
  const answer = async ({ id, skill, argument }) => {
    try {
      process.send({ id, value: await known[skill](argument) });
    } catch (thrown) {
      process.send({ id, failure: String(thrown?.stack ?? thrown) });
    }
  };
  process.on('message', (question) => void answer(question));
  // The parent has ended: the child exits by itself, so that a profile is written.
  process.on('disconnect', () => process.exit(0));
  process.send({ id: 'ready' });
}

/** CPU time of this process so far, all threads, in microseconds. */
function readCpuMicros() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Runs `count` calls, `width` at a time, and returns their cost for this process. */
export async function measureCost(call, { count, width }) {
  const before = readCpuMicros();
  let begun = 0;
  const lane = async () => {
    while (begun < count) await call(begun++);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return readCpuMicros() - before;
}
