import type { Context } from '../context.ts'
import { scopeOf } from '../people/access.ts'
import type { Actor } from '../people/access.ts'

/** One way out, as a message's row names it; `name` is what people call it, where it has a name. */
export type WayOut = { channel: string; destination: string; name: string | null }

type Deps = Pick<Context, 'database' | 'channel'>

/** Where the fleet talks to this person (and, for who sees everything, every webhook): what they may try, and what is theirs. */
export async function channelsOf({ database, channel }: Deps, actor: Actor): Promise<WayOut[]> {
  const { person } = actor
  const isOwner = person.role === 'owner'
  const [chat, webhooks] = await Promise.all([
    isOwner ? database.call('get_owner_chat', {}) : person.chatId,
    database.call('list_webhooks', { person_id: scopeOf(actor) }),
  ])
  return [
    ...(channel === 'telegram' && chat !== null ? [{ channel, destination: chat, name: null }] : []),
    ...(isOwner ? [{ channel: 'console', destination: 'console', name: null }] : []),
    ...webhooks.map(({ id, kind, name }) => ({
      channel: kind === 'discord' ? 'discord' : 'webhook',
      destination: id,
      name,
    })),
  ]
}
