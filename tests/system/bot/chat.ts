import assert from 'node:assert/strict'
import { eventually } from '../../support/fleet/eventually.ts'
import type { Json } from '../../support/json.ts'

type Control = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Json>

export type Seen = {
  method: string
  messageId: number
  text: string
  photo?: string
  photos?: string[]
  topic?: number
  buttons: { text: string; url?: string; callback_data?: string }[]
}

type ChatOptions = { language?: string; topic?: number }

/** A person (or a group) in front of the sandbox's Telegram: writes, presses, and reads what the bot said since. */
export function openChat(control: Control, chat: number, { language = 'fr', topic }: ChatOptions = {}) {
  let read = 0
  const place = { chat, ...(topic !== undefined && { topic }), from: { languageCode: language } }
  const all = async (): Promise<Seen[]> => {
    const calls: Json[] = await control('GET', `messages?chat=${chat}`)
    return calls.map((call) => Object.assign(call, { text: call.text ?? call.caption ?? '' }))
  }
  const messages = async (): Promise<Seen[]> => (await all()).filter(({ method }) => /^send(?!ChatAction)/.test(method))

  return {
    all,
    messages,
    async write(text: string): Promise<void> {
      await control('POST', 'telegram/updates', { ...place, text })
    },
    /** Presses the newest button with this label. */
    async press(label: RegExp): Promise<void> {
      const shown = (await messages()).findLast(({ buttons }) => buttons.some(({ text }) => label.test(text)))
      const data = shown?.buttons.find(({ text }) => label.test(text))?.callback_data
      assert.ok(shown && data !== undefined, `no button ${String(label)}`)
      await control('POST', 'telegram/updates', { chat, data, messageId: shown.messageId, from: place.from })
    },
    /** The next message that says this; those before it are taken as read. */
    async reads(what: RegExp, withinMs?: number): Promise<Seen> {
      return eventually(async () => {
        const list = await messages()
        const at = list.findIndex(({ text }, place) => place >= read && what.test(text))
        const news = list.slice(read).map(({ text }) => text)
        assert.notEqual(at, -1, `${String(what)} is not in ${JSON.stringify(news)}`)
        read = at + 1
        return list[at] as Seen
      }, withinMs)
    },
    /** Every word over a button so far. */
    toasts: async (): Promise<string[]> =>
      (await all()).filter(({ method }) => method === 'answerCallbackQuery').map(({ text }) => text),
  }
}

export type Chat = ReturnType<typeof openChat>
