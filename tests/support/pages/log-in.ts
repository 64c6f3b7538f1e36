import { randomBytes } from 'node:crypto'
import { openDatabase } from '../../../shared/database/open-database.ts'
import { hashOf, makeToken } from '../../../main-worker/people/codes.ts'
import type { TestFleet } from '../fleet/start-test-fleet.ts'

export type PageAnswer = { status: number; location: string | null; headers: Headers; html: string }

/** A browser without scripts: it keeps its cookie, posts forms from our own pages, and follows nothing by itself. */
export type Visitor = {
  get(path: string, headers?: Record<string, string>): Promise<PageAnswer>
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<PageAnswer>
}

function createVisitor(base: string, cookie: string): Visitor {
  const ask = async (path: string, init: RequestInit): Promise<PageAnswer> => {
    const answer = await fetch(`${base}${path}`, { redirect: 'manual', ...init })
    const { status, headers } = answer
    return { status, headers, location: headers.get('location'), html: await answer.text() }
  }
  return {
    get: (path, headers = {}) => ask(path, { headers: { cookie, ...headers } }),
    post: (path, form = {}, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams(form),
      }),
  }
}

const cookieOf = (answer: PageAnswer): string => answer.headers.get('set-cookie')?.split(';')[0] ?? ''

/** The owner, in English, logged in with the key. */
export async function logInOwner(fleet: TestFleet): Promise<Visitor> {
  const { url } = fleet.local().main
  const visitor = createVisitor(
    url,
    cookieOf(await createVisitor(url, '').post('/login', { key: fleet.local().apiKey })),
  )
  await visitor.post('/language', { language: 'en' })
  return visitor
}

/** Somebody who was invited, with a chat of their own. */
export async function logInGuest(
  fleet: TestFleet,
  role: 'member' | 'viewer',
  chatId: string,
): Promise<Visitor & { personId: string }> {
  const { main, database } = fleet.local()
  const { call } = openDatabase(database.url, database.key)
  const code_hash = hashOf(randomBytes(8).toString('hex'))
  await call('create_invitation', { code_hash, role, name: role, ttl_ms: 60_000 })
  const person = await call('use_invitation', { code_hash, chat_id: chatId, language: 'en' })
  if (person === null) throw new Error('the invitation was not taken')
  const token = makeToken()
  await call('create_page_session', { token_hash: hashOf(token), person_id: person.id, ttl_ms: 600_000 })
  return { ...createVisitor(main.url, `vigie=${token}`), personId: person.id }
}
