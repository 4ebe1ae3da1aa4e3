"""Every GaussDB call (GaussDBforopenGauss in the vendor's packages)."""

from datetime import datetime, timedelta, timezone

from huaweicloudsdkgaussdbforopengauss import v3 as api


def run(checks, client, fleet):
    checks.step(lists, client, fleet)
    checks.step(candidates, client, fleet["patch-one"], fleet["patch-other"])
    checks.step(disk, client, fleet["patch-one"])
    checks.step(cancelled, client, fleet["patch-one"], fleet["patch-other"])
    checks.step(upgraded, client, fleet["patch-one"])


def lists(checks, client, fleet):
    rows = [row for row in fleet.values() if row["family"] == "gaussdb-hotfix"]
    row = fleet["patch-other"]
    for request, call in (
        (api.ListDatabaseInstancesRequest, client.list_database_instances),
        (api.ListInstanceDetailsRequest, client.list_instance_details),
        (api.ListInstancesRequest, client.list_instances),
    ):
        label = f"gaussdb {call.__name__}"
        whole = checks.answer(label, call(request(offset=0, limit=100)))
        checks.equal(f"{label}: total_count", whole.total_count, len(rows))
        first = call(request(limit=1)).instances
        second = call(request(limit=1, offset=1)).instances
        ids = [instance.id for instance in whole.instances]
        checks.equal(f"{label}: pages", [one.id for one in first + second], ids[:2])
        for words in (
            {"id": row["instanceId"]},
            {"name": "patch-other"},
            {"tags": ["team=orders", "tier=canary"]},
        ):
            found = checks.answer(label, call(request(**words))).instances
            checks.equal(f"{label} {words}", [one.id for one in found], [row["instanceId"]])
        checks.equal(f"{label} status", found[0].status, "ACTIVE")
        checks.equal(f"{label} installed", installed(found[0]), row["version"])


def installed(instance):
    store = instance.datastore
    if hasattr(store, "hotfix_versions"):
        return store.hotfix_versions
    return ",".join(info.version for info in store.hotfix_version_infos)


def candidates(checks, client, one, other):
    told = client.show_upgrade_candidate_versions_details(
        api.ShowUpgradeCandidateVersionsDetailsRequest(instance_id=one["instanceId"])
    )
    checks.answer("gaussdb candidates", told)
    wanted = one["latest"].split(",")
    checks.equal("gaussdb candidates", told.hotfix_upgrade_candidate_versions, wanted)
    checks.equal("gaussdb patches", [info.version for info in told.hotfix_upgrade_infos], wanted)
    types = {kind.upgrade_type: kind.enable for kind in told.upgrade_type_list}
    checks.equal("gaussdb types", types, {"hotfix": True, "grey": False, "inplace": False})
    ids = [one["instanceId"], other["instanceId"]]
    common = client.batch_show_upgrade_candidate_versions(
        api.BatchShowUpgradeCandidateVersionsRequest(
            body=api.UpgradeInstancesRequestBody(instance_ids=ids)
        )
    )
    checks.answer("gaussdb common candidates", common)
    shared = [patch for patch in wanted if patch not in other["version"].split(",")]
    names = [info.version for info in common.hotfix_upgrade_infos]
    checks.equal("gaussdb common candidates", names, shared)


def disk(checks, client, row):
    told = client.show_instance_disk(api.ShowInstanceDiskRequest(instance_id=row["instanceId"]))
    checks.answer("gaussdb disk", told)
    checks.that("gaussdb disk", 0 < float(told.used) < float(told.total), f"{told}")


def schedule(client, rows, versions, after):
    start = datetime.now(timezone.utc) + after
    body = api.CreateScheduleTaskRequestBody(
        instance_ids=[row["instanceId"] for row in rows],
        start_time=start.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        upgrade_type="hotfix",
        upgrade_action="upgradeAutoCommit",
        target_version=versions,
    )
    return client.create_schedule_task(api.CreateScheduleTaskRequest(body=body))


