import type { Browser } from 'puppeteer'
import type { Clock } from '#shared/clock.ts'
import { errorText } from '#shared/errors.ts'
import { createLane } from '#shared/lane.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Logger } from '#shared/logger.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import { browserFlags } from './browser-flags.ts'
import { makeProfile, removeProfile } from './browser-profile.ts'
import { findBrowser } from './find-browser.ts'
import { openGuardProxy } from './guard-proxy.ts'
import { launchBrowser } from './launch-browser.ts'
import type { Reach } from './reach-host.ts'
import { visitFrontPage } from './visit-front-page.ts'
import type { PageVisit } from './visit-front-page.ts'

export type BrowserVisit = PageVisit | { kind: 'failed'; detail: string }

export type SiteBrowser = {
  /** Where the machine's browser is; null when it has none. */
  path(): string | null
  /**
   * One visit to the front page in a browser that is opened for it and closed after it, never two at once. The caller holds a
   * slot of the pace. Ends early, with the reason thrown, only when the worker stops.
   */
  visit(market: Market): Promise<BrowserVisit>
  /** Waits for the visit in flight, which ends when the worker stops. */
  close(): Promise<void>
}

type Options = {
  chromePath: string | null
  chromeArgs: readonly string[]
  reach: Reach
  clock: Clock
  logger: Logger
  stopping: AbortSignal
}

/** How long a browser may take to end by itself. */
const CLOSE_MS = 5_000

async function closeBrowser(browser: Browser, logger: Logger): Promise<void> {
  const child = browser.process()
  const kill = setTimeout(() => child?.kill('SIGKILL'), CLOSE_MS)
  try {
    await browser.close()
  } catch (error) {
    // It broke off on its own; what counts is that it is gone.
    logger.debug({ err: error }, 'the browser did not close in order')
    child?.kill('SIGKILL')
  } finally {
    clearTimeout(kill)
  }
}

/** A real browser for pages that ask for one. Nothing is loaded or started before the first visit. */
export function createSiteBrowser({ chromePath, chromeArgs, reach, clock, logger, stopping }: Options): SiteBrowser {
  const oneAtATime = createLane()

  async function visitIn(profile: string, market: Market): Promise<BrowserVisit> {
    const executable = findBrowser(chromePath)
    if (executable === null) return { kind: 'failed', detail: 'there is no browser on this machine' }
    const failed = (what: string, error: unknown): BrowserVisit => {
      const detail = `${executable} ${what}: ${errorText(error)}`
      logLine(logger, 'browserFailed', { market: market.id, detail })
      return { kind: 'failed', detail }
    }
    const guard = await openGuardProxy(reach, logger)
    try {
      const isRoot = process.getuid?.() === 0
      const flags = browserFlags(market, { isRoot, chromeArgs, guardUrl: guard.url })
      const browser = await launchBrowser(executable, profile, flags).catch((error: unknown) => ({ error }))
      if ('error' in browser) return failed('does not start', browser.error)
      try {
        return await visitFrontPage(browser, market, stopping)
      } catch (error) {
        stopping.throwIfAborted()
        return failed('broke off', error)
      } finally {
        await closeBrowser(browser, logger)
      }
    } finally {
      await guard.close()
    }
  }

  return {
    path: () => findBrowser(chromePath),
    visit: (market) =>
      oneAtATime(async () => {
        stopping.throwIfAborted()
        const startedAt = clock.now()
        const profile = await makeProfile()
        try {
          return await visitIn(profile, market)
        } finally {
          await removeProfile(profile)
          logLine(logger, 'browserClosed', { market: market.id, ms: clock.now() - startedAt })
        }
      }),
    close: () => oneAtATime(async () => undefined),
  }
}
