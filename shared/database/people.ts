import { z } from 'zod'
import { Id, Nothing, rpc, Time } from './rpc.ts'

export const Person = z.object({
  id: Id,
  role: z.enum(['owner', 'member', 'viewer']),
  name: z.string(),
  /** A private chat or a group; null until one is known. */
  chatId: z.string().nullable(),
  language: z.enum(['fr', 'en']),
  /** IANA name, such as Europe/Paris. */
  timeZone: z.string(),
  /** HH:MM in that zone; both or none. */
  quietFrom: z.string().nullable(),
  quietUntil: z.string().nullable(),
  createdAt: Time,
})
export type Person = z.infer<typeof Person>

/** `alerts`: how many are theirs. */
export const ListedPerson = Person.extend({ alerts: z.int() })
export type ListedPerson = z.infer<typeof ListedPerson>

export const Invitation = z.object({
  id: Id,
  role: z.enum(['member', 'viewer']),
  name: z.string(),
  createdAt: Time,
  expiresAt: Time,
})
export type Invitation = z.infer<typeof Invitation>

export const PersonChanges = z
  .object({
    name: z.string(),
    language: z.enum(['fr', 'en']),
    timeZone: z.string(),
    quietFrom: z.string().nullable(),
    quietUntil: z.string().nullable(),
  })
  .partial()

/** Codes and tokens travel as their SHA-256 (hex) only. */
export const peopleRpcs = {
  list_people: rpc({}, z.array(ListedPerson)),
  get_owner: rpc({}, Person),
  find_person: rpc({ chat_id: z.string() }, Person.nullable()),
  update_person: rpc({ id: Id, changes: PersonChanges }, Person.nullable()),
  remove_person: rpc({ id: Id }, z.boolean()),
  /** An earlier code of the owner's is void then. */
  create_owner_code: rpc({ code_hash: z.string(), ttl_ms: z.number() }, Nothing),
  use_owner_code: rpc({ code_hash: z.string(), chat_id: z.string() }, Person.nullable()),
  create_invitation: rpc(
    { code_hash: z.string(), role: z.enum(['member', 'viewer']), name: z.string(), ttl_ms: z.number() },
    Nothing,
  ),
  list_invitations: rpc({}, z.array(Invitation)),
  revoke_invitation: rpc({ id: Id }, z.boolean()),
  use_invitation: rpc({ code_hash: z.string(), chat_id: z.string(), language: z.string() }, Person.nullable()),
  create_login_link: rpc({ code_hash: z.string(), person_id: Id, ttl_ms: z.number() }, Nothing),
  use_login_link: rpc({ code_hash: z.string() }, Id.nullable()),
  create_page_session: rpc({ token_hash: z.string(), person_id: Id, ttl_ms: z.number() }, Nothing),
  read_page_session: rpc({ token_hash: z.string() }, Person.nullable()),
  end_page_session: rpc({ token_hash: z.string() }, Nothing),
  end_page_sessions: rpc({ person_id: Id }, z.int()),
}
