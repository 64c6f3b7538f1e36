import type { TestFleet } from './start-test-fleet.ts'

export type Visit = { status: number; html: string; location: string | null; type: string | null; body: Buffer }
export type Visitor = {
  get(path: string): Promise<Visit>
  /** A form; redirects are told, not followed. */
  post(path: string, fields?: Record<string, string>): Promise<Visit>
}

/** A browser that knows how to log in: by the key (the owner), or by a link as the bot hands them out. */
export async function visitPages({ local }: Pick<TestFleet, 'local'>, link?: string): Promise<Visitor> {
  const { main, apiKey } = local()
  let cookie = ''
  const ask = async (path: string, method: string, fields?: Record<string, string>): Promise<Visit> => {
    const answer = await fetch(new URL(path, main.url), {
      method,
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin', ...(cookie !== '' && { cookie }) },
      ...(method === 'POST' && { body: new URLSearchParams(fields) }),
    })
    cookie = answer.headers.getSetCookie().at(-1)?.split(';')[0] ?? cookie
    const body = Buffer.from(await answer.arrayBuffer())
    const { status, headers } = answer
    return { status, html: body.toString(), location: headers.get('location'), type: headers.get('content-type'), body }
  }
  const entered = link === undefined ? await ask('/login', 'POST', { key: apiKey }) : await ask(link, 'POST')
  if (entered.status !== 303) throw new Error(`not let in: ${entered.status} ${entered.html}`)
  return { get: (path) => ask(path, 'GET'), post: (path, fields = {}) => ask(path, 'POST', fields) }
}
