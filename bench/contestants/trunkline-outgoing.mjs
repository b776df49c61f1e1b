// A service that calls PEER_URL through its outgoing connection, one invocation for each call.
import { Bus } from 'trunkline';
import { contestant, costOf } from '../contestant.mjs';

const { invoker } = await Bus.create({ config: new URL('../bus/config', import.meta.url).pathname });
const call = (index) => invoker.invoke('thing.get', { id: `T-${index % 100}` });

contestant({ microsPerCall: async ({ count, width }) => (await costOf(call, { count, width })) / count });
