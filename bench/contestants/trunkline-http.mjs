// The bus of bench/bus, listening.
import { Bus } from 'trunkline';
import { contestant } from '../contestant.mjs';

const bus = await Bus.create({ config: new URL('../bus/config', import.meta.url).pathname, port: 0 });
await bus.listen();

contestant({ port: () => Number(new URL(bus.url).port) });
