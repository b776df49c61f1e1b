// The jobs of both contestants, with the same inputs.
const WIDTH = 20;
const INPUT = { customer_id: 'CUST-123', sku: 'AB-1000', quantity: 12, note: 'to be delivered before noon' };

/** Counts completed jobs, and measures adding and running them. */
export function createJobTimer() {
  let left = 0;
  let allDone;
  return {
    /** Records a completed job. */
    done() {
      left -= 1;
      if (left === 0) allDone?.();
    },
    /** Microseconds per accepted job, for `count` jobs added one after the other. */
    async microsPerAdd(add, count) {
      const beganMs = performance.now();
      for (let index = 0; index < count; index += 1) await add(INPUT);
      return ((performance.now() - beganMs) / count) * 1_000;
    },
    /** Microseconds per job, for `count` jobs added 20 at a time and run meanwhile, until the last one has run. */
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
