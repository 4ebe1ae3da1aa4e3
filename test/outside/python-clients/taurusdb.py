"""Every TaurusDB call (GaussDB(for MySQL) in the vendor's packages)."""

from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkgaussdb import v3 as api

KERNEL_JOB = "UpgradeGaussDBforMySQLDatabaseVersion"


def run(checks, client, fleet):
    checks.step(lists, client, fleet)
    checks.step(details, client, fleet)
    checks.step(pre_check, client, fleet["kernel-one"], fleet["kernel-batch"])
    checks.step(proxy, client, fleet["proxy"])
    checks.step(one_kernel, client, fleet["kernel-one"])
    checks.step(batch, client, fleet["kernel-batch"])
    checks.step(scheduled, client, fleet["kernel-later"])


def lists(checks, client, fleet):
    rows = [row for row in fleet.values() if row["family"] == "taurusdb-instance"]
    for request, call in (
        (api.ListGaussMySqlInstancesRequest, client.list_gauss_my_sql_instances),
        (api.ListGaussMySqlInstancesUnifyStatusRequest, client.list_gauss_my_sql_instances_unify_status),
    ):
        label = f"taurusdb {call.__name__}"
        whole = checks.answer(label, call(request()))
        # The instance that carries the proxy is listed too.
        checks.equal(f"{label}: total_count", whole.total_count, len(rows) + 1)
        first = checks.answer(label, call(request(limit=2))).instances
        rest = checks.answer(label, call(request(limit=2, offset=2))).instances
        ids = [instance.id for instance in whole.instances]
        checks.equal(f"{label}: pages", [one.id for one in first + rest], ids[:4])
        row = fleet["kernel-one"]
        for words in (
            {"id": row["instanceId"]},
            {"name": "kernel-one"},
            {"name": "*nel-on"},
            {"tags": "team=orders,tier=canary"},
            {"type": "Cluster", "datastore_type": "gaussdb-mysql", "id": row["instanceId"]},
        ):
            found = checks.answer(label, call(request(**words))).instances
            checks.equal(f"{label} {words}", [one.id for one in found], [row["instanceId"]])
            checks.equal(f"{label} version", found[0].datastore.kernel_version, row["version"])
        tags = {(tag.key, tag.value) for tag in found[0].tags}
        checks.equal(f"{label} tags", tags, {("team", "orders"), ("tier", "canary")})


def details(checks, client, fleet):
    row, carrier = fleet["kernel-one"], fleet["proxy"]
    one = client.show_gauss_my_sql_instance_info(
        api.ShowGaussMySqlInstanceInfoRequest(instance_id=row["instanceId"])
    )
    checks.answer("taurusdb detail v3", one)
    checks.equal("taurusdb detail status", one.instance.status, "ACTIVE")
    checks.equal("taurusdb detail nodes", one.instance.node_count, len(one.instance.nodes))
    coarse = client.show_gauss_my_sql_instance_info_unify_status(
        api.ShowGaussMySqlInstanceInfoUnifyStatusRequest(instance_id=carrier["instanceId"])
    )
    checks.answer("taurusdb detail v3.1", coarse)
    checks.equal("taurusdb detail v3.1 status", coarse.instance.status, "normal")
    proxies = [proxy.pool_id for proxy in coarse.instance.proxies]
    checks.equal("taurusdb detail proxies", proxies, [carrier["proxyId"]])
    ids = [row["instanceId"], carrier["instanceId"]]
    both = client.list_gauss_my_sql_instance_detail_info_unify_status(
        api.ListGaussMySqlInstanceDetailInfoUnifyStatusRequest(instance_ids=",".join(ids))
    )
    checks.answer("taurusdb details", both)
    checks.equal("taurusdb details ids", [one.id for one in both.instances], ids)
    version = kernel(checks, client, row)
    checks.equal("taurusdb version", version.datastore.current_kernel_version, row["version"])
    checks.equal("taurusdb newest", version.datastore.latest_kernel_version, row["latest"])
    checks.equal("taurusdb upgradable", version.upgrade_flag, True)


def kernel(checks, client, row):
    request = api.ShowInstanceDatabaseVersionRequest(instance_id=row["instanceId"])
    return checks.answer("taurusdb version", client.show_instance_database_version(request))


