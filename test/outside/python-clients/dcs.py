"""Every DCS call."""

from datetime import datetime, timedelta, timezone

from huaweicloudsdkdcs import v2 as api


def run(checks, client, fleet):
    checks.step(lists, client, fleet)
    checks.step(upgraded, client, fleet["cache"])
    checks.step(both_versions, client, fleet["cache-proxied"])


def lists(checks, client, fleet):
    rows = [row for row in fleet.values() if row["family"] == "dcs-instance"]
    row = fleet["cache"]
    whole = checks.answer("dcs list", client.list_instances(api.ListInstancesRequest(limit=1000)))
    checks.equal("dcs list: instance_num", whole.instance_num, len(rows))
    first = client.list_instances(api.ListInstancesRequest(limit=1)).instances
    second = client.list_instances(api.ListInstancesRequest(limit=1, offset=1)).instances
    ids = [instance.instance_id for instance in whole.instances]
    checks.equal("dcs pages", [one.instance_id for one in first + second], ids[:2])
    for words in (
        {"instance_id": row["instanceId"]},
        {"name": "cache", "name_equal": "true"},
        {"tags": "team=orders,tier=canary", "status": "RUNNING"},
        {"name": "cache", "name_equal": "true", "include_failure": "true", "include_delete": "false"},
    ):
        found = checks.answer("dcs list", client.list_instances(api.ListInstancesRequest(**words)))
        ids = [one.instance_id for one in found.instances]
        checks.equal(f"dcs list {words}", ids, [row["instanceId"]])
    fuzzy = client.list_instances(api.ListInstancesRequest(name="cach"))
    checks.equal("dcs list by part of the name", fuzzy.instance_num, len(rows))
    one = client.show_instance(api.ShowInstanceRequest(instance_id=row["instanceId"]))
    checks.answer("dcs detail", one)
    checks.equal("dcs detail", (one.name, one.status), ("cache", "RUNNING"))
    checks.equal("dcs detail: no upgrade", (one.service_upgrade, one.service_task_id), (False, ""))


def version(checks, client, row):
    request = api.ShowInstanceVersionRequest(instance_id=row["instanceId"])
    return checks.answer("dcs version", client.show_instance_version(request))


def upgrade(client, row, **versions):
    return client.upgrade_instance_minor_version(
        api.UpgradeInstanceMinorVersionRequest(
            instance_id=row["instanceId"], body=api.UpgradeMinorVersionRequestBody(**versions)
        )
    )


def tasks(checks, client, row, **words):
    request = api.ListBackgroundTaskRequest(instance_id=row["instanceId"], **words)
    return checks.answer("dcs tasks", client.list_background_task(request))


def upgraded(checks, client, row):
    before = version(checks, client, row)
    checks.equal("dcs before", before.engine_minor_version, row["version"])
    checks.equal("dcs newest", before.latest_engine_minor_version, row["latest"])
    checks.equal("dcs upgradable", before.engine_minor_version_upgradable, True)
    begun = checks.answer("dcs upgrade", upgrade(client, row, engine_minor_version="latest"))
    one = client.show_instance(api.ShowInstanceRequest(instance_id=row["instanceId"]))
    flags = (one.service_upgrade, one.service_task_id)
    checks.equal("dcs flags", flags, (True, begun.task_id))
    checks.refused(
        "dcs second upgrade",
        lambda: upgrade(client, row, engine_minor_version="latest"),
        status=400,
        code="DCS.4116",
    )
    progress = api.ShowBackgroundTaskProgressRequest(
        instance_id=row["instanceId"], task_id=begun.task_id
    )
    told = checks.answer("dcs progress", client.show_background_task_progress(progress))
    checks.that("dcs percent", 0 <= told.progress < 100, f"{told.progress}")
    checks.equal("dcs step", told.step_details[0].step_status, "EXECUTING")

    def ask():
        return tasks(checks, client, row, offset=0, limit=10)

    listed = checks.until("dcs task", ask, lambda all_: all_.tasks[0].status == "SUCCESS")
    checks.equal("dcs task", (listed.task_count, listed.tasks[0].id), ("1", begun.task_id))
    told = checks.answer("dcs progress", client.show_background_task_progress(progress))
    checks.equal("dcs done", (told.progress, told.remain_time), (100, 0))
    checks.equal("dcs step done", told.step_details[0].step_status, "FINISH")
    window = {"start_time": compact(-1), "end_time": compact(1)}
    request = api.ListCenterTaskRequest(offset=0, limit=1000, **window)
    center = checks.answer("dcs task center", client.list_center_task(request))
    checks.equal("dcs task center", [task.id for task in center.tasks], [begun.task_id])
    after = version(checks, client, row)
    checks.equal("dcs after", after.engine_minor_version, row["latest"])
    checks.equal("dcs upgradable after", after.engine_minor_version_upgradable, False)


def compact(hours):
    return (datetime.now(timezone.utc) + timedelta(hours=hours)).strftime("%Y%m%d%H%M%S")


def both_versions(checks, client, row):
    before = version(checks, client, row)
    checks.equal("dcs proxy nodes before", before.proxy_minor_version, row["proxyVersion"])
    upgrade(client, row, engine_minor_version=row["latest"], proxy_minor_version="latest")

    def ask():
        return tasks(checks, client, row)

    checks.until("dcs task of both", ask, lambda all_: all_.tasks[0].status == "SUCCESS")
    after = version(checks, client, row)
    versions = (after.engine_minor_version, after.proxy_minor_version)
    checks.equal("dcs both after", versions, (row["latest"], row["latestProxyVersion"]))


def refusals(checks, client, fleet):
    """The documented refusals, without any fault switched on."""
    row = fleet["cache"]
    checks.refused(
        "dcs no such instance",
        lambda: version(checks, client, {"instanceId": "00000000-0000-0000-0000-000000000000"}),
        status=404,
        code="DCS.3022",
    )
    checks.refused(
        "dcs bad id",
        lambda: version(checks, client, {"instanceId": "none"}),
        status=400,
        code="DCS.4062",
        words="Invalid instance_id parameter in the request.",
    )
    checks.refused(
        "dcs same version",
        lambda: upgrade(client, row, engine_minor_version="latest"),
        status=400,
        code="DCS.4053",
    )
    checks.refused("dcs empty body", lambda: upgrade(client, row), status=400, code="DCS.4062")
    progress = api.ShowBackgroundTaskProgressRequest(
        instance_id=row["instanceId"], task_id="none"
    )
    checks.refused(
        "dcs no such task",
        lambda: client.show_background_task_progress(progress),
        status=400,
        code="DCS.4070",
    )


def submit(client, fleet):
    """The call that upgrades something: what the faults are tried on."""
    return upgrade(client, fleet["cache-later"], engine_minor_version="latest")


def read(client, fleet):
    """A call that changes nothing."""
    instance_id = fleet["cache-later"]["instanceId"]
    return client.show_instance_version(api.ShowInstanceVersionRequest(instance_id=instance_id))
