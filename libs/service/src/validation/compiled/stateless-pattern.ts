import type { RuleMetadata } from '../rule-metadata';

/** A sticky pattern that begins at the start of every text. */
class StatelessPattern extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    this.lastIndex = 0;
    return super.exec(text);
  }
}

/**
 * Makes a rule with a sticky pattern (`@Matches(/a/y)`) judge every value alike. The pattern itself goes on where its last match has
 * ended, so that class-validator refuses every second value. Global patterns forget by themselves.
 */
export function makePatternStateless({ constraints }: RuleMetadata): void {
  const pattern: unknown = (constraints as unknown[] | undefined)?.[0];
  if (!(pattern instanceof RegExp) || !pattern.sticky || pattern.global || pattern instanceof StatelessPattern) return;
  constraints[0] = new StatelessPattern(pattern);
}
