/** What the site gave one visitor. Cookies are bound to the address and the User-Agent they were made with. */
export type Session = {
  id: string
  market: string
  userAgent: string
  accessToken: string
  anonId: string | null
  cookieNames: string[]
  /** All of its cookies, for a page of the site. */
  cookieHeader: string
  source: string
  createdAt: string
  expiresAt: string
  /** Past 80 % of its life. */
  renewDue: boolean
}
