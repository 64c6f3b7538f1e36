// The browser tests want a real browser: on a Debian machine with root rights it is installed, elsewhere one line says how.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findBrowser, INSTALL_A_BROWSER } from '../regional-worker/sessions/find-browser.ts'

const APT = '/usr/bin/apt-get'
const apt = (...args) =>
  spawnSync(APT, ['-q', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
const look = () => findBrowser(process.env['CHROME_PATH'] || null)

if (look() === null && process.getuid?.() === 0 && existsSync(APT)) {
  apt('update')
  apt('install', '-y', '--no-install-recommends', 'chromium')
}
const found = look()
if (found === null) {
  console.error(`No browser for the browser tests: ${INSTALL_A_BROWSER}`)
  process.exit(1)
}
console.log(`Browser: ${found}`)
