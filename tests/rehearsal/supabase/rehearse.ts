import { startRealPostgres } from '../../support/database/real-postgres.ts'
import { ensurePostgresTools } from '../../support/deploy/database-tools.ts'
import { describeMachine } from '../../support/report/describe-machine.ts'
import { formatTable } from '../../support/report/format-table.ts'
import { compareRunners } from './compare-runners.ts'
import { CLI, installSupabaseCli } from './supabase-cli.ts'

/**
 * The migrations by our runner and by the Supabase CLI, on real PostgreSQL servers: the same schema, the same history, and each
 * goes on where the other stopped. Answers a section of docs/rehearsal.md; throws where that is not so.
 */
export async function rehearseSupabase(): Promise<string> {
  const startedAt = performance.now()
  await using opened = new AsyncDisposableStack()
  const cli = await installSupabaseCli()
  opened.defer(() => cli.remove())
  const tools = ensurePostgresTools()
  const rows: string[][] = []
  for (const options of [{}, ...(tools === null ? [] : [{ tools }])]) {
    const server = await startRealPostgres(options)
    opened.defer(() => server.stop())
    rows.push(...(await compareRunners(cli, server.url)))
  }
  return formatTable(
    {
      title: 'Migrations by our runner and by the Supabase CLI',
      n: `${CLI}, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
      columns: ['PostgreSQL', 'what was tried', 'result'],
      rows,
      notes: [
        'Not tried: a hosted project (`supabase login`, `supabase link`). The CLI was given a connection string.',
      ],
    },
    describeMachine(new Date()),
  )
}

if (import.meta.main) console.log(await rehearseSupabase())
