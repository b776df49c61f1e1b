import { text } from 'node:stream/consumers';
import { generateKey, type HashAlgorithm, hashSecret } from '@trunkline/security';
import { print } from './output';
import { UsageError } from './usage-error';

interface HashKeyOptions {
  readonly generate?: boolean;
  /** Default: scrypt, which is slow, for secrets that people choose; sha256 for generated keys. */
  readonly algorithm?: HashAlgorithm;
  readonly json?: boolean;
}

/** Runs `trunkline hash-key [--generate]`. */
export async function printKeyHash({ generate = false, algorithm, json = false }: HashKeyOptions): Promise<void> {
  if (generate) {
    const key = generateKey();
    const hash = await hashSecret(key, algorithm ?? 'sha256');
    return print(json ? JSON.stringify({ key, hash }) : `key   ${key}\nhash  ${hash}`);
  }
  const hash = await hashSecret(await readSecretFromStdin(), algorithm ?? 'scrypt');
  print(json ? JSON.stringify({ hash }) : hash);
}

/** Rejects a terminal, which would show the secret. Removes the line break that `echo` adds. */
async function readSecretFromStdin(): Promise<string> {
  const secret = process.stdin.isTTY ? '' : (await text(process.stdin)).replace(/\r?\n$/, '');
  if (secret !== '') return secret;
  throw new UsageError(
    'hash-key reads the secret from stdin: trunkline hash-key < FILE. To create a key, use --generate',
  );
}
