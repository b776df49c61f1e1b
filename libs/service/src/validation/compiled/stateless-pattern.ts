import type { RuleMetadata } from '../rule-metadata';

/** A sticky pattern that starts at the beginning of every text. */
class StatelessPattern extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    this.lastIndex = 0;
    return super.exec(text);
  }
}

/**
 * Makes a rule with a sticky pattern (`@Matches(/a/y)`) treat every value alike. Without this, the pattern continues where its last
 * match ended, and class-validator rejects every second value. Global patterns reset themselves.
 */
export function makePatternStateless({ constraints }: RuleMetadata): void {
  const pattern: unknown = (constraints as unknown[] | undefined)?.[0];
  if (!(pattern instanceof RegExp) || !pattern.sticky || pattern.global || pattern instanceof StatelessPattern) return;
  constraints[0] = new StatelessPattern(pattern);
}
