import type { Database } from '../database/open-database.ts'
import type { EgressEffect } from '../database/fleet.ts'
import { untilAnswered } from '../database/until-answered.ts'
import type { Logger } from '../logger.ts'

/**
 * Records what an answer of the site does to this address, outside of `record_check`. Repeated until it is recorded: a ban that
 * is forgotten is a refusal that is not respected. Twice is harmless. `askedFor` is what provoked it: one thing alone must not go
 * on to ban one address after the other.
 */
export async function applyEffect(
  { database, egress, logger }: { database: Database; egress: string; logger: Logger },
  effect: EgressEffect,
  askedFor?: string,
): Promise<void> {
  const blamed = effect.kind === 'ban' && askedFor !== undefined ? { ...effect, searchKey: askedFor } : effect
  await untilAnswered(() => database.call('apply_egress_effect', { egress, effect: blamed }), Infinity, logger)
}
