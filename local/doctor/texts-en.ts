/** What a finding says, and what to do about it. Nothing here holds a secret. */
export type Words = { says: string; todo?: string }

export const checkNames = {
  node: 'Node.js',
  settings: 'settings',
  key: 'API_SECRET',
  address: 'address',
  database: 'database',
  migrations: 'migrations',
  rights: 'rights',
  clock: 'clock',
  telegram: 'Telegram',
  webhook: 'webhook',
  chat: 'your chat',
  main: 'main',
  worker: 'worker',
  fleet: 'fleet',
  incidents: 'incidents',
  session: 'session',
  search: 'search',
}

export const stateWords = { ok: 'ok', look: 'look', broken: 'broken' }

export const summaries = {
  looking: (f: { kind: 'local' | 'environment'; name: string; mode: string | null }) =>
    f.kind === 'local' ? `The fleet of npm start (${f.mode ?? ''}) in ${f.name}` : `The fleet of ${f.name}`,
  well: (f: { count: number }) => `All is well (${f.count} checks).`,
  unwell: (f: { broken: number; look: number }) => `${f.broken} broken, ${f.look} to look at.`,
}

const fly = 'On Fly.io: fly status and fly logs of its app.'

export const texts = {
  nodeOk: (f: { version: string }): Words => ({ says: f.version }),
  nodeOld: (f: { version: string; wants: string }): Words => ({
    says: `${f.version} is older than ${f.wants}`,
    todo: 'Install Node.js 24, or run npm ci again: on Linux it brings one along.',
  }),
  envFileRead: (): Words => ({ says: 'there is one, and this fleet uses it: the real Vinted' }),
  envFileUnread: (): Words => ({ says: 'there is one, but this fleet is the sandbox: npm start -- --live uses it' }),
  envFileAbsent: (): Words => ({ says: 'there is none: copy .env.example for the real Vinted' }),
  settingsOk: (): Words => ({ says: 'complete' }),
  settingsWrong: (f: { problem: string }): Words => ({
    says: f.problem,
    todo: 'Correct it (.env here, fly secrets set or [env] on Fly.io) and start again.',
  }),
  keyOk: (): Words => ({ says: 'long and random' }),
  keyWeak: (f: { distinct: number }): Words => ({
    says: `has only ${f.distinct} different characters: it can be guessed`,
    todo: 'Make one with openssl rand -hex 32; keep the old one as API_SECRET_PREVIOUS until every worker has the new one.',
  }),
  keyPrevious: (): Words => ({
    says: 'the previous key is still accepted',
    todo: 'Remove API_SECRET_PREVIOUS once main and every worker have the new key.',
  }),
  addressLocal: (): Words => ({ says: 'only this machine reaches the page (PUBLIC_BASE_URL is not set)' }),
  addressOk: (f: { url: string }): Words => ({ says: f.url }),
  addressPlain: (f: { url: string }): Words => ({
    says: `${f.url} is not https: logins and Telegram’s calls would travel readable`,
    todo: 'Set PUBLIC_BASE_URL to an https address.',
  }),
  databaseOk: (f: { ms: number }): Words => ({ says: `answers in ${f.ms} ms` }),
  databaseSlow: (f: { ms: number }): Words => ({
    says: `answers, but takes ${f.ms} ms`,
    todo: 'Is it far away, paused or busy? Choose the region of main for it.',
  }),
  databaseAway: (f: { error: string }): Words => ({
    says: `does not answer (${f.error})`,
    todo: 'Is SUPABASE_URL right, is the project paused? Locally: does npm start run?',
  }),
  databaseRefused: (f: { error: string }): Words => ({
    says: `refuses our key (${f.error})`,
    todo: 'Set SUPABASE_SERVICE_ROLE_KEY to the secret (service_role) key of this project, on main and on every worker.',
  }),
  migrationsOk: (f: { count: number }): Words => ({ says: `all ${f.count} applied` }),
  migrationsMissing: (f: { missing: string[] }): Words => ({
    says: `not applied: ${f.missing.join(', ')}`,
    todo: 'Run npx supabase db push, or DATABASE_URL=… npm run migrate; npm start does it by itself.',
  }),
  migrationsOld: (): Words => ({
    says: 'the database knows nothing of this version: its migrations are older, or were never applied',
    todo: 'Run npx supabase db push, or DATABASE_URL=… npm run migrate; npm start does it by itself.',
  }),
  migrationsNewer: (f: { unknown: string[] }): Words => ({
    says: `the database is newer than this code: ${f.unknown.join(', ')}`,
    todo: 'Update this copy, or look at the fleet with the version that runs.',
  }),
  migrationsUnknown: (): Words => ({
    says: 'the list of applied migrations cannot be read; every function this version needs is there',
    todo: 'Apply them with npx supabase db push, which keeps that list.',
  }),
  rightsOk: (): Words => ({ says: 'nothing can be called or read without the service key' }),
  rightsOpen: (f: { names: string[]; count: number }): Words => ({
    says: `anybody with the public key can use ${f.names.join(', ')}${f.count > f.names.length ? ` and ${f.count - f.names.length} more` : ''}`,
    todo: 'Apply the migrations again (each ends by taking these rights away), and change nothing in the public schema by hand.',
  }),
  rightsAnonymous: (f: { status: number }): Words => ({
    says: `a call without any key was answered (HTTP ${f.status})`,
    todo: 'Close it: the gateway must want a key.',
  }),
  clockOk: (f: { others: number }): Words => ({ says: `agrees with ${f.others} other(s)` }),
  clockOff: (f: { who: string; seconds: number }): Words => ({
    says: `${f.who} is ${Math.abs(f.seconds)} s ${f.seconds > 0 ? 'ahead of' : 'behind'} this machine`,
    todo: 'Set the clock that is wrong by NTP: sessions and signatures depend on it.',
  }),
  telegramNone: (): Words => ({ says: 'not set: finds show on the page and the terminal only' }),
  telegramOk: (f: { name: string }): Words => ({ says: `the bot is ${f.name}` }),
  telegramRefused: (f: { error: string }): Words => ({
    says: `does not know this bot (${f.error})`,
    todo: 'Ask @BotFather for the token of the bot (/token) and set TELEGRAM_BOT_TOKEN on main and on every worker.',
  }),
  telegramAway: (f: { error: string }): Words => ({
    says: `does not answer (${f.error})`,
    todo: 'Does this machine reach https://api.telegram.org (or TELEGRAM_API_ROOT)?',
  }),
  telegramFails: (f: { error: string }): Words => ({
    says: `answers with an error (${f.error})`,
    todo: 'Try again in a minute; Vigie itself goes on trying.',
  }),
  webhookPolling: (): Words => ({ says: 'none, as it should be: main asks by itself' }),
  webhookOk: (f: { host: string }): Words => ({ says: `Telegram calls ${f.host}` }),
  webhookUnwanted: (f: { host: string }): Words => ({
    says: `Telegram calls ${f.host}, but main asks by itself: it hears nothing`,
    todo: 'Set PUBLIC_BASE_URL if that is main’s address; else another program uses this bot: give Vigie one of its own.',
  }),
  webhookMissing: (f: { host: string }): Words => ({
    says: `none, but ${f.host} is there to be called`,
    todo: 'Start main again: it sets the webhook when it starts.',
  }),
  webhookElsewhere: (f: { host: string; wants: string }): Words => ({
    says: `Telegram calls ${f.host} instead of ${f.wants}`,
    todo: 'Start main again, or give this fleet a bot of its own.',
  }),
  webhookFailing: (f: { error: string; pending: number }): Words => ({
    says: `Telegram’s last call failed (${f.error}); ${f.pending} wait`,
    todo: 'Is main reachable at PUBLIC_BASE_URL, with a valid certificate?',
  }),
  webhookPending: (f: { pending: number }): Words => ({
    says: `${f.pending} messages to the bot wait`,
    todo: 'Does main run, and does its log show errors of the bot?',
  }),
  chatOk: (): Words => ({ says: 'known' }),
  chatUnknown: (): Words => ({
    says: 'nobody is told anything: no chat is known',
    todo: 'Write /start <code> to the bot; the code stands in main’s log. Or set TELEGRAM_CHAT_ID.',
  }),
  alive: (f: { version: string }): Words => ({ says: `answers, version ${f.version}` }),
  mainAway: (f: { url: string; error: string }): Words => ({
    says: `${f.url} does not answer (${f.error})`,
    todo: `Start it: npm start. ${fly}`,
  }),
  otherVersion: (f: { theirs: string; ours: string }): Words => ({
    says: `runs version ${f.theirs}; this is ${f.ours}`,
    todo: 'Deploy main and every worker from the same version.',
  }),
  workerOk: (f: { version: string; browser: boolean }): Words => ({
    says: `answers, version ${f.version}${f.browser ? ', with a browser' : ', without a browser (plain sessions only)'}`,
  }),
  workerAway: (f: { url: string; error: string }): Words => ({
    says: `${f.url} does not answer (${f.error})`,
    todo: `Is it started, and is its url in WORKERS right? ${fly}`,
  }),
  workerRefusesKey: (): Words => ({
    says: 'refuses our key: same API_SECRET?',
    todo: 'Set the same API_SECRET on main and on this worker, then start it again.',
  }),
  workerUnwell: (f: { error: string }): Words => ({
    says: `lives, but cannot work (${f.error})`,
    todo: 'Mostly its database: SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, as on main.',
  }),
  workerOther: (f: { says: string }): Words => ({
    says: `the one at its url calls itself ${f.says}`,
    todo: 'Two urls of WORKERS are exchanged, or WORKER_ID is wrong.',
  }),
  workerBanned: (f: { until: string; reason: string }): Words => ({
    says: `Vinted refuses its address (${f.reason}); it rests until ${f.until}`,
    todo: 'Nothing: it comes back by itself. Slow down (REQUEST_DELAY_MIN_MS) if it happens again and again.',
  }),
  workerDraining: (): Words => ({
    says: 'gets nothing new: it was drained by hand',
    todo: '“Resume” on the home page gives it work again, and so does POST /api/v1/worker/:id/resume.',
  }),
  workerUnreached: (f: { error: string }): Words => ({
    says: `answers here, but main does not reach it (${f.error})`,
    todo: 'Is its url in WORKERS reachable from main’s machine?',
  }),
  fleetOk: (f: { available: number; total: number }): Words => ({ says: `${f.available} of ${f.total} at work` }),
  fleetNone: (f: { total: number }): Words => ({
    says: `none of ${f.total} is at work: nothing is checked`,
    todo: 'Mend the workers above; a banned one comes back by itself.',
  }),
  fleetPaused: (f: { reason: string; until: string | null }): Words => ({
    says: `paused ${f.until === null ? 'until somebody resumes it' : `until ${f.until}`}: ${f.reason}`,
    todo: '“Resume everything” on the home page ends it, and so does POST /api/v1/fleet/resume; a pause after refusals ends by itself.',
  }),
  incidentsNone: (): Words => ({ says: 'none' }),
  incidentOpen: (f: { what: string; detail: string; can: string }): Words => ({
    says: `${f.what} (${f.detail})`,
    todo: f.can,
  }),
  sessionOk: (f: { workers: number; oldestMin: number }): Words => ({
    says: `${f.workers} can be used, the oldest is ${f.oldestMin} min old`,
  }),
  sessionNone: (): Words => ({
    says: 'none that can be used',
    todo: 'Renew them on the Sessions page, or with POST /api/v1/token/refresh/force; a market that challenges wants a browser on the worker.',
  }),
  searchOk: (f: { rows: number; worker: string; seconds: number }): Words => ({
    says: `${f.rows} listings through ${f.worker} in ${f.seconds} s`,
  }),
  searchEmpty: (f: { worker: string }): Words => ({
    says: `${f.worker} got an empty page for a word that always finds something`,
    todo: 'Look at the open incidents: Vinted may have changed its protocol.',
  }),
  searchFailed: (f: { error: string }): Words => ({
    says: f.error,
    todo: 'See the workers and incidents above; GET /api/v1/evidence shows what Vinted answered.',
  }),
  searchNotAsked: (f: { because: 'main-away' | 'paused' | 'no-fleet' }): Words => ({
    says: {
      'main-away': 'not tried: main does not answer',
      paused: 'not tried: the fleet is paused',
      'no-fleet': 'not tried: the database does not answer',
    }[f.because],
    todo: 'Mend that first.',
  }),
}
