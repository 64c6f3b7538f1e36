import { z } from 'zod'
import { Alert } from '../contracts/alert.ts'
import { Id, rpc } from './rpc.ts'

export const AlertFields = z.record(z.string(), z.unknown())

export const alertsRpcs = {
  create_alert: rpc({ id: Id, alert: AlertFields, person_id: Id.nullable().optional() }, Alert),
  /** Of one person, or all. */
  list_alerts: rpc({ person_id: Id.nullable().optional() }, z.array(Alert)),
  get_alert: rpc({ id: Id }, Alert.nullable()),
  update_alert: rpc({ id: Id, changes: AlertFields }, Alert.nullable()),
  delete_alert: rpc({ id: Id }, z.boolean()),
}
