"""
Runs the vendor's clients through the emulator's calls: `main.py signature|token ADDRESS`, the
address of any of its listeners. Prints each difference; exit 1 if there is one.
"""

import json
import logging
import sys
import urllib.request

import clients
import dcs
import faults
import gaussdb
import iam
import taurusdb
from checks import Checks

FAMILIES = {"taurusdb": taurusdb, "gaussdb": gaussdb, "dcs": dcs}


def make(access, how):
    """All four clients, each with the credentials that are asked for."""
    if how == "signature":
        return {service: clients.signing(access, service) for service in clients.CLIENTS}
    first = clients.signing(access, "iam")
    token = first.keystone_create_user_token_by_password(
        clients.token_request(access)
    ).x_subject_token
    return {service: clients.with_token(access, service, token) for service in clients.CLIENTS}


def run(checks, access, fleet, how):
    made = make(access, how)
    checks.step(iam.run, made["iam"], access)
    checks.step(iam.look_ups, access, fleet)
    checks.step(iam.refusals, made["iam"], access)
    for service, family in FAMILIES.items():
        family.run(checks, made[service], fleet)
        checks.step(family.refusals, made[service], fleet)
    checks.step(faults.run, access, made, fleet, FAMILIES)
    checks.step(faults.credentials, access, fleet, FAMILIES, how)


def page(address, name):
    with urllib.request.urlopen(f"{address}/_emulator/{name}") as answer:
        return json.load(answer)


def main():
    # The vendor's core logs each refusal that we ask for; what counts is in the checks.
    logging.disable(logging.CRITICAL)
    how, address = sys.argv[1:]
    checks = Checks()
    fleet = {row["name"]: row for row in page(address, "fleet")}
    run(checks, page(address, "access"), fleet, how)
    checks.no_stale_reasons()
    for problem in checks.problems:
        print(problem)
    print(f"{checks.count} checks by {how}, {len(checks.problems)} differences")
    sys.exit(1 if checks.problems else 0)


main()
