import { accessSync, constants } from 'node:fs'

const KNOWN_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // Absent or not ours to run: both mean "not here".
  }
}

/** The browser this machine has, CHROME_PATH first; null when there is none. */
export const findBrowser = (chromePath: string | null): string | null =>
  [...(chromePath === null ? [] : [chromePath]), ...KNOWN_PATHS].find(isExecutable) ?? null
