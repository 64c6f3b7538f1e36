import type { TestDatabase } from '../../tests/support/database/test-database.ts'

export const ALERTS = 1_000
export const FINDS = 100_000

/** 1,000 alerts with 100 finds each over thirty days, and the messages of the last two. */
export async function fillDatabase({ query }: Pick<TestDatabase, 'query'>): Promise<void> {
  await query(`insert into public.alerts (name, market, search_text, chat_id, last_checked_at)
    select 'Alert ' || n, (array['fr', 'us', 'nl', 'uk'])[1 + n % 4], 'thing ' || n, '1000001', now() - n * interval '1 second'
    from generate_series(1, ${ALERTS}) n`)
  await query(`insert into public.alert_matches (alert_id, item_id, price, is_find, found_at, listing)
    select a.id, a.place * 1000 + n, 10 + n, true, now() - (n * ${ALERTS} + a.place) * interval '26 seconds',
      jsonb_build_object('itemId', a.place * 1000 + n, 'title', 'Veste rouge numéro ' || n, 'price', 10 + n,
        'totalPrice', 11.2 + n, 'currency', 'EUR', 'url', 'https://www.vinted.fr/items/' || (a.place * 1000 + n),
        'photoUrl', 'https://images1.vinted.net/t/' || n || '.webp', 'brand', 'Nike', 'size', 'M',
        'condition', 'Bon état', 'seller', jsonb_build_object('id', n), 'market', a.market, 'foundAt', now())
    from (select id, market, row_number() over (order by created_at, id) as place from public.alerts) a,
      generate_series(1, ${FINDS / ALERTS}) n`)
  await query(`insert into public.outbox (channel, destination, alert_id, item_id, event, kind, payload, state, created_at, settled_at)
    select 'telegram', '1000001', m.alert_id, m.item_id, 'new', 'find', jsonb_build_object('listing', m.listing), 'sent',
      m.found_at, m.found_at + interval '2 seconds'
    from public.alert_matches m where m.found_at > now() - interval '2 days'`)
  await query('analyze')
}
