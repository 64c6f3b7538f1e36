import { listing } from '../supabase/checks.ts'
import { summaryOf } from '../supabase/runs.ts'
import type { OpenedDatabase } from './database-verbs.ts'

const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

export const ALERT = id(1)
export const RUN = id(20)
export const MEMBER_CHAT = '77'
export const PAGE_TOKEN = 'b'.repeat(64)
export const FEED_KEY = 'k'.repeat(43)

const json = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", "''")}'::jsonb`
const find = (itemId: number): string => json({ listing: listing(itemId) })

/**
 * What a fleet of some age has in its database, in the words of that age: each entry runs where its migration has been applied.
 * Everything that a running fleet would lose sleep over is in it: what was told, what waits, who is banned, who may log in.
 */
const PAST: { since: string; sql: string }[] = [
  {
    since: 'tables',
    sql: `
      insert into public.alerts (id, name, market, search_text, chat_id, price_max, brands, last_checked_at, last_match_at)
      values ('${ALERT}', 'Robes d’été', 'fr', 'robe', '42', 60, '{Nike}', now() - interval '5 minutes', now());
      insert into public.alerts (id, name, market, search_text, chat_id, paused_until, catch_up, revision)
      values ('${id(2)}', 'Paused', 'nl', 'jurk', '43', now() + interval '1 day', true, 4);
      insert into public.alerts (id, name, market, brand_ids, attribute_ids, parked_reason)
      values ('${id(3)}', 'Parked', 'uk', '{53}', '{"patterns": [7]}', 'the site does not understand it');
      insert into public.searches values ('a-search', 'fr?search_text=robe', 'fr', 3, now());
      insert into public.seen_items (search_key, item_id) select 'a-search', n from generate_series(1, 300) n;
      insert into public.alert_matches (alert_id, item_id, price, is_find, listing)
      values ('${ALERT}', 1, 20, true, ${json(listing(1))}), ('${ALERT}', 2, 21.5, false, null);
      insert into public.worker_status (worker_id, name, region, url, egress, is_healthy, request_count, success_count)
      values ('worker-fr', 'FR', 'cdg', 'https://vigie-worker-fr.fly.dev', 'worker-fr', true, 12, 11);
      insert into public.egress_status (egress, banned_until, ban_reason, ban_count, slow_factor)
      values ('worker-fr', now() + interval '20 minutes', 'HTTP 403', 2, 1.5);
      update public.fleet_state set round_robin_cursor = 'worker-us';
      insert into public.leases values ('leader', 'main-1', 7, now() - interval '1 second');
      insert into public.alert_runs (id, status, trigger, finished_at, summary, fence)
      values ('${RUN}', 'done', 'clock', now(), ${json(summaryOf(RUN))}, 3);
      insert into public.run_keys values ('a-key', '${RUN}');
      insert into public.run_items (run_id, search_key, worker_id, attempt, state, verdict, requests)
      values ('${RUN}', 'a-search', 'worker-fr', 1, 'recorded', 'ok', 1);
      insert into public.run_alerts (run_id, alert_id, search_key, revision, verdict, worker_id, matches, ms, checked_at)
      values ('${RUN}', '${ALERT}', 'a-search', 1, 'ok', 'worker-fr', 2, 140, now());
      insert into public.scraping_cookies (market, worker, user_agent, cookie_names, sealed_jar, source, renew_at, expires_at)
      values ('fr', 'worker-fr', 'a browser', '{access_token_web}', 'sealed', 'http', now() + interval '1 hour',
        now() + interval '1 day');
      insert into public.outbox_destinations (channel, destination, disabled_reason, claim_id, locked_until)
      values ('telegram', '42', null, null, null), ('telegram', '43', 'Forbidden: bot was blocked by the user', null, null),
        -- Its sender died in the middle, before the release of today was there.
        ('telegram', '44', null, '${id(30)}', now() - interval '1 second');
      insert into public.outbox
        (channel, destination, alert_id, item_id, event, kind, payload, state, attempts, claim_id, last_error, settled_at)
      values
        ('telegram', '42', '${ALERT}', 1, 'new', 'find', ${find(1)}, 'sent', 1, null, null, now()),
        ('telegram', '42', '${ALERT}', 3, 'new', 'find', ${find(3)}, 'waiting', 0, null, null, null),
        ('telegram', '42', '${ALERT}', 4, 'drop:15.00', 'drop', ${find(4)}, 'merged', 0, null, null, now()),
        ('telegram', '42', '${ALERT}', 5, 'new', 'find', ${find(5)}, 'cancelled', 0, null, null, now()),
        ('telegram', '43', '${id(2)}', 6, 'new', 'find', ${find(6)}, 'failed', 1, null, 'Forbidden: bot was blocked by the user', now()),
        ('telegram', '44', '${ALERT}', 7, 'new', 'find', ${find(7)}, 'sending', 1, '${id(30)}', null, null)`,
  },
  {
    since: 'alerts',
    sql: `select public.create_alert('${id(4)}', '{"name": "By its verb", "market": "fr", "searchText": "lampe", "chatId": "45"}')`,
  },
  {
    since: 'fleet',
    sql: `select public.apply_egress_effect('worker-us', '{"kind": "ban", "ms": 1200000, "reason": "HTTP 403"}')`,
  },
  {
    since: 'runs',
    sql: `select public.begin_run('${id(21)}', 'main-1', 1, 'clock', 'another-key')`,
  },
  {
    since: 'checks',
    sql: `select public.record_check(${check(id(22), [11, 10])}); select public.record_check(${check(id(23), [12, 11, 10])})`,
  },
  {
    since: '20261122000700_incidents',
    sql: `
      select public.open_incident('captcha', 'fr', 'a page that only a person can pass', public.save_evidence(
        '{"workerId": "worker-fr", "market": "fr", "verdict": "captcha", "httpStatus": 403, "headers": {}, "body": "…",
          "screenshot": null, "fingerprint": "f"}'));
      select public.rest_market('worker-fr', 'nl', 3600000);
      select public.record_probe('fr', '{12,11,10}')`,
  },
  { since: 'bans', sql: `select public.pause_fleet('owner', 'a holiday', now() + interval '1 day')` },
  {
    since: '20261122001000_incidents',
    sql: `
      select public.set_owner_chat('42');
      select public.tell_owner('telegram', 'bound', '{"bound": true, "language": "fr"}')`,
  },
  {
    since: 'people',
    sql: `
      select public.create_invitation('${'a'.repeat(64)}', 'member', 'Ana', 60000);
      select public.use_invitation('${'a'.repeat(64)}', '${MEMBER_CHAT}', 'en');
      select public.create_invitation('${'c'.repeat(64)}', 'viewer', 'Bob', 86400000);
      select public.create_page_session('${PAGE_TOKEN}', p.id, 86400000) from public.people p where p.role = 'member'`,
  },
  {
    since: 'ways_out',
    sql: `
      select public.create_webhook('{"id": "${id(40)}", "kind": "standard", "name": "home", "host": "example.org",
        "sealedUrl": "sealed", "sealedSecret": "sealed"}');
      select public.update_alert('${id(4)}', '{"webhookIds": ["${id(40)}"]}');
      select public.open_feed('${ALERT}', '${FEED_KEY}')`,
  },
  {
    since: 'bot',
    sql: `
      select public.store_update(1001, '42', '{"kind": "text", "chatId": "42", "topicId": null,
        "isPrivate": true, "language": "fr", "text": "/list", "links": []}');
      select public.put_draft('${id(50)}', '42', null, 1001, '{"url": "https://www.vinted.fr/catalog?search_text=robe"}')`,
  },
  { since: 'finds', sql: `select public.mark_find('${ALERT}', 1, 'kept')` },
  { since: 'alert_activity', sql: `select public.count_checks('${RUN}')` },
  { since: 'statistics', sql: `select public.create_owner_code('${'d'.repeat(64)}', 86400000)` },
]

/** An answer for the alert made by its verb, in SQL: first its baseline, then pages with rows above what is known. */
export function check(checkId: string, page: number[]): string {
  return json({
    checkId,
    runId: null,
    attempt: null,
    workerId: 'worker-nl',
    egress: 'worker-nl',
    sessionId: null,
    search: { key: 'another-search', canonical: 'fr?search_text=lampe', market: 'fr' },
    verdict: 'ok',
    error: null,
    ms: 120,
    effect: { kind: 'good' },
    itemIds: page,
    listings: Object.fromEntries(page.map((item) => [item, listing(item)])),
    alerts: [
      { alertId: id(4), channel: 'telegram', destination: '45', topicId: null, matchIds: page, itemsChecked: 3 },
    ],
  })
}

/** Lives the life of a fleet in a database that has these migrations (file names). */
export async function liveIn({ driver }: OpenedDatabase, applied: readonly string[]): Promise<void> {
  // By name, or with the version too where two migrations share a name.
  const has = (since: string): boolean => applied.some((file) => [file, file.slice(15)].includes(`${since}.sql`))
  for (const { since, sql } of PAST) {
    if (has(since)) await driver.tx('begin', (session) => session.exec(sql))
  }
}
