"""Read a session with the client that openapi-python-client made: `CLIENT_FOLDER ADDRESS`, both as arguments."""

from __future__ import annotations

import importlib
import json
import sys

folder, package, address = sys.argv[1:]
sys.path.insert(0, folder)
client_module = importlib.import_module(f"{package}.client")
operation = importlib.import_module(f"{package}.api.sessions.get_session")

client = client_module.AuthenticatedClient(base_url=address, token="token")
headers = {"service_crn": "crn:v1:bluemix:public:quantum-computing:us-east:a/1:2::", "ibm_api_version": "2025-05-01"}
response = operation.sync_detailed("an-id", client=client, **headers)
assert response.status_code == 200, response
print(json.dumps({"class": type(response.parsed).__name__, "session": response.parsed.to_dict()}))
