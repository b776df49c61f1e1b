// TypeScript compiles the re-exports of a room's door to getters, which cost every access from another room 0.1 µs: V8 keeps such an
// object as a hash table. Rooms have no import cycles, so that the values are final when the door is loaded: plain properties do.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const LIBS = new URL('../libs/', import.meta.url);
const GETTER =
  /^Object\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get: function \(\) \{ return (\w+\.\w+); \} \}\);$/gm;

for (const lib of readdirSync(LIBS)) {
  const door = new URL(`${lib}/dist/index.js`, LIBS);
  const compiled = readFileSync(door, 'utf8');
  const plain = compiled.replace(GETTER, 'exports.$1 = $2;');
  if (plain.includes('enumerable: true, get'))
    throw new Error(`${lib}: the compiler writes re-exports in an unexpected form`);
  if (plain !== compiled) writeFileSync(door, plain);
}
