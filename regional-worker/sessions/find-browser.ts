import { accessSync, constants, globSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const KNOWN_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Where `npx puppeteer browsers install chrome` puts it. Looked for by hand: asking puppeteer costs 39 MB and 0.6 s. */
const PUPPETEER_PATHS = [
  'chrome/linux*/chrome-linux64/chrome',
  'chrome/mac*/chrome-mac-*/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
]

/** What to do where there is none. */
export const INSTALL_A_BROWSER =
  'install one with "apt-get install chromium" or "npx puppeteer browsers install chrome", or set CHROME_PATH'

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // Absent or not ours to run: both mean "not here".
  }
}

const byVersion = new Intl.Collator('en', { numeric: true })

/** The newest one first. */
const puppeteerPaths = (home: string): string[] =>
  globSync(PUPPETEER_PATHS, { cwd: join(home, '.cache/puppeteer') })
    .sort((one, other) => byVersion.compare(other, one))
    .map((path) => join(home, '.cache/puppeteer', path))

/** The browser this machine has, CHROME_PATH first; null when there is none. */
export const findBrowser = (chromePath: string | null, home = homedir()): string | null =>
  [...(chromePath === null ? [] : [chromePath]), ...KNOWN_PATHS].find(isExecutable) ??
  puppeteerPaths(home).find(isExecutable) ??
  null
