"""Read a session with the client of Qiskit Runtime; the argument is the API's address, IAM_URL that of its tokens."""

from __future__ import annotations

import json
import sys

from qiskit_ibm_runtime.api.client import RuntimeClient
from qiskit_ibm_runtime.api.client_parameters import ClientParameters

address = sys.argv[1]
parameters = ClientParameters(
    channel="ibm_quantum_platform",
    token="an-api-key",
    url=address,
    instance="crn:v1:bluemix:public:quantum-computing:us-east:a/1:2::",
    url_resolver=lambda url, *rest: f"{url}/v1",
)
print(json.dumps(RuntimeClient(parameters).session_details("an-id")))
