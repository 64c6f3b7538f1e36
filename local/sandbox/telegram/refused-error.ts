export type RefusalParameters = { retry_after?: number; migrate_to_chat_id?: number }

/** The call is answered with `{ok:false}`; `description` is Telegram's own wording. */
export class RefusedError extends Error {
  readonly code: number
  readonly parameters: RefusalParameters | undefined

  constructor(code: number, description: string, parameters?: RefusalParameters) {
    super(description)
    this.name = 'RefusedError'
    this.code = code
    this.parameters = parameters
  }
}

export const badRequest = (what: string): RefusedError => new RefusedError(400, `Bad Request: ${what}`)

export const tooManyRequests = (retryAfterS: number): RefusedError =>
  new RefusedError(429, `Too Many Requests: retry after ${retryAfterS}`, { retry_after: retryAfterS })
