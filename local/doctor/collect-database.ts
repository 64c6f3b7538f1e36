import { stopwatch, systemClock } from '#shared/clock.ts'
import { DatabaseError } from '#shared/database/open-database.ts'
import type { Database } from '#shared/database/open-database.ts'
import { errorText } from '#shared/errors.ts'
import { askHttp, skewOf } from './ask-http.ts'
import type { Answer, DatabaseFacts, FleetFacts } from './facts.ts'

/** The reason of a call that did not happen; anything but the database's own error is a bug of ours. */
function refusal(error: unknown): { ok: false; status: number | null; error: string } {
  if (!(error instanceof DatabaseError)) throw error
  // Which function it was and the class of the error are our own matters.
  const words = errorText(error).replace(/^\w+: (TypeError: )?/, '')
  return { ok: false, status: error.httpStatus === 0 ? null : error.httpStatus, error: words }
}

async function readState(database: Database): Promise<DatabaseFacts['state']> {
  const askedAt = systemClock.now()
  const elapsed = stopwatch()
  try {
    const state = await database.call('read_schema_state', {})
    const skewMs = skewOf(Date.parse(state.now), askedAt, systemClock.now())
    return { ok: true, state, skewMs, roundTripMs: Math.round(elapsed()) }
  } catch (error) {
    return refusal(error)
  }
}

export async function collectDatabase(database: Database, url: string): Promise<DatabaseFacts> {
  const [state, anonymous] = await Promise.all([
    readState(database),
    askHttp(`${url.replace(/\/+$/, '')}/rest/v1/rpc/read_fleet`, { method: 'POST', body: {} }),
  ])
  return { state, statusWithoutKey: anonymous.status }
}

/** The fleet as the database knows it, and the markets of the alerts that are due. */
export async function collectFleet(database: Database): Promise<Answer<{ fleet: FleetFacts; markets: string[] }>> {
  try {
    const [fleet, incidents, sessions, ownerChat, due] = await Promise.all([
      database.call('read_fleet', {}),
      database.call('list_incidents', {}),
      database.call('list_sessions', {}),
      database.call('get_owner_chat', {}),
      database.call('list_due_alerts', {}),
    ])
    const markets = [...new Set(due.map(({ alert }) => alert.market))].sort()
    return { ok: true, fleet: { fleet, incidents, sessions, hasOwnerChat: ownerChat !== null }, markets }
  } catch (error) {
    return refusal(error)
  }
}
