import type { Level } from 'pino'
import type { Logger } from './logger.ts'

const seconds = (ms: number): string => (ms / 1000).toFixed(2)
type Named = { name: string; region: string }
const at = (worker: Named): string => `${worker.name} (${worker.region})`

const line = <Text extends (facts: never) => string>(level: Level, text: Text) => ({ level, text })

/** The documented log lines: operators search for these words, so they change only with the documentation. */
export const logLines = {
  // main worker
  mainStarting: line('info', () => 'Main worker: initialising'),
  strategy: line('info', (f: { strategy: string }) => `Load balancing strategy: ${f.strategy}`),
  workersConfigured: line('info', (f: { count: number }) => `Workers configured: ${f.count}`),
  workerConfigured: line('info', (f: Named & { url: string }) => `  - ${at(f)}: ${f.url}`),
  clockOn: line(
    'info',
    (f: { everyMs: number; firstAfterMs: number }) =>
      `Alert check interval: ${f.everyMs / 1000}s (first after ${f.firstAfterMs / 1000}s)`,
  ),
  clockOff: line('info', () => 'Alert check clock is off (ALERT_CHECK_INTERVAL_MS): cycles run by run-once only'),
  loops: line('info', (f: { names: string[] }) => `Loops: ${f.names.join(', ')}`),
  metricsOn: line('info', (f: { port: number }) => `Metrics: /metrics on port ${f.port}`),
  metricsOff: line(
    'warn',
    (f: { port: number; error: string }) => `No metrics: port ${f.port} (METRICS_PORT): ${f.error}`,
  ),
  mainReady: line('info', () => 'Main worker: initialised'),
  leaderHere: line('info', () => 'This main worker leads: its loops run'),
  leaderElsewhere: line('info', (f: { holder: string }) => `Another main worker leads (${f.holder}): waiting`),
  checkingWorkers: line('info', (f: { count: number }) => `Checking health of all workers (${f.count})`),
  workerHealthy: line('info', (f: Named) => `Worker ${at(f)}: healthy`),
  workerUnhealthy: line('warn', (f: Named & { reason: string }) => `Worker ${at(f)}: unhealthy - ${f.reason}`),
  ownNetwork: line(
    'warn',
    (f: { count: number }) =>
      `All ${f.count} workers look dead at once: is it our own network? They are tried all the same`,
  ),
  cycleTriggered: line(
    'info',
    (f: { alerts: number; trigger: string }) => `Alert check cycle triggered (${f.alerts} alerts, by ${f.trigger})`,
  ),
  cycleSkipped: line('debug', () => 'No active alert: cycle skipped'),
  tickSkipped: line('info', () => 'A cycle is still running: this tick is skipped, the next cycle starts when it ends'),
  cycleResumed: line(
    'warn',
    (f: { left: number }) => `Taking over an unfinished cycle: ${f.left} searches without a result`,
  ),
  attempt: line(
    'info',
    (f: Named & { attempt: number; of: number; command: string }) =>
      `Attempt ${f.attempt}/${f.of} with Worker ${at(f)}: ${f.command}`,
  ),
  attemptFailed: line(
    'warn',
    (f: Named & { attempt: number; of: number; error: string }) =>
      `Attempt ${f.attempt}/${f.of} with Worker ${at(f)} failed: ${f.error}`,
  ),
  workerMatches: line(
    'info',
    (f: Named & { matches: number; alerts: number }) =>
      `Worker ${at(f)}: ${f.matches} match(es) on ${f.alerts} alert(s)`,
  ),
  cycleDone: line(
    'info',
    (f: { ms: number; ok: number; workers: number; matches: number; errors: number }) =>
      `Cycle done in ${seconds(f.ms)}s: ${f.ok}/${f.workers} workers ok, ${f.matches} match(es), ${f.errors} error(s)`,
  ),
  cycleFailed: line('error', (f: { error: string }) => `Cycle failed: ${f.error}`),
  nobodyAvailable: line('error', (f: { reasons: string }) => `No worker available: ${f.reasons}`),
  workerBanned: line(
    'warn',
    (f: Named & { ms: number; reason: string }) =>
      `Worker ${at(f)} banned for ${Math.round(f.ms / 1000)}s (${f.reason})`,
  ),
  workerReactivated: line('info', (f: Named) => `Worker ${at(f)} reactivated`),
  fleetPaused: line(
    'warn',
    (f: { until: string; reason: string }) => `The whole fleet pauses until ${f.until}: ${f.reason}`,
  ),
  bindOwner: line(
    'warn',
    (f: { code: string; bot: string }) =>
      `No chat is known yet. Write to ${f.bot} on Telegram: /start ${f.code} (that chat then gets the messages)`,
  ),
  ownerBound: line('info', () => 'A chat is bound: it gets the messages from now on'),
  botListens: line('info', (f: { bot: string; way: string }) => `The bot ${f.bot} listens by ${f.way}`),
  botCallFailed: line('warn', (f: { call: string; error: string }) => `Telegram did not take ${f.call}: ${f.error}`),
  botUpdateUnreadable: line('warn', (f: { reason: string }) => `An update from Telegram cannot be read: ${f.reason}`),
  botUpdateFailed: line(
    'error',
    (f: { updateId: number; attempt: number; error: string }) =>
      `Update ${f.updateId} from Telegram could not be handled (attempt ${f.attempt}): ${f.error}`,
  ),
  heartbeatFailed: line('warn', (f: { error: string }) => `HEARTBEAT_URL did not take the heartbeat: ${f.error}`),
  mainSilent: line('error', () => 'No health check for ten minutes: the main worker is silent; the owner is told'),
  purged: line('info', (f: { what: string }) => `Purged what is older than its time: ${f.what}`),
  byHand: line('info', (f: { what: string }) => `By hand: ${f.what}`),
  fleetTrial: line('info', () => 'The pause is over: one search tried first'),
  cyclePaused: line('info', (f: { reason: string }) => `Cycle skipped: ${f.reason}`),
  searchParked: line(
    'warn',
    (f: { alerts: number; until: string | null }) =>
      `Search parked (${f.alerts} alert(s)): refused on as many workers as one search may be; until ${f.until ?? 'the user acts'}`,
  ),
  probeFailed: line(
    'warn',
    (f: { market: string; error: string }) => `Canary of ${f.market} could not ask: ${f.error}`,
  ),
  loopFailed: line('error', (f: { loop: string; error: string }) => `Loop ${f.loop} failed and goes on: ${f.error}`),
  // regional worker
  workerStarting: line('info', (f: Named & { egress: string }) => `Worker ${at(f)}: starting (egress ${f.egress})`),
  workerReady: line('info', (f: Named & { port: number }) => `Worker ${at(f)}: ready on port ${f.port}`),
  browserFound: line('info', (f: { path: string }) => `Browser found: ${f.path}`),
  browserMissing: line('info', () => 'Browser not found: sessions are made by plain HTTP only'),
  protocolFallback: line(
    'warn',
    (f: { market: string; from: string; to: string; detail: string }) =>
      `Protocol of ${f.market}: ${f.from} does not answer as it did (${f.detail}); ${f.to} does and is used from now on`,
  ),
  browserFailed: line('error', (f: { market: string; detail: string }) => `Browser failure (${f.market}): ${f.detail}`),
  browserClosed: line(
    'info',
    (f: { market: string; ms: number }) => `Browser closed after a visit to ${f.market} (${seconds(f.ms)}s)`,
  ),
  commandReceived: line('info', (f: { command: string }) => `Command received: ${f.command}`),
  checkingAlerts: line(
    'info',
    (f: { alerts: number; searches: number }) => `Checking ${f.alerts} alert(s) with ${f.searches} search(es)`,
  ),
  cookiesRead: line(
    'info',
    (f: { market: string; source: string; ageS: number }) =>
      `Cookies read from the database for ${f.market} (${f.source}, ${f.ageS}s old)`,
  ),
  cookiesMade: line(
    'info',
    (f: { market: string; names: string[] }) => `Cookies generated for ${f.market}: ${f.names.join(', ')}`,
  ),
  noCookies: line(
    'warn',
    (f: { market: string }) => `NO_SCRAPING_COOKIES - no cookies in the database for ${f.market}`,
  ),
  match: line(
    'info',
    (f: { alert: string; title: string; price: number; totalPrice: number | null; currency: string }) =>
      `Match for "${f.alert}": ${f.title} - ${f.price.toFixed(2)} ${f.currency}${
        f.totalPrice === null ? '' : ` (${f.totalPrice.toFixed(2)} with fees)`
      }`,
  ),
  refused: line(
    'warn',
    (f: { verdict: string; market: string; detail: string }) =>
      `The site answered ${f.verdict} for ${f.market}: ${f.detail}`,
  ),
  commandDone: line('info', (f: { command: string; ms: number }) => `Command done: ${f.command} in ${seconds(f.ms)}s`),
  commandFailed: line(
    'warn',
    (f: { command: string; code: string; error: string }) => `Command failed: ${f.command} (${f.code}) ${f.error}`,
  ),
  databaseFailed: line('error', (f: { code: string; error: string }) => `Database failure (${f.code}): ${f.error}`),
  messageSent: line(
    'info',
    (f: { destination: string; text: string }) => `Message sent to ${f.destination}: ${f.text}`,
  ),
  consoleMessage: line('info', (f: { text: string }) => f.text),
  messageFailed: line(
    'warn',
    (f: { destination: string; outcome: string; error: string }) =>
      `Message to ${f.destination} not sent (${f.outcome}): ${f.error}`,
  ),
  autoRun: line(
    'warn',
    (f: { everyMs: number }) =>
      `AUTO_RUN_CYCLE is on: this worker runs whole cycles by itself every ${f.everyMs / 1000}s`,
  ),
  handedOver: line(
    'warn',
    (f: Named & { alerts: number }) => `Refused here: ${f.alerts} alert(s) handed to Worker ${at(f)}`,
  ),
}

export type LogLineName = keyof typeof logLines
type Facts<Name extends LogLineName> = Parameters<(typeof logLines)[Name]['text']>[0]

/** Writes one line of the table; its facts stand beside the text as fields, with the line's name as `event`. */
export function logLine<Name extends LogLineName>(
  logger: Logger,
  event: Name,
  ...[facts]: Facts<Name> extends undefined ? [] : [Facts<Name>]
): void {
  const { level, text } = logLines[event] as { level: Level; text: (facts: unknown) => string }
  logger[level]({ event, ...facts }, text(facts))
}
