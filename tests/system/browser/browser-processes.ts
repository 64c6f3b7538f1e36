import { readdirSync, readFileSync } from 'node:fs'
import { findBrowser, INSTALL_A_BROWSER } from '../../../regional-worker/sessions/find-browser.ts'

/** These tests want a real browser: without one they fail, in one line that says what to do. */
export function requireBrowser(): void {
  if (findBrowser(process.env['CHROME_PATH'] ?? null) === null)
    throw new Error(`no browser on this machine: ${INSTALL_A_BROWSER}`)
}

/** Every process of a browser of this worker process, with the profile that its command line names: one per browser. */
export const browserProcesses = (workerPid: number): { pid: number; profile: string }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const profile = new RegExp(`/vigie-browser-${workerPid}-\\w+`).exec(readCommand(pid))?.[0]
      return profile === undefined ? [] : [{ pid: Number(pid), profile }]
    })

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return '' // It has ended since.
  }
}
