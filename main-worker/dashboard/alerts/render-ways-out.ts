import { html } from 'hono/html'
import type { Alert } from '#shared/contracts/alert.ts'

/** The further ways out of an alert: its feed and its webhooks. */
export const renderWaysOut = (_alert: Alert) => html``
