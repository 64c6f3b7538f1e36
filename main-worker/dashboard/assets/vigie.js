// Small things that need a browser: times that go on counting, photos that do not load, buttons that were pressed.
const locale = { fr: 'fr-FR', en: 'en-GB' }[document.documentElement.lang] ?? 'en-GB'
const format = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'always' })

/** The rule of dashboard/parts/show-time.ts. */
function relativeTime(at) {
  const seconds = Math.round((at - Date.now()) / 1000) || -0
  const size = Math.abs(seconds)
  if (size < 90) return format.format(seconds, 'second')
  if (size < 5400) return format.format(Math.round(seconds / 60), 'minute')
  if (size < 129600) return format.format(Math.round(seconds / 3600), 'hour')
  return format.format(Math.round(seconds / 86400), 'day')
}

function tick() {
  for (const element of document.querySelectorAll('time[datetime]')) {
    const text = relativeTime(Date.parse(element.dateTime))
    if (element.textContent !== text) element.textContent = text
  }
}
setInterval(tick, 1000)

// A photo that does not load (gone, or made up in the sandbox) leaves a grey box, not a broken picture.
addEventListener(
  'error',
  (event) => {
    if (!(event.target instanceof HTMLImageElement) || !event.target.classList.contains('photo')) return
    const box = document.createElement('span')
    box.className = 'photo none'
    box.setAttribute('role', 'img')
    box.setAttribute('aria-label', event.target.alt)
    event.target.replaceWith(box)
  },
  true,
)

// Long work shows that it goes on, and is not asked for twice.
addEventListener('submit', (event) => {
  // A button may send its form by GET (an export): the page stays, and so do its buttons.
  if ((event.submitter?.formMethod || event.target.method) !== 'post') return
  for (const button of event.target.querySelectorAll('button')) setTimeout(() => (button.disabled = true))
})
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('button:disabled')) button.disabled = false
})
addEventListener('htmx:finally:request', (event) => {
  for (const button of event.target.querySelectorAll?.('button:disabled') ?? []) button.disabled = false
})

// A box over a list ticks all of it; a file is read into the field below it.
const readInto = async (file, field) => {
  field.value = await file.text()
}
addEventListener('change', ({ target }) => {
  if (target.matches('[data-all]'))
    for (const box of document.querySelectorAll(`input[name="${target.dataset.all}"]`)) box.checked = target.checked
  if (target.matches('[data-into]') && target.files[0])
    void readInto(target.files[0], document.getElementById(target.dataset.into))
})

// A live page that has lost its stream says so: what it shows may be old.
const showLost = (isLost) => {
  const note = document.getElementById('lost')
  if (note) note.hidden = !isLost
}
addEventListener('htmx:sse:before:connection', (event) => showLost(event.detail.connection.attempt > 0))
addEventListener('htmx:sse:after:connection', () => showLost(false))
