import type { WorkerHealth } from '#shared/contracts/health.ts'
import type { FleetRow } from '#shared/database/fleet.ts'
import type { Incident } from '#shared/database/incidents.ts'
import type { SchemaState } from '#shared/database/operators.ts'
import type { SessionRow } from '#shared/database/sessions.ts'

/** What was answered, or why nothing was, in words without secrets. `status` null: nobody was there. */
export type Answer<Good> = ({ ok: true } & Good) | { ok: false; status: number | null; error: string }

export type WorkerFacts = {
  id: string
  url: string
  /** `GET /api/health`: no key, no database. */
  alive: Answer<{ version: string; skewMs: number | null }>
  /** With the key. */
  health: Answer<{ health: WorkerHealth }>
}

export type DatabaseFacts = {
  state: Answer<{ state: SchemaState; skewMs: number; roundTripMs: number }>
  /** What a caller without any key is answered; null when nobody answered. */
  statusWithoutKey: number | null
}

export type TelegramFacts = {
  me: Answer<{ name: string }>
  webhook: Answer<{ url: string; pending: number; lastError: { at: number; message: string } | null }> | null
}

export type SearchFacts = { market: string } & (
  | { kind: 'answered'; answer: Answer<{ rows: number; worker: string; ms: number }> }
  | { kind: 'not-asked'; because: 'main-away' | 'paused' | 'no-fleet' }
)

export type FleetFacts = {
  fleet: FleetRow
  incidents: Incident[]
  sessions: SessionRow[]
  hasOwnerChat: boolean
}

/** Everything behind the settings; there is none of it when the settings cannot be read. */
export type SeenFacts = {
  secret: { distinct: number; hasPrevious: boolean }
  publicBaseUrl: string | null
  database: DatabaseFacts
  telegram: TelegramFacts | null
  main: Answer<{ version: string; skewMs: number | null }> & { url: string }
  workers: WorkerFacts[]
  /** Null: the database did not tell. */
  fleet: FleetFacts | null
  /** Those of active alerts; without any, the one of the first worker. */
  markets: string[]
  searches: SearchFacts[]
}

export type Facts = {
  /** What was looked at: the fleet that `npm start` runs here, or the one that the variables describe. */
  target: { kind: 'local' | 'environment'; name: string; mode: string | null }
  now: number
  version: string
  node: string
  /** Versions of the migration files beside this program. */
  migrations: string[]
  /** Lines of what is wrong with the variables of main and of each region. */
  settings: { of: string; problems: string[] }[]
  /** Whether there is a .env here; null where that plays no part. */
  hasEnvFile: boolean | null
  seen: SeenFacts | null
}
