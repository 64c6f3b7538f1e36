import { html } from 'hono/html'
import type { Actor, Role } from '../../people/access.ts'
import { assetUrl } from '../assets/assets.ts'
import { pageTexts } from './texts.ts'
import type { Viewer } from './show-time.ts'

type View = ReturnType<typeof html>

/**
 * What the frame around every page needs to know; `actor` null: nobody is logged in. `back`: where the same page is read again,
 * in another language.
 */
export type Page = Viewer & { actor: Actor | null; path: string; title: string; back: string }

/** The pages of the navigation, and who has them: members have those that are about their own alerts. */
const NAVIGATION: readonly { page: keyof typeof pageTexts.en.pages; path: string; roles: readonly Role[] }[] = [
  { page: 'home', path: '/', roles: ['owner', 'viewer', 'member'] },
  { page: 'alerts', path: '/alerts', roles: ['owner', 'viewer', 'member'] },
  { page: 'finds', path: '/finds', roles: ['owner', 'viewer', 'member'] },
  { page: 'deliveries', path: '/deliveries', roles: ['owner', 'viewer', 'member'] },
  { page: 'runs', path: '/runs', roles: ['owner', 'viewer'] },
  { page: 'sessions', path: '/sessions', roles: ['owner', 'viewer'] },
  { page: 'statistics', path: '/statistics', roles: ['owner', 'viewer'] },
  { page: 'people', path: '/people', roles: ['owner'] },
]

const isHere = (path: string, here: string): boolean => (path === '/' ? here === '/' : here.startsWith(path))

function navigation({ actor, path: here, language }: Page) {
  if (actor === null) return ''
  const t = pageTexts[language]
  const pages = NAVIGATION.filter(({ roles }) => roles.includes(actor.person.role))
  return html`<nav aria-label="${t.navigation}">
    <ul>
      ${pages.map(
        ({ page, path }) =>
          html`<li><a href="${path}" ${isHere(path, here) ? html`aria-current="page"` : ''}>${t.pages[page]}</a></li>`,
      )}
    </ul>
  </nav>`
}

function account({ actor, language, back }: Page) {
  const t = pageTexts[language]
  const otherLanguage = html`<form method="post" action="/language">
    <input type="hidden" name="back" value="${back}" />
    <button
      class="link"
      name="language"
      value="${language === 'fr' ? 'en' : 'fr'}"
      lang="${language === 'fr' ? 'en' : 'fr'}"
    >
      ${t.otherLanguage}
    </button>
  </form>`
  if (actor === null) return ''
  return html`<footer aria-label="${t.account}">
    <a href="/me">${t.signedInAs(actor.person.name)}</a>
    ${otherLanguage}
    <form method="post" action="/logout"><button class="link">${t.signOut}</button></form>
    <form method="post" action="/logout/everywhere"><button class="link">${t.signOutEverywhere}</button></form>
    ${actor.person.role === 'owner' ? html`<a href="/docs">${t.api}</a>` : ''}
  </footer>`
}

/** The whole page around its content. `scripts`: further assets, where a page needs them. */
export const renderPage = (
  page: Page,
  content: View | View[],
  scripts: readonly Parameters<typeof assetUrl>[0][] = [],
) =>
  html`<!doctype html>
    <html lang="${page.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content='{"history": false, "includeIndicatorCSS": false, "defaultTimeout": 0}' />
        <title>${page.title} · Vigie</title>
        <link rel="icon" href="${assetUrl('icon.svg')}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assetUrl('style.css')}" />
        <script src="${assetUrl('htmx.js')}"></script>
        <script src="${assetUrl('hx-sse.js')}"></script>
        <script src="${assetUrl('vigie.js')}"></script>
        ${scripts.map((name) => html`<script src="${assetUrl(name)}"></script>`)}
      </head>
      <body>
        <a class="skip" href="#content">${pageTexts[page.language].skip}</a>
        <header><a class="brand" href="/">Vigie</a>${navigation(page)}</header>
        <main id="content" tabindex="-1">${content}</main>
        ${account(page)}
      </body>
    </html>`
