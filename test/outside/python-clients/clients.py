"""The vendor's clients, pointed at the emulator, by AK/SK signature or by token."""

from huaweicloudsdkcore.auth import credentials as vendor
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkcore.signer.signer import Signer
from huaweicloudsdkdcs.v2 import DcsClient
from huaweicloudsdkgaussdb.v3 import GaussDBClient
from huaweicloudsdkgaussdbforopengauss.v3 import GaussDBforopenGaussClient
from huaweicloudsdkiam import v3 as iam

CLIENTS = {
    "taurusdb": GaussDBClient,
    "gaussdb": GaussDBforopenGaussClient,
    "dcs": DcsClient,
    "iam": iam.IamClient,
}

# The client waits two minutes for an answer by default; the emulator answers at once or never.
TIMEOUT_SECONDS = (5, 20)


class _TokenMixin:
    """The vendor's credentials only sign; what a token does is documented: X-Auth-Token alone."""

    token = ""

    def sign_request(self, request):
        request.header_params["X-Auth-Token"] = self.token
        Signer.process_request_uri(request)
        return request


# The builder compares the class's name with the credentials it knows.
TokenBasic = type("BasicCredentials", (_TokenMixin, vendor.BasicCredentials), {})
TokenGlobal = type("GlobalCredentials", (_TokenMixin, vendor.GlobalCredentials), {})


def build(access, service, credentials):
    """A client of one service."""
    config = HttpConfig.get_default_config()
    config.timeout = TIMEOUT_SECONDS
    return (
        CLIENTS[service]
        .new_builder()
        .with_http_config(config)
        .with_credentials(credentials)
        .with_endpoint(access["endpoints"][service])
        .build()
    )


def signing(access, service, sk=None, project=None):
    """A client that signs with the access key."""
    sk = sk or access["sk"]
    if service == "iam":
        return build(access, service, vendor.GlobalCredentials(access["ak"], sk, "-"))
    project = project or access["projectId"]
    return build(access, service, vendor.BasicCredentials(access["ak"], sk, project))


def with_token(access, service, token, project=None):
    """A client that sends a token instead."""
    if service == "iam":
        credentials = TokenGlobal(access["ak"], access["sk"], "-")
    else:
        project = project or access["projectId"]
        credentials = TokenBasic(access["ak"], access["sk"], project)
    credentials.token = token
    return build(access, service, credentials)


def by_region(access, service):
    """A client that is told its region and looks its project or domain up in IAM by itself."""
    kind = vendor.GlobalCredentials if service == "iam" else vendor.BasicCredentials
    credentials = kind(access["ak"], access["sk"]).with_iam_endpoint(access["endpoints"]["iam"])
    return (
        CLIENTS[service]
        .new_builder()
        .with_credentials(credentials)
        .with_region(Region(access["region"], access["endpoints"][service]))
        .build()
    )


def token_request(access, password=None):
    """The body by which a password becomes a token of the project."""
    user = iam.PwdPasswordUser(
        domain=iam.PwdPasswordUserDomain(name=access["domain"]),
        name=access["user"],
        password=password or access["password"],
    )
    identity = iam.PwdIdentity(methods=["password"], password=iam.PwdPassword(user=user))
    scope = iam.AuthScope(project=iam.AuthScopeProject(name=access["region"]))
    body = iam.KeystoneCreateUserTokenByPasswordRequestBody(
        auth=iam.PwdAuth(identity=identity, scope=scope)
    )
    return iam.KeystoneCreateUserTokenByPasswordRequest(nocatalog="true", body=body)
