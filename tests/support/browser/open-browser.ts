import { chromium } from 'playwright-core'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { findBrowser, INSTALL_A_BROWSER } from '../../../regional-worker/sessions/find-browser.ts'

export type TestBrowser = Awaited<ReturnType<typeof openBrowser>>

type Site = { url: string; apiKey: string }

/** A grey square for each photo of the made-up listings: nothing is asked of the real image hosts. */
const PHOTO =
  '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="80"><rect width="60" height="80" fill="#8aa"/></svg>'

/** A real Chromium; without one the tests fail, in one line that says what to do. */
export async function openBrowser() {
  const executablePath = findBrowser(process.env['CHROME_PATH'] ?? null)
  if (executablePath === null) throw new Error(`no browser on this machine: ${INSTALL_A_BROWSER}`)
  const isRoot = process.getuid?.() === 0
  const browser = await chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] })
  const newContext = async (options: BrowserContextOptions = {}): Promise<BrowserContext> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    await context.route('https://*.vinted.net/**', (route) =>
      route.fulfill({ contentType: 'image/svg+xml', body: PHOTO }),
    )
    return context
  }
  return {
    newContext,
    /** A page of the owner, logged in by a one-time link as from the terminal; it fails on any error of a script. */
    async newOwnerPage({ url, apiKey }: Site, options: BrowserContextOptions = {}): Promise<Page> {
      const answer = await fetch(`${url}/api/v1/people/login-links`, {
        method: 'POST',
        headers: { 'x-api-key': apiKey },
      })
      const link = (await answer.json()) as { url: string }
      const page = await (await newContext(options)).newPage()
      page.on('pageerror', (error) => {
        throw error
      })
      await page.goto(link.url)
      await page.getByRole('main').getByRole('button').click()
      await page.waitForURL(`${url}/`)
      return page
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
