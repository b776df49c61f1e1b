// What both contestants do with jobs: the same inputs, in the same way.
const WIDTH = 20;
const INPUT = { customer_id: 'CUST-123', sku: 'AB-1000', quantity: 12, note: 'to be delivered before noon' };

/** Counts jobs that are done, and times their adding and running. */
export function createJobTimer() {
  let left = 0;
  let allDone = () => undefined;
  return {
    /** A worker has run one. */
    done() {
      left -= 1;
      if (left === 0) allDone();
    },
    /** Microseconds that each of `count` jobs takes to be accepted, one after the other. */
    async microsPerAdd(add, count) {
      const beganMs = performance.now();
      for (let index = 0; index < count; index += 1) await add(INPUT);
      return ((performance.now() - beganMs) / count) * 1_000;
    },
    /** Microseconds for each of `count` jobs that are added, 20 at a time, and run meanwhile, until the last one has run. */
    async microsPerJob(add, count) {
      left = count;
      const done = new Promise((resolve) => (allDone = resolve));
      const beganMs = performance.now();
      let begun = 0;
      const lane = async () => {
        while (begun < count) {
          begun += 1;
          await add(INPUT);
        }
      };
      await Promise.all([...Array.from({ length: WIDTH }, lane), done]);
      return ((performance.now() - beganMs) / count) * 1_000;
    },
  };
}
