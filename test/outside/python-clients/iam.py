"""Every IAM call, and what the other clients ask IAM by themselves."""

from huaweicloudsdkiam import v3 as api

import clients
import dcs


def run(checks, client, access):
    made = client.keystone_create_user_token_by_password(clients.token_request(access))
    checks.answer("iam token", made)
    checks.equal("iam token status", made.status_code, 201)
    checks.that("iam token header", bool(made.x_subject_token))
    checks.equal("iam token project", made.token.project.id, access["projectId"])
    checks.equal("iam token user", made.token.user.name, access["user"])
    listed = client.keystone_list_projects(api.KeystoneListProjectsRequest(name=access["region"]))
    checks.answer("iam projects", listed)
    checks.equal("iam projects", [one.id for one in listed.projects], [access["projectId"]])
    domains = client.keystone_list_auth_domains(api.KeystoneListAuthDomainsRequest())
    checks.answer("iam domains", domains)
    checks.equal("iam domains", [one.name for one in domains.domains], [access["domain"]])


def look_ups(checks, access, fleet):
    """A client that is given a region only finds its project and its domain in IAM."""
    found = clients.by_region(access, "dcs")
    checks.equal("project by region", found.get_credentials().project_id, access["projectId"])
    told = dcs.version(checks, found, fleet["cache"])
    checks.that("call with the project found", bool(told.engine_minor_version))
    everywhere = clients.by_region(access, "iam")
    domains = everywhere.keystone_list_auth_domains(api.KeystoneListAuthDomainsRequest())
    known = [one.id for one in domains.domains]
    checks.equal("domain by itself", [everywhere.get_credentials().domain_id], known)


def refusals(checks, client, access):
    """The documented refusals, without any fault switched on."""
    checks.refused(
        "iam wrong password",
        lambda: client.keystone_create_user_token_by_password(
            clients.token_request(access, password="wrong")
        ),
        status=401,
        code=401,
        words="The username or password is wrong.",
    )


def read(client, _fleet):
    """A call that changes nothing."""
    return client.keystone_list_projects(api.KeystoneListProjectsRequest())
