"""Each fault of the emulator as the vendor's clients see it, and credentials that are wrong."""

import json
import urllib.request

import clients
import iam

# HTTP status, and the code that the client reports, per fault and service.
CODES = {
    "400": {"taurusdb": "DBS.280001", "gaussdb": "DBS.280001", "dcs": "DCS.4062", "iam": 400},
    "401": dict.fromkeys(("taurusdb", "gaussdb", "dcs", "iam"), "APIGW.0301"),
    "403": {"taurusdb": "DBS.200010", "gaussdb": "DBS.200010", "dcs": "DCS.2003", "iam": 403},
    "404": {"taurusdb": "DBS.201028", "gaussdb": "DBS.200045", "dcs": "DCS.3022", "iam": 404},
    "409": {"taurusdb": "DBS.200047", "gaussdb": "DBS.200047", "dcs": "DCS.4096", "iam": 409},
    "500": {"taurusdb": "DBS.108000", "gaussdb": "DBS.108000", "dcs": "DCS.5006", "iam": 500},
    "503": {"taurusdb": "DBS.108000", "gaussdb": "DBS.108000", "dcs": "DCS.5006", "iam": 503},
}


def switch(access, on, fault):
    """Every call of that kind gets the fault, until it is switched to None."""
    rates = {} if fault is None else {"*": {on: {fault: 1}}}
    body = json.dumps({"rates": rates, "list": []}).encode()
    url = f"{access['endpoints']['iam']}/_emulator/faults"
    urllib.request.urlopen(urllib.request.Request(url, data=body, method="PUT")).close()


def run(checks, access, made, fleet, families):
    """The fault's answer must be the client's exception with that code."""
    reads = {**families, "iam": iam}
    for fault, codes in CODES.items():
        for on, readers in (("read", families), ("auth", {"iam": iam})):
            switch(access, on, fault)
            for service, family in readers.items():
                checks.refused(
                    f"{service} fault {fault}",
                    lambda: reads[service].read(made[service], fleet),
                    status=int(fault),
                    code=codes[service],
                )
    for service, family in families.items():
        throttled(checks, access, service, lambda: family.read(made[service], fleet))
        lost(checks, access, service, lambda: family.submit(made[service], fleet))
        odd(checks, access, service, lambda: family.read(made[service], fleet))


def throttled(checks, access, service, read):
    switch(access, "read", "429")
    try:
        answered = read()
        checks.that(f"{service} fault 429", False, f"was not refused but answered {answered}")
    except Exception as error:
        # The client gives 429 to its retry adapter, which keeps the status alone.
        checks.equal(f"{service} fault 429", error.status_code, 429)
    switch(access, "read", None)


def lost(checks, access, service, submit):
    """A lost answer and a lost request are the same to the client: a broken connection."""
    for fault in ("lostBefore", "lostAfter"):
        switch(access, "submit", fault)
        checks.cut(f"{service} fault {fault}", submit)
    switch(access, "submit", None)


def odd(checks, access, service, read):
    """HTML in a 200 deserializes to an answer without fields, as the client has it for any text."""
    switch(access, "read", "html")
    try:
        answered = read()
        filled = [name for name in answered.attribute_map if getattr(answered, name) is not None]
        checks.equal(f"{service} fault html", filled, [])
    finally:
        switch(access, "read", None)


def credentials(checks, access, fleet, families, how):
    """Wrong keys and tokens, and a project that is another's."""
    for service, family in families.items():
        if how == "signature":
            wrong = clients.signing(access, service, sk="wrong")
            code, words = "APIGW.0301", "verify aksk signature fail"
            stranger = clients.signing(access, service, project="0" * 32)
        else:
            wrong = clients.with_token(access, service, "MIIwrong.wrong")
            code, words = "APIGW.0307", "The token must be updated"
            token = clients.signing(access, "iam").keystone_create_user_token_by_password(
                clients.token_request(access)
            )
            stranger = clients.with_token(
                access, service, token.x_subject_token, project="0" * 32
            )
        checks.refused(
            f"{service} wrong credentials",
            lambda: family.read(wrong, fleet),
            status=401,
            code=code,
            words=words,
        )
        checks.refused(
            f"{service} project of another",
            lambda: family.read(stranger, fleet),
            status=403,
            code=CODES["403"][service],
        )
