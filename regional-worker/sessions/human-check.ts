/** Marks of a page that asks for a person. Words of challenge pages that pass by themselves are not here. */
const CAPTCHA_MARKS = [/captcha/i, /<iframe[^>]+turnstile/i]
const LOGIN_PATH = /^\/(?:member|session|auth)\/(?:login|signup|new|register)/

export type HumanCheck = 'captcha' | 'login' | null

/** What kind of person's work a page wants that is still there after the wait; null when it looks like neither. */
export function humanCheck(url: string, html: string): HumanCheck {
  if (LOGIN_PATH.test(URL.parse(url)?.pathname ?? '')) return 'login'
  return CAPTCHA_MARKS.some((mark) => mark.test(html)) ? 'captcha' : null
}

/** Cookie values that a page repeats. Short ones ("1", "fr") are words of any page. */
const WORTH_HIDING = 6

/** The page without any of these values, as they are and as a URL would hold them. */
export const hideValues = (html: string, values: readonly string[]): string =>
  values
    .flatMap((value) => (value.length < WORTH_HIDING ? [] : [value, encodeURIComponent(value)]))
    .sort((one, other) => other.length - one.length)
    .reduce((text, value) => text.replaceAll(value, '[hidden]'), html)
