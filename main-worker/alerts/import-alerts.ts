import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AlertInput } from '#shared/contracts/alert.ts'
import type { Alert, AlertChanges } from '#shared/contracts/alert.ts'
import { ProblemError } from '#shared/errors.ts'
import { fieldIssues } from '#shared/http/field-issues.ts'
import { parseJson } from '#shared/http/parse-json.ts'
import type { Context } from '../context.ts'
import { toNewAlert } from './alert-store.ts'
import { onlyOwn } from './own-alerts.ts'

/** Whose alerts they become: null keeps whose they are in the file, as far as those people are here. */
type By = { scope: string | null; chatId: string | null }

export type ImportProblem = { place: number; name: string | null; issues: { field: string; message: string }[] }
export type Imported =
  | { kind: 'saved'; created: number; skipped: number }
  | { kind: 'refused'; problems: ImportProblem[] }

/** What export leaves out: it belongs to the past of an alert. */
const OF_THE_PAST = ['createdAt', 'lastCheckedAt', 'lastMatchAt', 'parkedReason', 'parkedUntil'] as const

/** One alert a line, exactly what import takes. */
export const exportAlerts = (alerts: readonly Alert[]): string =>
  `{"alerts":[\n${alerts
    .map((alert) =>
      JSON.stringify(alert, (key, value: unknown) => (OF_THE_PAST.some((name) => name === key) ? undefined : value)),
    )
    .join(',\n')}\n]}\n`

const File = z.union([z.array(z.unknown()), z.strictObject({ alerts: z.array(z.unknown()) })])
const Ids = z.looseObject({ id: z.uuid('wants an alert id').optional(), personId: z.uuid().nullable().optional() })

function readFile(text: string): unknown[] {
  const file = File.safeParse(parseJson(text))
  if (!file.success)
    throw new ProblemError(400, 'VALIDATION_FAILED', 'the text: wants {"alerts": […]} or a list of alerts')
  return Array.isArray(file.data) ? file.data : file.data.alerts
}

type Entry = { id: string | undefined; personId: string | null; alert: AlertChanges }

/** One alert of the file, or what is wrong with it, each problem by its field. */
function readEntry(value: unknown, { scope, chatId }: By): Entry | ImportProblem['issues'] {
  const input = AlertInput.safeParse(value)
  const ids = Ids.safeParse(value)
  if (!input.success) return fieldIssues(input.error, 'alert')
  if (!ids.success) return fieldIssues(ids.error, 'alert')
  const asked: AlertChanges = { ...onlyOwn(input.data, scope), ...(scope !== null && { chatId }) }
  try {
    return { id: ids.data.id, personId: scope ?? ids.data.personId ?? null, alert: toNewAlert(asked, chatId).alert }
  } catch (error) {
    if (error instanceof ProblemError && error.extra.issues) return error.extra.issues
    throw error
  }
}

const nameOf = (value: unknown): string | null =>
  z.looseObject({ name: z.string() }).safeParse(value).data?.name ?? null

/** Which of the ways out that the file names are not here. */
async function unknownWebhooks(database: Context['database'], entries: readonly Entry[]): Promise<Set<string>> {
  const named = new Set(entries.flatMap(({ alert }) => alert.webhookIds ?? []))
  if (named.size === 0) return named
  for (const { id } of await database.call('list_webhooks', {})) named.delete(id)
  return named
}

/** What only the file as a whole, or what is here beside it, shows to be wrong with one alert. */
function issuesBeside({ id, alert }: Entry, seen: Set<string>, unknown: ReadonlySet<string>): ImportProblem['issues'] {
  const issues: ImportProblem['issues'] = []
  if (id !== undefined && seen.has(id)) issues.push({ field: 'id', message: 'is in this file twice' })
  if (id !== undefined) seen.add(id)
  const lost = (alert.webhookIds ?? []).filter((webhook) => unknown.has(webhook))
  if (lost.length > 0)
    issues.push({ field: 'webhookIds', message: `wants ids of GET /api/v1/webhooks (got ${lost.join(', ')})` })
  return issues
}

/**
 * All alerts of a file or none: one that is wrong names its fields, and nothing is saved. An alert that is there already (the
 * same id) is skipped; an id that is somebody else's is replaced by a new one. Throws ProblemError 400 for what is no file of
 * alerts.
 */
export async function importAlerts({ database }: Pick<Context, 'database'>, text: string, by: By): Promise<Imported> {
  const values = readFile(text)
  const read = values.map((value) => readEntry(value, by))
  const entries = read.flatMap((entry) => (Array.isArray(entry) ? [] : [entry]))
  const unknown = await unknownWebhooks(database, entries)
  const seen = new Set<string>()
  const problems = read.flatMap((entry, place): ImportProblem[] => {
    const issues = Array.isArray(entry) ? entry : issuesBeside(entry, seen, unknown)
    return issues.length === 0 ? [] : [{ place: place + 1, name: nameOf(values[place]), issues }]
  })
  if (problems.length > 0) return { kind: 'refused', problems }
  const [there, people] = await Promise.all([database.call('list_alerts', {}), database.call('list_people', {})])
  const ownerOf = new Map(there.map(({ id, personId }) => [id, personId]))
  const invited = new Set(people.filter(({ role }) => role !== 'owner').map(({ id }) => id))
  const isOurs = (id: string | undefined): boolean =>
    id !== undefined && ownerOf.has(id) && (by.scope === null || ownerOf.get(id) === by.scope)
  const fresh = entries.filter(({ id }) => !isOurs(id))
  await database.call('create_alerts', {
    alerts: fresh.map(({ id, personId, alert }) => ({
      id: id === undefined || ownerOf.has(id) ? randomUUID() : id,
      alert,
      personId: personId !== null && invited.has(personId) ? personId : null,
    })),
  })
  return { kind: 'saved', created: fresh.length, skipped: entries.length - fresh.length }
}
