import type { Method } from './bot-state.ts'
import type { Params } from './read-params.ts'
import { badRequest, RefusedError } from './refused-error.ts'
import { chatOf } from './send-methods.ts'
import { botObject, chatObject } from './telegram-objects.ts'

const LONGEST_POLL_S = 50
const MAX_UPDATES = 100
const MAX_COMMANDS = 100
const MAX_DESCRIPTION = 256
const MAX_TOAST = 200

/** The methods about the bot itself and what it hears. */
export const botMethods: Readonly<Record<string, Method>> = {
  getMe: () => botObject(),
  getChat: (_state, params) => chatObject(chatOf(params)),
  sendChatAction({ chats }, params) {
    const action = params.text('action')
    if (action === '') throw badRequest('wrong parameter action in request')
    chats.record({ chat: String(chatOf(params)), method: 'sendChatAction', text: action, buttons: [], entities: [] })
    return true
  },
  setMyCommands({ commands }, params) {
    const list = params.json('commands')
    if (!Array.isArray(list)) throw badRequest('parameter "commands" must be an Array')
    if (list.length > MAX_COMMANDS) throw badRequest('BOT_COMMANDS_TOO_MUCH')
    for (const entry of list) refuseMenuEntry(entry)
    commands.set(scopeOf(params), list)
    return true
  },
  getMyCommands: ({ commands }, params) => commands.get(scopeOf(params)) ?? [],
  answerCallbackQuery({ presses, chats }, params) {
    const id = params.text('callback_query_id')
    const chat = presses.get(id)
    if (Array.from(params.text('text')).length > MAX_TOAST) throw badRequest('MESSAGE_TOO_LONG')
    if (chat === undefined) throw badRequest('query is too old and response timeout expired or query ID is invalid')
    presses.delete(id)
    chats.record({
      chat: String(chat),
      method: 'answerCallbackQuery',
      text: params.text('text'),
      buttons: [],
      entities: [],
    })
    return true
  },
  getUpdates({ updates, webhook }, params, signal) {
    if (webhook.current()) {
      throw new RefusedError(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      )
    }
    const timeoutS = Math.min(params.integer('timeout') ?? 0, LONGEST_POLL_S)
    const limit = Math.min(Math.max(params.integer('limit') ?? MAX_UPDATES, 1), MAX_UPDATES)
    return updates.poll({ offset: params.integer('offset') ?? 0, limit, timeoutMs: timeoutS * 1000 }, signal)
  },
  async setWebhook({ updates, webhook }, params) {
    const url = params.text('url')
    const secret = params.text('secret_token')
    if (url !== '' && !isWebhookUrl(url)) throw badRequest('bad webhook: An HTTPS URL must be provided for webhook')
    if (!/^[\w-]{0,256}$/.test(secret)) throw badRequest('secret token contains unallowed characters')
    if (params.text('drop_pending_updates') === 'true') updates.dropAll()
    if (url !== '') updates.interrupt('terminated by setWebhook request')
    await webhook.set(url === '' ? null : { url, secret })
    return true
  },
  async deleteWebhook({ updates, webhook }, params) {
    if (params.text('drop_pending_updates') === 'true') updates.dropAll()
    await webhook.set(null)
    return true
  },
  getWebhookInfo({ updates, webhook }) {
    const error = webhook.lastError()
    return {
      url: webhook.current()?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: updates.pending(),
      ...(error ? { last_error_date: Math.floor(error.at / 1000), last_error_message: error.message } : {}),
    }
  },
}

function refuseMenuEntry(entry: unknown): void {
  const { command, description } = entry as { command?: unknown; description?: unknown }
  if (typeof command !== 'string' || !/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID')
  if (typeof description !== 'string' || description === '' || description.length > MAX_DESCRIPTION)
    throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID')
}

const scopeOf = (params: Params): string => `${params.text('scope')} ${params.text('language_code')}`

/** Telegram wants https; a Bot API server on one's own machine also takes http, and here only loopback is near. */
function isWebhookUrl(value: string): boolean {
  const url = URL.parse(value)
  if (!url) return false
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname))
  )
}
