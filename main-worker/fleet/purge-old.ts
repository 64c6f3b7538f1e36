import { logLine } from '#shared/log-lines.ts'
import { pause } from '#shared/repeat.ts'
import type { Context } from '../context.ts'

/** Small steps with a breath between them: the cycle and the senders use the same database. */
const ROWS_AT_ONCE = 2_000
const BREATH_MS = 200

/** Deletes what is older than its time, kind by kind, until nothing is left (times: `purge_old` in the database). */
export async function purgeOld({ database, logger }: Context, signal: AbortSignal): Promise<void> {
  const total: Record<string, number> = {}
  for (;;) {
    const gone = await database.call('purge_old', { most: ROWS_AT_ONCE }, signal)
    for (const [kind, rows] of Object.entries(gone)) total[kind] = (total[kind] ?? 0) + rows
    if (Object.values(gone).every((rows) => rows === 0)) break
    await pause(BREATH_MS, signal)
    if (signal.aborted) break
  }
  const said = Object.entries(total)
    .filter(([, rows]) => rows > 0)
    .map(([kind, rows]) => `${rows} ${kind}`)
  if (said.length > 0) logLine(logger, 'purged', { what: said.join(', ') })
}