def pre_check(checks, client, *rows):
    infos = [
        api.PreCheckForUpgradeDatabasesSingleInstance(
            current_version=row["version"], instance_id=row["instanceId"]
        )
        for row in rows
    ]
    body = api.UpgradePrecheckRequest(databases_instance_infos=infos)
    begun = client.check_kernel_upgrade(api.CheckKernelUpgradeRequest(body=body))
    checks.answer("taurusdb pre-check", begun)
    checks.equal("taurusdb pre-check jobs", len(begun.job_ids), len(rows))
    told = client.show_kernel_upgrade_check_result(
        api.ShowKernelUpgradeCheckResultRequest(body=body)
    )
    checks.answer("taurusdb pre-check result", told)
    checks.equal("taurusdb pre-check verdict", told.upgrade_precheck_result, "true")
    words = {detail.check_status for detail in told.upgrade_precheck_detail}
    checks.equal("taurusdb pre-check words", words, {"passed"})


def proxy_version(checks, client, row):
    request = api.ShowProxyVersionRequest(
        instance_id=row["instanceId"], proxy_id=row["proxyId"], engine_name="taurusproxy"
    )
    return checks.answer("taurusdb proxy version", client.show_proxy_version(request))


def upgrade_proxy(client, row, target):
    body = api.ProxyUpgradeProxyVersionRequest(
        source_version=row["version"], target_version=target
    )
    return client.upgrade_proxy_version(
        api.UpgradeProxyVersionRequest(
            instance_id=row["instanceId"], proxy_id=row["proxyId"], body=body
        )
    )


def proxy(checks, client, row):
    listed = client.show_gauss_my_sql_proxy_list(
        api.ShowGaussMySqlProxyListRequest(instance_id=row["instanceId"], offset=0, limit=10)
    )
    checks.answer("taurusdb proxies", listed)
    (found,) = listed.proxy_list
    checks.equal("taurusdb proxy id", found.proxy.pool_id, row["proxyId"])
    checks.equal("taurusdb proxy status", found.proxy.status, "ACTIVE")
    checks.equal("taurusdb proxy nodes", found.proxy.node_num, len(found.proxy.nodes))
    before = proxy_version(checks, client, row)
    checks.equal("taurusdb proxy before", before.current_version, row["version"])
    checks.equal("taurusdb proxy can upgrade", before.can_upgrade, True)
    checks.equal("taurusdb proxy risk", before.risk.level, 1)
    accepted = checks.answer("taurusdb proxy upgrade", upgrade_proxy(client, row, row["latest"]))
    (result,) = accepted.update_result
    checks.equal("taurusdb proxy state", result.state, "ACCEPT")
    checks.equal("taurusdb proxy words", result.error_message, None)
    second = checks.answer("taurusdb proxy again", upgrade_proxy(client, row, row["latest"]))
    (refused,) = second.update_result
    checks.equal("taurusdb proxy again: HTTP status", second.status_code, 200)
    checks.equal("taurusdb proxy again: state", refused.state, "REJECT")
    checks.that("taurusdb proxy again: words", bool(refused.error_message))
    done = job_until(checks, client, result.workflow_id, "Completed")
    checks.equal("taurusdb workflow's instance", done.job.instance.id, row["instanceId"])
    after = proxy_version(checks, client, row)
    checks.equal("taurusdb proxy after", after.current_version, row["latest"])
    checks.equal("taurusdb proxy can upgrade no more", after.can_upgrade, False)


def job_until(checks, client, job_id, status):
    """The job in that status; a new one is not found for a while, which is documented."""

    def ask():
        try:
            return client.show_gauss_my_sql_job_info(api.ShowGaussMySqlJobInfoRequest(id=job_id))
        except ClientRequestException as error:
            checks.equal("taurusdb new job", error.error_code, "DBS.200543")
            return None

    job = checks.until(
        f"taurusdb job {status}", ask, lambda told: told is not None and told.job.status == status
    )
    checks.answer("taurusdb job", job)
    checks.equal("taurusdb job id", job.job.id, job_id)
    return job


def one_kernel(checks, client, row):
    answered = client.upgrade_gauss_my_sql_instance_database(
        api.UpgradeGaussMySqlInstanceDatabaseRequest(
            instance_id=row["instanceId"], body=api.UpgradeDatabaseRequest(delay=False)
        )
    )
    checks.answer("taurusdb upgrade one", answered)
    running = job_until(checks, client, answered.job_id, "Running")
    checks.that("taurusdb percent", running.job.process.endswith("%"), running.job.process)
    job_until(checks, client, answered.job_id, "Completed")
    after = kernel(checks, client, row)
    checks.equal("taurusdb kernel after", after.datastore.current_kernel_version, row["latest"])
    checks.equal("taurusdb upgradable after", after.upgrade_flag, False)


def batch_upgrade(client, row, delay):
    info = api.UpgradeDatabasesSingleInstance(
        current_version=row["version"], instance_id=row["instanceId"]
    )
    body = api.BatchUpgradeDatabasesRequestBody(databases_instance_infos=[info], delay=delay)
    return client.batch_upgrade_databases(api.BatchUpgradeDatabasesRequest(body=body))


