import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import { judgeClocks, judgeDatabase } from './judge-database.ts'
import { judgeFleet } from './judge-fleet.ts'
import type { IncidentWordsOf } from './judge-fleet.ts'
import { judgeSetup } from './judge-setup.ts'
import { judgeTelegram } from './judge-telegram.ts'

/** What follows from the facts, in the order in which it is mended. */
export function judge(facts: Facts, wordsOf: IncidentWordsOf): Finding[] {
  const { seen, now } = facts
  if (seen === null) return judgeSetup(facts)
  return [
    ...judgeSetup(facts),
    ...judgeDatabase(facts, seen),
    ...judgeClocks(seen),
    ...judgeTelegram(seen, now),
    ...judgeFleet(facts, seen, wordsOf),
  ]
}
