import type { Browser, HTTPResponse, Page } from 'puppeteer'
import { errorText } from '#shared/errors.ts'
import { siteOrigin } from '#shared/marketplaces/vinted/markets.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import { pause } from '#shared/repeat.ts'
import type { SiteAnswer } from '../vinted/site-client.ts'
import { tokenOf } from './browser-cookies.ts'
import type { BrowserCookie } from './browser-cookies.ts'
import { ordinaryIdentity } from './browser-flags.ts'

/** What a browser was given. `answer` is the last page, as its script left it; `screenshot` (JPEG, base64) only without a token. */
export type PageVisit = {
  kind: 'visited'
  userAgent: string
  cookies: BrowserCookie[]
  token: string | null
  answer: SiteAnswer
  url: string
  screenshot: string | null
}

/** Challenge pages reload themselves when they are content; 14-20 s on record. */
const PATIENCE_MS = 20_000
const LOOK_EVERY_MS = 200
const MAX_SCREENSHOT_BYTES = 200 * 1024

/** The front page in a new tab (stealth does not cover the first), until the token is there or patience ends. */
export async function visitFrontPage(browser: Browser, market: Market, stopping: AbortSignal): Promise<PageVisit> {
  const page = await browser.newPage()
  const identity = ordinaryIdentity(await browser.userAgent())
  await page.setUserAgent(identity)
  await page.setViewport({ width: 1366, height: 768 })
  const seen: { document: HTTPResponse | null; error: string | null } = { document: null, error: null }
  page.on('response', (response) => {
    if (response.frame() === page.mainFrame() && response.request().isNavigationRequest()) seen.document = response
  })
  const patience = AbortSignal.any([stopping, AbortSignal.timeout(PATIENCE_MS)])
  const loading = page
    .goto(`${siteOrigin(market)}/`, { waitUntil: 'domcontentloaded', timeout: PATIENCE_MS, signal: patience })
    .catch((error: unknown) => {
      seen.error = errorText(error)
    })

  let cookies: BrowserCookie[] = []
  let token: string | null = null
  // A page that cannot be reached does not become one by waiting; a challenge page has been reached.
  while (token === null && !patience.aborted && !(seen.error !== null && seen.document === null)) {
    await pause(LOOK_EVERY_MS, patience)
    cookies = await browser.cookies()
    token = tokenOf(cookies, market)
  }
  stopping.throwIfAborted()
  const { userAgent } = identity
  const url = page.url()
  if (token !== null)
    return { kind: 'visited', userAgent, cookies, token, answer: toAnswer(seen, ''), url, screenshot: null }
  await loading
  const [html, screenshot] = [await readHtml(page), await takeScreenshot(page)]
  return { kind: 'visited', userAgent, cookies, token, answer: toAnswer(seen, html), url, screenshot }
}

function toAnswer(seen: { document: HTTPResponse | null; error: string | null }, body: string): SiteAnswer {
  const { document, error } = seen
  if (document === null) return { kind: 'no-answer', error: error ?? 'the page did not come' }
  return { kind: 'answer', status: document.status(), headers: document.headers(), setCookies: [], body }
}

/** A page that reloads itself just now has no content to give. */
const readHtml = (page: Page): Promise<string> =>
  page.content().catch((error: unknown) => `<!-- ${errorText(error)} -->`)

/** The finest picture that fits; null where the page cannot be painted. */
async function takeScreenshot(page: Page): Promise<string | null> {
  try {
    for (const quality of [70, 45, 25, 10]) {
      const picture = await page.screenshot({ type: 'jpeg', quality })
      if (picture.length <= MAX_SCREENSHOT_BYTES) return Buffer.from(picture).toString('base64')
    }
    return null
  } catch {
    return null // The evidence is good without its picture too.
  }
}