def cancelled(checks, client, *rows):
    versions = "3.208.0.6,3.208.0.7"
    made = schedule(client, rows, versions, timedelta(hours=1))
    checks.answer("gaussdb schedule", made)
    ids = [row["instanceId"] for row in rows]
    checks.equal("gaussdb schedule", [task.instance_id for task in made.instance_tasks], ids)
    names = {task.task_name for task in made.instance_tasks}
    checks.equal("gaussdb schedule: name", names, {"HOTFIX_VERSION_UPGRADE"})
    (task_id,) = {task.task_id for task in made.instance_tasks}
    request = api.ListScheduleTaskRequest(
        instance_id=ids[0], status="Pending", name="HOTFIX_VERSION_UPGRADE", offset=0, limit=100
    )
    listed = checks.answer("gaussdb schedule list", client.list_schedule_task(request))
    checks.equal("gaussdb schedule list", [task.task_id for task in listed.tasks], [task_id])
    done = client.cancel_schedule_task(api.CancelScheduleTaskRequest(task_id=task_id))
    checks.equal("gaussdb cancel", (done.status_code, done.raw_content), (200, b""))
    whole = client.list_schedule_task(api.ListScheduleTaskRequest())
    states = {task.status for task in whole.tasks if task.task_id == task_id}
    checks.equal("gaussdb after cancel", states, {"Canceled"})
    client.delete_schedule_task(api.DeleteScheduleTaskRequest(task_id=task_id))
    left = client.list_schedule_task(api.ListScheduleTaskRequest())
    checks.equal("gaussdb after delete", left.total_count, 0)


def upgraded(checks, client, row):
    made = schedule(client, [row], row["latest"], timedelta(minutes=-1))
    (task,) = made.instance_tasks

    def ask():
        return client.show_job_detail(api.ShowJobDetailRequest(id=task.task_id))

    running = checks.answer("gaussdb job", ask())
    checks.equal("gaussdb job", (running.job.id, running.job.status), (task.task_id, "Running"))
    checks.that("gaussdb percent", running.job.progress.endswith("%"), running.job.progress)
    told = checks.until("gaussdb job", ask, lambda job: job.job.status == "Completed")
    checks.equal("gaussdb job's instance", told.job.instance.id, row["instanceId"])
    request = api.ListTasksRequest(status="Completed", offset=0, limit=10)
    listed = checks.answer("gaussdb tasks", client.list_tasks(request))
    ids = [one.instance_info.instance_id for one in listed.tasks]
    checks.equal("gaussdb tasks", ids, [row["instanceId"]])
    request = api.ListDatabaseInstancesRequest(id=row["instanceId"])
    (after,) = checks.answer("gaussdb after", client.list_database_instances(request)).instances
    checks.equal("gaussdb after", installed(after), row["latest"])


def refusals(checks, client, fleet):
    """The documented refusals, without any fault switched on."""
    row = fleet["patch-other"]
    now = timedelta()
    checks.refused(
        "gaussdb no such instance",
        lambda: schedule(client, [{"instanceId": "0" * 32 + "in14"}], "3.208.0.6", now),
        status=404,
        code="DBS.200045",
    )
    checks.refused(
        "gaussdb installed already",
        lambda: schedule(client, [row], row["version"], now),
        status=400,
        code="DBS.200041",
    )
    checks.refused(
        "gaussdb no such job",
        lambda: client.show_job_detail(api.ShowJobDetailRequest(id="none")),
        status=400,
        code="DBS.200543",
    )
    checks.refused(
        "gaussdb cancel of nothing",
        lambda: client.cancel_schedule_task(api.CancelScheduleTaskRequest(task_id="none")),
        status=400,
        code="DBS.200543",
    )
    schedule(client, [row], row["latest"], timedelta(hours=1))
    checks.refused(
        "gaussdb second schedule",
        lambda: schedule(client, [row], row["latest"], timedelta(hours=2)),
        status=409,
        code="DBS.200047",
    )


def submit(client, fleet):
    """The call that upgrades something: what the faults are tried on."""
    return schedule(client, [fleet["patch-later"]], "3.208.0.6", timedelta(hours=1))


def read(client, fleet):
    """A call that changes nothing."""
    instance_id = fleet["patch-later"]["instanceId"]
    return client.list_database_instances(api.ListDatabaseInstancesRequest(id=instance_id))
