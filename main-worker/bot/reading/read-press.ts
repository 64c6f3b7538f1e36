/** Under a find (`mute` … `more`: the id of its outbox row) and under a list (`pause`, `resume`: an alert's). */
const idVerbs = ['mute', 'unmute', 'stop', 'go', 'more', 'pause', 'resume'] as const
/** Under a preview; `version` tells whether it is the newest one. */
const draftVerbs = ['save', 'edit', 'cancel'] as const

/** What a button of ours says, at most 64 bytes: made by `pressData`, read by `readPress`. */
export type Press =
  | { verb: (typeof idVerbs)[number]; id: string }
  | { verb: (typeof draftVerbs)[number]; version: number }
  | { verb: 'snooze'; id: string; minutes: number }
  | { verb: 'until'; id: string; atS: number }
  /** `key` stands for a seller, whose name may be longer than a button may say. */
  | { verb: 'unblock'; id: string; key: string }
  | { verb: 'lang'; language: 'fr' | 'en' }

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const withId = new RegExp(`^(\\w+):(${UUID})(?::([0-9a-f]{1,10}))?$`)
const withWord = /^(\w+):(\w{1,15})$/

const oneOf = <Name extends string>(names: readonly Name[], name: string): Name | undefined =>
  names.find((each) => each === name)

function readIdPress(verb: string, id: string, detail: string | undefined): Press | null {
  const plain = oneOf(idVerbs, verb)
  if (detail === undefined) return plain === undefined ? null : { verb: plain, id }
  if (verb === 'unblock' && detail.length === 8) return { verb, id, key: detail }
  const amount = /^\d+$/.test(detail) ? Number(detail) : 0
  if (amount === 0) return null
  if (verb === 'snooze') return { verb, id, minutes: amount }
  return verb === 'until' ? { verb, id, atS: amount } : null
}

/** Null for what no button of ours says: anybody may send anything. */
export function readPress(data: string): Press | null {
  const [, idVerb, id = '', detail] = withId.exec(data) ?? []
  if (idVerb !== undefined) return readIdPress(idVerb, id, detail)
  const [, verb = '', word = ''] = withWord.exec(data) ?? []
  const draft = oneOf(draftVerbs, verb)
  if (draft !== undefined && /^\d+$/.test(word)) return { verb: draft, version: Number(word) }
  const language = oneOf(['fr', 'en'], word)
  return verb === 'lang' && language !== undefined ? { verb, language } : null
}

export function pressData(press: Press): string {
  if ('version' in press) return `${press.verb}:${press.version}`
  if ('language' in press) return `lang:${press.language}`
  if ('minutes' in press) return `snooze:${press.id}:${press.minutes}`
  if ('atS' in press) return `until:${press.id}:${press.atS}`
  if ('key' in press) return `unblock:${press.id}:${press.key}`
  return `${press.verb}:${press.id}`
}