def batch(checks, client, row):
    answered = checks.answer("taurusdb batch", batch_upgrade(client, row, False))
    checks.equal("taurusdb batch", answered.resp, "success")
    request = api.ListImmediateJobsRequest(job_name=KERNEL_JOB, offset="0", limit="50")

    def mine(told):
        return [job for job in told.jobs if job.instance_id == row["instanceId"]]

    listed = checks.until(
        "taurusdb batch's job", lambda: client.list_immediate_jobs(request), lambda told: mine(told)
    )
    checks.answer("taurusdb immediate jobs", listed)
    checks.that("taurusdb names of jobs", KERNEL_JOB in listed.action_names)
    (job,) = mine(listed)
    done = job_until(checks, client, job.job_id, "Completed")
    checks.equal("taurusdb batch's job name", done.job.name, KERNEL_JOB)
    request = api.ListImmediateJobsRequest(status="Completed", job_id=job.job_id)
    over = checks.answer("taurusdb immediate jobs over", client.list_immediate_jobs(request))
    checks.equal("taurusdb immediate jobs over", over.total_count, 1)


def scheduled(checks, client, row):
    checks.answer("taurusdb delayed batch", batch_upgrade(client, row, True))
    request = api.ListScheduleJobsRequest(
        instance_id=row["instanceId"], job_name="VERSION_UPGRADE", offset="0", limit="10"
    )
    listed = checks.answer("taurusdb scheduled jobs", client.list_schedule_jobs(request))
    (job,) = listed.schedules
    checks.equal("taurusdb scheduled job", job.job_status, "Pending")
    asked = api.CheckScheduleTaskExistRequest(
        instance_id=row["instanceId"],
        body=api.CheckScheduleTaskExistRequestBody(schedule_type="VERSION_UPGRADE"),
    )
    there = checks.answer("taurusdb exists", client.check_schedule_task_exist(asked))
    checks.equal("taurusdb exists", there.exist, True)
    checks.equal("taurusdb exists: task", there.scheduled_tasks[0].task_id, job.job_id)
    checks.equal("taurusdb exists: status", there.scheduled_tasks[0].task_status, "WAITING")
    cancelled = client.cancel_schedule_task(
        api.CancelScheduleTaskRequest(body=api.CancelScheduleTask(job_ids=[job.job_id]))
    )
    checks.answer("taurusdb cancel", cancelled)
    checks.equal("taurusdb cancelled", cancelled.job_ids, [job.job_id])
    gone = checks.answer("taurusdb exists no more", client.check_schedule_task_exist(asked))
    checks.equal("taurusdb exists no more", gone.exist, False)
    listed = client.list_schedule_jobs(request)
    checks.equal("taurusdb scheduled job after", listed.schedules[0].job_status, "Canceled")


def refusals(checks, client, fleet):
    """The documented refusals, without any fault switched on."""
    row, carrier = fleet["kernel-later"], fleet["proxy"]

    def shown(instance_id):
        request = api.ShowInstanceDatabaseVersionRequest(instance_id=instance_id)
        return lambda: client.show_instance_database_version(request)

    checks.refused("taurusdb no such instance", shown("0" * 32 + "in07"), status=404, code="DBS.201028")
    checks.refused("taurusdb bad id", shown("0" * 32 + "in14"), status=400, code="DBS.280404")
    checks.refused(
        "taurusdb no such job",
        lambda: client.show_gauss_my_sql_job_info(api.ShowGaussMySqlJobInfoRequest(id="none")),
        status=400,
        code="DBS.200543",
    )
    checks.refused(
        "taurusdb wrong limit",
        lambda: client.list_immediate_jobs(api.ListImmediateJobsRequest(limit="7")),
        status=400,
        code="DBS.280001",
    )
    checks.refused(
        "taurusdb wrong current version",
        lambda: batch_upgrade(client, {**row, "version": "1.0.0.0"}, False),
        status=400,
        code="DBS.200041",
    )
    checks.refused(
        "taurusdb no such proxy",
        lambda: proxy_version(checks, client, {**carrier, "proxyId": "0" * 32 + "po01"}),
        status=400,
        code="DBS.270024",
    )
    checks.refused(
        "taurusdb proxy there already",
        lambda: upgrade_proxy(client, carrier, carrier["latest"]),
        status=400,
        code="DBS.280001",
        words="Parameter error",
    )


def submit(client, fleet):
    """The call that upgrades something: what the faults are tried on."""
    return batch_upgrade(client, fleet["kernel-later"], False)


def read(client, fleet):
    """A call that changes nothing."""
    instance_id = fleet["kernel-later"]["instanceId"]
    return client.show_instance_database_version(
        api.ShowInstanceDatabaseVersionRequest(instance_id=instance_id)
    )
