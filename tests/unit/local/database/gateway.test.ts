import { describeGateway } from '../../../support/database/gateway-suite.ts'

describeGateway('pglite')
