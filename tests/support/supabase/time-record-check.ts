// Prints how long record_check takes for one search of 96 rows and more and more alerts of it, on PGlite:
// node tests/support/supabase/time-record-check.ts [most alerts]
import { checkOf } from './checks.ts'
import { startVigieDatabase } from './start-vigie-database.ts'

const most = Number(process.argv[2] ?? 10_000)
const vigie = await startVigieDatabase('pglite')
try {
  for (const count of [1, 100, 1_000, 10_000].filter((count) => count <= most)) {
    await vigie.reset()
    await vigie.query(
      `insert into public.alerts (name, market, search_text, chat_id)
       select 'Robes ' || n, 'fr', 'robe', 'chat-' || n % 500 from generate_series(1, $1::int) n`,
      [count],
    )
    const rows = await vigie.query<{ id: string; chatId: string }>('select id, chat_id as "chatId" from public.alerts')
    const page = Array.from({ length: 96 }, (_, place) => 1_000 - place)
    const time = async (label: string, ids: number[], share: number): Promise<void> => {
      const check = checkOf(ids, rows, { takes: (_, id) => id % 100 < share })
      const start = performance.now()
      await vigie.query('select public.record_check($1)', [JSON.stringify(check)])
      const ms = performance.now() - start
      console.log(`${count} alerts, ${label}: ${ms.toFixed(0)} ms, ${(ms / count).toFixed(3)} ms per alert`)
    }
    await time('baseline, 10 % match', page, 10)
    await time('nothing new, 10 % match', page, 10)
    await time('one new that all match', [1_001, ...page.slice(0, 95)], 10)
    await time('nothing new, all match for the first time', page, 100)
    await time('nothing new, all match', page, 100)
    await time('one new that all match', [1_002, 1_001, ...page.slice(0, 94)], 100)
  }
} finally {
  await vigie.close()
}
