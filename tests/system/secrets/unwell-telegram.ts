import { createServer } from 'node:http'
import { closeServer, listen } from '../../../local/sandbox/door.ts'

/** A chat for each way in which Telegram fails; what makes the whole channel wait comes last. */
export const TROUBLED_CHATS = ['429', '500', '502', '403', '400', '-1', '401'] as const

const body = (code: number, description: string, parameters?: object): string =>
  JSON.stringify({ ok: false, error_code: code, description, parameters })

/** A Bot API server in trouble. Some of its kind name the path they were asked for, token and all. */
function answerOf(chat: string, url: string): [status: number, text: string] | null {
  switch (chat) {
    case '401':
      return [401, body(401, 'Unauthorized')]
    case '429':
      return [429, body(429, 'Too Many Requests: retry after 1', { retry_after: 1 })]
    case '500':
      return [500, body(500, 'Internal Server Error: restart')]
    case '502':
      return [502, `<html><body>502 Bad Gateway: ${url}</body></html>`]
    case '403':
      return [403, body(403, 'Forbidden: bot was blocked by the user')]
    case '400':
      return [400, body(400, 'Bad Request: chat_id is wrong')]
    default:
      return null
  }
}

/** As JSON, as a form or as parts. */
const CHAT_ID = /"chat_id"\s*:\s*"?(-?\d+)|name="chat_id"\s+(-?\d+)|chat_id=(-?\d+)/

export async function startUnwellTelegram() {
  const asked = new Set<string>()
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      const chat = CHAT_ID.exec(text)?.slice(1).find(Boolean) ?? '-1'
      asked.add(chat)
      const answer = answerOf(chat, request.url ?? '')
      // The connection breaks: nobody knows whether it arrived.
      if (answer === null) request.socket.destroy()
      else response.writeHead(answer[0], { 'content-type': 'application/json' }).end(answer[1])
    })
  })
  const port = await listen(server, 0)
  return { url: `http://127.0.0.1:${port}`, asked, close: () => closeServer(server) }
}
