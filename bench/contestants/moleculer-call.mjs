// A moleculer broker with its defaults, without a transporter, that calls actions by name.
import { ServiceBroker } from 'moleculer';
import { runContestant, measureCost } from '../contestant.mjs';

const CALLED = 4;
const broker = new ServiceBroker({ logger: false });
for (let index = 0; index < CALLED; index += 1) {
  broker.createService({
    name: `service-${index}`,
    actions: {
      synchronous: (context) => context.params,
      asynchronous: async (context) => context.params,
    },
  });
}
await broker.start();

runContestant({
  nanosPerCall: async ({ callee, count }) => {
    const names = Array.from({ length: CALLED }, (_, index) => `service-${index}.${callee}`);
    const params = { id: 1 };
    const micros = await measureCost((index) => broker.call(names[index % CALLED], params), { count, width: 1 });
    return (micros * 1_000) / count;
  },
});
