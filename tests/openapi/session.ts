// What a person writes against the types: it compiles only if they say what the document says.
import type { components, operations, paths } from "./openapi";

type Session = components["schemas"]["Session"];
type Answer = paths["/v1/sessions/{id}"]["get"]["responses"][200]["content"]["application/json"];
type Headers = NonNullable<operations["get_session"]["parameters"]["header"]>;

const session: Answer = { id: "an-id", backend_name: "a-backend", state: "open" };
const same: Session = session;
const headers: Headers = { "Service-CRN": "crn:", "IBM-API-Version": "2025-05-01" };
// @ts-expect-error the state is none of the enum's
const wrong: Session = { id: "an-id", backend_name: "a-backend", state: "asleep" };
// @ts-expect-error the id is missing
const short: Session = { backend_name: "a-backend", state: "open" };

export const told = [same.state, headers["Service-CRN"], wrong, short];
