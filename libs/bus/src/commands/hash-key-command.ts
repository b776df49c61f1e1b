import { type Command, Option } from 'commander';
import { load } from './load';

/** Adds `hash-key`. The secret is read from stdin, since arguments are visible in process lists. */
export function addHashKeyCommand(trunkline: Command): void {
  trunkline
    .command('hash-key')
    .description('read a secret from stdin and print its hash, for a security definition')
    .option('--generate', 'create a random key, and print it with its hash')
    .addOption(
      new Option('--algorithm <name>', 'default: scrypt, and sha256 with --generate').choices(['scrypt', 'sha256']),
    )
    .option('--json', 'print JSON')
    .action((_options, command: Command) => load.hashKey().printKeyHash(command.optsWithGlobals()));
}
