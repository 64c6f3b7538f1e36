import { badFields } from './bad-input.ts'
import type { BadInput } from './bad-input.ts'

const command = (type: string, payload: unknown) => ({ type, payload })

/** Commands that main and a region refuse alike; `path` is where it takes them. */
export const badCommands = (path: string): BadInput[] =>
  badFields('POST', path, [
    ['nothing', undefined, 'body', /nothing/, /./],
    ['an unknown type', command('rm -rf', {}), 'type', /got/, /check-alerts|Invalid/],
    ['no type', { payload: {} }, 'type', /got/, /./],
    ['no payload', { type: 'scrape' }, 'payload', /nothing/, /object/],
    [
      'a field beside the payload',
      { ...command('scrape', { url: 'a' }), shell: 'id' },
      'shell',
      undefined,
      /not a field/,
    ],
    ['no alerts', command('check-alerts', { alerts: [] }), 'payload.alerts', /a list of 0/, />=1/],
    ['half an alert', command('check-alerts', { alerts: [{ market: 'fr' }] }), 'payload.alerts.0.name', /nothing/, /./],
    [
      'cookies in a payload',
      command('check-alerts', { alerts: [], cookies: 'a=b' }),
      'payload.cookies',
      undefined,
      /not a field/,
    ],
    ['a run that is none', command('check-alerts', { alerts: [], runId: '1' }), 'payload.runId', /got "1"/, /UUID/i],
    ['attempt 0', command('check-alerts', { alerts: [], attempt: 0 }), 'payload.attempt', /got 0/, />0/],
    [
      'a market that is none',
      command('generate-cookies', { market: 'France' }),
      'payload.market',
      /got "France"/,
      /wants/,
    ],
    ['an unknown market', command('generate-cookies', { market: 'zz' }), 'payload.market', /got "zz"/, /market/],
    [
      'an unknown way',
      command('generate-cookies', { market: 'fr', method: 'ftp' }),
      'payload.method',
      /got "ftp"/,
      /browser/,
    ],
    [
      'a text for a switch',
      command('generate-cookies', { market: 'fr', force: 'yes' }),
      'payload.force',
      /got "yes"/,
      /boolean/,
    ],
    ['an unknown task', command('custom', { task: 'eval', args: {} }), 'payload.task', /got/, /./],
    ['a task without arguments', command('custom', { task: 'clear-session' }), 'payload.args', /nothing/, /object/],
    [
      'an argument too many',
      command('custom', { task: 'clear-session', args: { market: 'fr', code: '1' } }),
      'payload.args.code',
      undefined,
      /not a field/,
    ],
    ['no link', command('scrape', { url: '' }), 'payload.url', /got ""/, />=1/],
    ['a list of links', command('scrape', { url: ['https://www.vinted.fr/'] }), 'payload.url', /a list of 1/, /string/],
    [
      'a method beside a link',
      command('scrape', { url: 'https://www.vinted.fr/catalog', method: 'PUT' }),
      'payload.method',
      undefined,
      /not a field/,
    ],
  ])

/** What a scraper must never be talked into asking: other hosts in every notation, other schemes, ports and users. */
const FORBIDDEN_URLS = [
  'http://169.254.169.254/latest/meta-data/',
  'https://169.254.169.254/',
  'https://[fdaa::3]/',
  'http://_api.internal:4280/v1/apps',
  'https://127.1/',
  'https://2130706433/',
  'https://0177.0.0.1/',
  'https://①②⑦.⓪.⓪.①/',
  'https://[::ffff:7f00:1]/',
  'https://100.64.0.1/',
  'https://localhost/',
  'https://www.vinted.fr\\@127.0.0.1/',
  'https://www.vinted.fr@127.0.0.1/catalog?search_text=a',
  'https://user:password@www.vinted.fr/catalog?search_text=a',
  'https://www.vinted.fr.evil.example/catalog?search_text=a',
  'https://evilvinted.fr/catalog?search_text=a',
  'https://www.vinted.fr./catalog?search_text=a',
  'https://vinted.fr:8443/catalog?search_text=a',
  'https://www.vinted.fr:8443/catalog?search_text=a',
  'http://www.vinted.fr/catalog?search_text=a',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,<script>1</script>',
  'ftp://www.vinted.fr/',
  'gopher://www.vinted.fr/',
  'https://www.vinted.fr/catalog?search_text=a\r\nHost: evil.example',
  ' https://www.vinted.fr/catalog?search_text=a',
  `https://www.vinted.fr/catalog?search_text=${'a'.repeat(2048)}`,
  'https://api.vinted.fr/svc-catalogue/items',
  '//www.vinted.fr/catalog?search_text=a',
  'https://',
  'nonsense',
]

export const forbiddenUrls = (path: string): BadInput[] =>
  FORBIDDEN_URLS.map((url) => ({
    name: `scrape ${url.slice(0, 60)}`,
    method: 'POST',
    path,
    body: command('scrape', { url }),
    status: 422,
    code: 'URL_REFUSED',
    field: 'payload.url',
    wants: /./,
  }))
