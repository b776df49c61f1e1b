// A service that calls UPSTREAM_URL through its outgoing connection, one invocation for each call.
import { Bus } from 'trunkline';
import { runContestant, measureCost, measureLatencies } from '../contestant.mjs';

const { invoker } = await Bus.create({ config: new URL('../bus/config', import.meta.url).pathname });
const call = (index) => invoker.invoke('thing.get', { id: `T-${index % 100}` });

runContestant({
  microsPerCall: async ({ count, width }) => (await measureCost(call, { count, width })) / count,
  latencies: ({ count, width }) => measureLatencies(call, { count, width }),
});
