import { randomBytes } from 'node:crypto'
import { html } from '../answer.ts'
import type { Answer } from '../answer.ts'
import type { Visit } from './visit.ts'

/** Challenge pages: who runs the page's script gets a `cf_clearance` that is good for its egress and User-Agent only. */
export type Challenges = {
  page(visit: Visit, status: number): Answer
  passed(visit: Visit): boolean
}

const MAX_OPEN = 1000
const CLEARED_S = 30 * 60

export function createChallenges(): Challenges {
  const holders = new Map<string, string>()
  const holderOf = (visit: Visit): string => `${visit.egress} ${visit.userAgent}`

  return {
    page(visit, status) {
      const ray = randomBytes(16).toString('hex')
      holders.set(solve(ray), holderOf(visit))
      if (holders.size > MAX_OPEN) for (const oldest of holders.keys().take(100)) holders.delete(oldest)
      return html(status, challengePage(ray, visit.market?.host ?? visit.host), {
        server: 'cloudflare',
        'cf-mitigated': 'challenge',
      })
    },
    passed: (visit) => holders.get(visit.cookies.get('cf_clearance') ?? '') === holderOf(visit),
  }
}

/** What the page's script does too: a plain client does not run it. */
const solve = (ray: string): string => `${ray.split('').reverse().join('')}-1.2.1.1`

const challengePage = (
  ray: string,
  host: string,
): string => `<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head><body><h1>Checking your browser</h1>
<noscript>Enable JavaScript and cookies to continue</noscript><script>
const ray = '${ray}'
setTimeout(() => {
  document.cookie = 'cf_clearance=' + ray.split('').reverse().join('') + '-1.2.1.1; domain=.${host}; path=/; max-age=${CLEARED_S}; secure; samesite=none'
  location.reload()
}, 1000)
</script></body></html>`

/** Only a person passes this one; the sandbox has none. */
export const captchaPage = (host: string, status: number): Answer =>
  html(
    status,
    `<!DOCTYPE html><html><head><title>${host}</title></head><body><p id="cmsg">Please complete the CAPTCHA: slide right to complete the puzzle</p>
<script data-cfasync="false">var dd={'rt':'c','host':'geo.captcha-delivery.com','t':'fe'}</script></body></html>`,
    { 'x-datadome': 'protected' },
  )
