// The child's half of a measurement: it does what the parent asks of it, and ends when the parent does.

/**
 * Answers the parent's questions.
 *
 * @param skills - functions by name; each gets the parent's argument, and what it returns (or its promise) is the answer
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
  // A disconnected child has no parent any more; it exits by itself, so that a profile is written.
  process.on('disconnect', () => process.exit(0));
  process.send({ id: 'ready' });
}

/** CPU time of this process so far, all threads, in microseconds. */
function readCpuMicros() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Runs `count` calls, `width` of them at a time, and tells what they cost this process. */
export async function measureCost(call, { count, width }) {
  const before = readCpuMicros();
  let begun = 0;
  const lane = async () => {
    while (begun < count) await call(begun++);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return readCpuMicros() - before;
}
