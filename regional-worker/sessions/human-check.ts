/** Marks of a page that asks for a person. Words of challenge pages that pass by themselves are not here. */
const CAPTCHA_MARKS = [/captcha/i, /<iframe[^>]+turnstile/i]
const LOGIN_PATH = /^\/(?:member|session|auth)\/(?:login|signup|new|register)/

export type HumanCheck = 'captcha' | 'login' | null

/** What kind of person's work a page wants that is still there after the wait; null when it looks like neither. */
export function humanCheck(url: string, html: string): HumanCheck {
  if (LOGIN_PATH.test(URL.parse(url)?.pathname ?? '')) return 'login'
  return CAPTCHA_MARKS.some((mark) => mark.test(html)) ? 'captcha' : null
}
