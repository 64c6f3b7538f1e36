import type { Market } from '#shared/marketplaces/vinted/markets.ts'

type Machine = { isRoot: boolean; chromeArgs: readonly string[]; guardUrl: string }

/** `fr-FR` → `fr-FR,fr`: what a browser of that country asks for. */
export const languagesOf = ({ locale }: Market): string => `${locale},${locale.slice(0, 2)}`

/** Flags of one visit. The owner's come before the guard's: of two the last one counts. */
export const browserFlags = (market: Market, { isRoot, chromeArgs, guardUrl }: Machine): string[] => [
  // Chromium's own sandbox does not work for root.
  ...(isRoot ? ['--no-sandbox'] : []),
  // Containers have 64 MB there, less than a page needs.
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
  '--window-size=1366,768',
  `--accept-lang=${languagesOf(market)}`,
  ...chromeArgs,
  // Nothing leaves but through the guard: no UDP, no names resolved here, no way around it for loopback.
  '--disable-quic',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  `--proxy-server=${guardUrl}`,
  '--proxy-bypass-list=<-loopback>',
]

/** The browser's own User-Agent and client hints, as it sends them with a window. */
export function ordinaryIdentity(ownUserAgent: string) {
  const userAgent = ownUserAgent.replace('HeadlessChrome', 'Chrome')
  const version = /Chrome\/(\d+)/.exec(userAgent)?.[1] ?? ''
  return {
    userAgent,
    userAgentMetadata: {
      brands: [
        { brand: 'Not:A-Brand', version: '8' },
        { brand: 'Chromium', version },
      ],
      platform: userAgent.includes('Mac OS X') ? 'macOS' : 'Linux',
      platformVersion: '',
      architecture: 'x86',
      model: '',
      mobile: false,
    },
  }
}
